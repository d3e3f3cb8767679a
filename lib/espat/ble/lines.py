"""What the groups about services share: numbers as parameters, answer lines as values."""

from espat.args import split
from espat.check import integer


def number(n):
    """n itself when a service, a characteristic or a descriptor may have this number."""
    return integer(n, 1, 255)


def service(line):
    """The values of a line about services: a tuple of int, UUIDs too."""
    return tuple(split(b":" + line))


def attribute(line, skip=0):
    """One line about a characteristic: (service, characteristic, 0, UUID, properties); about a descriptor:
    (service, characteristic, descriptor, UUID, None). skip: fields before the service."""
    row = split(b":" + line)
    kind = row[0]
    row = row[1 + skip :]
    if kind == b"char":
        return row[0], row[1], 0, row[2], row[3]
    return row[0], row[1], row[2], row[3] if len(row) > 3 else None, None
