"""Many parameters that may be left out, checked at once; for commands of which few programs say so much."""

from espat.check import integer


def each(values, *ranges):
    """The values, ints or None, each in the (low, high) of its place. Raises ValueError for more than there are places."""
    if len(values) > len(ranges):
        raise ValueError("too many parameters")
    return [integer(value, low, high, True) for value, (low, high) in zip(values, ranges)]
