"""Guide 3.4, Bluetooth LE: the module's own services. They stand in its flash, see services.py.

Services, characteristics and descriptors are numbered from 1. NimBLE firmware (ESP32-C2, C5, C6, C61) creates and starts
the services by itself.
"""

from espat.ble.lines import attribute, number, service
from espat.check import rows


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
    (service, characteristic, descriptor, UUID or 0, None) of every descriptor; list, or each(row) (3.4.22)."""
    return at.run(b"+BLEGATTSCHAR?", **rows(b"+BLEGATTSCHAR:", attribute, each))
