"""MicroPython's unix port or CPython, with a simulated module on an SPI bus that reaches it over a TCP connection.

ESPAT_SPI names it, "host:port"; `make sim ARGS="--spi 127.0.0.1:7001"` starts one. Otherwise it is boards/unix.py: this file lies
beside it as espat_board.py, and that one as unix.py. The frames that stand for the bus: see tests_host/espsim/spi.py.
"""

import os
import select
import sys

import unix
from espat.spi import Spi
from unix import setting, socket, ticker  # noqa: F401

_MICROPYTHON = sys.implementation.name == "micropython"
_WAITALL = 0x100
_READ = 2  # frames of the module: 0 and 1 are the handshake's level, 4 and 5 too, as an answer
_ANSWER = 4


class Bus:
    """Shaped like machine.SPI, and like the pins that belong to it: call it to set chip select, ask its value() for the
    handshake. address: "host:port"."""

    def __init__(self, address):
        host, port = address.split(":")
        self._sock = socket.socket()
        self._sock.connect(socket.getaddrinfo(host, int(port))[0][-1])
        self._sock.setsockopt(6, 1, 1)  # TCP_NODELAY
        self._poll = select.poll()
        self._poll.register(self._sock, select.POLLIN)
        self._ready = self._poll.ipoll if _MICROPYTHON else self._poll.poll
        self._put = self._sock.write if _MICROPYTHON else self._sock.sendall
        self._head = bytearray(3)
        self._byte = bytearray(1)
        self._low, self._high = b"\0", b"\1"
        self.selected = False
        self.level = 0
        self.cut = False

    def _get(self, buf, n):
        # exactly n bytes; a connection that was cut is a bus without a module
        try:
            k = self._sock.readinto(buf, n) if _MICROPYTHON else self._sock.recv_into(buf, n, _WAITALL)
        except OSError:
            k = 0
        self.cut = self.cut or k != n
        return not self.cut

    def _until(self, kind):
        while self._get(self._byte, 1):
            byte = self._byte[0]
            if byte != _READ:
                self.level = byte & 1
            if byte & 6 == kind:
                return True
        self.level = 0
        return False

    def _frame(self, kind, n):
        head = self._head
        head[0] = kind
        head[1] = n & 255
        head[2] = n >> 8
        self._out(head)

    def _out(self, data):
        try:
            if not self.cut:
                self._put(data)
        except OSError:
            self.cut = True

    def write(self, buf):
        """Clock bytes out."""
        self._frame(2, len(buf))
        self._out(buf)

    def readinto(self, buf, write=0):
        """Clock bytes in."""
        self._frame(3, len(buf))
        if self._until(_READ):
            self._get(buf, len(buf))

    def __call__(self, level):
        """Chip select."""
        if level == self.selected:
            self.selected = not level
            self._out(self._high if level else self._low)
            if level:
                self._until(_ANSWER)

    def value(self):
        """The handshake's level."""
        while not self.cut and self.wait(0) and self._get(self._byte, 1):
            self.level = self._byte[0] & 1
        return 0 if self.cut else self.level

    def wait(self, ms):
        """Whether the handshake moves within ms."""
        for _ in self._ready(ms):
            return True
        return False

    def close(self):
        """Unplug the bus."""
        self._sock.close()


class Port(unix.Stream, Spi):
    """Spi that sleeps until the handshake moves."""

    def __init__(self, address):
        self.bus = Bus(address)
        Spi.__init__(self, self.bus, self.bus, self.bus)

    def wait(self, ms):
        """See espat/uart.py."""
        if self._error or self.bus.cut or self._resting:
            Spi.wait(self, ms)
        elif not self.bus.level:  # no call that reads: a ticker may strike in the middle
            self.bus.wait(ms)

    def ioctl(self, request, arg):
        """A program may poll the port: the kernel does it."""
        return self.bus._sock.fileno() if request == 10 else -22


def port():
    """The bus to the simulated module."""
    return Port(os.getenv("ESPAT_SPI") or os.getenv("ESPAT_PORT") or "127.0.0.1:7001")


def modem(**options):
    """The module, brought up; options: see espat.Modem."""
    import espat

    if _MICROPYTHON:
        options.setdefault("ticker", unix.ticker)
    return espat.Modem(port(), **options)
