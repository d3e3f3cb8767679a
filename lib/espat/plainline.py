"""The serial line as a plain pipe: its bytes, and the few words spoken to the module meanwhile. pipe.py makes it a stream."""

import io

from micropython import const

from espat.ring import Ring
from espat.ticks import ticks_add, ticks_diff, ticks_ms

_GUARD = const(60)  # ms of silence before an escape
_SETTLE = const(1000)  # ms until a module that has left passthrough listens again
_TAIL = const(16)  # bytes that may be the beginning of a word that is waited for

_Stream = getattr(io, "IOBase", object)  # MicroPython's stream protocol needs it first in line
_Stream = object if hasattr(_Stream, "closed") else _Stream  # CPython's would close it when it is collected


class PlainLine(_Stream):
    """at: the modem. room: bytes kept when nobody reads; when they are full, only RTS/CTS stops the module."""

    def __init__(self, at, room):
        self.at = at
        self.ring = Ring(room)
        self.open = False
        self.interval = 20  # ms that the module gathers before it sends
        self._chunk = bytearray(256)
        self._held = None  # bytes that may be the word waited for
        self._marks = ()
        self._found = -1
        self._keeps = True  # what comes before the word is the peer's

    # -- what the runner calls

    def pump(self):
        """Take what has come, as far as there is room; the runner's step() while the pipe is open."""
        port = self.at.port
        n = min(port.any(), self.ring.free() if self._held is None else _TAIL, len(self._chunk))
        if n > 0:
            n = port.readinto(self._chunk, n)
            if n:
                self.raw(self._chunk, 0, n)
                return True
        return False

    def raw(self, buf, off, n):
        """Bytes off..off+n of buf are the peer's."""
        if self._held is None:
            self.ring.put(buf, off, n)
            return
        held = self._held + bytes(memoryview(buf)[off : off + n])
        for i, mark in enumerate(self._marks):
            at = held.find(mark)
            if at >= 0:
                self._found = i
                self._held = None
                self._pass_on(held, at)
                rest = at + len(mark)
                self.ring.put(held, rest, len(held) - rest)
                return
        over = max(0, len(held) - _TAIL)
        self._pass_on(held, over)
        self._held = held[over:]

    def _pass_on(self, data, n):
        if self._keeps:
            self.ring.put(data, 0, n)

    # -- talking to the module instead of the peer

    def begin(self):
        """From now on the line is a pipe."""
        self.open = True
        self.at.parser.raw = self.raw
        self.at.pipe = self.pump

    def end(self):
        """From now on the line carries commands."""
        self.open = False
        self._held = None
        self.at.pipe = self.at.parser.raw = None

    def watch(self, marks, keeps=True):
        """Look for one of these words among what comes. keeps: what comes before it is the peer's."""
        self._held = b""
        self._keeps = keeps
        self._marks = marks
        self._found = -1

    def waits(self):
        """Whether the word has not come yet."""
        return self._held is not None

    def tell(self, text, timeout, *marks):
        """Write text and wait for one of the words; its index, -1 after timeout (ms)."""
        self.watch(marks)
        at = 0
        end = ticks_add(ticks_ms(), timeout)
        while self._held is not None and ticks_diff(end, ticks_ms()) > 0:
            at += self.at.port.write(text, at, len(text) - at) if at < len(text) else 0
            self.at.wait()
        self._held = None
        return self._found

    def rest(self, ms):
        """Write nothing for so long."""
        end = ticks_add(ticks_ms(), ms)
        while ticks_diff(end, ticks_ms()) > 0:
            self.at.wait()

    def escape(self):
        """Call the module out of passthrough; what was received is dropped. True when it says that it has left."""
        self.ring.skip(self.ring.n)
        flush = getattr(getattr(self.at.port, "uart", None), "flush", None)
        if flush:
            flush()
        self.rest(_GUARD + self.interval)
        self.ring.skip(self.ring.n)
        since = ticks_ms()
        left = self.tell(b"+++", _SETTLE, b"\r\n+QUITT\r\n") == 0
        self.rest(_SETTLE - ticks_diff(ticks_ms(), since))
        self.ring.skip(self.ring.n)
        return left
