"""A port whose other end is a script, with a clock of its own: what tests of At and the at_* files sit on.

    port = FakePort((b"AT+GMR\r\n", b"AT version:3.4.0.0\r\n\r\nOK\r\n"), ...)
    at = port.at()                          # an At over it, on the port's clock
    assert at.run(b"+GMR") == [...]
    port.done()                             # every step was used

A step is (what must be written next, what comes back). What comes back is bytes, or a tuple of bytes
and numbers: a number lets so many milliseconds pass first. Text that nobody expects is an AssertionError
that shows it. Nothing ever sleeps: wait() moves the clock.
"""

import espat.at
import espat.step


class FakePort:
    """steps: see above. room: how many bytes one write() takes, to try partial writes."""

    hide = False

    def __init__(self, *steps, room=10000):
        self.steps = list(steps)
        self.room = room
        self.written = bytearray()  # everything written so far
        self.rates = []  # what baud() was told
        self.now = 0  # ms
        self.hidden = bytearray()  # what was written while hide was set
        self._rx = bytearray()
        self._later = []  # (time, bytes) not yet sent
        self._part = b""  # written, not yet matched

    def at(self, **options):
        """An At over this port that reads this port's clock."""
        espat.step.ticks_ms = self.ticks
        return espat.at.At(self, **options)

    def ticks(self):
        """The clock, in place of ticks_ms()."""
        return self.now

    def expect(self, want, answer=b""):
        """Append a step."""
        self.steps.append((want, answer))

    def say(self, *pieces):
        """Let bytes arrive: bytes and, between them, milliseconds to pass first."""
        when = max([self.now] + [t for t, _ in self._later])
        for p in pieces:
            if isinstance(p, int):
                when += p
            else:
                self._later.append((when, p))
        self._arrive()

    def done(self):
        """Fail when steps are left, or text that no step asked for."""
        assert not self.steps, "not sent: %r" % (self.steps,)
        assert not self._part, "sent in addition: %r" % (self._part,)

    def _arrive(self):
        while self._later and self._later[0][0] <= self.now:
            self._rx.extend(self._later.pop(0)[1])

    # -- what At calls

    def any(self):
        """How many bytes wait to be read."""
        self._arrive()
        return len(self._rx)

    def readinto(self, buf, n):
        """Read up to n bytes."""
        n = min(n, len(self._rx), len(buf))
        buf[:n] = self._rx[:n]
        self._rx[:] = self._rx[n:]
        return n

    def write(self, buf, off, n):
        """Take up to `room` bytes; a step that is complete answers."""
        n = min(n, self.room)
        piece = bytes(buf[off : off + n])
        self.written.extend(piece)
        if self.hide:
            self.hidden.extend(piece)
        self._part += piece
        while self._part and self._step():
            pass
        return n

    def _step(self):
        assert self.steps, "nobody expects %r" % (self._part,)
        want, answer = self.steps[0]
        k = min(len(want), len(self._part))
        assert want[:k] == self._part[:k], "written %r instead of %r" % (self._part, want)
        if k < len(want):
            return False
        self.steps.pop(0)
        self._part = self._part[k:]
        self.say(*([answer] if isinstance(answer, bytes) else answer))
        return True

    def wait(self, ms):
        """Let time pass: at most ms, no further than to the next bytes."""
        self.now += ms
        self._arrive()

    def baud(self, rate):
        """Note the rate."""
        self.rates.append(rate)
