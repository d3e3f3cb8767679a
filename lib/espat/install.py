"""Puts the facades into sys.modules; leaves the memory again."""

import sys


def install(modem):
    """See Modem.install()."""
    if sys.implementation.name == "circuitpython":
        from espat import circuitpython

        return circuitpython.install(modem)
    from espat.net import network
    from espat.spare import Later

    network.use(modem)
    named = [
        ("socket usocket", Later("espat.net.socket", modem)), ("network", network), ("ssl ussl tls", Later("espat.net.ssl"))]
    if modem.has(b"+BLEINIT"):
        named.append(("bluetooth ubluetooth", Later("espat.ble.bluetooth", modem)))
    for names, module in named:
        for name in names.split():
            sys.modules[name] = module
    del sys.modules["espat.install"]
    delattr(sys.modules["espat"], "install")
