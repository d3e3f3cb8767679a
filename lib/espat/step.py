"""One step at a time: joins port, parser, engine and clock, and decides which command comes next.

step() does what can be done now and never waits: read, parse, write, look at the clock, start the next job. Whoever has
to wait calls wait() in a loop; sockets, asyncio's polls and a timer all call step() too, so input is taken from whichever
place runs next. A step inside a step (a timer that strikes, a report handler that calls back) does nothing.
"""

from micropython import const

from espat import engine as eng
from espat.parser import Parser
from espat.ticks import ticks_add, ticks_diff, ticks_ms

_BACKOFF = const(100)  # ms until a command refused as busy is tried again, doubled each time
_BACKOFF_MAX = const(1600)
_PROBE = const(1500)  # ms a resynchronising probe may take
_PROBES = const(3)
_BUSY_PROBES = const(20)  # as many more while a module answers that it is busy with what it was hurried in
_ESCAPE = const(1000)  # ms until a module that has left a data phase listens again
_PAD = const(100)  # ms for an answer to a block of padding
_PADDING = b"\r\n" * 32
_CRUMB = const(48)  # bytes of a counted block that are not worth a step
_LULL = const(1000)  # ms of silence after which the rest of a counted block will not come


class Stepper:
    """Moves bytes and commands over a port.

    port: see uart.py. chunk: bytes read at a time. Attributes for those who build on it: jobs, functions called in turn
    while no command runs (True: "I have started one"); urgent, the same but before everything else, until it gives
    False; on(prefix, f), off(prefix) and on_reset(f), see engine.py; claims, how many callers wait for their turn while
    the jobs stand back; probe, a query whose own answer shows after a time-out that the line is in step again; pipe,
    called instead of all that while the line is a plain pipe (True: "something moved"); block, that of the command.
    """

    probe = None
    urgent = pipe = block = None

    def __init__(self, port, chunk=512):
        self.port = port
        self.parser = Parser(None)
        self.engine = self.parser.owner = eng.Engine(self.parser)
        self.on = self.engine.on
        self.off = self.engine.off
        self.on_reset = self.engine.on_reset
        self.jobs = []
        self.claims = 0
        self.stale = 0  # probes left to send before the line can be trusted again
        self._chunk = bytearray(chunk)
        self._out = bytearray(256)  # what of a ring is being written
        self._out_at = self._out_n = 0
        self._in_step = False
        self._owner = None
        self._deadline = self._retry = self._hurry = self._backoff = self._patience = 0
        self._timeout = self._count = 0  # of the command under way: its time-out, bytes of its block that have come
        self._waiting = self._again = False  # a retry time is set; the command was written more than once
        self._probing = self._escaping = False  # "+++" is due
        self._missing = 0  # bytes that the module may still be waiting for in a data phase
        self._silent = True  # nothing has come since the command was begun
        self._heard = 0  # when the last piece came
        self._probe_line = self._saw_probe  # bound once
        self.engine.done = self._done
        self.on_reset(self._trust)

    def step(self):
        """Do what can be done now without waiting; True when anything moved."""
        if self._in_step:
            return False
        self._in_step = True
        try:
            if self.pipe:
                return self.pipe()
            moved = self._receive()
            if not self.engine.phase:
                moved = self._next() or moved
            if self.engine.phase:
                moved = self._send() or moved
                self._clock()
        finally:
            self._in_step = False
        return moved

    def wait(self):
        """One step; when nothing moved, sleep until something may have."""
        if not self.step():
            self.port.wait(5)

    def _receive(self):
        parser = self.parser
        if parser.rest():
            parser.run()
        n = self.port.any()
        left = parser.left if parser.block else 0
        if n < _CRUMB and n < left or not n:
            if not left or ticks_diff(ticks_ms(), self._heard) < _LULL:
                return False
            if not n:
                parser.drop()
                return False
        n = min(n, len(self._chunk))
        if n > left > 0:
            n = left  # the bytes of a block straight to their owner
        n = self.port.readinto(self._chunk, n)
        if n:
            self._silent = False
            self._heard = ticks_ms()
            parser.feed(self._chunk, n)
            if self.block and self.block.count != self._count:
                self._count = self.block.count
                self._deadline = ticks_add(self._heard, self._timeout)
        return n > 0

    def _send(self):
        e = self.engine
        if not e.tx_n:
            return False
        if e.tx_ring:
            # the ring lends a piece at a time: what the port did not take of it stays in _out
            if not self._out_n:
                self._out_at = 0
                self._out_n = e.tx_ring.take_into(self._out, min(len(self._out), e.tx_n))
            n = self.port.write(self._out, self._out_at, self._out_n)
            self._out_at += n
            self._out_n -= n
        else:
            n = self.port.write(e.tx, e.tx_at, e.tx_n)
            e.tx_at += n
        e.tx_n -= n
        if n and e.phase == eng.DATA:
            self._deadline = ticks_add(ticks_ms(), self._timeout)
        return n > 0

    def _clock(self):
        e = self.engine
        now = ticks_ms()
        if self._hurry and not e.tx_n:
            soon = ticks_add(now, self._hurry)
            self._hurry = 0
            if ticks_diff(self._deadline, soon) > 0:
                self._deadline = soon
        if ticks_diff(self._deadline, now) <= 0:
            self._late()
        elif not e.busy or self._probing:
            self._waiting = False
        elif not self._waiting:
            self._waiting = True
            self._retry = ticks_add(now, self._backoff)
        elif ticks_diff(self._retry, now) <= 0:
            self._waiting = False
            self._again = True
            self._backoff = min(2 * self._backoff, _BACKOFF_MAX)
            e.again()

    def _late(self):
        # a command is followed by probes; a probe by the next one, unless nobody is there at all
        e = self.engine
        if not self._probing:
            self.stale = _PROBES
            self._escaping = e.phase == eng.DATA
            self._missing = e.data_n if self._escaping else 0
        elif e.busy and self._patience:  # it is there, and still at an earlier command
            self._patience -= 1
            self.stale = _PROBES
        elif not self._silent:
            self._missing = 0
        elif not self._missing:
            self.stale = 0
        e.finish(eng.BUSY if e.busy else eng.TIMEOUT)

    def _done(self, outcome):
        # tell whom the command belonged to, before the next line is looked at: it may concern a link's next use
        owner = self._owner
        self.block = None
        if self._again:
            self._again = False  # more than one answer may come: a refused command is executed at times
            if outcome != eng.RESET:
                self.stale = _PROBES
        if owner:
            self._owner = None
            owner.finished(outcome)

    def _next(self):
        # no command runs: let the next one start
        if self.stale:
            return self._resync()
        if self.urgent:
            if self.urgent():
                return True
            self.urgent = None
        if not self.claims:
            for job in self.jobs:
                if job():
                    return True
        return False

    # -- resynchronising

    def _resync(self):
        if not self.probe:
            self.stale = 0
            return False
        if self._escaping:  # a send that has lost bytes on the line waits for them without end
            self._escaping = False
            self.begin(b"+++", 3, None, _ESCAPE, end=b"")
        elif self._missing and self._probing and self._silent and self.stale < _PROBES:
            n = min(self._missing, len(_PADDING))
            self._missing -= n
            self.begin(_PADDING, n, None, _PAD, end=b"")
        else:
            # no line ends the probe until its own answer has come: a late OK belongs to an earlier command
            self.stale -= 1
            self.begin(self.probe, len(self.probe), None, _PROBE, self._probe_line, end=b"")
        self._probing = True
        return True

    def _saw_probe(self, buf, a, b):
        name = self.engine.name()
        if buf.startswith(name, a) and b - a > len(name) and buf[a + len(name)] == 58:
            self.engine.end = b"OK"
            self._trust()

    def _trust(self):
        self.stale = self._missing = self._patience = 0

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
        self._waiting = self._again = self._probing = False
        self._silent = True
        self._backoff = _BACKOFF
        self._owner = owner
        self._out_n = 0
        self.engine.start(cmd, n, each, data, data_n, end)

    def hurry(self, ms):
        """The command under way will hardly be answered: give it ms more, once all of it has been written (a module
        left in a data phase would take the next command for data)."""
        self._hurry = ms
        self._patience = _BUSY_PROBES
