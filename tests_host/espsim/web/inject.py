"""The faults that can be clicked: each is one rule of the fault plan (see faults.py), made from a few checked values."""
from .. import faults_actions as actions

WAYS = ("to_host", "to_module")
TEXT_MOST = 200


class Refused(Exception):
    """The request is not one that the page makes."""


def number(default, least, most, unit):
    return {"type": "number", "default": default, "min": least, "max": most, "unit": unit}


N = {"way": {"type": "way"}, "n": number(3, 1, 4096, "bytes")}
SECONDS = {"seconds": number(3, 0.1, 120, "s")}
TIMES = {"times": number(6, 1, 100, "times")}

# id: (group, label, what it does, fields, rule); the fields' values are added to the rule
FAULTS = {
    "power": ("Module", "Cut the power", "It restarts; what is not in flash is gone.", {}, {"on": "now", "do": "restart"}),
    "watchdog": ("Module", "Watchdog reset", "A restart with the boot text of a watchdog.", {},
                 {"on": "now", "do": "restart", "how": "watchdog"}),
    "crash": ("Module", "Crash", "A panic with its backtrace on the line, then a restart.", {},
              {"on": "now", "do": "restart", "how": "crash"}),
    "silence": ("Module", "Fall silent", "Everything is lost, both ways, for a while.", SECONDS, {"on": "now", "do": "hang"}),
    "hang": ("Module", "Hang", "Silent until it is reset.", {}, {"on": "now", "do": "hang", "seconds": 0}),
    "say": ("Module", "Say", "The module writes this line.", {"text": {"type": "text", "default": "1,CONNECT"}},
            {"on": "now", "do": "say"}),
    "drop": ("Line", "Lose bytes", "The next bytes never arrive.", N, {"do": "drop"}),
    "double": ("Line", "Double bytes", "The next bytes arrive twice.", N, {"do": "double"}),
    "flip": ("Line", "Flip a bit", "One bit of the next byte.", {"way": N["way"]}, {"do": "flip"}),
    "noise": ("Line", "Noise", "Random bytes before the next one.", N, {"do": "noise"}),
    "overflow": ("Line", "Overflow", "The next bytes find a full ring.", N, {"do": "overflow"}),
    "hold": ("Line", "Delay", "What follows comes later, together.", {"way": N["way"], **SECONDS}, {"do": "hold"}),
    "mute": ("Line", "Mute one way", "What follows is lost for a while.", {"way": N["way"], **SECONDS}, {"do": "mute"}),
    "busy": ("Next command", "Busy storm", "Refused with busy p...", TIMES, {"on": "command", "do": "busy"}),
    "busy_executed": ("Next command", "Busy, but done", "Says busy and executes it.", {},
                      {"on": "command", "do": "busy_executed"}),
    "error": ("Next command", "ERROR", "Refused.", {}, {"on": "command", "do": "error"}),
    "silent": ("Next command", "No answer", "Not executed, nothing said.", {}, {"on": "command", "do": "silent"}),
    "late": ("Next command", "Late", "Executed after a while.", SECONDS, {"on": "command", "do": "late"}),
    "stuck": ("Next command", "Never ends", "Busy to everything until AT+RST.", {}, {"on": "command", "do": "stuck"}),
    "lose": ("Next message", "Lose it", "What the module writes next is lost.", {}, {"on": "message", "do": "lose"}),
    "twice": ("Next message", "Twice", "What the module writes next comes twice.", {}, {"on": "message", "do": "twice"}),
    "ap_off": ("Network", "Access points off", "All of them, for a while.", SECONDS, {"on": "now", "do": "ap_off"}),
    "kick": ("Network", "Kick the station", "The access point drops it once.", {}, {"on": "now", "do": "kick"}),
    "no_lease": ("Network", "No DHCP", "Associated, but no address.", SECONDS, {"on": "now", "do": "no_lease"}),
    "dns_down": ("Network", "No DNS", "Names are not resolved.", SECONDS, {"on": "now", "do": "dns_down"}),
    "fin": ("Peers", "End all links", "The peers have sent their last byte.", {}, {"on": "now", "do": "fin"}),
    "rst": ("Peers", "Reset all links", "What was not read is gone.", {}, {"on": "now", "do": "rst"}),
    "stall": ("Peers", "Stall", "Nothing comes for a while.", SECONDS, {"on": "now", "do": "stall"}),
    "lose_links": ("Peers", "Links vanish", "They close and nobody says so.", {}, {"on": "now", "do": "lose_links"}),
    "close": (None, "Close this link", "The peer closes it.", {"link": number(0, 0, 31, "")}, {}),
}  # fmt: skip


def catalogue():
    """What the page shows."""
    return [{"id": name, "group": group, "label": label, "help": words, "fields": fields}
            for name, (group, label, words, fields, _) in FAULTS.items() if group]


def checked(field, value):
    """A value of the request as the rule wants it."""
    kind = field["type"]
    if kind == "way" and value in WAYS:
        return value
    if kind == "text" and isinstance(value, str) and 0 < len(value) <= TEXT_MOST:
        return value.encode().decode("latin-1")
    if kind == "number" and isinstance(value, (int, float)) and not isinstance(value, bool):
        if field["min"] <= value <= field["max"]:
            return value
    raise Refused("a value is out of range")


def inject(module, request):
    """Do or arm what the page asks for; gives a sentence for the log."""
    name = request.get("fault") if isinstance(request, dict) else None
    known = FAULTS.get(name) if isinstance(name, str) else None
    if known is None or not module.parts:
        raise Refused("no such fault" if known is None else "the module is starting")
    _, label, _, fields, rule = known
    values = {key: checked(field, request.get(key)) for key, field in fields.items()}
    for key in ("n", "times", "link"):
        if key in values:
            values[key] = int(values[key])
    if name == "close":
        return close_link(module, values["link"])
    arm(module, {**rule, **values})
    what = " ".join(str(value).replace("_", " ") for value in values.values())
    return f"{label} {what}".strip()


def close_link(module, number):
    link = module.net.links.get(number)
    if link is None:
        raise Refused("there is no such link")
    link.close()
    return f"Link {number} closed"


def arm(module, rule):
    faults = module.faults
    way = rule.pop("way", None)
    if rule.get("do") == "say":
        rule["text"] = f"\r\n{rule['text']}\r\n"
    if rule.get("on") == "now":
        actions.on_module(faults, rule)
    elif way:
        faults.rules.append({**rule, "on": way, "at": faults.passed[way]})
    else:
        faults.rules.append(rule)
