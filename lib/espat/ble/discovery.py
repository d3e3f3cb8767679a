"""Finding a peer's services for bluetooth.BLE, and agreeing upon an MTU."""

from micropython import const

from espat.ble import at_conn, at_discover
from espat.ble.at_conn import text
from espat.ble.conn import UUID, Job
from espat.ble.gattc import room, status
from espat.errors import AtError

_MOST = const(512)
_MTU_MS = const(3000)  # until the module is asked what came of an exchange

_REPORT = const(0)  # see conns.py
_SERVICE_RESULT = const(9)
_SERVICE_DONE = const(10)
_CHARACTERISTIC_RESULT = const(11)
_CHARACTERISTIC_DONE = const(12)
_DESCRIPTOR_RESULT = const(13)
_DESCRIPTOR_DONE = const(14)


def _job(conns, done):
    room(conns)
    return Job(conns, done)


def _handle(row):
    # of a characteristic or descriptor; 0: no handle has room for these numbers
    return row[0] << 10 | row[1] << 4 | row[2] if 0 < row[0] < 64 and 0 < row[1] < 64 and row[2] < 16 else 0


def gattc_discover_services(ble, n, uuid=None):
    """Find the peer's services, or those of one kind: events 9 and 10."""
    conns = ble.conns
    conns.get(n)

    def each(service, kind):
        if uuid is None or kind == uuid:
            conns.push(_SERVICE_RESULT, (n, service << 10, service << 10 | 0x3FF, kind))

    _services(ble, n, each, lambda value: conns.push(_SERVICE_DONE, (n, status(value))))


def _nobody(*_):
    """Who does not want to hear of what is found."""


def _services(ble, n, each, done):
    # the module wants to be asked for a peer's services before it is asked for more
    conns = ble.conns
    conn = conns.get(n)
    job = _job(conns, done)
    if not conn.client:  # one that has connected by itself
        conn.client = True
        at_conn.connect(Job(conns), n, text(conn.address))

    def found(row):
        if 0 < row[1] < 64:
            conn.services[row[1]] = False
            each(row[1], UUID(row[2]))

    conn.services = {}
    at_discover.services(job, n, found)


def gattc_discover_characteristics(ble, n, start, end, uuid=None):
    """Find the characteristics between two handles, or those of one kind: events 11 and 12."""

    def each(row):
        handle = _handle(row)
        kind = UUID(row[3])
        if not row[2] and handle and start <= handle <= end and (uuid is None or kind == uuid):
            ble.conns.push(_CHARACTERISTIC_RESULT, (n, handle | 15, handle, row[4], kind))

    look(ble, n, start, end, each, lambda value: ble.conns.push(_CHARACTERISTIC_DONE, (n, status(value))))


def gattc_discover_descriptors(ble, n, start, end):
    """Find the descriptors between two handles: events 13 and 14."""

    def each(row):
        handle = _handle(row)
        if row[2] and handle and start <= handle <= end:
            ble.conns.push(_DESCRIPTOR_RESULT, (n, handle, UUID(row[3])))

    look(ble, n, start, end, each, lambda value: ble.conns.push(_DESCRIPTOR_DONE, (n, status(value))))


def look(ble, n, start, end, each, done, data=b" "):
    """Ask for the attributes of all services between two handles, one service after the other: each(row), then done().
    each: None: nobody wants them.
    data: what done() will write; raises ValueError when it is too short or too long."""
    if not 0 < len(data) <= _MOST:  # said here, not in a step
        raise ValueError("%d bytes; 1..512 are allowed" % len(data))
    conns = ble.conns
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
            at_discover.characteristics(Job(conns, another), n, service, each or _nobody)

        another(value)

    if conn.services:
        room(conns)
        begin(None)
    else:
        _services(ble, n, _nobody, begin)


def gattc_exchange_mtu(ble, n):
    """Agree upon an MTU of at most config("mtu"): event 21."""
    conns = ble.conns
    conn = conns.get(n)

    def done(value):
        if isinstance(value, AtError):
            nothing(value)
        else:
            conns.later(_MTU_MS, ask)

    def ask():
        if conn.asked:
            at_conn.mtus(Job(conns, nothing))

    def nothing(value):
        conns.push(_REPORT, (b"CFGMTU", b"%d,-1" % n))  # counts if no answer has come

    job = _job(conns, done)
    conn.asked = True
    at_conn.set_mtu(job, n, ble.mtu)
