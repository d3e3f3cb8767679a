"""Guide 3.14, the host's own memory in the module, and where this firmware's guide is."""

from micropython import const

from espat.args import join
from espat.block import Block
from espat.check import decode, integer, number, payload, rows

_BIGGEST = const(0x7FFFFFFF)


def size(at) -> int:
    """AT+USERRAM?: bytes of memory the host has in the module, or could have (3.14.2)."""
    return at.run(b"+USERRAM?", number)


def allocate(at, size: int) -> list:
    """AT+USERRAM=1: take size bytes of the module's memory (3.14.2)."""
    return at.run(b"+USERRAM=1,%d" % integer(size, 1, _BIGGEST))


def release(at) -> list:
    """AT+USERRAM=0: give the memory back (3.14.2)."""
    return at.run(b"+USERRAM=0")


def clear(at) -> list:
    """AT+USERRAM=4: fill the memory with zeros (3.14.2)."""
    return at.run(b"+USERRAM=4")


def write(at, data, offset: "int | None" = None, timeout: int = 30000) -> list:
    """AT+USERRAM=2: write data from offset on (3.14.2). data: buffer or block.Source."""
    text = join(b"+USERRAM", 2, payload(data), integer(offset, 0, _BIGGEST, True))
    return at.run(text, timeout=timeout, data=data, end=b"WRITE OK")  # the guide says OK


def read(at, size: int, offset: "int | None" = None, sink=None, timeout: int = 30000) -> "bytes | int":
    """AT+USERRAM=3: read size bytes from offset on (3.14.2); they come as blocks of 1024.

    sink: see block.Block; with one their number is returned.
    """
    block = Block(b"+USERRAM:", sink)
    text = join(b"+USERRAM", 3, integer(size, 1, _BIGGEST), integer(offset, 0, _BIGGEST, True))
    return at.run(text, block.value, timeout=timeout, block=block)


def guide(at) -> list:
    """AT+USERDOCS?: addresses of this firmware's guide, [English, Chinese] (3.14.6)."""
    return at.run(b"+USERDOCS?", **rows(b"+USERDOCS:", decode))
