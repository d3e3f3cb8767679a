"""Scanning and connecting for bluetooth.BLE."""

from binascii import unhexlify

from micropython import const

from espat.ble import at_conn, at_gap
from espat.ble.conn import Job, ignore, mac, text
from espat.errors import AtError

_NOBODY = const(65535)
_RESPONSE = const(4)  # kind of advertisement

_SCAN_RESULT = const(5)
_SCAN_DONE = const(6)
_PERIPHERAL_DISCONNECT = const(8)

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

        The module tries for whole seconds, 3 to 30, and does nothing else meanwhile, even when nobody wants it any more.
        """
        conns = self.conns
        if kind is None:
            return self._cancel()
        address = bytes(address)
        for dial in conns.dials:
            if dial[3]:
                raise OSError(_EALREADY, "a connection is being made")
            if dial[2] == address:
                dial[3] = True  # wanted again
                return
        self.ble.need(0)
        n = 1 if self.at.chip == "ESP32C2" else 2
        taken = [dial[0] for dial in conns.dials]
        while conns.table[n] or n in taken:  # from above: the module gives clients numbers from below
            n -= 1
            if n < 0:
                raise OSError(_ENOMEM, "all connections are in use")
        low = min_conn_interval_us or max_conn_interval_us
        interval = low and (low // 1250, (max_conn_interval_us or low) // 1250)
        job = Job(conns, lambda value: self._dialled(value, dial, interval))
        dial = [n, kind, address, True, job]
        at_conn.connect(job, n, text(address), kind & 1, min(max((scan_duration_ms + 999) // 1000, 3), 30))
        conns.dials.append(dial)

    def _cancel(self):
        conns = self.conns
        for dial in conns.dials:
            if dial[3]:
                dial[3] = False
                self._nobody(dial)
                if dial[4] in conns.jobs:
                    conns.jobs.remove(dial[4])
                    conns.dials.remove(dial)
                return

    def _nobody(self, dial):
        self.conns.push(_PERIPHERAL_DISCONNECT, (_NOBODY, dial[1], dial[2]))

    def _dialled(self, value, dial, interval):
        conns = self.conns
        n, _, address, wanted, _ = dial
        failed = isinstance(value, AtError)
        if not failed:
            conns.connected(n, text(address).encode())  # where the report comes later, or never
        if dial in conns.dials:
            conns.dials.remove(dial)
            if failed and wanted:
                self._nobody(dial)
        if not failed and not wanted:
            at_conn.disconnect(Job(conns, ignore), n)
        elif not failed and interval:
            at_conn.set_params(Job(conns, ignore), n, *interval, 0, 400)
