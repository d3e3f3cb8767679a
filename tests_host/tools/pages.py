"""Writes docs/groups/ (one page per group of commands, made from the docstrings and a runnable example), docs/recipes.md
and docs/firmware.md.

    python tests_host/tools/pages.py            writes the pages (this is `make docs`)
    python tests_host/tools/pages.py --check    says which are not what the code would give now
"""

import ast
import pathlib
import re
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests_host"))
DOCS = TOP / "docs"
PAGES = DOCS / "groups"
LIB = TOP / "lib/espat"

# page: (title, modules that people use, modules of typed calls, examples)
GROUPS = {
    "basic": ("The module itself", [], ["at_basic", "at_system", "at_filter"], ["00_check_firmware"]),
    "wifi": ("Wi-Fi", [], ["net/at_wifi", "net/at_join", "net/at_ip", "net/at_scan", "net/at_station", "net/at_softap"],
             ["01_scan", "02_connect"]),
    "provisioning": ("Telling the module which network to join", ["net/provision"], ["net/at_prov", "net/at_webserver"],
                     ["38_provisioning"]),
    "links": ("TCP, UDP, TLS, servers, Ethernet", [],
              ["net/at_tcp", "net/at_links", "net/at_manual", "net/at_server", "net/at_tls", "net/at_dns", "net/at_eth"],
              ["03_http_get", "05_udp"]),
    "passthrough": ("Passthrough", ["net/passthrough", "pipe", "net/rawdownload"], ["net/at_passthrough"], ["36_passthrough"]),
    "time": ("Time, ping, mDNS", ["net/clock"], ["net/at_sntp"], ["37_time"]),
    "mqtt": ("MQTT", ["net/mqtt", "net/inbox"], ["net/at_mqtt"], ["30_mqtt_at"]),
    "http": ("HTTP", ["net/http"], ["net/at_http"], ["31_http_download"]),
    "websocket": ("WebSocket", ["net/websocket", "net/inbox"], ["net/at_ws"], ["32_websocket"]),
    "files": ("Files", ["files", "mount"], ["at_fs"], ["33_files"]),
    "firmware": ("New firmware", ["ota"], ["at_ota"], ["34_ota"]),
    "sleep": ("Sleep", ["sleep"], ["at_sleep"], ["39_sleep"]),
    "pins": ("The module's pins: ADC, PWM, I2C, SPI", ["pins", "pins_spi"], ["at_driver"], ["35_sensor_on_module"]),
    "store": ("What the module keeps: values, certificates, RAM", ["net/store"], ["at_mfg", "at_user"], ["40_store"]),
    "ble": ("Bluetooth Low Energy", [],
            ["ble/at_gap", "ble/at_adv", "ble/at_advex", "ble/at_conn", "ble/at_discover", "ble/at_values",
             "ble/at_services", "ble/at_sec", "ble/at_blespp", "ble/at_blufi", "ble/at_hid"],
            ["20_ble_scan", "21_ble_peripheral", "22_ble_central"]),
    "classic": ("Classic Bluetooth: serial port, audio", [], ["ble/at_classic", "ble/at_btspp", "ble/at_a2dp"], ["25_spp"]),
}  # fmt: skip
# (title, what to know, example)
RECIPES = [
    ("Is the module there, and well?", "Run this first. It looks for baud rate and wiring faults, and says what to do.",
     "00_check_firmware"),
    ("Join a network", "`network.WLAN` as on a board with Wi-Fi. The module joins again when the access point comes back.",
     "02_connect"),
    ("Fetch a page", "`requests` runs unchanged over the module's links.", "03_http_get"),
    ("Fetch a page over TLS, verified", "The CA goes into the module; verification needs the time, which is set first.",
     "11_tls_get"),
    ("MQTT", "Any client written for `socket` works; this one is umqtt.simple's shape.", "04_mqtt"),
    ("MQTT by the module", "The module keeps the connection, and the board saves the memory of a client.", "30_mqtt_at"),
    ("A TCP server", "One listening port, up to five clients.", "10_tcp_server"),
    ("Several things at once", "asyncio streams over the module, while another task goes on.", "06_asyncio_client"),
    ("The board's own access point", "Whoever joins reaches the board.", "15_softap"),
    ("Set up by phone", "The board's own network shows a page that asks which network to join: a captive portal.", "41_portal"),
    ("A download larger than the memory", "The module's HTTP client hands the body over piece by piece.", "31_http_download"),
    ("A thermometer over Bluetooth LE", "The `bluetooth` module as MicroPython has it.", "21_ble_peripheral"),
    ("Set the clock", "The module asks time servers; the board's clock follows.", "37_time"),
    ("New firmware for the module", "From a URL, and back to the old one.", "34_ota"),
]
RECIPES_HEAD = """# Recipes

Each is a program of `examples/`, shown whole, and the tests run it as it stands. `espat_board` is the file of `boards/` that
fits your board; `setting()` there gives network name, password and addresses, from settings.py on the board.
"""
FIRMWARE_HEAD = """# Firmware

What espat meets in the field, and which commands each has. The tables are made by `make docs` from espsim's profiles, which
the tests compare with recorded exchanges and the guide. espat itself asks the module (AT+CMD?, or by trying) and compares no
versions.

| profile | chip | command set | links | longest send | highest baud rate | commands |
|---|---|---|---|---|---|---|"""
FIRMWARE_COMMANDS = """
`esp32-3.4` has every build option switched on, as the guide describes it; the others are Espressif's default builds.

## Commands
"""
SECTION = re.compile(r"\b3\.\d+\.\d+\b")


def _key(section):
    return [int(n) for n in section.split(".")]


def sections(modules):
    """The guide's sections that the docstrings name, in order."""
    found = set()
    for name in modules:
        found.update(SECTION.findall((LIB / (name + ".py")).read_text()))
    return sorted(found, key=_key)


def signature(node, owner=None):
    """How a function is called, its types without the quotes that older Pythons need."""
    arguments = re.sub(r": '([^']+)'", r": \1", ast.unparse(node.args))
    if owner:
        arguments = arguments.removeprefix("self").removeprefix(", ")
    return f"{node.name}({arguments})"


def body(docstring):
    """A docstring as Markdown: code stays code."""
    lines = ast.literal_eval(repr(docstring)).splitlines()
    indent = min((len(line) - len(line.lstrip()) for line in lines[1:] if line.strip()), default=0)
    lines = lines[:1] + [line[indent:] for line in lines[1:]]
    out = []
    for line in lines:
        code = line.startswith("    ")
        if code != (bool(out) and out[-1].startswith("    ")) and line.strip() and out and out[-1].strip():
            out.append("")
        out.append(line.replace("<", "&lt;") if not code else line)
    return "\n".join(out).strip()


def public(nodes):
    """Functions and classes without underscore, with a docstring."""
    for node in nodes:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_") and ast.get_docstring(node):
            yield node


def is_property(node):
    return any(getattr(d, "id", "") == "property" for d in node.decorator_list)


def of_class(node):
    """A class and its methods."""
    start = next((n for n in node.body if isinstance(n, ast.FunctionDef) and n.name == "__init__"), None)
    call = signature(start, node).removeprefix("__init__") if start else "(...)"
    yield f"### {node.name}{call}\n"
    yield body(ast.get_docstring(node, clean=False)) + "\n"
    for method in public(node.body):
        if isinstance(method, ast.FunctionDef):
            name = method.name if is_property(method) else signature(method, node)
            yield f"**{name}**\n\n{body(ast.get_docstring(method, clean=False))}\n"


def of_module(name):
    """A module's part of a page."""
    root = ast.parse((LIB / (name + ".py")).read_text())
    yield f"## espat.{name.replace('/', '.')}\n"
    yield body(ast.get_docstring(root, clean=False)) + "\n"
    for node in public(root.body):
        if isinstance(node, ast.ClassDef):
            yield from of_class(node)
        else:
            yield f"**{signature(node)}**\n\n{body(ast.get_docstring(node, clean=False))}\n"


def page(group):
    """One page as text."""
    title, classes, calls, examples = GROUPS[group]
    lines = [f"# {title}\n", "Made from the docstrings by `make docs`; change them instead.\n"]
    found = sections([*classes, *calls])
    lines.append("In Espressif's guide: " + ", ".join(found) + ".\n" if found else "")
    for name in examples:
        text = (TOP / "examples" / (name + ".py")).read_text()
        lines.append(f"## Example: examples/{name}.py\n\n```python\n{text.rstrip()}\n```\n")
    for name in [*classes, *calls]:
        lines.extend(of_module(name))
    return "\n".join(lines).rstrip() + "\n"


def index():
    """The list of pages."""
    rows = [f"| [{title}]({group}.md) | {', '.join(f'`{name}`' for name in [*classes, *calls])} |"
            for group, (title, classes, calls, _) in GROUPS.items()]
    head = ["# ESP-AT's commands by group", "", "Every call takes the modem first. A refusal is `espat.errors.AtRefused`.", ""]
    return "\n".join([*head, "| page | modules below `espat` |", "|---|---|", *rows]) + "\n"


def recipes():
    """docs/recipes.md: short programs that the tests run."""
    lines = [RECIPES_HEAD]
    for title, words, name in RECIPES:
        code = (TOP / "examples" / (name + ".py")).read_text().rstrip()
        lines.append(f"## {title}\n\n{words}\n\n```python title=\"examples/{name}.py\"\n{code}\n```\n")
    return "\n".join(lines)


def firmware():
    """docs/firmware.md: which command which firmware has, as espsim's profiles know it."""
    from espsim import command, profile

    command.load()
    lines = profile.PROFILES
    head = [FIRMWARE_HEAD]
    names = sorted(name for name in command.COMMANDS if name.startswith("+"))
    for name, one in lines.items():
        count = sum(one.has(name) for name in names)
        version = ".".join(str(number) for number in one.version)
        head.append(f"| `{name}` | {one.chip} | {version} | {one.links} | {one.send_most} bytes | {one.most_baud:,} | {count} |")
    head.append(FIRMWARE_COMMANDS)
    head += ["| command | " + " | ".join(f"`{name}`" for name in lines) + " |", "|---" * (len(lines) + 1) + "|"]
    for name in names:
        marks = ["yes" if one.has(name) else "" for one in lines.values()]
        if any(marks):
            head.append(f"| AT{name} | " + " | ".join(marks) + " |")
    return "\n".join(head) + "\n"


def pages():
    """{path: text} of all that is made."""
    made = {PAGES / f"{group}.md": page(group) for group in GROUPS}
    return {PAGES / "README.md": index(), DOCS / "recipes.md": recipes(), DOCS / "firmware.md": firmware(), **made}


def stale():
    """Files that are not what the code would give now."""
    wanted = pages()
    there = {*PAGES.glob("*.md"), *(path for path in (DOCS / "recipes.md", DOCS / "firmware.md") if path.exists())}
    return sorted(str(path.relative_to(TOP)) for path in wanted.keys() | there
                  if path not in wanted or path not in there or path.read_text() != wanted[path])


def main():
    if "--check" in sys.argv:
        found = stale()
        print("\n".join(found) or "docs/ is up to date")
        return bool(found)
    PAGES.mkdir(parents=True, exist_ok=True)
    for path, text in pages().items():
        path.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
