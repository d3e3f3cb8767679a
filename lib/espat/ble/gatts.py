"""The values of own services for bluetooth.BLE; see services.py, values.py and advertise.py too.

Values live twice: in the module, which answers peers, and here, where programs read them.
"""

from micropython import const

from espat.args import number
from espat.ble import at_values
from espat.ble.conn import Job
from espat.errors import AtError, AtRefused
from espat.turn import turn

_READ_REQUEST = const(4)
_FAILED = const(14)
_INDICATE_DONE = const(20)
_EINVAL = const(22)


class Part:
    """ble: the radio. values: handle -> [value, longest, whether writes append], None for those that switch notifications.
    readable: the handles of those that peers may read."""

    def __init__(self, ble):
        self.ble = ble
        self.at = ble.at
        self.conns = ble.conns
        self.conns.written = self._written
        self.values = {}
        self.readable = ()
        self.at.on(b"+READ:", self._read)

    def gatts_read(self, handle):
        """A value; one that appends is empty afterwards."""
        entry = self.entry(handle)
        if not entry[2]:
            return entry[0]
        with turn:
            value, entry[0] = entry[0], b""  # no branch between, for there an event may be told
        return value

    def gatts_write(self, handle, data, send_update=False):
        """Set a value; send_update: and send it to those who have subscribed."""
        entry, data = self.entry(handle, data)
        self.ble.need(2)
        at_values.set_value(self.at, handle >> 10, handle >> 4 & 63, data, handle & 15 or None)
        entry[0] = data
        entry[1] = max(entry[1], len(data))
        if send_update:
            for n, conn in enumerate(self.conns.table):
                how = conn.subscribed.get(handle) if conn else 0
                if how:
                    (self.gatts_notify if how & 1 else self.gatts_indicate)(n, handle, data)

    def gatts_notify(self, n, handle, data=None):
        """Send a value, or what gatts_write() has set, to a peer that has subscribed; nothing happens for others."""
        conn = self.conns.get(n)
        data = self.entry(handle, data)[1]
        try:
            at_values.notify(self.at, n, handle >> 10, handle >> 4 & 63, data)
        except AtRefused:
            if conn.subscribed.get(handle):
                raise

    def gatts_indicate(self, n, handle, data=None):
        """The same, to be confirmed by the peer: event 20."""
        conns = self.conns
        conns.get(n)
        data = self.entry(handle, data)[1]
        job = Job(conns, lambda value: conns.push(_INDICATE_DONE, (n, handle, _FAILED if isinstance(value, AtError) else 0)))
        at_values.indicate(job, n, handle >> 10, handle >> 4 & 63, data)

    def entry(self, handle, *data):
        """The entry of a handle in values; with data: (the entry, these as bytes, None: what it holds)."""
        entry = self.values.get(handle)
        if not entry:
            raise OSError(_EINVAL, "no such handle")
        if not data:
            return entry
        data = data[0]
        return entry, entry[0] if data is None else data.encode() if isinstance(data, str) else bytes(data)

    def _written(self, n, handle, value):
        # a peer has written; True: tell of it
        entry = self.values.get(handle, 0)
        conn = self.conns.table[n]
        if entry:
            value = entry[0] + value if entry[2] else value
            entry[0] = value[: entry[1]]
        elif entry is None and conn and value:
            # NimBLE firmware tells the two bytes as one in hexadecimal digits
            conn.subscribed[handle & ~15] = (value[1] if value[-1] > 3 and value[1:] else value[0]) & 3
        return bool(entry)

    def _read(self, buf, a, b):
        n = number(buf, a + 6, a + 7)
        if n >= 0 and len(self.readable) == 1:
            self.conns.push(_READ_REQUEST, (n, self.readable[0]))
