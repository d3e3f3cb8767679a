"""Bluetooth LE on CircuitPython: nothing of it is loaded before a program uses it."""

import sys

from online import join


def lazily():
    join()
    before = [name for name in sys.modules if name.startswith("espat.ble")]
    import _bleio

    still = [name for name in sys.modules if name.startswith("espat.ble")]
    from _bleio import Address, adapter

    return before, still, str(Address(b"\6\5\4\3\2\1")), adapter is sys.modules["_bleio"].adapter, _bleio.UUID(0x180F).uuid16
