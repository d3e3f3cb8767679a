"""What the groups about services share: numbers as parameters, answer lines as values."""

from espat.answers import split
from espat.check import integer

_HIGHEST = 1 << 128  # above all UUIDs
_CHARACTERS = b"0123456789abcdefABCDEF:"  # of addresses


def number(n):
    """n itself when a service, a characteristic or a descriptor may have this number."""
    return integer(n, 1, 255)


def _numbers(row):
    for value in row:
        if not (isinstance(value, int) and 0 <= value < _HIGHEST):
            raise ValueError("no number")
    return row


def address(line, at=1):
    """The address in a report, "aa:bb:cc:dd:ee:ff"; None when there is none. at: how many fields stand before it."""
    who = split(line)[at : at + 1]
    return str(who[0], "ascii") if who and isinstance(who[0], bytes) and not who[0].strip(_CHARACTERS) else None


def service(line):
    """The values of a line about services, four or more: a tuple of int, UUIDs too."""
    row = tuple(split(b":" + line))
    if len(row) < 4:
        raise ValueError("too few fields")
    return _numbers(row)


def attribute(line, skip=0):
    """One line about a characteristic: (service, characteristic, 0, UUID, properties); about a descriptor:
    (service, characteristic, descriptor, UUID or 0, None). skip: fields before the service."""
    row = split(b":" + line)
    kind = row[0]
    row = row[1 + skip :]
    if kind == b"char":
        return _numbers((row[0], row[1], 0, row[2], row[3]))
    return _numbers((row[0], row[1], row[2], row[3] if len(row) > 3 else 0)) + (None,)
