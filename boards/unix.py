"""MicroPython's unix port or CPython, with a simulated module at the other end of a TCP connection.

ESPAT_PORT names it, "host:port", 127.0.0.1:7000 without; `make sim` starts one. Settings of the
examples come from the environment: ESPAT_SSID, ESPAT_PASSWORD ... On MicroPython a thread with
a signal of the system stands in for the boards' timers; while it runs, time-outs of the system's own sockets do not strike.
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


def setting(name, *default):
    """A setting of the examples, such as "ssid": ESPAT_SSID, or the default. Raises ValueError."""
    value = os.getenv("ESPAT_" + name.upper())
    if value is None and not default:
        raise ValueError("the environment lacks ESPAT_" + name.upper())
    return default[0] if value is None else value


def ticker(ms, callback):
    """Call callback(None) every ms milliseconds between two steps of the program, also while it sleeps, as
    machine.Timer does on boards: what is gathered for sending leaves in time. None where there is no ffi or no thread.

    A thread asks MicroPython to call back soon; its signal, which does nothing else, ends the main thread's sleep for it.
    (Asked from a signal handler, MicroPython would at times wait for ever for a lock of its own.)
    """
    try:
        from _thread import start_new_thread

        import ffi
    except ImportError:
        return None
    libc = ffi.open(None)
    libc.func("p", "signal", "ip")(_SIGALRM, libc.addr("abs"))  # this one lets interrupted system calls go on
    ticking = Ticking(ms, callback, libc)
    start_new_thread(ticking.work, ())
    return ticking


class Ticking:
    """A ticker at work, which ends with deinit(). ms, callback: see ticker(); libc: the C library, by ffi."""

    def __init__(self, ms, callback, libc):
        self.ms = ms
        self._callback = callback
        self._asked = False
        self._sleep = libc.func("i", "usleep", "i")
        self._kill = libc.func("i", "kill", "ii")
        self._pid = libc.func("i", "getpid", "")()

    def work(self):
        """What the thread does: it allocates nothing, and wakes the program also for a call asked for earlier."""
        from micropython import schedule

        run = self._run
        due = time.ticks_add(time.ticks_ms(), self.ms)
        while self.ms:
            left = time.ticks_diff(due, time.ticks_ms())
            if left > 0:
                self._sleep(left * 1000)
                continue  # a collection of the main thread's may have ended the sleep
            due = time.ticks_add(time.ticks_ms(), self.ms)
            try:
                if not self._asked:
                    self._asked = True
                    schedule(run, None)
            except RuntimeError:  # MicroPython's queue is full
                self._asked = False
            self._kill(self._pid, _SIGALRM)

    def _run(self, _):
        try:
            if self.ms:  # what was asked for before deinit() may come behind it
                self._callback(None)
        finally:
            self._asked = False

    def deinit(self):
        """Tick no more, from now on."""
        self.ms = 0


def modem(**options):
    """The module, brought up; options: see espat.Modem."""
    import espat

    if _MICROPYTHON:
        options.setdefault("ticker", ticker)
    return espat.Modem(port(), **options)
