"""Guide 3.4, Bluetooth LE: values of a peer's services, seen as its client.

Numbers are those of at_discover.py; what it has not told cannot be read or written. What the peer sends by itself comes
as +NOTIFY: and +INDICATE: reports.
"""

from espat.ble.place import command

_TIMEOUT = 35000


def read(at, n, service, characteristic, descriptor=None, sink=None):
    """AT+BLEGATTCRD: a value, bytes (3.4.29). descriptor: this one's instead. sink: see block.Block; then the count."""
    from espat.block import Block

    block = Block(b"+BLEGATTCRD:", sink, 1, 2)
    text = command(b"+BLEGATTCRD", n, (service, characteristic, descriptor))
    return at.run(text, block.value, _TIMEOUT, block=block)


def write(at, n, service, characteristic, data, descriptor=None):
    """AT+BLEGATTCWR: write a value, up to MTU - 3 bytes (3.4.30). descriptor: into this one instead.

    The module waits for the peer's response unless the characteristic has none.
    """
    return at.run(command(b"+BLEGATTCWR", n, (service, characteristic, descriptor), data), timeout=_TIMEOUT, data=data)
