"""The central's half of bluetooth.BLE: scanning, connecting, a peer's services."""

from binascii import unhexlify

from micropython import const

from espat.ble import at_conn, at_gap, at_gattc
from espat.ble.conn import Job, ignore, mac, text
from espat.ble.uuid import UUID
from espat.errors import AtError

_MOST_JOBS = const(16)
_MTU_MS = const(3000)  # until the module is asked what came of an exchange
_FAILED = const(14)  # ATT's "unlikely error": the module does not tell which
_NOBODY = const(65535)
_RESPONSE = const(4)  # kind of advertisement

_SCAN_RESULT = const(5)
_SCAN_DONE = const(6)
_PERIPHERAL_DISCONNECT = const(8)
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
_EALREADY = const(114)


class Central:
    """ble: the radio."""

    def __init__(self, ble):
        self.ble = ble
        self.at = ble.at
        self.conns = ble.conns
        self._scans = 0
        self.conns.reports[b"SCAN"] = self._found
        self.conns.reports[b"SCANDONE"] = self.conns.scanned

    def _job(self, done):
        if len(self.conns.jobs) >= _MOST_JOBS:
            raise OSError(_ENOMEM, "too much is under way")
        return Job(self.conns, done)

    # -- scanning

    def gap_scan(self, duration_ms, interval_us=1280000, window_us=11250, active=False):
        """Look for advertisers; duration_ms 0: without end, None: scan no more. Events 5 and 6.

        The module does not tell all kinds: unless it runs NimBLE, each advertisement counts as connectable.
        """
        conns = self.conns
        if duration_ms is None:
            if conns.scanning:
                try:
                    at_gap.scan_stop(self.at)
                except AtError:
                    pass
                conns.scanned()
            else:
                conns.push(_SCAN_DONE, ())
            return
        self.ble.need(1)
        if conns.scanning:
            raise OSError(_EALREADY, "a scan is under way")
        interval = min(max(interval_us // 625, 4), 0x4000)
        window = min(max(window_us // 625, 4), interval)
        at_gap.set_scan_params(self.at, bool(active), interval, window, conns.own)
        self._scans += 1
        number = conns.scanning = self._scans
        try:
            at_gap.scan(self.at)
        except AtError:
            conns.scanning = 0
            raise
        if duration_ms:
            conns.later(duration_ms, lambda: self._over(number))

    def _over(self, number):
        if self.conns.scanning == number:
            at_gap.scan_stop(Job(self.conns, self.conns.scanned))

    def _found(self, address, rssi, data, response, kind, event=b"0", *_):
        conns = self.conns
        if conns.scanning:
            who = int(kind) & 1, mac(address)
            if data or not response:
                conns.push(_SCAN_RESULT, who + (int(event), int(rssi), unhexlify(data)))
            if response:
                conns.push(_SCAN_RESULT, who + (_RESPONSE, int(rssi), unhexlify(response)))

    # -- connecting

    def gap_connect(self, kind, address=None, scan_duration_ms=2000, min_conn_interval_us=None, max_conn_interval_us=None):
        """Connect to an advertiser: event 7, or event 8 with connection 65535. None: do so no more.

        The module tries for whole seconds, 3 to 30, and does nothing else meanwhile; an attempt that is no longer
        wanted ends by itself.
        """
        conns = self.conns
        dial = conns.dialling
        if kind is None:
            if dial and not dial[3]:
                dial[3] = True
                self._nobody(dial)
            return
        if dial:
            raise OSError(_EALREADY, "a connection is being made")
        self.ble.need(0)
        n = 1 if self.at.chip == "ESP32C2" else 2
        while conns.table[n]:  # from above: the module gives clients numbers from below
            n -= 1
            if n < 0:
                raise OSError(_ENOMEM, "all connections are in use")
        dial = [n, kind, bytes(address), False]
        low = min_conn_interval_us or max_conn_interval_us
        interval = low and (low // 1250, (max_conn_interval_us or low) // 1250)
        seconds = min(max((scan_duration_ms + 999) // 1000, 3), 30)
        job = self._job(lambda value: self._dialled(value, dial, interval))
        at_conn.connect(job, n, text(address), kind & 1, seconds)
        conns.dialling = dial

    def _nobody(self, dial):
        self.conns.push(_PERIPHERAL_DISCONNECT, (_NOBODY, dial[1], dial[2]))

    def _dialled(self, value, dial, interval):
        conns = self.conns
        n, _, address, cancelled = dial
        failed = isinstance(value, AtError)
        if not failed:
            conns.connected(n, text(address).encode())  # where the report comes later, or never
        if conns.dialling is dial:
            conns.dialling = None
            if failed and not cancelled:
                self._nobody(dial)
        if not failed and cancelled:
            at_conn.disconnect(Job(conns, ignore), n)
        elif not failed and interval:
            at_conn.set_params(Job(conns, ignore), n, *interval, 0, 400)

    # -- a peer's services

    def gattc_discover_services(self, n, uuid=None):
        """Find the peer's services, or those of one kind: events 9 and 10."""
        conns = self.conns
        conn = conns.get(n)
        if not conn.client:  # one that has connected by itself
            conn.client = True
            at_conn.connect(self._job(ignore), n, text(conn.address))

        def each(row):
            service = row[1]
            kind = UUID(row[2])
            conn.services.append(service)
            if uuid is None or kind == uuid:
                conns.push(_SERVICE_RESULT, (n, service << 10, service << 10 | 0x3FF, kind))

        conn.services = []
        at_gattc.services(self._job(lambda value: conns.push(_SERVICE_DONE, (n, _status(value)))), n, each)

    def gattc_discover_characteristics(self, n, start, end, uuid=None):
        """Find the characteristics between two handles, or those of one kind: events 11 and 12."""

        def each(row):
            handle = row[0] << 10 | row[1] << 4
            kind = UUID(row[3])
            if not row[2] and start <= handle <= end and (uuid is None or kind == uuid):
                self.conns.push(_CHARACTERISTIC_RESULT, (n, handle | 15, handle, row[4], kind))

        services = self.conns.get(n).services or [start >> 10]
        self._look(n, [s for s in services if s << 10 <= end and s << 10 | 0x3FF >= start], each, _CHARACTERISTIC_DONE)

    def gattc_discover_descriptors(self, n, start, end):
        """Find the descriptors between two handles: events 13 and 14."""

        def each(row):
            handle = row[0] << 10 | row[1] << 4 | row[2]
            if row[2] and start <= handle <= end:
                self.conns.push(_DESCRIPTOR_RESULT, (n, handle, UUID(row[3])))

        self.conns.get(n)
        self._look(n, [start >> 10], each, _DESCRIPTOR_DONE)

    def _look(self, n, services, each, event):
        # one service after the other
        def done(value):
            if services and not isinstance(value, AtError):
                at_gattc.characteristics(Job(self.conns, done), n, services.pop(0), each)
            else:
                self.conns.push(event, (n, _status(value)))

        if services:
            at_gattc.characteristics(self._job(done), n, services.pop(0), each)
        else:
            done(None)

    def gattc_read(self, n, handle):
        """Read a value: events 15 and 16."""

        def done(value):
            if not isinstance(value, AtError):
                self.conns.push(_READ_RESULT, (n, handle, value))
            self.conns.push(_READ_DONE, (n, handle, _status(value)))

        self.conns.get(n)
        at_gattc.read(self._job(done), n, handle >> 10, handle >> 4 & 63, handle & 15 or None)

    def gattc_write(self, n, handle, data, mode=0):
        """Write a value; with mode 1 event 17 tells how it went. The module waits for the peer's response in any case
        where the characteristic has one."""

        def done(value):
            if mode:
                self.conns.push(_WRITE_DONE, (n, handle, _status(value)))

        self.conns.get(n)
        data = data.encode() if isinstance(data, str) else bytes(data)
        at_gattc.write(self._job(done), n, handle >> 10, handle >> 4 & 63, data, handle & 15 or None)

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
