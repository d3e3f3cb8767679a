"""The serial line as a plain pipe: what is written goes to the peer as it is, what comes is the peer's.

A Pipe is a stream: read, readinto, readline, write, poll. While it is open no command can be spoken. Reading and
writing allocate nothing but what they return. How a module gets into passthrough and out of it: net/passthrough.py.
"""

from micropython import const

from espat.plainline import PlainLine
from espat.ticks import ticks_add, ticks_diff, ticks_ms
from espat.turn import turn

_PLUS = const(43)
_PAUSE = const(40)  # ms of silence between plus signs: 20 and more make the module look for an escape

_EBADF = const(9)
_EINVAL = const(22)
_ETIMEDOUT = const(110)

# MicroPython's stream protocol
_POLL = const(3)
_CLOSE = const(4)


class Pipe(PlainLine):
    """at: the modem. room: bytes kept when nobody reads; when they are full, only RTS/CTS stops the module."""

    def __init__(self, at, room=2048):
        super().__init__(at, room)
        self.timeout = None  # seconds; None: waits for ever, 0: does not wait
        self._alone = 0  # plus signs that may stand alone in a burst
        self._wrote = 0  # when the last byte was written

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    # -- reading

    def settimeout(self, seconds):
        """None: wait for ever; 0: never wait; else seconds until ETIMEDOUT."""
        self.timeout = seconds

    def any(self):
        """How many bytes can be read now."""
        self.at.step()
        return self.ring.n

    def _take(self, buf, n):
        # up to n bytes to the start of buf; straight from the port when nothing is kept
        at = self.at
        with turn:
            if not self.ring.n and not at._in_step:
                at._in_step = True  # a timer that strikes now must not take what comes next
                try:
                    if not self.ring.n and self._held is None:
                        k = min(at.port.any(), n)
                        return at.port.readinto(buf, k) if k > 0 else 0
                finally:
                    at._in_step = False
            return self.ring.take_into(buf, n)

    def readinto(self, buf, n=None):
        """Read what is there, at least a byte, up to len(buf) or n; None when nothing is there and it does not wait.

        Raises ETIMEDOUT.
        """
        if n is None:
            n = len(buf)
        if not self.open:
            raise OSError(_EBADF, "EBADF")
        got = self._take(buf, n)
        if got or not n or self.timeout == 0:
            return got or (None if n else 0)
        end = None if self.timeout is None else ticks_add(ticks_ms(), int(self.timeout * 1000))
        while not got:
            self.at.wait()
            got = self._take(buf, n)
            if not got and end is not None and ticks_diff(end, ticks_ms()) <= 0:
                raise OSError(_ETIMEDOUT, "ETIMEDOUT")
        return got

    def read(self, n=-1):
        """Read n bytes, fewer when time runs out; without n what is there, at least a byte."""
        if n < 0:
            buf = bytearray(max(1, self.any()))
            got = self.readinto(buf)
            return None if got is None else bytes(buf[:got])
        return self._gather(n, False)

    def readline(self, limit=-1):
        """Read through the next newline, at most limit bytes; less when time runs out."""
        return self._gather(limit, True)

    def _gather(self, n, line):
        out = bytearray()
        one = bytearray(1 if line else min(max(n, 1), 256))
        while len(out) != n:
            try:
                got = self.readinto(one, len(one) if n < 0 else min(len(one), n - len(out)))
            except OSError:
                if not out or not self.open:
                    raise
                break
            if not got:
                break
            out.extend(memoryview(one)[:got])
            if line and one[0] == 10:
                break
        return bytes(out) if out or not n else None

    # -- writing

    def write(self, buf, off=None, n=None):
        """Write buf, buf[:off] or buf[off:off+n]; returns the count, None when it would have to wait. Raises ETIMEDOUT."""
        if not self.open:
            raise OSError(_EBADF, "EBADF")
        if off is None:
            off, n = 0, len(buf)
        elif n is None:
            off, n = 0, min(off, len(buf))
        first = self._first(buf, off, n)
        done = self._put(buf, off, first)
        if done == first < n:
            self._pause()
            self._alone = n - first
            done += self._put(buf, off + first, n - first)
        return done or (None if n else 0)

    def _put(self, buf, off, n):
        done = 0
        end = None if self.timeout is None else ticks_add(ticks_ms(), int(self.timeout * 1000))
        while done < n:
            w = self.at.port.write(buf, off + done, n - done)
            if w:
                self._wrote = ticks_ms()
                done += w
                continue
            if self.timeout == 0:
                break
            self.at.wait()
            if end is not None and ticks_diff(end, ticks_ms()) <= 0:
                raise OSError(_ETIMEDOUT, "ETIMEDOUT")
        return done

    def _first(self, buf, off, n):
        # How many of n bytes may be written before a pause. Exactly three plus signs with silence around them call the
        # module out of passthrough: they stay in the company of other bytes, or are torn apart by a pause. Three at
        # the end are torn apart too, for the line may have paused in front of them.
        i = 0
        while i < n and i < 4 and buf[off + i] == _PLUS:
            i += 1
        if i < n or n > 3:
            self._alone = 0
            last = off + n - 1
            torn = n > 3 and buf[last] == buf[last - 1] == buf[last - 2] == _PLUS != buf[last - 3]
            return n - 1 if torn else n
        if self._alone + n > 2:
            self._pause()
            self._alone = 0
        n = min(n, 2)
        self._alone += n
        return n

    def _pause(self):
        while 0 <= ticks_diff(ticks_ms(), self._wrote) < _PAUSE:  # below 0: some days ago
            self.at.wait()

    def ioctl(self, request, arg):
        """MicroPython's stream protocol: poll and close."""
        if request == _POLL:
            if not self.open:
                return 0x20
            return arg & (5 if self.any() else 4)
        if request == _CLOSE:
            self.close()
            return 0
        return -_EINVAL

    def close(self):
        """Leave passthrough."""
        self.end()
