"""Guide 3.4, Bluetooth LE: values of the module's own services; what peers write comes as +WRITE: reports.

Services, characteristics and descriptors are numbered from 1, see at_services.py.
"""

from espat.ble.place import command


def notify(at, n, service, characteristic, data):
    """AT+BLEGATTSNTFY: send a value to the peer of connection n, which has subscribed (3.4.23); up to MTU - 3 bytes."""
    return at.run(command(b"+BLEGATTSNTFY", n, (service, characteristic), data), timeout=35000, data=data)


def indicate(at, n, service, characteristic, data):
    """AT+BLEGATTSIND: the same, and wait until the peer has confirmed it (3.4.24)."""
    return at.run(command(b"+BLEGATTSIND", n, (service, characteristic), data), timeout=35000, data=data)


def set_value(at, service, characteristic, data, descriptor=None):
    """AT+BLEGATTSSETATTR: set a value (3.4.25), as long as the table in flash allows.

    descriptor: set this one instead; not with NimBLE firmware (OSError 95).
    """
    place = (service, characteristic)
    if at.has(b"+BLEGATTSSRVCRE"):
        place += (descriptor,)
    elif descriptor:
        raise OSError(95, "this firmware sets no descriptors")
    return at.run(command(b"+BLEGATTSSETATTR", None, place, data), timeout=10000, data=data)
