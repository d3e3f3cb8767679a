"""Commands about one value of a service: what reading, writing and notifying share."""

from micropython import const

from espat.args import join

_CONNS = const(3)
_NUMBERS = const(256)
_MOST = const(512)


def command(name, n, numbers, data=None):
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
