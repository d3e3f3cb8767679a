"""Runs one function of a program on CPython as a CircuitPython board would run it.

    python circuit.py PROGRAM.py FUNCTION '[arguments as JSON]'
    python circuit.py PROGRAM.py

With a function, the last line it prints is RESULT and the value as JSON. What is like CircuitPython:
- sys.implementation says so, so libraries take the branches they take on a board;
- annotations are not evaluated (libraries name types that boards do not have), though no file is changed;
- espat sees only what boards have of io and time: no IOBase, no ticks_ms, no sleep_ms; supervisor.ticks_ms() wraps;
- there is no machine module, no timer, no ticker.
"""

import __future__

import importlib.machinery
import importlib.util
import json
import sys
import types

OURS = ("espat", "adafruit_")
HAS = {"io": ("BytesIO", "StringIO", "open"),
       "time": ("sleep", "monotonic", "monotonic_ns", "time", "localtime", "mktime", "struct_time")}


def _poorer(name):
    """A module with what CircuitPython boards have of it."""
    module = types.ModuleType(name)
    module.__dict__.update({key: getattr(sys.modules[name], key) for key in HAS[name]})
    return module


class Loader(importlib.machinery.SourceFileLoader):
    """Compiles like CircuitPython; espat's modules import the poorer io and time."""

    def get_code(self, fullname):
        flags = __future__.annotations.compiler_flag
        return compile(self.get_data(self.path), self.path, "exec", flags, dont_inherit=True)

    def exec_module(self, module):
        full = {name: sys.modules[name] for name in HAS}
        if module.__name__.startswith("espat."):
            sys.modules.update(POORER)
        try:
            super().exec_module(module)
        finally:
            sys.modules.update(full)


class Finder:
    """Finds the library and Adafruit's, where Python itself would find them."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if not name.startswith(OURS):
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec and isinstance(spec.loader, importlib.machinery.SourceFileLoader):
            spec.loader = Loader(spec.loader.name, spec.loader.path)
        return spec


def main(path, function=None, arguments="[]"):
    sys.implementation.name = "circuitpython"
    sys.implementation.version = (10, 0, 0)
    sys.meta_path.insert(0, Finder)
    spec = importlib.util.spec_from_file_location("program", path)
    program = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(program)
    if function:
        value = getattr(program, function)(*json.loads(arguments))
        print("RESULT", json.dumps(value))


if __name__ == "__main__":
    import io  # noqa: F401
    import time  # noqa: F401

    POORER = {name: _poorer(name) for name in HAS}
    main(*sys.argv[1:])
