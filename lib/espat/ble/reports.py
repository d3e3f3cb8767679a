"""Reports of the module that come seldom, as events of bluetooth.BLE, and the end of a connection."""

from micropython import const

_MTU_EXCHANGED = const(21)
_CONNECTION_UPDATE = const(27)
_LARGEST = const(517)  # MTU


def report(ble, name, rest):
    """The event, (number, data), that a report +BLE<name>:<rest> makes, or None."""
    values = rest.split(b",")
    n = int(values[0])
    if name == b"CFGMTU":
        size = int(values[1])
        if size > _LARGEST:
            raise ValueError("no MTU")
        return mtu(ble, n, size)
    if name == b"CONNPARAM":
        status = 1 if len(values) < 5 else 0  # -1: refused
        interval, latency, timeout = (0, 0, 0) if status else values[-3:]
        return _CONNECTION_UPDATE, (n, int(interval), int(latency), int(timeout), status)


def mtu(ble, n, mtu):
    """What came of an exchange; mtu -1: nothing."""
    conn = ble.conns.table[n]
    if conn and (conn.asked or mtu > 0 and mtu != conn.mtu):
        conn.asked = False
        if mtu > 0:
            conn.mtu = mtu
        return _MTU_EXCHANGED, (n, conn.mtu)


def gap_disconnect(ble, n):
    """Begin to end a connection; False when there is none."""
    table = ble.conns.table
    if not (0 <= n < len(table) and table[n]):
        return False
    from espat.ble import at_conn
    from espat.ble.conn import Job

    at_conn.disconnect(Job(ble.conns), n)
    return True
