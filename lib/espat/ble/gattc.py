"""Reading and writing a peer's values for bluetooth.BLE; discovery.py finds them."""

from micropython import const

from espat.ble import at_values
from espat.ble.conn import Job
from espat.errors import AtError

_READ_RESULT = const(15)
_READ_DONE = const(16)
_WRITE_DONE = const(17)
_EINVAL = const(22)
_ENOMEM = const(12)
_FAILED = const(14)  # ATT's "unlikely error": the module does not tell which
_MOST_JOBS = const(16)


def status(value):
    """What an event says of a Job's outcome."""
    return _FAILED if isinstance(value, AtError) else 0


def room(conns):
    """Raises OSError(ENOMEM) when too many commands wait."""
    if len(conns.jobs) >= _MOST_JOBS:
        raise OSError(_ENOMEM, "too much is under way")


class Part:
    """ble: the radio."""

    def __init__(self, ble):
        self.ble = ble
        self.conns = ble.conns

    def _known(self, n, handle, then, data=b" "):
        # handles of an earlier connection are good for this one too, but the module must have seen what they stand for
        if not (handle >> 4 & 63 and 0 < handle >> 10 < 64):
            raise OSError(_EINVAL, "no such handle")
        if self.conns.get(n).services.get(handle >> 10):
            room(self.conns)
            then(None)
        else:
            self.ble.seldom("discovery", "look", n, handle, handle, None, then, data)

    def gattc_read(self, n, handle):
        """Read a value: events 15 and 16."""

        def read(value):
            if isinstance(value, AtError):
                return done(value)
            at_values.read(Job(self.conns, done), n, handle >> 10, handle >> 4 & 63, handle & 15 or None)

        def done(value):
            if not isinstance(value, AtError):
                self.conns.push(_READ_RESULT, (n, handle, value))
            self.conns.push(_READ_DONE, (n, handle, status(value)))

        self._known(n, handle, read)

    def gattc_write(self, n, handle, data, mode=0):
        """Write a value; with mode 1 event 17 tells how it went. The module waits for the peer's response in any case
        where the characteristic has one."""
        data = data.encode() if isinstance(data, str) else bytes(data)

        def write(value):
            if isinstance(value, AtError):
                return done(value)
            at_values.write(Job(self.conns, done), n, handle >> 10, handle >> 4 & 63, data, handle & 15 or None)

        def done(value):
            if mode:
                self.conns.push(_WRITE_DONE, (n, handle, status(value)))

        self._known(n, handle, write, data)
