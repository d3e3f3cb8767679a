"""What follows when a command is not answered in time: no late answer may be taken for the next command's.

A query is asked whose own answer must come before anything counts again. A module that has been left in a data phase is
called out of it, or given the bytes it waits for. One that does not answer at all is somebody else's job, see rescue.
"""

from micropython import const

from espat.reports import DONE, READY, REFUSALS, one_of

_DATA = const(3)  # phase of the engine, see there
_BUSY = const(3)  # how a command has ended, see engine.py
_TIMEOUT = const(4)
_PROBE = const(1500)  # ms the query may take
_PROBES = const(3)
_LISTEN = const(50)  # ms in which what is on its way arrives
_ESCAPE = const(1000)  # ms until a module that has left a data phase listens again
_PAD = const(100)  # ms for an answer to a block of padding
_PADDING = b"\r\n" * 32


class Resync:
    """The base of Stepper.

    probe: the query, complete. stale: how often it will be asked before the line can be trusted again. rescue:
    function(busy) that gives an `urgent` which brings back a module that is busy for ever, or silent.
    """

    probe = rescue = None
    stale = 0
    probing = 0  # 1: the query is under way, 2: what say() has begun
    patience = 0  # how often more it is asked while the module is busy
    pause = 0  # ms of listening before it is asked
    _escaping = False  # "+++" is due
    _missing = 0  # bytes that the module may still be waiting for in a data phase

    def doubt(self, pause=0):
        """What comes may belong to an earlier command: find out, after ms of listening."""
        if self.probe:
            self.stale = _PROBES
            self.pause = pause

    def trust(self):
        """It does not."""
        self.stale = self._missing = self.patience = self.pause = 0

    def late(self):
        """Time is up for the command under way. It is followed by a query; that by another, unless nobody is there."""
        e = self.engine
        if not self.probing:
            self.stale = _PROBES
            self._escaping = e.phase == _DATA
            self._missing = e.data_n if self._escaping else 0
        elif e.busy and self.patience and not self.rescue:  # it is there, and still at an earlier command
            self.patience -= 1
            self.stale = _PROBES
        elif self.probing == 2:
            pass
        elif not self.silent:
            self._missing = 0
        elif not self._missing:
            self.stale = 0
        if self.probing == 1 and not self.stale and self.rescue:
            self.urgent = self.rescue(e.busy)
        e.finish(_BUSY if e.busy else _TIMEOUT)

    def resync(self):
        """Begin what comes next; False when there is nothing to ask."""
        if not self.probe:
            self.stale = 0
            return False
        if self.pause:
            self.say(b"", self.pause, None, READY)
            self.pause = 0
            return True
        if self._escaping:  # a send that has lost bytes on the line waits for them without end
            self._escaping = False
            self.say(b"+++", _ESCAPE)
        elif self._missing and self.probing and self.silent and self.stale < _PROBES:
            n = min(self._missing, len(_PADDING))
            self._missing -= n
            self.say(_PADDING[:n], _PAD)
        else:
            # no line ends the query until its own answer has come: a late OK belongs to an earlier command
            self.stale -= 1
            self.ask(_PROBE)
        self.probing = 1
        return True

    def ask(self, ms):
        """Begin the query."""
        self.say(self.probe, ms, self._answer)

    def say(self, cmd, ms, each=None, end=b""):
        """Begin a command (complete) that nothing follows when it is not answered."""
        self.begin(cmd, len(cmd), None, ms, each, end=end)
        self.probing = 2

    def _answer(self, buf, a, b):
        name = self.engine.name()
        if buf.startswith(name, a) and b - a > len(name) and buf[a + len(name)] == 58:
            self.engine.end = b"OK"
            self.trust()

    def astray(self, buf, a, b):
        """A line that belongs to nothing has come."""
        if one_of(buf, a, b, DONE) or one_of(buf, a, b, REFUSALS):
            self.doubt(_LISTEN)
