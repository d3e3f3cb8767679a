"""A TCP download beside a program of upstream, which knows nothing of it: the ticker takes what has come.

The peer is ble/trickle.py's Server.
"""

from binascii import crc32

import espat_board

_downloads = []


def ticker(ms, callback):
    """The board's ticker, which looks at the downloads too."""

    def strike(timer):
        callback(timer)
        for download in _downloads:
            download.read()

    return espat_board.ticker(ms, strike)


class Download:
    """Goes on from now on, until its end(). result: a file for what has arrived."""

    def __init__(self, modem, port, result):
        self.result = result
        self.sock = modem.socket()
        self.sock.connect(("127.0.0.1", int(port)))
        self.sock.settimeout(0)
        self.n = self.crc = 0
        self.error = None
        _downloads.append(self)

    def read(self):
        """Take what is there; False at the end. What goes wrong is told in the end."""
        try:
            data = self.sock.read(512)
        except OSError as e:
            self.error = self.error or e
            return False
        if data:
            self.n += len(data)
            self.crc = crc32(data, self.crc)
        return data != b""

    def end(self):
        """Have the peer stop, and take the rest; in the file: bytes, their checksum, bytes before the peer was to stop."""
        _downloads.remove(self)
        beside = self.n
        self.sock.settimeout(10)
        self.sock.write(b"stop\n")
        while self.read():
            pass
        self.sock.close()
        with open(self.result, "w") as f:
            f.write(repr(self.error or (self.n, self.crc, beside)))
