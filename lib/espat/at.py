"""The blocking runner: run() is how every command is spoken.

What it shares with aio.py, the runner for asyncio: a Call is one command under way, launch() starts it
as soon as nothing else runs, and its result() is the answer or the exception.
"""

from micropython import const

from espat.errors import AtAnswer, AtBusy, AtRefused, AtReset, AtTimeout
from espat.step import Stepper
from espat.turn import turn

_OK = const(1)  # see engine.py
_ERRORS = (AtRefused, AtBusy, AtTimeout, AtReset)  # of the other outcomes, from 2 on


class At(Stepper):
    """Speaks AT over a port, one command at a time, blocking.

    port, chunk: see step.py. names: what knows which commands the module has, see bringup.py. kept: the
    settings that a restarted module gets again, in order, each (text, timeout, secret). owed: those of them that it
    has refused since. online: whether the station has an address, None: unknown. nonos: what ESP8266 NonOS adds to the
    names of set commands, see at_basic.store(); b"" elsewhere.
    """

    names = online = None
    nonos = b""
    _replay = None  # what tells them again

    def __init__(self, port, chunk=512):
        super().__init__(port, chunk)
        self.kept = []
        self.owed = []
        self.on_reset(self._restarted)

    def run(self, text, parse=None, timeout=5000, data=None, end=b"OK", each=None, block=None, secret=False):
        """Speak one command and wait for its end; returns parse(lines), or the list of answer lines.

        text: bytes behind "AT", without CR LF. timeout: ms, from the last byte of data or block on. data: bytes sent
        at the prompt. end: the final result that means success. each: called with every answer line (bytes) instead
        of collecting them. block: Counted whose bytes are part of the answer. secret: keep it out of taps.
        Raises AtTimeout, AtBusy, AtReset, AtRefused; AtAnswer when parse cannot read the answer.
        """
        call = Call(self, text, each, block, secret)
        with turn:
            if not self.claims:
                self.step()  # the jobs have their turn between two commands
            self.claims += 1
            try:
                while not self.launch(call, timeout, data, end):
                    self.wait()
                while call.outcome is None:
                    self.wait()
            finally:
                self.claims -= 1
        return call.result(parse)

    def launch(self, call, timeout, data=None, end=b"OK"):
        """Start a Call; False while something else runs. Raises RuntimeError inside a step (a report's handler)."""
        with turn:
            if self._in_step:
                raise RuntimeError("a command from inside a report handler")
            if self.pipe:
                raise AtBusy(b"", None, "cannot be spoken: the line is a plain pipe")
            self._in_step = True  # a timer that strikes now must not find it half done
            try:
                if not self.idle():
                    return False
                self.start(call, timeout, data, end)
            finally:
                self._in_step = False
        return True

    def start(self, call, timeout, data=None, end=b"OK"):
        """Start a Call now; for who is asked inside a step."""
        self.port.hide = call.secret
        if call.block:
            self.parser.register(call.block, True)
        self.begin(call.cmd, len(call.cmd), call, timeout, call.line, data, 0 if data is None else len(data), end)
        self.block = call.block if hasattr(call.block, "count") else None

    # -- what the module has, and what it is told again after a restart

    def has(self, name):
        """Whether this module knows a command, such as b"+CIPRECVTYPE"."""
        return self.names is not None and self.names.has(name)

    def keep(self, text, timeout=5000, secret=False):
        """Speak a set command now and again after every restart of the module; see run().

        A later one of the same name takes its place.
        """
        answer = self.run(text, timeout=timeout, secret=secret)
        self.remember(text, timeout, secret)
        return answer

    def remember(self, text, timeout, secret=False):
        """Speak this set command whenever the module has restarted."""
        self.forget(text)
        self.kept.append((text, timeout, secret))
        if text[:1] == b"E":
            self.engine.quiet = text == b"E0"

    def forget(self, text):
        """Do not repeat the set command of this name after a restart."""
        name = _name(text)
        for rows in (self.kept, self.owed):
            i = len(rows)
            while i:
                i -= 1
                if _name(rows[i][0]) == name:
                    del rows[i]

    def needless(self, text):
        """Whether a setting that is owed has come about by itself."""
        return False

    def _restarted(self):
        self.owed[:] = []
        self.urgent = self._tell_again

    def _tell_again(self):
        if not self._replay:
            from espat.replay import Replay

            self._replay = Replay(self, Call)
        return self._replay.begin()


def _name(text):
    # of a command; echo has two
    return text.split(b"=")[0] if text[:1] != b"E" else b"E"


class Call:
    """One command spoken by a runner, until its result() has been asked for.

    outcome: None while it is under way. The rest: see At.run().
    """

    def __init__(self, at, text, each, block, secret):
        self.cmd = b"AT%s\r\n" % text
        self.block = block
        self.secret = secret
        self.outcome = self._code = None
        self._name = b""
        self._lines = []
        self._each = each or self._lines.append
        self._at = at

    def line(self, buf, a, b):
        """An answer line (called by Engine)."""
        self._each(bytes(buf[a:b]))

    def finished(self, outcome):
        """The command has ended (called by Stepper): whoever waits may have been interrupted long ago."""
        at = self._at
        self.outcome = outcome
        self._code = at.engine.code
        self._name = at.engine.name()
        at.port.hide = False
        if self.block:
            at.parser.unregister(self.block)

    def result(self, parse=None):
        """What parse makes of the lines, or the lines; raises what At.run() raises."""
        if self.outcome != _OK:
            raise _ERRORS[self.outcome - 2](self._name, self._code)
        if not parse:
            return self._lines
        try:
            return parse(self._lines)
        except (ValueError, IndexError, TypeError):
            raise AtAnswer(self._name)
