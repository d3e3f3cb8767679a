"""One step at a time: joins port, parser, engine and clock, and decides which command comes next.

step() does what can be done now and never waits: read, parse, write, look at the clock, start the next job. Whoever has
to wait calls wait() in a loop; sockets, asyncio's polls and a timer all call step() too, so input is taken from whichever
place runs next. A step inside a step (a timer that strikes, a report handler that calls back) does nothing.
"""

from micropython import const

from espat.engine import Engine
from espat.parser import Parser
from espat.resync import Resync
from espat.ticks import ticks_add, ticks_diff, ticks_ms
from espat.turn import get_ident, owner, turn

_DATA = const(3)  # phase of the engine, see there
_REFUSED = const(2)  # how a command has ended, see engine.py
_RESET = const(5)
_BACKOFF = const(100)  # ms until a command refused as busy is tried again, doubled each time
_BACKOFF_MAX = const(1600)
_BOOT = const(3000)  # ms from the boot log to "ready"
_MORE = const(20)  # ms of listening after a refusal
_PLUS = const(43)
_PAUSE = const(40)  # ms
_CRUMB = const(48)  # bytes of a counted block that are not worth a step
_BUSY_PROBES = const(20)  # how often more a module is asked that is busy with what it was hurried in
_NEAR = const(256)  # bytes before the end of a counted block
_END = const(6)  # bytes: CR LF, OK, CR LF
_LULL = const(1000)  # ms of silence after which the rest of a counted block will not come


class Stepper(Resync):
    """Moves bytes and commands over a port.

    port: see uart.py. chunk: bytes read at a time. Attributes for those who build on it: jobs, functions called in turn
    while no command runs (True: "I have started one"); urgent, the same but before everything else, until it gives
    False; on(prefix, f), off(prefix) and on_reset(f), see engine.py; claims, how many callers wait for their turn while
    the jobs stand back; pipe, called instead of all that while the line is a plain pipe (True: "something moved"); block,
    that of the command; heard, when the last piece came; those of Resync.
    """

    urgent = pipe = block = _owner = None
    _behind = False  # something has come behind the end of a command
    struck = False  # KeyboardInterrupt is due

    def __init__(self, port, chunk=512):
        self.port = port
        self.parser = Parser(None)
        self.engine = self.parser.owner = Engine(self.parser)
        self.on = self.engine.on
        self.off = self.engine.off
        self.on_reset = self.engine.on_reset
        self.jobs = []
        self.claims = 0
        self._buf = bytearray(chunk)
        self._out = bytearray(256)  # what of a ring is being written
        self._out_at = self._out_n = 0
        self._in_step = False
        self._deadline = self._retry = self._hurry = self._backoff = 0
        self._timeout = self._count = 0  # of the command under way: its time-out, bytes of its block that have come
        self._torn = self.heard = 0  # when the last of three plus signs may be written; when the last piece came
        self._waiting = self._again = False  # a retry time is set; the command was written more than once
        self.silent = True  # nothing has come since the command was begun
        self.engine.done = self._done
        self.engine.stray = self.astray
        self.on_reset(self.trust)

    def step(self):
        """Do what can be done now without waiting; True when anything moved. False as well while another thread works."""
        if self._in_step or owner[0] != get_ident() and owner[0] is not None:
            return False
        if owner[0] is None:
            return turn.step(self)
        self._in_step = True
        try:
            if self.pipe:
                return self.pipe()
            moved = self._receive()
            if not (self.engine.phase or self.pipe or self.parser.block):  # an answer would complete a torn block
                moved = self._next() or self._behind and self._receive() or moved
                self._behind = False
            if self.engine.phase:
                if self.engine.tx_n:
                    moved = self._send() or moved
                self._clock()
        finally:
            self._in_step = False
        return moved

    def wait(self):
        """One step; when nothing moved, sleep until something may have. Raises RuntimeError inside a step."""
        if self.struck:
            self.struck = False
            raise KeyboardInterrupt
        if not self.step():
            if self._in_step and owner[0] == get_ident():
                raise RuntimeError("in handler")
            turn.wait(self.port)

    def _receive(self, more=4):
        # more: how many pieces are taken one after the other where a block ends
        parser = self.parser
        parser.run()  # what an interrupt has left over
        last = 0
        n = self.port.any()
        while last < n < _CRUMB:  # a line that is just coming is better had whole
            last = n
            n = self.port.any()
        left = parser.left
        if n < _CRUMB and n < left or not n:
            if not left or ticks_diff(ticks_ms(), self.heard) < _LULL:
                return False
            if not n:
                parser.drop()
                return False
        if n > left + _END and left and self.engine.phase and not self.block:
            n = left + _END  # up to the command's end: the next one goes before what has come behind it
            self._behind = True
        n = min(n, len(self._buf))
        parser.lend(self._buf)
        n = parser.n = self.port.readinto(self._buf, n)  # whatever interrupts, it interrupts before or behind this
        if n:
            self.silent = False
            self.heard = ticks_ms()
            parser.run()
            if self.block and self.block.count != self._count:
                self._count = self.block.count
                self._deadline = ticks_add(self.heard, self._timeout)
            if more and self.engine.phase and (0 < parser.left < _NEAR or parser.ended):
                self._receive(more - 1)  # what ends the block comes soon, and the next command waits for it
        elif left and ticks_diff(ticks_ms(), self.heard) >= _LULL:  # the port cannot tell how much there is
            parser.drop()
        return n > 0

    def _send(self):
        e = self.engine
        if e.tx_ring is not None:
            # the ring lends a piece at a time: what the port did not take of it stays in _out
            if not self._out_n:
                self._out_at = 0
                self._out_n = e.tx_ring.take_into(self._out, min(len(self._out), e.tx_n))
            n = self._write(self._out, self._out_at, self._out_n)
            self._out_at += n
            self._out_n -= n
            e.tx_n -= n  # here, not behind the branch, where Ctrl-C might come between
        else:
            n = self._write(e.tx, e.tx_at, e.tx_n)
            e.tx_at += n
            e.tx_n -= n
        if n and e.phase == _DATA:
            self._deadline = ticks_add(ticks_ms(), self._timeout)
        return n > 0

    def _write(self, buf, off, n):
        # three plus signs in a burst of their own would call the module out of a data phase: they are torn apart
        if self._torn:
            if ticks_diff(self._torn, ticks_ms()) > 0:
                return 0
            self._torn = 0
        if n != 3 or self.engine.phase != _DATA or not buf[off] == buf[off + 1] == buf[off + 2] == _PLUS:
            return self.port.write(buf, off, n)
        n = self.port.write(buf, off, 2)
        self._torn = ticks_add(ticks_ms(), _PAUSE)
        return n

    def _clock(self):
        e = self.engine
        now = ticks_ms()
        if self._hurry and not e.tx_n:
            soon = ticks_add(now, self._hurry)
            self._hurry = 0
            if ticks_diff(self._deadline, soon) > 0:
                self._deadline = soon
        if ticks_diff(self._deadline, now) <= 0:
            self.late()
        elif not e.busy or self.probing:
            self._waiting = False
        elif not self._waiting:
            self._waiting = True
            self._retry = ticks_add(now, self._backoff)
        elif ticks_diff(self._retry, now) <= 0:
            self._waiting = False
            self._again = True
            self._backoff = min(2 * self._backoff, _BACKOFF_MAX)
            e.again()

    def _done(self, outcome):
        # tell whom the command belonged to, before the next line is looked at: it may concern a link's next use
        owner = self._owner
        self.block = None
        if self._again:
            self._again = False  # more than one answer may come: a refused command is executed at times
            self.doubt()
        if outcome == _RESET:
            self.doubt(_BOOT)  # trust() follows, unless only the boot log has come
        elif outcome == _REFUSED and not self.probing:
            self.doubt(_MORE)  # what was torn on the line is refused once more
        if owner:
            self._owner = None
            try:
                owner.finished(outcome)
            except (KeyboardInterrupt, MemoryError):
                self._owner = owner  # it has to be told again
                raise

    def _next(self):
        # no command runs: let the next one start
        if self._owner:
            self._done(self.engine.outcome)
        if self.stale and self.resync():
            return True
        urgent = self.urgent
        if urgent:
            if urgent():
                return True
            if self.urgent is urgent:  # it has not named another
                self.urgent = None
        if not self.claims:
            for job in self.jobs:
                if job():
                    return True
        return False

    # -- commands

    def idle(self):
        """Whether a command can be started right now."""
        return not (self.engine.phase or self.stale or self.urgent)

    def begin(self, cmd, n, owner, timeout, each=None, data=None, data_n=0, end=b"OK"):
        """Start cmd[:n] (complete, with CR LF); owner.finished(outcome) is called when it has ended.

        Only while idle() and from inside a step, as jobs are. timeout: ms, anew from every byte of its data on.
        """
        self._deadline = ticks_add(ticks_ms(), timeout)
        self._timeout = timeout
        self._count = self._hurry = 0
        self._waiting = self._again = False
        self.probing = 0
        self.silent = True
        self._backoff = _BACKOFF
        self._out_n = 0
        self.engine.start(cmd, n, each, data, data_n, end)
        self._owner = owner

    def hurry(self, ms):
        """The command under way will hardly be answered: give it ms more, once all of it has been written (a module
        left in a data phase would take the next command for data)."""
        self._hurry = ms
        self.patience = _BUSY_PROBES
