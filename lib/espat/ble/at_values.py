"""Guide 3.4, Bluetooth LE: values, those of the module's own services and those of a peer's, seen as its client.

Services, characteristics and descriptors are numbered from 1: own ones see at_services.py; of a peer's those that
at_discover.py has told. What peers write comes as +WRITE: reports, what they send by themselves as +NOTIFY: and +INDICATE:.
"""

from micropython import const

from espat.args import join

_CONNS = const(3)
_NUMBERS = const(256)
_MOST = const(512)
_TIMEOUT = const(35000)


def notify(at, n, service, characteristic, data):
    """AT+BLEGATTSNTFY: send a value to the peer of connection n, which has subscribed (3.4.23); up to MTU - 3 bytes."""
    return at.run(_command(b"+BLEGATTSNTFY", n, (service, characteristic), data), timeout=_TIMEOUT, data=data)


def indicate(at, n, service, characteristic, data):
    """AT+BLEGATTSIND: the same, and wait until the peer has confirmed it (3.4.24)."""
    return at.run(_command(b"+BLEGATTSIND", n, (service, characteristic), data), timeout=_TIMEOUT, data=data)


def set_value(at, service, characteristic, data, descriptor=None):
    """AT+BLEGATTSSETATTR: set a value (3.4.25), as long as the table in flash allows.

    descriptor: set this one instead; not with NimBLE firmware (OSError 95).
    """
    place = (service, characteristic)
    if at.has(b"+BLEGATTSSRVCRE"):
        place += (descriptor,)
    elif descriptor:
        raise OSError(95, "this firmware sets no descriptors")
    return at.run(_command(b"+BLEGATTSSETATTR", None, place, data), timeout=10000, data=data)


def read(at, n, service, characteristic, descriptor=None, sink=None):
    """AT+BLEGATTCRD: a value, bytes (3.4.29). descriptor: this one's instead. sink: see block.Block; then the count."""
    from espat.block import Block

    block = Block(b"+BLEGATTCRD:", sink, 1, 2)
    text = _command(b"+BLEGATTCRD", n, (service, characteristic, descriptor))
    return at.run(text, block.value, _TIMEOUT, block=block)


def write(at, n, service, characteristic, data, descriptor=None):
    """AT+BLEGATTCWR: write a value, up to MTU - 3 bytes (3.4.30). descriptor: into this one instead.

    The module waits for the peer's response unless the characteristic has none.
    """
    return at.run(_command(b"+BLEGATTCWR", n, (service, characteristic, descriptor), data), timeout=_TIMEOUT, data=data)


def _command(name, n, numbers, data=None):
    """A set command: name=[<n>,]<numbers>[,<how many bytes of data follow>].

    n: number of the connection, None: left out. numbers: tuple of service, characteristic, maybe descriptor, each from 1,
    None: empty. data: 1..512 bytes. Raises ValueError, TypeError where data is str.
    """
    for x in numbers:
        if x is not None and not 0 < x < _NUMBERS:
            raise ValueError("%d is not in 1..255" % x)
    if n is not None:
        if not 0 <= n < _CONNS:
            raise ValueError("there is no connection %d" % n)
        numbers = (n,) + numbers
    if data is not None:
        if isinstance(data, str):
            raise TypeError("bytes are needed")
        if not 0 < len(data) <= _MOST:
            raise ValueError("%d bytes; 1..512 are allowed" % len(data))
        numbers += (len(data),)
    return join(name, *numbers)
