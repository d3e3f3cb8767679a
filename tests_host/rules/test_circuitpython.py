"""What CircuitPython boards lack stays out of the files they load (the facades of MicroPython's modules aside)."""

import ast

import pytest

from rules import source

# MicroPython's modules, their parts, and Bluetooth's
NOT_LOADED = {"network", "socket", "ssl", "settings", "softap", "lan", "streams"}
THREADS = {"turn", "rlock"}  # loaded where there is _thread
MISSING = {
    "uasyncio", "ubinascii", "uctypes", "uerrno", "uhashlib", "uio", "ujson", "uos", "uselect", "usocket", "ussl", "ustruct",
    "utime", "network", "socket", "tls", "bluetooth", "rp2", "esp", "_thread",
}
ATTRIBUTES = {
    "cast": "memoryview.cast",
    "print_exception": "sys.print_exception",
    "schedule": "micropython.schedule",
    "native": "@micropython.native does not compile on boards",
    "viper": "@micropython.viper does not compile on boards",
    "IOBase": "io.IOBase is not on every board: getattr(io, \"IOBase\", object)",
    "ticks_ms": "time.ticks_ms; espat.ticks has it",
    "sleep_ms": "time.sleep_ms; espat.ticks has it",
}


def shared_files():
    return [p for p in source.lib_files() if p.parent.name != "ble" and p.stem not in THREADS
            and not (p.parent.name == "net" and p.stem in NOT_LOADED)]


def problems(root):
    """(line, what) of everything in a file that a CircuitPython board has not."""
    guarded = {id(inner) for node in ast.walk(root) if isinstance(node, ast.Try) and _expects_import_error(node)
               for statement in node.body for inner in ast.walk(statement)}
    for node in ast.walk(root):
        if isinstance(node, ast.Attribute) and node.attr in ATTRIBUTES:
            yield node.lineno, ATTRIBUTES[node.attr]
        if id(node) not in guarded:
            yield from _imports(node)


def _expects_import_error(node):
    return any(handler.type and getattr(handler.type, "id", "") == "ImportError" for handler in node.handlers)


def _imports(node):
    if isinstance(node, ast.Import):
        names = [(alias.name, None) for alias in node.names]
    elif isinstance(node, ast.ImportFrom) and not node.level:
        names = [(node.module, alias.name) for alias in node.names]
    else:
        names = []
    for module, name in names:
        if module.split(".")[0] in MISSING | {"machine"}:
            yield node.lineno, f"module {module}"
        elif module == "micropython" and name != "const":
            yield node.lineno, f"micropython.{name}"
        elif module == "time" and name and name.startswith(("ticks", "sleep_")):
            yield node.lineno, f"time.{name}"
        elif module == "io" and name == "IOBase":
            yield node.lineno, ATTRIBUTES["IOBase"]


@pytest.mark.parametrize("path", shared_files(), ids=source.ids)
def test_circuitpython_has_all_of_it(path):
    found = [f"{source.name(path)}:{line} {what}" for line, what in problems(source.tree(path))]
    assert not found, found


def test_the_rule_bites():
    text = '''
import usocket, io, machine
from micropython import schedule, const
from time import sleep_ms
from io import IOBase
try:
    from machine import idle
except ImportError:
    idle = None
@micropython.native
def f(a, m):
    class S(io.IOBase): pass
    return memoryview(a).cast("B"), m.ticks_ms()
'''
    assert sorted(line for line, _ in problems(ast.parse(text))) == [2, 2, 3, 4, 5, 10, 12, 13, 13]
