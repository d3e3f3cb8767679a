"""A peer's services for bluetooth.BLE: gattc_*."""

from micropython import const

from espat.ble import at_conn, at_gattc
from espat.ble.conn import Job, ignore, text
from espat.ble.uuid import UUID
from espat.errors import AtError

_MOST_JOBS = const(16)
_MTU_MS = const(3000)  # until the module is asked what came of an exchange
_FAILED = const(14)  # ATT's "unlikely error": the module does not tell which

_SERVICE_RESULT = const(9)
_SERVICE_DONE = const(10)
_CHARACTERISTIC_RESULT = const(11)
_CHARACTERISTIC_DONE = const(12)
_DESCRIPTOR_RESULT = const(13)
_DESCRIPTOR_DONE = const(14)
_READ_RESULT = const(15)
_READ_DONE = const(16)
_WRITE_DONE = const(17)

_ENOMEM = const(12)
_EINVAL = const(22)


class Client:
    """ble: the radio."""

    def __init__(self, ble):
        self.ble = ble
        self.conns = ble.conns

    def _job(self, done):
        self._room()
        return Job(self.conns, done)

    def _room(self):
        if len(self.conns.jobs) >= _MOST_JOBS:
            raise OSError(_ENOMEM, "too much is under way")

    def gattc_discover_services(self, n, uuid=None):
        """Find the peer's services, or those of one kind: events 9 and 10."""
        conns = self.conns
        conns.get(n)

        def each(service, kind):
            if uuid is None or kind == uuid:
                conns.push(_SERVICE_RESULT, (n, service << 10, service << 10 | 0x3FF, kind))

        self._services(n, each, lambda value: conns.push(_SERVICE_DONE, (n, _status(value))))

    def _services(self, n, each, done):
        # the module wants to be asked for a peer's services before it is asked for more
        conn = self.conns.get(n)
        job = self._job(done)
        if not conn.client:  # one that has connected by itself
            conn.client = True
            at_conn.connect(Job(self.conns, ignore), n, text(conn.address))

        def found(row):
            conn.services[row[1]] = False
            each(row[1], UUID(row[2]))

        conn.services = {}
        at_gattc.services(job, n, found)

    def gattc_discover_characteristics(self, n, start, end, uuid=None):
        """Find the characteristics between two handles, or those of one kind: events 11 and 12."""

        def each(row):
            handle = row[0] << 10 | row[1] << 4
            kind = UUID(row[3])
            if not row[2] and start <= handle <= end and (uuid is None or kind == uuid):
                self.conns.push(_CHARACTERISTIC_RESULT, (n, handle | 15, handle, row[4], kind))

        self._look(n, start, end, each, lambda value: self.conns.push(_CHARACTERISTIC_DONE, (n, _status(value))))

    def gattc_discover_descriptors(self, n, start, end):
        """Find the descriptors between two handles: events 13 and 14."""

        def each(row):
            handle = row[0] << 10 | row[1] << 4 | row[2]
            if row[2] and start <= handle <= end:
                self.conns.push(_DESCRIPTOR_RESULT, (n, handle, UUID(row[3])))

        self._look(n, start, end, each, lambda value: self.conns.push(_DESCRIPTOR_DONE, (n, _status(value))))

    def _look(self, n, start, end, each, done):
        # one service after the other
        conns = self.conns
        conn = conns.get(n)

        def begin(value):
            left = sorted([s for s in conn.services if s << 10 <= end and s << 10 | 0x3FF >= start])

            def another(value):
                if isinstance(value, AtError):
                    conn.services = {}  # the next time from the beginning
                if not left or not conn.services:
                    return done(value)
                service = left.pop(0)
                conn.services[service] = True
                at_gattc.characteristics(Job(conns, another), n, service, each)

            another(value)

        if conn.services:
            self._room()
            begin(None)
        else:
            self._services(n, ignore, begin)

    def _known(self, n, handle, then):
        # handles of an earlier connection are good for this one too, but the module must have seen what they stand for
        if not handle >> 4 & 63:
            raise OSError(_EINVAL, "no such handle")
        if self.conns.get(n).services.get(handle >> 10):
            self._room()
            then(None)
        else:
            self._look(n, handle, handle, ignore, then)

    def gattc_read(self, n, handle):
        """Read a value: events 15 and 16."""

        def read(value):
            if isinstance(value, AtError):
                return done(value)
            at_gattc.read(Job(self.conns, done), n, handle >> 10, handle >> 4 & 63, handle & 15 or None)

        def done(value):
            if not isinstance(value, AtError):
                self.conns.push(_READ_RESULT, (n, handle, value))
            self.conns.push(_READ_DONE, (n, handle, _status(value)))

        self._known(n, handle, read)

    def gattc_write(self, n, handle, data, mode=0):
        """Write a value; with mode 1 event 17 tells how it went. The module waits for the peer's response in any case
        where the characteristic has one."""
        data = data.encode() if isinstance(data, str) else bytes(data)

        def write(value):
            if isinstance(value, AtError):
                return done(value)
            at_gattc.write(Job(self.conns, done), n, handle >> 10, handle >> 4 & 63, data, handle & 15 or None)

        def done(value):
            if mode:
                self.conns.push(_WRITE_DONE, (n, handle, _status(value)))

        self._known(n, handle, write)

    def gattc_exchange_mtu(self, n):
        """Agree upon an MTU of at most config("mtu"): event 21."""
        conns = self.conns
        conn = conns.get(n)

        def done(value):
            if isinstance(value, AtError):
                conns.mtu(n, -1)
            else:
                conns.later(_MTU_MS, ask)

        def ask():
            if conn.asked:
                at_conn.mtus(Job(conns, lambda value: conn.asked and conns.mtu(n, -1)))

        job = self._job(done)
        conn.asked = True
        at_conn.set_mtu(job, n, self.ble.mtu)


def _status(value):
    return _FAILED if isinstance(value, AtError) else 0
