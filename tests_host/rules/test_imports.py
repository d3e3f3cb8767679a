"""Who may import whom: a module of lib/ imports only from lower levels, never sideways (docs/design.md, Layers)."""

import ast
import fnmatch
import sys

import pytest

from rules import source

# From the bottom up. A file is given by its path below lib/espat without .py; at_* stands for every command group.
LEVELS = (
    ("0", "reasons advice"),
    ("0", "meanings"),
    ("0", "codenames"),
    ("0", "bytesio board"),
    ("0", "answers args ticks ring names text"),
    ("0", "errors check counted"),
    ("0", "ranges"),
    ("0", "rlock"),
    ("0", "alone"),
    ("0", "turn"),
    ("0", "spare"),
    ("1", "reports"),
    ("1", "parser"),
    ("2", "engine block"),
    ("3", "busio_uart"),
    ("3", "uart spi tap"),
    ("3", "busio_spi rp2_uart"),
    ("4", "resync"),
    ("4", "step"),
    ("4", "replay"),
    ("4", "at"),
    ("4", "aio"),
    ("5", "ble/lines"),
    ("5", "net/at_tcp net/at_wifi"),
    ("5", "at_* net/at_* ble/at_*"),
    ("6", "rescue"),
    ("6", "checkup"),
    ("6", "bringup net/link ble/conn ble/pump ble/where ble/trouble"),
    ("6", "net/survey net/clients"),
    ("6", "net/traffic"),
    ("6", "net/links ble/conns"),
    ("5", "plainline"),
    ("6", "files pins pins_spi watch pipe"),
    ("7", "mount ota sleep net/provision net/passthrough net/rawdownload"),
    ("7", "net/options net/store net/settings net/clock net/inbox"),
    ("7", "net/mqtt_inbox"),
    ("7", "net/softap net/lan net/joining"),
    ("7", "net/reading"),
    ("7", "net/listening"),
    ("7", "net/udp net/server"),
    ("7", "net/tls_server net/tls_client"),
    ("7", "net/sock"),
    ("7", "ble/power ble/reports"),
    ("7", "ble/services"),
    ("7", "ble/central ble/advertise ble/gattc ble/gatts ble/values ble/pairing ble/settings"),
    ("7", "ble/hid ble/blufi ble/a2dp ble/classic"),
    ("7", "ble/discovery"),
    ("8", "net/constants"),
    ("8", "net/network net/socket net/ssl net/tls net/streams net/socketpool net/radio ble/bluetooth ble/pipe"),
    ("8", "ble/bleio_types"),
    ("8", "ble/bleio_gatt ble/bleio_buffers ble/bleio_scan"),
    ("8", "ble/bleio_conn"),
    ("8", "ble/spp ble/bleio"),
    ("8", "circuitpython/ipaddress circuitpython/networks circuitpython/ssl circuitpython/socketpool circuitpython/mdns"),
    ("8", "circuitpython/access_point circuitpython/settings"),
    ("8", "circuitpython/wifi"),
    ("8", "circuitpython/__init__"),
    ("8", "net/mqtt net/http net/websocket"),
    ("8", "install"),
    ("9", "modem"),
    ("9", "__init__ net/__init__ ble/__init__"),
)
# Modules of the board that only these files may know
PLACES = {
    "time": "ticks net/clock",
    "supervisor": "ticks",
    "machine": "uart rp2_uart spi bringup net/clock",
    "busio": "uart spi",
    "digitalio": "uart spi",
    "asyncio": "aio net/streams ble/pump",
}
# Not on every board, or costly there
NEVER = {
    "typing", "re", "enum", "dataclasses", "functools", "contextlib", "weakref", "abc", "logging", "collections",
    "itertools", "operator", "inspect", "threading", "warnings", "traceback", "copy", "pathlib", "json", "__future__",
}


def _key(path):
    return str(path.relative_to(source.LIB / "espat").with_suffix(""))


def _level(key):
    for rank, (_, names) in enumerate(LEVELS):
        if any(fnmatch.fnmatchcase(key, pattern) and key.count("/") == pattern.count("/") for pattern in names.split()):
            return rank
    return None


def _imports(path):
    dotted = source.module(path)
    package = dotted if path.name == "__init__.py" else dotted.rpartition(".")[0]
    return sorted(set(source.imports(source.tree(path), package)))


@pytest.mark.parametrize("path", source.lib_files(), ids=source.ids)
def test_every_file_has_a_level(path):
    assert _level(_key(path)) is not None, f"give {source.name(path)} a level in LEVELS here and in docs/design.md"


@pytest.mark.parametrize("path", source.lib_files(), ids=source.ids)
def test_imports_go_down_only(path):
    own = _level(_key(path))
    for dotted, line in _imports(path):
        if dotted.split(".")[0] != "espat":
            continue
        assert source.is_lib_module(dotted), f"{source.name(path)}:{line} imports {dotted}, which lib/ does not have"
        target = source.LIB.joinpath(*dotted.split("."))
        key = _key(target / "__init__.py" if target.is_dir() else target.with_suffix(".py"))
        if own is None or _level(key) is None:
            continue  # test_every_file_has_a_level tells
        assert _level(key) < own, (
            f"{source.name(path)}:{line} (level {LEVELS[own][0]}) imports {dotted} (level {LEVELS[_level(key)][0]}); "
            "a module imports only from lower levels, never sideways")


@pytest.mark.parametrize("path", source.lib_files(), ids=source.ids)
def test_outside_imports(path):
    for dotted, line in _imports(path):
        top = dotted.split(".")[0]
        where = f"{source.name(path)}:{line}"
        assert top not in NEVER, f"{where} imports {top}, which boards lack or pay too much for"
        allowed = PLACES.get(top)
        assert allowed is None or _key(path) in allowed.split(), f"{where} imports {top}; only {allowed} may"


def test_inner_package_files_import_nothing_when_loaded():
    """Whoever imports espat.ble does not pay for what else lies there; espat itself brings Modem and the errors."""
    for path in source.LIB.glob("espat/*/__init__.py"):
        for node in source.tree(path).body:
            is_import = isinstance(node, (ast.Import, ast.ImportFrom))
            assert not is_import, f"{source.name(path)}:{node.lineno}: import in functions only"


def _espsim_files():
    return sorted((source.TOP / "tests_host/espsim").rglob("*.py"))


@pytest.mark.parametrize("path", _espsim_files(), ids=source.ids)
def test_espsim_stands_alone(path):
    """The simulated module reads the guide by itself (nothing of espat) and runs on the standard library.

    Only the optional radio through which other Bluetooth stacks meet it may use Bumble.
    """
    known = {*sys.stdlib_module_names, "espsim"}
    if path.parent.name == "radio_bumble":
        known.update(("bumble", "cryptography"))  # Bumble brings it along
    package = ".".join(path.parent.relative_to(source.TOP / "tests_host").parts)
    for dotted, line in source.imports(source.tree(path), package):
        where = f"{source.name(path)}:{line} imports {dotted}"
        assert dotted.split(".")[0] != "espat", f"{where}: two readings of the guide must stay independent"
        assert dotted.split(".")[0] in known, f"{where}: the simulated module runs on the standard library alone"


def test_the_rule_bites(tmp_path, monkeypatch):
    """A sideways import, hidden in a function and written relatively, is found."""
    monkeypatch.setattr(source, "LIB", tmp_path)
    net = tmp_path / "espat/net"
    net.mkdir(parents=True)
    for name in ("__init__", "socket"):
        (net / f"{name}.py").write_text("")
    (net / "ssl.py").write_text("def f():\n    from . import socket\n    import re\n")
    with pytest.raises(AssertionError, match="sideways"):
        test_imports_go_down_only(net / "ssl.py")
    with pytest.raises(AssertionError, match="imports re"):
        test_outside_imports(net / "ssl.py")
