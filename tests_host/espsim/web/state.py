"""What the page says about the module."""
import asyncio

WIFI = ("idle", "associated", "connected", "connecting", "disconnected")
MODES = ("off", "station", "SoftAP", "station and SoftAP")
READERS = {"Commands": "command mode", "Deaf": "starting", "Asleep": "asleep", "Payload": "data phase", "Hold": "busy",
           "CancellablePayload": "data phase", "Surplus": "busy", "Flow": "stream or passthrough"}


def _text(value):
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def snapshot(module, trace):
    """A dictionary for JSON. The module may be in the middle of its start."""
    line = module.uart
    return {
        "profile": module.profile.name,
        "state": _mode(module),
        "command": module.busy,
        "host": line.port is not None,
        "line": {"baud": line.setting.baud if line.paced else 0, "flow": line.setting.flow if line.wired else 0,
                 "tx": trace.counts["tx"], "rx": trace.counts["rx"], "lost": line.lost, "unheard": line.unsent_lost},
        "wifi": _wifi(module) if module.parts else None,
        "links": _links(module) if module.parts else [],
        "armed": [_rule(rule) for rule in module.faults.rules],
        "failures": len(module.failures),
    }


def _mode(module):
    if module.restarting and not module.restarting.done():
        return "restarting"
    name = type(module.uart.intake).__name__
    return READERS.get(name, name)


def _wifi(module):
    wifi = module.wifi
    return {
        "mode": MODES[wifi.mode & 3],
        "state": WIFI[wifi.state],
        "ssid": _text(wifi.point.ssid) if wifi.point else "",
        "address": wifi.addresses()[0],
        "real": wifi.bind_address,
        "mac": wifi.mac,
    }


def _links(module):
    return [
        {"number": number, "kind": link.kind, "remote": f"{link.address}:{link.port}", "server": link.server,
         "passive": link.passive, "in": link.received, "out": link.sent, "waiting": link.waiting}
        for number, link in sorted(module.net.links.items())
    ]


def _rule(rule):
    words = [f"{key} {value}" for key, value in rule.items() if key not in ("on", "at", "do", "times")]
    times = rule.get("times", 1)
    return f"{rule.get('do', 'bytes')} on {rule['on']}" + (f" ({', '.join(words)})" if words else "") + (
        f", {times} times" if times != 1 else "")


async def every(seconds, function):
    """Call something regularly until cancelled."""
    while True:
        await asyncio.sleep(seconds)
        function()
