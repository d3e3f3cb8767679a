"""Who reads the receive ring: the command reader, a data phase, or nobody.

An intake has one method, `take(ring)`: look at the bytes received so far and say how many of them are dealt with.
0 means "not now": they stay in the ring, and may make it overflow.
"""
import asyncio

from .line import SLICE

LINE_LIMIT = 256  # bytes of a command line, CR LF counted
RESET_LINE = b"AT+RST\r\n"  # read even while a command is under way
PLUSES = b"+++"


class Deaf:
    """Reads nothing and keeps nothing: the module is starting."""

    def take(self, ring):
        return len(ring)


class Hold:
    """Leaves everything in the ring until the command under way has ended."""

    def take(self, ring):
        return 0


class Surplus:
    """What follows the payload of a send: refused and dropped until the command has ended."""

    def __init__(self, m):
        self.m = m

    def take(self, ring):
        if RESET_LINE in ring:
            self.m.force_restart()
        else:
            self.m.refuse(sending=True)
        return len(ring)


class Commands:
    """Collects command lines. A line that is complete while a command runs is refused."""

    def __init__(self, m):
        self.m = m
        self.line = bytearray()
        self.over = False

    def take(self, ring):
        end = ring.find(b"\n") + 1 or len(ring)
        piece = bytes(ring[:end])
        if self.m.profile.echoes_characters and not self.m.busy:
            self.m.echo_back(piece.replace(b"\r\n", b"\r\r\n"))
        self.over = self.over or len(self.line) + len(piece) > LINE_LIMIT
        self.line += piece
        if self.over:
            del self.line[:-2]  # only the terminator still matters
        if self.line.endswith(b"\r\n"):
            self._complete()
        return end

    def _complete(self):
        line, over = bytes(self.line), self.over
        self.line.clear()
        self.over = False
        if not self.m.busy:
            self.m.start_command(line, over)
        elif RESET_LINE in line:
            self.m.force_restart()
        else:
            self.m.refuse()


class Payload:
    """A data phase: exactly `count` bytes, however long they take. `done` is a future of the bytes."""

    def __init__(self, m, count, after):
        self.m = m
        self.count = count
        self.after = after  # the intake for what follows
        self.data = bytearray()
        self.done = asyncio.get_running_loop().create_future()

    def take(self, ring):
        taken = min(self.count - len(self.data), len(ring))
        self.data += ring[:taken]
        if len(self.data) == self.count:
            self.m.intake = self.after
            self.finish(bytes(self.data))
        return taken

    def finish(self, result):
        if not self.done.done():
            self.done.set_result(result)


class Escape:
    """Tells a lone +++ from payload by the silence before and after it."""

    def __init__(self, line, guard, on_escape):
        self.line = line
        self.guard = guard  # seconds of silence on both sides
        self.settle = guard + 2 * SLICE if line.paced else guard  # a paced line hands bytes on in slices
        self.on_escape = on_escape
        self.timer = None
        self.passed = False  # the pluses in the ring turned out to be payload

    def holds(self, ring):
        """True while `ring` may be (the start of) an escape and must not be read yet."""
        candidate = not self.passed and len(ring) <= 3 and PLUSES.startswith(bytes(ring))
        first = self.timer is None
        self._stop()
        self.passed = False
        if not candidate or first and self.line.silence < self.guard:
            return False
        self.timer = asyncio.get_running_loop().call_later(self.settle, self._quiet)
        return True

    def _quiet(self):
        self.timer = None
        if bytes(self.line.ring) == PLUSES:
            self.line.clear_input()
            self.on_escape()
        else:
            self.passed = True
            self.line.kick()

    def _stop(self):
        if self.timer:
            self.timer.cancel()
            self.timer = None


class CancellablePayload(Payload):
    """The data phase of a send: a burst of exactly +++ gives it up (`done` then yields None)."""

    def __init__(self, m, count, after):
        super().__init__(m, count, after)
        guard = max(10 * m.uart.byte_time, 0.001)
        self.escape = Escape(m.uart, guard, self._cancel)

    def take(self, ring):
        return 0 if self.escape.holds(ring) else super().take(ring)

    def _cancel(self):
        self.m.intake = self.m.commands
        self.finish(None)
