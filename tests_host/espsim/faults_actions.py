"""What a fault can do. Texts are latin-1.

To bytes, at one place (on: to_host, to_module; the older short forms "drop": n and "insert": text need no "do"):
    drop n | double n | flip mask | insert text | noise n | overflow n (lost in a full ring) | hold seconds (all that
    follows comes later, together) | mute seconds (all that follows is lost)
To one message of the module (on: message): lose | twice | hold seconds | before text | after text | replace text
To a command (on: command): error | busy | silent (not executed, no answer) | busy_executed | late seconds | twice
    (executed twice) | stuck (never ends: busy to everything, "hard": also to AT+RST)
To the module and what surrounds it (any trigger):
    restart (how: power, watchdog, crash) | hang seconds (0: until it is reset) | baud rate | say text | lose_links |
    kick | ap_off seconds | no_lease seconds | dns_down seconds | rst | fin | stall seconds (of the peers of all links)
"""
import asyncio

BOOT_TEXTS = {
    "power": b"",
    "watchdog": b"\r\n ets Jan  8 2013,rst cause:4, boot mode:(3,6)\r\n\r\nwdt reset\r\nload 0x40100000, len 1856, room 16\r\n",
    "crash": b"Guru Meditation Error: Core  0 panic'ed (LoadProhibited). Exception was unhandled.\r\n"
    b"Backtrace: 0x400d4e6a:0x3ffb1f70 0x400d5fd2:0x3ffb1f90\r\n\r\nRebooting...\r\n",
}
BURST = 0.05  # seconds: bytes later than that are not lost in the same full ring


def _n(rule, default=1):
    return rule.get("n", default)


# bytes


def on_bytes(faults, rule, way, data, at):
    """The bytes in place of `data`, struck at offset `at`; actions of the module leave them as they are."""
    do = rule.get("do")
    if do is None:  # the short forms
        return data[:at] + rule.get("insert", "").encode("latin-1") + data[at + rule.get("drop", 0) :]
    if do in BYTES:
        return BYTES[do](faults, rule, way, data, at)
    on_module(faults, rule)
    return data


def _drop(faults, rule, way, data, at):
    """Further bytes go when the piece is too short for n, if they come at once."""
    n = _n(rule)
    rest = n - (len(data) - at)
    if rest > 0:
        further = {"on": way, "at": faults.passed[way] + len(data), "do": "drop", "n": rest}
        faults.rules.append(further)
        faults.later(BURST, faults.forget, further)
    return data[:at] + data[at + n :]


def _double(faults, rule, way, data, at):
    return data[: at + _n(rule)] + data[at:]


def _flip(faults, rule, way, data, at):
    return data[:at] + bytes([data[at] ^ rule.get("mask", 0x10)]) + data[at + 1 :]


def _insert(faults, rule, way, data, at):
    return data[:at] + rule["text"].encode("latin-1") + data[at:]


def _noise(faults, rule, way, data, at):
    return data[:at] + faults.random.randbytes(_n(rule, 4)) + data[at:]


def _overflow(faults, rule, way, data, at):
    line = faults.module.uart
    if way == "to_module":
        line.lost += _n(rule)
    else:
        line.unsent_lost += _n(rule)
    return _drop(faults, rule, way, data, at)


def _cut(faults, way, data, at):
    """What stands before the place leaves now."""
    line = faults.module.uart
    if at:
        (line.transmit if way == "to_host" else line.receive)(data[:at])
    return data[at:]


def _hold(faults, rule, way, data, at):
    rest = _cut(faults, way, data, at)
    faults.hold(way, rule["seconds"])
    return rest


def _mute(faults, rule, way, data, at):
    _cut(faults, way, data, at)
    faults.mute(rule["seconds"], way)
    return b""


BYTES = {"drop": _drop, "double": _double, "flip": _flip, "insert": _insert, "noise": _noise, "overflow": _overflow,
         "hold": _hold, "mute": _mute}


# messages


def on_message(faults, rule, data):
    do = rule["do"]
    text = rule.get("text", "").encode("latin-1")
    if do == "lose":
        return b""
    if do == "twice":
        return data + data
    if do == "before":
        return text + data
    if do == "after":
        return data + text
    if do == "replace":
        return data.replace(rule["match"].encode("latin-1"), text)
    if do == "hold":
        faults.hold("to_host", rule["seconds"])
        return data
    on_module(faults, rule)
    return data


# commands


async def on_command(faults, rule, text):
    """The final result, None: execute it as usual."""
    m = faults.module
    do = rule["do"]
    if do == "error":
        return "ERROR"
    if do == "silent":
        return ""
    if do in ("busy", "busy_executed"):
        m.refuse()
        return "" if do == "busy" else None
    if do == "late":
        await asyncio.sleep(rule["seconds"])
        return None
    if do == "twice":
        await execute(m, text)
        m.final("OK")
        return None
    if do == "stuck":
        if rule.get("hard"):
            m.force_restart = m.refuse
        await asyncio.Event().wait()
    on_module(faults, rule)
    return "" if do in ("restart", "hang") else None


async def execute(m, text):
    handler, args = m._find(text)
    await handler(m, *args)


# the module and its surroundings


def on_module(faults, rule):
    do = rule["do"]
    if do in faults.actors:
        faults.actors[do](rule)
    else:
        MODULE[do](faults, rule)


def _restart(faults, rule):
    m = faults.module
    faults.muted = dict.fromkeys(faults.muted, 0.0)
    m.write(BOOT_TEXTS[rule.get("how", "power")])
    m.restart_soon()


def _hang(faults, rule):
    faults.mute(rule.get("seconds", 0))


def _baud(faults, rule):
    line = faults.module.uart
    line.configure(line.setting._replace(baud=rule["rate"]))


def _say(faults, rule):
    faults.module.write(rule["text"].encode("latin-1"))


def _lose_links(faults, rule):
    """Links vanish without a word: the CLOSED reports get lost."""
    m = faults.module
    faults.mute(0.001, "to_host")
    m.net.wifi_down()
    faults.muted["to_host"] = 0.0


def _kick(faults, rule):
    faults.module.tell("kicked", None)


def _ap_off(faults, rule):
    _kick_without(faults, rule, "on")


def _no_lease(faults, rule):
    _kick_without(faults, rule, "leases")


def _kick_without(faults, rule, ability):
    """All stations are sent away, and access points that could do this cannot for a while."""
    points = [point for point in faults.module.air.access_points if getattr(point, ability)]
    _set_all(points, ability, False)
    faults.module.tell("kicked", None)
    faults.later(rule["seconds"], _set_all, points, ability, True)


def _set_all(points, ability, value):
    for point in points:
        setattr(point, ability, value)


def _dns_down(faults, rule):
    air = faults.module.air
    air.dns_down = True
    faults.later(rule["seconds"], setattr, air, "dns_down", False)


def _links(faults):
    return [link for link in faults.module.net.links.values() if not link.is_udp]


def _rst(faults, rule):
    """Reset by the peer: what the module had not handed over is gone too."""
    for link in _links(faults):
        link.buffer.clear()
        link.waiting = 0
        link.close()


def _fin(faults, rule):
    """The peer has sent its last byte."""
    for link in _links(faults):
        link.task.cancel()
        link.ended = True
        link._close_if_read()


def _stall(faults, rule):
    """Nothing comes from the peers for a while."""
    for link in _links(faults):
        link.task.cancel()
        faults.later(rule["seconds"], _go_on, link)


def _go_on(link):
    if link.open and not link.ended:
        link.start()


MODULE = {"restart": _restart, "hang": _hang, "baud": _baud, "say": _say, "lose_links": _lose_links, "kick": _kick,
          "ap_off": _ap_off, "no_lease": _no_lease, "dns_down": _dns_down, "rst": _rst, "fin": _fin, "stall": _stall}
