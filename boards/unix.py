"""MicroPython's unix port or CPython, with a simulated module at the other end of a TCP connection.

ESPAT_PORT names it, "host:port", 127.0.0.1:7000 without; `make sim` starts one. Settings of the
examples come from the environment: ESPAT_SSID, ESPAT_PASSWORD ... On MicroPython a signal of the system
stands in for the boards' timers; while it runs, time-outs of the system's own sockets do not strike.
"""

import io
import os
import select
import sys
import time

_MICROPYTHON = sys.implementation.name == "micropython"
if _MICROPYTHON:
    import usocket as socket  # the built-in one, also where `socket` already means the module

    Stream = io.IOBase
else:
    import socket

    class Stream:
        """Only MicroPython's poll wants more of a port than ioctl()."""


_CHUNK = 4096
_EAGAIN = 11
_SIGALRM = 14
# MicroPython looks for Ctrl-C where it branches, as in `n or 0`: bytes that have just passed would not be counted
_COUNT = {None: 0}


class Line(Stream):
    """A UART-shaped port over a TCP connection; see espat/uart.py for its calls. address: "host:port"."""

    hide = False

    def __init__(self, address):
        host, port = address.split(":")
        self._sock = socket.socket()
        self._sock.connect(socket.getaddrinfo(host, int(port))[0][-1])
        self._sock.setsockopt(6, 1, 1)  # TCP_NODELAY: a wire hands every byte on at once
        self._sock.setblocking(False)
        self._poll = select.poll()
        self._poll.register(self._sock, select.POLLIN)
        self._take = self._sock.readinto if _MICROPYTHON else self._sock.recv_into
        self._last = None  # what reading has given last, 0 at the end

    def any(self):
        """How many bytes may be asked for; a socket does not tell how many there are."""
        return _CHUNK

    def readinto(self, buf, n):
        """Read what is there, up to n bytes, to the start of buf. A line that was cut stays silent."""
        try:
            self._last = n = self._take(buf, n)
            return _COUNT.get(n, n)
        except OSError as e:
            self._last = None if e.args[0] == _EAGAIN else 0
            return 0

    def write(self, buf, off, n):
        """Write some of buf[off:off+n]."""
        try:
            if _MICROPYTHON:
                n = self._sock.write(buf, off, n)
                return _COUNT.get(n, n)
            return self._sock.send(memoryview(buf)[off : off + n])
        except OSError:
            return 0

    def wait(self, ms):
        """Sleep until something comes in, at most ms."""
        if self._last == 0:  # polled, a line that was cut would be ready for ever
            time.sleep(0.001)
        elif _MICROPYTHON:
            try:
                self._poll.ipoll(ms)
            except OSError:  # the ticker's signal came between the system's call and its errno
                pass
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


def ticker(ms, callback):
    """Call callback(None) every ms milliseconds between two steps of the program, also while it sleeps, as
    machine.Timer does on boards: what is gathered for sending leaves in time. None where there is no ffi.

    Nothing may allocate inside a signal handler: it only asks MicroPython to call back soon.
    """
    try:
        import ffi
        from micropython import schedule
    except ImportError:
        return None
    asked = bytearray(1)  # signals since the callback ran last

    def run(_):
        asked[0] = 0
        callback(None)

    def strike(_):
        # once is enough; a signal in the midst of MicroPython's own bookkeeping leaves it waiting unseen, so ask again
        n = asked[0] = (asked[0] + 1) & 15
        if n == 1:
            try:
                schedule(run, None)
            except RuntimeError:  # its queue is full
                pass

    libc = ffi.open(None)
    alarm = libc.func("I", "ualarm", "II")
    handler = ffi.callback("v", strike, "i", lock=True)
    libc.func("p", "signal", "iC")(_SIGALRM, handler)  # this one lets interrupted system calls go on
    alarm(ms * 1000, ms * 1000)
    sys.atexit(lambda: alarm(0, 0))  # a signal must not find the interpreter gone
    return handler


def modem(**options):
    """The module, brought up; options: see espat.Modem."""
    import espat

    if _MICROPYTHON:
        options.setdefault("ticker", ticker)
    return espat.Modem(port(), **options)
