"""Puts the facades into sys.modules; leaves the memory again."""

import sys


def install(modem):
    """See Modem.install()."""
    if sys.implementation.name == "circuitpython":
        from espat import circuitpython

        return circuitpython.install(modem)
    from espat.spare import Later

    named = [("socket usocket", "net.socket", modem), ("network", "net.network", modem), ("ssl ussl tls", "net.ssl", None)]
    if modem.has(b"+BLEINIT"):
        named.append(("bluetooth ubluetooth", "ble.bluetooth", modem))
    for names, module, told in named:
        later = Later("espat." + module, told)
        for name in names.split():
            sys.modules[name] = later
    del sys.modules["espat.install"]
    delattr(sys.modules["espat"], "install")
