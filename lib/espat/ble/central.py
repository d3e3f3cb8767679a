"""Scanning and connecting for bluetooth.BLE."""

from binascii import unhexlify

from micropython import const

from espat.ble import at_conn, at_gap
from espat.ble.at_conn import text
from espat.ble.conn import Job, mac
from espat.errors import AtError

_NOBODY = const(65535)
_RESPONSE = const(4)  # kind of advertisement
_REPORT = b"SCAN"

_SCAN_RESULT = const(5)
_SCAN_DONE = const(6)
_PERIPHERAL_DISCONNECT = const(8)

_ENOMEM = const(12)
_EALREADY = const(114)


def gap_scan(ble, duration_ms, interval_us=1280000, window_us=11250, active=False):
    """Look for advertisers; duration_ms 0: without end, None: scan no more. Events 5 and 6.

    The module does not tell all kinds: unless it runs NimBLE, each advertisement counts as connectable.
    """
    conns = ble.conns
    if duration_ms is None:
        if conns.scanning:
            try:
                at_gap.scan_stop(ble.at)
            except AtError:
                pass
            conns.scanned()
        else:
            conns.push(_SCAN_DONE, ())
        return
    ble.need(1)
    if conns.scanning:
        raise OSError(_EALREADY, "a scan is under way")
    interval = min(max(interval_us // 625, 4), 0x4000)
    window = min(max(window_us // 625, 4), interval)
    at_gap.set_scan_params(ble.at, bool(active), interval, window, conns.own)
    conns.reports[_REPORT] = scan = conns.scanning = lambda *fields: _found(conns, *fields)
    try:
        at_gap.scan(ble.at)
    except AtError:
        conns.scanning = None
        raise
    if duration_ms:
        conns.later(duration_ms, lambda: _over(conns, scan))


def _over(conns, scan):
    if conns.scanning is scan:
        at_gap.scan_stop(Job(conns, conns.scanned))


def _found(conns, address, rssi, data, response, kind, event=b"0", *_):
    if conns.scanning:
        who = int(kind) & 1, mac(address)
        if data or not response:
            conns.push(_SCAN_RESULT, who + (int(event), int(rssi), unhexlify(data)))
        if response:
            conns.push(_SCAN_RESULT, who + (_RESPONSE, int(rssi), unhexlify(response)))


def gap_connect(ble, kind, address=None, scan_duration_ms=2000, min_conn_interval_us=None, max_conn_interval_us=None):
    """Connect to an advertiser: event 7, or event 8 with connection 65535. None: do so no more.

    The module tries for whole seconds, 3 to 30, and does nothing else meanwhile, even when nobody wants it any more.
    """
    conns = ble.conns
    if kind is None:
        return _cancel(conns)
    address = bytes(address)
    for dial in conns.dials:
        if dial[3]:
            raise OSError(_EALREADY, "a connection is being made")
        if dial[2] == address:
            dial[3] = True  # wanted again
            return
    ble.need(0)
    n = 1 if ble.at.chip == "ESP32C2" else 2
    taken = [dial[0] for dial in conns.dials]
    while conns.table[n] or n in taken:  # from above: the module gives clients numbers from below
        n -= 1
        if n < 0:
            raise OSError(_ENOMEM, "all connections are in use")
    low = min_conn_interval_us or max_conn_interval_us
    interval = low and (low // 1250, (max_conn_interval_us or low) // 1250)
    job = Job(conns, lambda value: _dialled(conns, value, dial, interval))
    dial = [n, kind, address, True, job]
    at_conn.connect(job, n, text(address), kind & 1, min(max((scan_duration_ms + 999) // 1000, 3), 30))
    conns.dials.append(dial)


def _cancel(conns):
    for dial in conns.dials:
        if dial[3]:
            dial[3] = False
            _nobody(conns, dial)
            if dial[4] in conns.jobs:
                conns.jobs.remove(dial[4])
                conns.dials.remove(dial)
            return


def _nobody(conns, dial):
    conns.push(_PERIPHERAL_DISCONNECT, (_NOBODY, dial[1], dial[2]))


def _dialled(conns, value, dial, interval):
    n, _, address, wanted, _ = dial
    failed = isinstance(value, AtError)
    if not failed:
        conns.connected(n, text(address).encode())  # where the report comes later, or never
    if dial in conns.dials:
        conns.dials.remove(dial)
        if failed and wanted:
            _nobody(conns, dial)
    if not failed and not wanted:
        at_conn.disconnect(Job(conns), n)
    elif not failed and interval:
        at_conn.set_params(Job(conns), n, *interval, 0, 400)
