"""Guide 3.4, Bluetooth LE: the module's own services. They stand in its flash, see services.py.

Services, characteristics and descriptors are numbered from 1. What a peer writes comes as +WRITE: reports.
NimBLE firmware (ESP32-C2, C5, C6, C61) creates and starts the services by itself.
"""

from espat.args import join
from espat.ble.lines import attribute, number, service
from espat.check import integer, payload, rows

_MOST = 512


def create(at):
    """AT+BLEGATTSSRVCRE: make the services (3.4.18), before anybody connects."""
    return at.keep(b"+BLEGATTSSRVCRE")


def start(at, one=None):
    """AT+BLEGATTSSRVSTART: offer all services, or one (3.4.19)."""
    if one is None:
        return at.keep(b"+BLEGATTSSRVSTART")
    return at.run(b"+BLEGATTSSRVSTART=%d" % number(one))


def stop(at, one=None):
    """AT+BLEGATTSSRVSTOP: offer no service any more, or not this one (3.4.20)."""
    if one is not None:
        return at.run(b"+BLEGATTSSRVSTOP=%d" % number(one))
    at.forget(b"+BLEGATTSSRVSTART")
    return at.run(b"+BLEGATTSSRVSTOP")


def services(at):
    """AT+BLEGATTSSRV?: (service, started, UUID as int, primary) of every service (3.4.21)."""
    return at.run(b"+BLEGATTSSRV?", **rows(b"+BLEGATTSSRV:", service))


def characteristics(at, each=None):
    """AT+BLEGATTSCHAR?: (service, characteristic, 0, UUID as int, properties) of every characteristic, and
    (service, characteristic, descriptor, UUID, None) of every descriptor; list, or each(row) (3.4.22)."""
    return at.run(b"+BLEGATTSCHAR?", **rows(b"+BLEGATTSCHAR:", attribute, each))


def notify(at, n, service, characteristic, data):
    """AT+BLEGATTSNTFY: send a value to the peer of connection n, which has subscribed (3.4.23); up to MTU - 3 bytes."""
    return _push(at, b"+BLEGATTSNTFY", n, service, characteristic, data)


def indicate(at, n, service, characteristic, data):
    """AT+BLEGATTSIND: the same, and wait until the peer has confirmed it (3.4.24)."""
    return _push(at, b"+BLEGATTSIND", n, service, characteristic, data)


def _push(at, name, n, service, characteristic, data):
    values = (integer(n, 0, 2), number(service), number(characteristic), payload(data, _MOST))
    return at.run(join(name, *values), timeout=35000, data=data)


def set_value(at, service, characteristic, data, descriptor=None):
    """AT+BLEGATTSSETATTR: set a value (3.4.25), as long as the table in flash allows.

    descriptor: set this one instead; not with NimBLE firmware (ValueError).
    """
    values = (number(service), number(characteristic))
    if at.has(b"+BLEGATTSSRVCRE"):
        values += (integer(descriptor, 1, 255, True),)
    elif descriptor:
        raise ValueError("this firmware sets no descriptors")
    return at.run(join(b"+BLEGATTSSETATTR", *(values + (payload(data, _MOST),))), timeout=10000, data=data)
