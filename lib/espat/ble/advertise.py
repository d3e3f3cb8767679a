"""Advertising for bluetooth.BLE."""

from micropython import const

from espat.ble import at_adv
from espat.errors import AtError

_SHORTEST = const(0x20)  # units of 0.625 ms
_LONGEST = const(0x4000)


def gap_advertise(ble, interval_us, adv_data=None, *, resp_data=None, connectable=True):
    """Advertise every so many microseconds, None: no longer. Data of None are what they were before.

    A connection ends advertising.
    """
    conns = ble.conns
    at = ble.at
    if conns.advertising:
        conns.advertising = None
        try:
            at_adv.stop(at)
        except AtError:
            pass  # it has ended already
    if interval_us is None:
        return
    ble.need(2)
    interval = min(max(interval_us // 625, _SHORTEST), _LONGEST)
    # as NimBLE does it for MicroPython: who cannot be connected to can be scanned
    at_adv.set_params(at, interval, interval, 0 if connectable else 2, conns.own)
    if adv_data is not None:
        at_adv.set_data(at, _bytes(adv_data))
    if resp_data is not None:
        at_adv.set_response(at, _bytes(resp_data))
    at_adv.start(at)
    conns.advertising = at_adv.START


def _bytes(data):
    return data.encode() if isinstance(data, str) else bytes(data)
