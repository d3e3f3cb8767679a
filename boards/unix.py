"""MicroPython's unix port or CPython, with a simulated module at the other end of a TCP connection.

ESPAT_PORT names it, "host:port", 127.0.0.1:7000 without; `make sim` starts one. Settings of the
examples come from the environment: ESPAT_SSID, ESPAT_PASSWORD ...
"""

import io
import os
import select
import sys

if sys.implementation.name == "micropython":
    import usocket as socket  # the built-in one, also where `socket` already means the module

    _Stream = io.IOBase
else:
    import socket

    _Stream = object

_CHUNK = 4096


class Line(_Stream):
    """A UART-shaped port over a TCP connection; see espat/uart.py for its calls. address: "host:port"."""

    hide = False

    def __init__(self, address):
        host, port = address.split(":")
        self._sock = socket.socket()
        self._sock.connect(socket.getaddrinfo(host, int(port))[0][-1])
        self._sock.setblocking(False)
        self._poll = select.poll()
        self._poll.register(self._sock, select.POLLIN)

    def any(self):
        """How many bytes may be asked for; a socket does not tell how many there are."""
        return _CHUNK

    def readinto(self, buf, n):
        """Read what is there, up to n bytes, to the start of buf. A line that was cut stays silent."""
        if _Stream is io.IOBase:
            return self._sock.readinto(buf, n) or 0
        try:
            return self._sock.recv_into(buf, n)
        except OSError:
            return 0

    def write(self, buf, off, n):
        """Write some of buf[off:off+n]."""
        if _Stream is io.IOBase:
            return self._sock.write(buf, off, n) or 0
        try:
            return self._sock.send(memoryview(buf)[off : off + n])
        except BlockingIOError:
            return 0

    def wait(self, ms):
        """Sleep until something comes in, at most ms."""
        if _Stream is io.IOBase:
            self._poll.ipoll(ms)
        else:
            self._poll.poll(ms)

    def baud(self, rate):
        """The simulated line follows the module's rate by itself."""

    def ioctl(self, request, arg):
        """A program may poll the line: the kernel does it."""
        return self._sock.fileno() if request == 10 else -22

    def close(self):
        """Unplug the line."""
        self._sock.close()


def port():
    """The line to the simulated module."""
    return Line(os.getenv("ESPAT_PORT") or "127.0.0.1:7000")


def setting(name, default=None):
    """A setting of the examples, such as "ssid": ESPAT_SSID, or the default."""
    value = os.getenv("ESPAT_" + name.upper())
    return default if value is None else value


def modem(**options):
    """The module, brought up; options: see espat.Modem."""
    import espat

    return espat.Modem(port(), **options)
