"""The runner: joins port, parser, engine and clock; run() is how every command is spoken.

step() does what can be done now and never waits: read, parse, write, look at the clock, start the
next job. Whoever has to wait calls wait() in a loop; sockets, asyncio's polls and a timer all call
step() too, so input is taken from whichever place runs next. One step at a time: a step inside a
step (a timer that strikes, a report handler that calls back) does nothing.
"""

from micropython import const

from espat import engine as eng
from espat.errors import AtAnswer, AtBusy, AtRefused, AtReset, AtTimeout
from espat.parser import Parser
from espat.ticks import ticks_add, ticks_diff, ticks_ms

_BACKOFF = const(100)  # ms until a command refused as busy is tried again, doubled each time
_BACKOFF_MAX = const(1600)
_PROBE = const(1500)  # ms a resynchronising probe may take
_PROBES = const(3)


class At:
    """Speaks AT over a port, one command at a time, blocking.

    port: see uart.py. chunk: bytes read at a time. Attributes for those who build on it: jobs, functions
    called in turn while no command runs (True: "I have started one"); on(prefix, f), off(prefix) and
    on_reset(f), see engine.py; probe, a query whose own answer shows after a time-out that the line is in
    step again; on_stuck, called when a time-out struck inside a data phase.
    """

    probe = None
    on_stuck = None
    names = None  # what knows which commands the module has, see bringup.py

    def __init__(self, port, chunk=512):
        self.port = port
        self.parser = Parser(None)
        self.engine = self.parser.owner = eng.Engine(self.parser)
        self.on = self.engine.on
        self.off = self.engine.off
        self.on_reset = self.engine.on_reset
        self.jobs = []
        self.kept = []  # (text, timeout) of the settings that a restarted module gets again, in order
        self.stale = 0  # probes left to send before the line can be trusted again
        self._chunk = bytearray(chunk)
        self._out = bytearray(128)  # what of a ring is being written
        self._out_at = self._out_n = 0
        self._in_step = False
        self._claims = 0  # blocking callers waiting for their turn: jobs stand back
        self._owner = None
        self._replay = -1  # which of them comes next
        self._deadline = self._retry = self._hurry = 0
        self._waiting = False  # a retry time is set
        self._backoff = 0
        self._probe_line = self._saw_probe  # bound once
        self.on_reset(self._restarted)

    # -- one step

    def step(self):
        """Do what can be done now without waiting; True when anything moved."""
        if self._in_step:
            return False
        self._in_step = True
        try:
            moved = self._receive()
            if self.engine.phase:
                moved = self._send() or moved
                self._clock()
            if not self.engine.phase:
                moved = self._next() or moved
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
        if not n:
            return False
        if n > len(self._chunk):
            n = len(self._chunk)
        n = self.port.readinto(self._chunk, n)
        if n:
            parser.feed(self._chunk, n)
        return n > 0

    def _send(self):
        e = self.engine
        if not e.tx_n:
            return False
        if e.tx_ring:
            return self._send_ring(e)
        n = self.port.write(e.tx, e.tx_at, e.tx_n)
        e.tx_at += n
        e.tx_n -= n
        return n > 0

    def _send_ring(self, e):
        # the ring lends a piece at a time: what the port did not take of it stays in _out
        if not self._out_n:
            n = len(self._out)
            self._out_at = 0
            self._out_n = e.tx_ring.take_into(self._out, n if n < e.tx_n else e.tx_n)
        n = self.port.write(self._out, self._out_at, self._out_n)
        self._out_at += n
        self._out_n -= n
        e.tx_n -= n
        return n > 0

    def _clock(self):
        e = self.engine
        if not e.phase:
            return
        now = ticks_ms()
        if self._hurry and not e.tx_n:
            soon = ticks_add(now, self._hurry)
            self._hurry = 0
            if ticks_diff(self._deadline, soon) > 0:
                self._deadline = soon
        if ticks_diff(self._deadline, now) <= 0:
            self.stale = _PROBES
            if e.phase == eng.DATA and self.on_stuck:
                self.on_stuck()
            e.finish(eng.BUSY if e.busy else eng.TIMEOUT)
        elif not e.busy:
            self._waiting = False
        elif not self._waiting:
            self._waiting = True
            self._retry = ticks_add(now, self._backoff)
        elif ticks_diff(self._retry, now) <= 0:
            self._waiting = False
            if self._backoff < _BACKOFF_MAX:
                self._backoff *= 2
            e.again()

    def _next(self):
        # the command has ended: tell whom it belonged to, then let the next job start
        owner = self._owner
        if owner:
            self._owner = None
            owner.finished(self.engine.outcome)
            return True
        if self.stale:
            return self._resync()
        if self._replay >= 0:
            return self._restore()
        if not self._claims:
            for job in self.jobs:
                if job():
                    return True
        return False

    def _resync(self):
        self.stale -= 1
        if not self.probe:
            self.stale = 0
            return False
        # no line ends the probe until its own answer has come: a late OK belongs to an earlier command
        self.begin(self.probe, len(self.probe), None, _PROBE, self._probe_line, end=b"")
        return True

    def _restarted(self):
        self.stale = 0
        self._replay = 0

    def _restore(self):
        if self._replay >= len(self.kept):
            self._replay = -1
            return False
        text, timeout = self.kept[self._replay]
        self._replay += 1
        cmd = b"AT%s\r\n" % text
        self.begin(cmd, len(cmd), None, timeout)
        return True

    def _saw_probe(self, buf, a, b):
        if buf.startswith(b"+", a):
            self.engine.end = b"OK"
            self.stale = 0

    # -- commands

    def idle(self):
        """Whether a command can be started right now."""
        return not (self.engine.phase or self.stale or self._owner or self._replay >= 0)

    def begin(self, cmd, n, owner, timeout, each=None, data=None, data_n=0, end=b"OK"):
        """Start cmd[:n] (complete, with CR LF); owner.finished(outcome) is called when it has ended.

        Only while idle(), as jobs are called. timeout: ms. Rest: Engine.start().
        """
        self._deadline = ticks_add(ticks_ms(), timeout)
        self._waiting = False
        self._hurry = 0
        self._backoff = _BACKOFF
        self._owner = owner
        self._out_n = 0
        self.engine.start(cmd, n, each, data, data_n, end)

    def hurry(self, ms):
        """Something tells that the command under way will hardly be answered: give it ms more, once all of
        it has been written (a module left in a data phase would take the next command for data)."""
        self._hurry = ms

    def has(self, name):
        """Whether this module knows a command, such as b"+CIPRECVTYPE"."""
        return self.names is not None and self.names.has(name)

    def keep(self, text, timeout=5000, secret=False):
        """Speak a set command now and again after every restart of the module; see run().

        A later one of the same name takes its place.
        """
        answer = self.run(text, timeout=timeout, secret=secret)
        self.remember(text, timeout)
        return answer

    def remember(self, text, timeout):
        """Speak this set command whenever the module has restarted."""
        self.forget(text)
        self.kept.append((text, timeout))

    def forget(self, text):
        """Do not repeat the set command of this name after a restart."""
        name = text.split(b"=")[0]
        self.kept[:] = [k for k in self.kept if k[0].split(b"=")[0] != name]

    def claim(self):
        """Wait until a command can be started; nothing else starts before release()."""
        if self._in_step:
            raise RuntimeError("a command from inside a report handler")
        self._claims += 1
        while not self.idle():
            self.wait()

    def release(self):
        """Let the jobs go on."""
        self._claims -= 1

    def run(self, text, parse=None, timeout=5000, data=None, end=b"OK", each=None, block=None, secret=False):
        """Speak one command and wait for its end; returns parse(lines), or the list of answer lines.

        text: bytes behind "AT", without CR LF. timeout: ms. data: bytes sent at the prompt. end: the final
        result that means success. each: called with every answer line (bytes) instead of collecting them.
        block: Counted whose bytes are part of the answer. secret: keep it out of taps.
        Raises AtTimeout, AtBusy, AtReset, AtRefused; AtAnswer when parse cannot read the answer.
        """
        lines = []
        self.claim()
        try:
            self.launch(text, timeout, data, end, keeper(each or lines.append), block, secret)
            while self.engine.phase:
                self.wait()
        finally:
            self.land(block)
            self.release()
        return self.result(parse, lines)

    def launch(self, text, timeout, data, end, each, block, secret):
        """Start a command for run(); only while idle()."""
        cmd = b"AT%s\r\n" % text
        self.port.hide = secret
        if block:
            self.parser.register(block)
        self.begin(cmd, len(cmd), None, timeout, each, data, 0 if data is None else len(data), end)

    def land(self, block):
        """Undo what launch() has set up."""
        self.port.hide = False
        if block:
            self.parser.unregister(block)

    def result(self, parse, lines):
        """What the command that has ended returns, or raises."""
        e = self.engine
        name = e.name()
        if e.outcome != eng.OK:
            raise error(e.outcome, name, e.code)
        if not parse:
            return lines
        try:
            return parse(lines)
        except (ValueError, IndexError, TypeError):
            raise AtAnswer(name)


def keeper(keep):
    """An answer line's callback that hands each line to keep as bytes."""
    return lambda buf, a, b: keep(bytes(buf[a:b]))


def error(outcome, name, code=None):
    """The exception for a command's outcome; name: bytes such as b"+CWJAP"."""
    if outcome == eng.REFUSED:
        return AtRefused(name, code)
    if outcome == eng.BUSY:
        return AtBusy(name)
    if outcome == eng.RESET:
        return AtReset(name)
    return AtTimeout(name, code)
