"""The head of +IPD, with which bytes come unasked: in active mode, and datagrams; loaded with the first of them."""

from micropython import const

from espat.args import number

_COLON = const(58)
_QUOTE = const(34)


def head(ipd, buf, a, b):
    """See Counted.head(). ipd: the Ipd whose head it is."""
    a += 5
    end = a
    quoted = False
    while end < b and (quoted or buf[end] != _COLON):
        if buf[end] == _QUOTE:
            quoted = not quoted
        end += 1
    if end >= b:
        return 0
    at = buf.find(b",", a, end)
    index = number(buf, a, end if at < 0 else at)
    stop = buf.find(b",", at + 1, end) if at >= 0 else -1
    size = -1 if at < 0 else number(buf, at + 1, end if stop < 0 else stop)
    if size < 0:  # no second number: one link only, and what follows is an address
        size = index
        index = 0
        stop = at
    ipd.size = size
    ipd.link = claimed(ipd.links.table, index, size)
    ipd.sent_by(buf, stop + 1, end)
    return end + 1 if size >= 0 else -1


def claimed(table, index, size):
    """The link whose bytes they are: None for nobody's, and for a datagram that does not fit (kept whole or not at all)."""
    link = table[index] if 0 <= index < len(table) else None
    if link and (not link.claimed or link.grams is not None and link.rx.free() < size):
        return None
    return link
