"""What a module that has restarted is told again; loaded when that happens.

Everything kept is told in order before anything else is spoken. What is not answered is told once more, what the module
has refused is owed: told again after a while, unless it has come about by itself.
"""

from micropython import const

from espat.ticks import ticks_add, ticks_diff, ticks_ms

_OK = const(1)  # how a command has ended, see engine.py
_REFUSED = const(2)
_TRIES = const(3)  # how often a setting is told again when it is not answered
_OWED = const(20000)  # ms until one that was refused is told again


class Replay:
    """at: the runner, whose `kept` is told and whose `owed` is filled. call: the class of its calls."""

    def __init__(self, at, call):
        self._at = at
        self._call = call
        self._next = self._tries = 0  # which of them comes next; how often the last one may be told again
        self._due = 0  # when what is owed is told again
        self._told = self._row = None  # the Call of the last one, and what it tells
        at.jobs.insert(0, self.repay)

    def begin(self):
        """From the first one on; an `urgent`, as what follows it."""
        self._next = 0
        self._told = None
        self._at.urgent = self.restore
        if self.restore():
            return True
        self._at.urgent = None
        return False

    def restore(self):
        """The next setting; one that was not answered once more, one that was refused later."""
        at = self._at
        told = self._told
        self._told = None
        if told and told.outcome != _OK:
            if told.outcome != _REFUSED and self._tries:
                self._tries -= 1
                return self._tell(self._row)
            self._owe()
        if self._next >= len(at.kept):
            self._hear()
            return False
        self._tries = _TRIES
        self._next += 1
        return self._tell(at.kept[self._next - 1])

    def _hear(self):
        # an echo means a restart from now on, unless it could not be switched off: an earlier command's ERROR came instead
        at = self._at
        for row in at.kept:
            if row[0] == b"E0" and row not in at.owed:
                at.engine.quiet = True

    def _tell(self, row):
        self._row = row
        self._told = self._call(self._at, row[0], None, None, row[2])
        self._at.start(self._told, row[1])
        return True

    def _owe(self):
        owed = self._at.owed
        if self._row[0][1:6] == b"CWJAP":  # the mode may not have been heard, although it said OK
            owed += [row for row in self._at.kept if row[0][1:7] == b"CWMODE" and row not in owed]
        owed.append(self._row)
        self._due = ticks_add(ticks_ms(), _OWED)

    def repay(self):
        """A job: what the module has refused is told again after a while."""
        at = self._at
        told = self._told
        self._told = None
        if told and told.outcome != _OK:
            self._owe()
        elif told:
            self._hear()
        while at.owed and ticks_diff(self._due, ticks_ms()) <= 0:
            self._row = at.owed.pop(0)
            if not at.needless(self._row[0]):
                return self._tell(self._row)
        return False
