"""Getting a module back that answers no longer; loaded when that happens. See docs/recovery.md.

One that is busy for ever is told to restart. From a silent one passthrough is left, then it is reset by its pin where
there is one, then looked for at other baud rates: a module that has restarted talks at the rate it has in flash.
"""

from micropython import const

from espat import at_basic
from espat.ticks import ticks_diff, ticks_ms
from espat.reports import READY

RATES = (115200, 921600, 460800, 230400, 1000000, 2000000, 3000000, 57600, 38400, 19200, 9600)

_OK = const(1)  # how a command has ended, see engine.py
_ASK = const(400)  # ms a question may take that is asked at another rate
_BUSY = const(1500)  # ms between two questions to a busy module
_PATIENCE = const(13)  # how many they are
_PULSE = const(50)  # ms the reset pin is low
_BOOT = const(5000)  # ms from a reset until the module is ready
_GUARD = const(60)  # ms of silence before "+++"
_SETTLE = const(1100)  # ms of silence after it
_AGAIN = const(3000)  # ms after which a module that was given up is asked again


class Rescue:
    """What At calls in place of anything else until the module is found or given up; when it says that it has
    restarted, that ends everything here. busy: it does answer."""

    def __init__(self, at, busy):
        self._at = at
        at.jobs[:] = [job for job in at.jobs if not isinstance(job, Look)]
        self._resume = at.urgent  # settings that were being told
        self._steps = self._of_busy() if busy else self._of_silent()
        self._found = False

    def __call__(self):
        for _ in self._steps:
            return True
        if not self._found:
            self._at.jobs.insert(0, Look(self._at))
        elif self._at.urgent is self:
            self._at.urgent = self._resume
        return False

    def _asked(self, ms):
        # whether there is an answer is known when the generator goes on
        self._at.ask(ms)
        yield
        self._found = self._at.engine.outcome == _OK

    def _of_busy(self):
        at = self._at
        for _ in range(_PATIENCE):
            yield from self._asked(_BUSY)
            if self._found:
                return
            if at.silent:
                break
        at.say(at_basic.RESTART, _BOOT, None, READY)
        yield
        yield from self._reset()
        yield from self._search()

    def _of_silent(self):
        at = self._at
        at.say(b"", _GUARD)
        yield
        at.say(b"+++", _SETTLE)
        yield
        for _ in range(2):  # the first may meet half a line that is still there
            yield from self._asked(2 * _ASK)
            if self._found:
                return
        yield from self._reset()
        yield from self._search()

    def _reset(self):
        at = self._at
        if at.reset:
            at.reset.value(0)
            at.say(b"", _PULSE)
            yield
            at.reset.value(1)
            at.say(b"", _BOOT, None, READY)
            yield

    def _search(self):
        at = self._at
        wanted = None
        for row in at.kept:
            if row[0].startswith(at_basic.LINE):
                wanted = row[0]
        at.engine.quiet = False  # an echo tells nothing new here
        for rate in RATES:
            at.port.baud(rate)
            for _ in range(2):
                yield from self._asked(_ASK)
                if self._found:
                    if wanted:
                        yield from self._back(wanted)
                    at.engine.restarted()
                    return
        at.port.baud(_rate(wanted) if wanted else RATES[0])

    def _back(self, wanted):
        # to the rate that the program has chosen
        at = self._at
        at.say(b"AT%s\r\n" % wanted, _ASK, None, b"OK")
        yield
        if at.engine.outcome == _OK:
            at.port.baud(_rate(wanted))


class Look:
    """A job: a module that was given up is asked from time to time, and at once when there is a sign of life."""

    def __init__(self, at):
        self._at = at
        self._asking = False
        self._note()

    def _note(self):
        self._heard = self._at.heard
        self._since = ticks_ms()

    def __call__(self):
        at = self._at
        if self._asking:
            self._asking = False
            if at.engine.outcome == _OK:
                at.jobs.remove(self)
                if not at.engine.quiet:  # it was being told its settings when it fell silent
                    at.engine.restarted()
                return False
        if at.heard == self._heard and ticks_diff(ticks_ms(), self._since) < _AGAIN:
            return False
        self._note()
        self._asking = True
        at.ask(_BUSY)
        return True


def _rate(text):
    return int(text[len(at_basic.LINE) + 1 :].split(b",")[0])
