"""Guide 3.4, Bluetooth LE: values of the module's own services; what peers write comes as +WRITE: reports.

Services, characteristics and descriptors are numbered from 1, see at_services.py.
"""

from espat.args import join
from espat.check import integer, payload

_MOST = 512


def notify(at, n, service, characteristic, data):
    """AT+BLEGATTSNTFY: send a value to the peer of connection n, which has subscribed (3.4.23); up to MTU - 3 bytes."""
    return _push(at, b"+BLEGATTSNTFY", n, service, characteristic, data)


def indicate(at, n, service, characteristic, data):
    """AT+BLEGATTSIND: the same, and wait until the peer has confirmed it (3.4.24)."""
    return _push(at, b"+BLEGATTSIND", n, service, characteristic, data)


def _push(at, name, n, service, characteristic, data):
    values = (integer(n, 0, 2), integer(service, 1, 255), integer(characteristic, 1, 255), payload(data, _MOST))
    return at.run(join(name, *values), timeout=35000, data=data)


def set_value(at, service, characteristic, data, descriptor=None):
    """AT+BLEGATTSSETATTR: set a value (3.4.25), as long as the table in flash allows.

    descriptor: set this one instead; not with NimBLE firmware (ValueError).
    """
    values = (integer(service, 1, 255), integer(characteristic, 1, 255))
    if at.has(b"+BLEGATTSSRVCRE"):
        values += (integer(descriptor, 1, 255, True),)
    elif descriptor:
        raise ValueError("this firmware sets no descriptors")
    return at.run(join(b"+BLEGATTSSETATTR", *(values + (payload(data, _MOST),))), timeout=10000, data=data)
