"""unit/t_at_ranges.py has a row for every range the guide gives: its commands as data are walked, where they lie beside this
project (../shared/esp-at/commands.json; a clone alone does not have them, the rows themselves run everywhere).
"""

import ast
import json
import pathlib
import re

import pytest

TOP = pathlib.Path(__file__).resolve().parents[1]
ROWS = TOP / "tests_host/unit/t_at_ranges.py"
GUIDE = next((p for p in (TOP.parent / "shared/esp-at/commands.json",) if p.exists()), None)

# where espat takes more than the guide of ESP32, 3.4, and why
WIDER = {
    ("+RFPOWER", "ble_adv_power"): "chips after ESP32 count to 15",
    ("+CWJAP", "pwd"): "64 hexadecimal digits are a key",
    ("+CIPSTART", "link ID"): "builds with up to 16 links",
    ("+CIPSEND", "link ID"): "builds with up to 16 links",
    ("+CIPSENDL", "link ID"): "builds with up to 16 links",
    ("+CIPSENDEX", "link ID"): "builds with up to 16 links",
    ("+CIPSERVERMAXCONN", "num"): "builds with up to 16 links",
    ("+CWDHCP", "mode"): "bit 2 is Ethernet",
    ("+CWLAPOPT", "authmode mask"): "newer firmware knows more of them; 0xFFFF is the default",
    ("+CWAPPROTO", "protocol"): "chips with 802.11ax and 5 GHz",
    ("+CWSTAPROTO", "protocol"): "chips with 802.11ax and 5 GHz",
    ("+DRVADC", "channel"): "other chips have more channels",
}  # fmt: skip
# narrower, and what for
NARROWER = {
    ("+SYSMSGFILTERCFG", "head_regexp_len"): "0 is head=b\"\"",
    ("+SYSMSGFILTERCFG", "tail_regexp_len"): "0 is tail=b\"\"",
    ("+CWSAP", "ecn"): "0 goes with an empty password, 1 (WEP) is not supported",
    ("+HTTPCLIENT", "opt"): "1, HEAD, is head()",
    ("+CIPSERVER", "param2"): "a port behind mode 1",
    ("+SYSMFG", "type"): "7 and 8 are put()",
    ("+DRVSPIRD", "cmd_len"): "0 is no cmd",
    ("+DRVSPIRD", "addr_len"): "0 is no addr",
    ("+DRVSPIWR", "cmd_len"): "0 is no cmd",
    ("+DRVSPIWR", "addr_len"): "0 is no addr",
}  # fmt: skip
# parameters whose value is in the command's text because of which function is called
CHOSEN = {
    "+SAVETRANSLINK": "mode", "+SYSMSGFILTERCFG": "operator", "+SYSFLASH": "operation", "+SYSMFG": "operation",
    "+SYSREG": "direct", "+CWDHCPS": "enable", "+WPS": "enable", "+MDNS": "enable", "+CIPSERVER": "mode", "+CIPSNTPCFG": "enable",
    "+CIPDNS": "enable", "+HTTPCHEAD": "req_header_len", "+FS": "operation type", "+FSMOUNT": "mount",
    "+WSHEAD": "req_header_len", "+WEBSERVER": "enable", "+USERRAM": "operation", "+USERWKMCUCFG": "enable",
}  # fmt: skip
# truth values: whatever is given, 0 or 1 is sent
TRUTH = {
    "+SYSLOG": "status", "+SYSSTORE": "store_mode", "+CWMODE": "auto_connect", "+CWDHCP": "operate", "+CIPV6": "enable",
    "+CIPMUX": "mode", "+CIPMODE": "mode", "+CIPDINFO": "mode", "+HTTPCLIENT": "transport_type",
}  # fmt: skip
# tested on their own
ELSEWHERE = {
    ("+CIPSNTPCFG", "timezone"): "t_at_services.py: hours, or hhmm",
    ("+MQTTUSERCFG", "client_id"): "256 bytes do not fit into a line of 256",
    ("+CIPSENDL", "length"): "test_payloads_too_long_for_any_memory",
    ("+DRVADC", "atten"): "the guide's figures are what each of 0 to 3 measures",
    ("+DRVI2CWRBYTES", "data"): "its length has a row",
}  # fmt: skip
_NUMBER = r"(-?(?:0x)?[0-9a-fA-F]+)"
_RANGES = (
    re.compile(r"[Rr]ange:? ?(?:is )?(?:: )?\[" + _NUMBER + r", ?" + _NUMBER + r"\]"),
    re.compile(r"range is " + _NUMBER + " ~ " + _NUMBER),
    re.compile(r"Range: " + _NUMBER + r"(?: Hz)? ~ " + _NUMBER + "(?: (?:bits|bytes)|[^ M]|$)"),
    re.compile(r"Length: " + _NUMBER + " ~ " + _NUMBER),
    re.compile(r"limited to " + _NUMBER + " ~ " + _NUMBER),
    re.compile(r"\[" + _NUMBER + "," + _NUMBER + r"\]"),
)
_MOST = re.compile(r"(?:[Mm]aximum(?: length)?|MAX|max value)(?: of [a-z ]+)?(?: is)?:? (?:port )?" + _NUMBER + r"(?![\w:]| M)")


def tables():
    """{(command, parameter): (lowest, highest)} of the rows, without running them."""
    found = {}
    for node in ast.parse(ROWS.read_text()).body:
        if isinstance(node, ast.Assign) and node.targets[0].id in ("NUMBERS", "TEXTS", "BYTES"):
            for row in node.value.elts:
                name, parameter, low, high = row.elts[:4]
                found[name.value, parameter.value] = tuple(_int(n) for n in (low, high))
    return found


def _int(node):
    return eval(compile(ast.Expression(node), "row", "eval"), {"LONGEST": 0x7FFFFFFF})


def told(parameter):
    """(lowest, highest) that the guide gives for a parameter, None where it gives none; None for one end it leaves open."""
    values = parameter.get("values", [])
    text = " | ".join([parameter["text"], *values])
    for pattern in _RANGES:
        if found := pattern.search(text):
            low, high = int(found[1], 0), int(found[2], 0)
            zero = any(re.match(r"0(:| means)", value) for value in values)  # 0 stands apart: "0: off", "[1,7200]: ..."
            return (0 if zero and low == 1 else low), high
    if found := _MOST.search(text):
        return None, int(found[1], 0)
    bits = [int(found[1]) for value in values if (found := re.match(r"[Bb]it ?(\d+)", value))]
    if bits:
        return None, (2 << max(bits)) - 1
    numbers = [int(found[1], 0) for value in values if (found := re.match(_NUMBER + ":", value))]
    if re.search("set to 0, 1, or 2", text):
        numbers = [0, 2]
    return (min(numbers), max(numbers)) if len(numbers) > 1 else None


def walked():
    """(command, parameter, lowest, highest) of every parameter of a set command with a range."""
    for command in json.loads(GUIDE.read_text()):
        if command["group"] in ("ble", "bt"):
            continue
        name = command["name"].replace(" (deprecated)", "").removeprefix("AT")
        syntax = _letters(" ".join(line for form in command["forms"] if form["kind"] == "set" for line in form["syntax"]))
        for parameter in command["params"]:
            range_ = told(parameter)
            words = parameter["name"].strip('[]<>"').strip('<>"')
            if range_ and _letters(words) in syntax:
                yield name, words, *range_


def _letters(text):
    return re.sub("[^a-z0-9]", "", text.lower())


def needs_none(name, parameter):
    return parameter in CHOSEN.get(name, "").split() or parameter == TRUTH.get(name) or (name, parameter) in ELSEWHERE


def agrees(name, parameter, low, high, found):
    """Whether a row's range is the guide's, or another for a reason."""
    key = name, parameter
    same = (low is None or low == found[0]) and high == found[1]
    wider = key in WIDER and (low is None or found[0] <= low) and found[1] >= high
    return same or wider or key in NARROWER


@pytest.mark.skipif(GUIDE is None, reason="the guide's commands as data do not lie beside this clone")
def test_every_range_of_the_guide_has_its_row():
    rows = tables()
    wrong, seen = [], 0
    for name, parameter, low, high in walked():
        seen += 1
        found = rows.get((name, parameter))
        if not needs_none(name, parameter) and (found is None or not agrees(name, parameter, low, high, found)):
            wrong.append(f"AT{name} {parameter}: the guide says {low}..{high}, the row {found}")
    assert not wrong, "\n".join(wrong)
    assert seen > 180, "the walk finds less than there is"


@pytest.mark.skipif(GUIDE is None, reason="the guide's commands as data do not lie beside this clone")
def test_every_form_of_the_guide_is_listed():
    """What test_at_rows.py wants a row for is what the guide has."""
    from test_at_rows import GUIDE as listed

    letter = {"set": "=", "query": "?", "execute": "."}
    for command in json.loads(GUIDE.read_text()):
        name = command["name"].replace(" (deprecated)", "").removeprefix("AT").removeprefix("+")
        if command["group"] in ("ble", "bt") or "+++" in name or name == "E":  # ATE0 and ATE1 are two names there
            continue
        missing = {letter[form["kind"]] for form in command["forms"]} - set(listed[name])
        assert not missing or (name, missing) == ("CIPSEND", {"."}), (name, missing)  # Passthrough.enter() speaks it


def test_the_rows_are_read():
    rows = tables()
    assert rows["+CIPSTO", "time"] == (0, 7200) and rows["+CIPRECVDATA", "len"] == (1, 0x7FFFFFFF) and len(rows) > 190
    assert not set(WIDER) - set(rows) and not set(NARROWER) - set(rows), "reasons for rows that are not there"


def test_the_walk_bites():
    for text, values, range_ in (
        ("Range: [0,7200].", [], (0, 7200)), ("Maximum length: 32 bytes.", [], (None, 32)), ("", ["0: off", "2: on"], (0, 2)),
        ("Default: 1. Maximum: 7200.", ["0: never", "[1,7200]: seconds"], (0, 7200)), ("", ["bit0: b", "Bit 3: LR"], (None, 15)),
        ("Length: 8 ~ 63 bytes", [], (8, 63)), ("Range: 1 ~ 2048.", [], (1, 2048)), ("a port", [], None),
    ):  # fmt: skip
        assert told({"text": text, "values": values}) == range_, text
    assert agrees("+X", "y", 0, 3, (0, 3)) and not agrees("+X", "y", 0, 3, (0, 4)) and not agrees("+X", "y", 0, 3, (1, 3))
