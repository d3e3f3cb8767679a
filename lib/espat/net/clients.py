"""Links that others open: who connects, and what to do when two want one number; loaded when it happens."""

from micropython import const

from espat.net import at_tcp
from espat.net.link import Link

_OPEN = const(2)  # state of a link, see link.py
_ENOBUFS = const(105)
_REPORT = b"+LINK_CONN:"


def displace(links, link):
    """Give the link that is to be opened another number; returns the one that has its number now."""
    old = link.index
    try:
        other = links.unused()
    except OSError:
        other = None
    if not other or other.state == _OPEN or link.evict or link.grams is not None or not link.texts:
        links.give_up(link, True)
        link.texts = None
        link.error = _ENOBUFS
        link.release()
    else:
        link.index = other.index
        links.table[link.index] = link
        link.said = 0
        for i, text in enumerate(link.texts):
            at = text.find(b"=") + 1
            link.texts[i] = text[:at] + b"%d" % link.index + text[at + 1 :]
        texts = [text for text in link.texts if not text.startswith(at_tcp.RECEIVE_TYPE)]
        link.texts = links.receive_type(link, False) + texts
    links.table[old] = Link(old)
    return links.table[old]


def detailed(at, bits):
    """AT+SYSMSG, with the bit (2) among `bits` by which the module tells who connects."""
    from espat import at_basic

    links = at.links

    def report(buf, a, b):
        # +LINK_CONN:<failed>,<link>,"TCP",... stands for CONNECT
        index = buf[a + 13] - 48 if b > a + 13 else -1
        if 0 <= index < len(links.table) and buf[a + 11] == 48:
            links.connected(links.table[index], bytes(buf[a:b]))

    at.off(_REPORT)
    at.on(_REPORT, report)
    at_basic.messages(at, bits)
