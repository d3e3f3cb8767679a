"""What stands before a program of upstream: the board's network is the module. on_module.py FILE [here]

It runs in the file's folder, or `here` in the one that is the current one.

ESPAT_DOWNLOAD: "<port> <file>"; what comes from there is taken beside the program, see beside.py. ESPAT_TLS: "module",
where upstream's port means TLS, or "plain"; "board" leaves MicroPython's own ssl and tls in their places. As on a board,
the module is served while the program waits for its console and when it has ended.
"""

import os
import sys
import time

import beside
import espat_board
import ffi
import unittest
from espat.net.sock import Socket

_SIGALRM = 14
_AFTER = 0.1  # seconds


def online():
    modem = espat_board.modem(ticker=beside.ticker)
    modem.install()
    import network

    wlan = network.WLAN(network.WLAN.IF_STA)
    wlan.active(True)
    wlan.connect(espat_board.setting("ssid"), espat_board.setting("password"))
    while not wlan.isconnected():
        modem.wait()
    if os.getenv("ESPAT_TLS") == "board":
        for name in "ssl ussl tls".split():
            del sys.modules[name]
    elif os.getenv("ESPAT_TLS") == "module":
        Socket.tls_ports += (8000,)  # upstream's port, see docs/usage.md
    ffi.open(None).func("i", "siginterrupt", "ii")(_SIGALRM, 1)
    where = os.getenv("ESPAT_DOWNLOAD")
    return where and beside.Download(modem, *where.split(" "))


def program(path, here=None):
    """The text of the program; its folder becomes where it is."""
    if not here:
        os.chdir(path.rpartition("/")[0])
    with open(path) as f:
        return f.read()


def main(download):
    text = program(*sys.argv[1:])
    if "" not in sys.path:
        sys.path.insert(0, "")  # upstream's runner takes it out
    del sys.modules["espat_board"]
    names = {"__name__": "__main__"}
    unittest.program = names
    try:
        exec(text, names)
        if download:
            download.end()
    finally:
        time.sleep(_AFTER)


main(online())
