"""The library on a PC: a module at a USB adapter, through pyserial. `python3 -m espat_host --help`."""

import pathlib
import sys
import types


def find_library():
    """Make `import espat` work from a checkout, and give CPython the one module of MicroPython that it asks for."""
    if "micropython" not in sys.modules:
        sys.modules["micropython"] = types.SimpleNamespace(const=lambda value: value)
    try:
        import espat
    except ImportError:
        sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))


find_library()
