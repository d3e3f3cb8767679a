"""Guide 3.1, filters: regular expressions by which the module leaves out parts of what it sends.

A filter cuts a head and a tail off every message that matches; espat reads framed messages, so filters are
for those who read the module's text themselves.
"""

from espat.block import Rest
from espat.check import flag, integer, leading


def filtering(at) -> bool:
    """AT+SYSMSGFILTER?: whether filters are in force (3.1.16)."""
    return at.run(b"+SYSMSGFILTER?", flag)


def enable(at, on: int) -> list:
    """AT+SYSMSGFILTER=: whether filters are in force (3.1.16)."""
    return at.run(b"+SYSMSGFILTER=%d" % integer(on, 0, 1))


def add(at, head: bytes = b"", tail: bytes = b"", flags: "int | None" = None) -> list:
    """AT+SYSMSGFILTERCFG=1: add a filter (3.1.17).

    head, tail: regular expressions, bytes, up to 64 bytes each, not both empty; CR LF in them are these two
    bytes. flags: for compiling them, newest firmware only.
    """
    return at.run(_text(1, head, tail, flags), data=head + tail)


def remove(at, head: bytes = b"", tail: bytes = b"", flags: "int | None" = None) -> list:
    """AT+SYSMSGFILTERCFG=2: remove the filter that has these expressions, see add() (3.1.17)."""
    return at.run(_text(2, head, tail, flags), data=head + tail)


def clear(at) -> list:
    """AT+SYSMSGFILTERCFG=0: remove all filters (3.1.17)."""
    return at.run(b"+SYSMSGFILTERCFG=0")


def _text(operation, head, tail, flags):
    a = integer(len(head), 0, 64)
    b = integer(len(tail), 0 if a else 1, 64)
    text = b"+SYSMSGFILTERCFG=%d,%d,%d" % (operation, a, b)
    return text if flags is None else text + b",%d" % integer(flags, 0, 255)


def filters(at) -> list:
    """AT+SYSMSGFILTERCFG?: the filters as (index, head, tail), expressions as bytes (3.1.17)."""
    block = _Filters(at.parser, b"+SYSMSGFILTERCFG")
    return at.run(b"+SYSMSGFILTERCFG?", lambda _: [_filter(line) for line in block.lines], block=block)


class _Filters(Rest):
    def whole(self, line):
        """An expression may hold CR LF, even a line that says OK: it ends behind the fourth quote."""
        return line.rstrip(b"\r\n0123456789,")[-1:] == b'"' and line.count(b'"') >= 4


def _filter(line):
    # 0,"head","tail", newest firmware with flags behind
    line = bytes(line)
    line = line[: line.rfind(b'"')]
    a = line.find(b'"') + 1
    middle = line.find(b'","', a)
    if a < 1 or middle < 0:
        raise ValueError("no filter")
    return leading(line), line[a:middle], line[middle + 3 :]
