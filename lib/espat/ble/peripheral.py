"""The peripheral's half of bluetooth.BLE: advertising, and own services.

Values live twice: in the module, which answers peers, and here, where programs read them.
"""

from micropython import const

from espat.args import number
from espat.ble import at_adv, at_gatts
from espat.ble.conn import Job, ignore
from espat.errors import AtError, AtRefused
from espat.spare import once

_READ_REQUEST = const(4)
_LENGTH = const(20)  # bytes that a value may have unless somebody says more
_MOST = const(512)
_FAILED = const(14)
_INDICATE_DONE = const(20)
_EINVAL = const(22)


class Peripheral:
    """ble: the radio. values: handle -> [value, longest, whether writes append], None for those that switch notifications.
    readable: the handles of those that peers may read."""

    def __init__(self, ble):
        self.ble = ble
        self.at = ble.at
        self.conns = ble.conns
        self.conns.written = self._written
        self.conns.restored = self._restored
        self.values = {}
        self.readable = ()
        self.at.on(b"+READ:", self._read)

    # -- advertising

    def gap_advertise(self, interval_us, adv_data=None, *, resp_data=None, connectable=True):
        """Advertise every so many microseconds, None: no longer. Data of None are what they were before.

        A connection ends advertising.
        """
        conns = self.conns
        at = self.at
        if conns.advertising:
            conns.advertising = None
            try:
                at_adv.stop(at)
            except AtError:
                pass  # it has ended already
        if interval_us is None:
            return
        self.ble.need(2)
        interval = min(max(interval_us // 625, 0x20), 0x4000)
        # as NimBLE does it for MicroPython: who cannot be connected to can be scanned
        at_adv.set_params(at, interval, interval, 0 if connectable else 2, conns.own)
        if adv_data is not None:
            at_adv.set_data(at, _bytes(adv_data))
        if resp_data is not None:
            at_adv.set_response(at, _bytes(resp_data))
        at_adv.start(at)
        conns.advertising = self._ended

    def _ended(self):
        self.conns.advertising = None
        at_adv.ended(self.at)

    # -- services

    def gatts_register_services(self, services):
        """Offer these services instead of those before; returns the handles, a tuple for each service.

        They are written into the module's flash where they differ from what is there, and then the radio starts anew.
        The module does not tell which value was read: event 4 comes where peers may read only one, afterwards.
        """

        def call():
            from espat.ble.services import register

            return register(self.ble, services)

        handles, self.values, self.readable = once(call)
        return handles

    def gatts_read(self, handle):
        """A value; one that appends is empty afterwards."""
        entry = self._value(handle)
        value = entry[0]
        if entry[2]:
            entry[0] = b""
        return value

    def gatts_write(self, handle, data, send_update=False):
        """Set a value; send_update: and send it to those who have subscribed."""
        entry = self._value(handle)
        data = _bytes(data)
        self.ble.need(2)
        if handle & 15 and not self.at.has(b"+BLEGATTSSRVCRE"):
            raise self.ble.refusal("descriptors cannot be set on this chip")
        at_gatts.set_value(self.at, handle >> 10, handle >> 4 & 63, data, handle & 15 or None)
        entry[0] = data
        if len(data) > entry[1]:
            entry[1] = len(data)
        if send_update:
            for n, conn in enumerate(self.conns.table):
                how = conn.subscribed.get(handle) if conn else 0
                if how:
                    (self.gatts_notify if how & 1 else self.gatts_indicate)(n, handle, data)

    def gatts_set_buffer(self, handle, size, append=False):
        """Let a value be this long; append: a peer's writes are joined until they are read."""
        entry = self._value(handle)
        if size > _MOST:
            raise OSError(_EINVAL, "the module takes values up to 512 bytes")
        entry[:] = [b"", size, append]

    def gatts_notify(self, n, handle, data=None):
        """Send a value, or what gatts_write() has set, to a peer that has subscribed; nothing happens for others."""
        conn = self.conns.get(n)
        try:
            at_gatts.notify(self.at, n, handle >> 10, handle >> 4 & 63, self._payload(handle, data))
        except AtRefused:
            if conn.subscribed.get(handle):
                raise

    def gatts_indicate(self, n, handle, data=None):
        """The same, to be confirmed by the peer: event 20."""

        def done(value):
            self.conns.push(_INDICATE_DONE, (n, handle, _FAILED if isinstance(value, AtError) else 0))

        self.conns.get(n)
        at_gatts.indicate(Job(self.conns, done), n, handle >> 10, handle >> 4 & 63, self._payload(handle, data))

    def _payload(self, handle, data):
        return self._value(handle)[0] if data is None else _bytes(data)

    def _value(self, handle):
        entry = self.values.get(handle)
        if not entry:
            raise OSError(_EINVAL, "no such handle")
        return entry

    def _written(self, n, handle, value):
        # a peer has written; True: tell of it
        entry = self.values.get(handle, 0)
        conn = self.conns.table[n]
        if entry:
            value = entry[0] + value if entry[2] else value
            entry[0] = value[: entry[1]]
        elif entry is None and conn and value:
            # NimBLE firmware tells the two bytes as one in hexadecimal digits
            conn.subscribed[handle & ~15] = (value[1] if value[-1] > 3 else value[0]) & 3
        return bool(entry)

    def _read(self, buf, a, b):
        n = number(buf, a + 6, a + 7)
        if n >= 0 and len(self.readable) == 1:
            self.conns.push(_READ_REQUEST, (n, self.readable[0]))

    def _restored(self):
        # the module has restarted: its values are those of the table
        for handle, entry in self.values.items():
            if entry and entry[0] and not entry[2]:
                place = handle >> 10, handle >> 4 & 63, entry[0], handle & 15 or None
                at_gatts.set_value(Job(self.conns, ignore), *place)


def _bytes(data):
    return data.encode() if isinstance(data, str) else bytes(data)
