"""One link, and the two messages that carry its bytes: the answer to AT+CIPRECVDATA, and +IPD."""

from micropython import const

from espat.args import number
from espat.parser import Counted
from espat.ring import Ring

# state
FREE = const(0)
OPENING = const(1)
OPEN = const(2)
SHUT = const(3)  # the peer has closed; what it had sent may still be read

_COLON = const(58)
_QUOTE = const(34)


class Link:
    """One of the module's links; `serial` changes with every use, so a stale handle is noticed.

    state: FREE, OPENING, OPEN, SHUT. waiting: bytes that the module holds. rx: Ring of received bytes.
    error: errno to be raised once. kind: "TCP", "UDP", "SSL" ... grams: (length, sender) of each
    datagram in rx, None for streams. claimed: a socket holds it. todo: see traffic.py.
    """

    def __init__(self, index):
        self.index = index
        self.serial = 0
        self.rx = None
        self.state = FREE
        self.claimed = False
        self.todo = self.waiting = self.error = 0
        self.kind = ""
        self.texts = self.grams = None

    def occupy(self, kind, size):
        """Begin a new use; size: bytes of the receive ring."""
        self.serial += 1
        self.kind = kind
        self.todo = self.waiting = self.error = 0
        self.texts = None
        self.grams = [] if kind[:3] == "UDP" else None
        self.claimed = True
        if self.rx:
            self.rx.clear()
        else:
            self.rx = Ring(size)

    def release(self):
        """The module no longer knows the link: free when nobody holds it."""
        self.todo = self.waiting = 0
        self.state = SHUT if self.claimed else FREE

    def readable(self):
        """Whether a read would not have to wait."""
        return bool(self.rx.n or self.grams or self.error or self.state == SHUT and not self.waiting)


def sender(buf, a, b):
    """The (host, port) in buf[a:b], such as "10.0.0.2",80 with or without quotes; None when it is none."""
    host, _, port = bytes(buf[a:b]).rpartition(b",")
    port = number(port, 0, len(port))
    return (str(host.strip(b'"'), "ascii"), port) if port >= 0 else None


class _Bytes(Counted):
    """What both messages do with their bytes: into the ring of `link`."""

    link = None
    sender = None

    def __init__(self, prefix):
        super().__init__(prefix)
        self.lost = 0  # bytes that found no room

    def data(self, buf, off, n):
        """Bytes of the block; without a link they belong to nobody any more."""
        link = self.link
        if link:
            self.lost += n - link.rx.put(buf, off, n)

    def end(self):
        """A datagram is complete."""
        link = self.link
        if link and link.grams is not None:
            link.grams.append((self.size, self.sender))


class Data(_Bytes):
    """+CIPRECVDATA:<n>,<bytes>; with CIPDINFO on :<n>,"<ip>",<port>,<bytes>; ESP8266 NonOS ,<n>:<bytes>.

    The address is told from the bytes by `info` only: the bytes may look like one.
    """

    info = False

    def head(self, buf, a, b):
        """See Counted.head()."""
        start = a + len(self.prefix)
        if start >= b:
            return 0
        at = buf.find(b"," if buf[start] == _COLON else b":", start + 1, b)
        if at < 0:
            return 0
        self.size = number(buf, start + 1, at)
        if self.size < 0:
            return -1
        if self.info and buf[start] == _COLON:
            end = buf.find(b",", buf.find(b",", at + 1, b) + 1, b)
            if end <= at + 1 or buf.find(b",", at + 1, b) == end:
                return 0
            self.sender = sender(buf, at + 1, end)
            at = end
        return at + 1


class Ipd(_Bytes):
    """+IPD,[<link>,]<n>[,<ip>,<port>]:<bytes>, the bytes of active mode.

    table: the links. A notice of passive mode has no colon: it stays a line.
    """

    def __init__(self, table):
        super().__init__(b"+IPD,")
        self._table = table

    def head(self, buf, a, b):
        """See Counted.head()."""
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
        first = number(buf, a, end if at < 0 else at)
        stop = buf.find(b",", at + 1, end) if at >= 0 else -1
        self.size = -1 if at < 0 else number(buf, at + 1, end if stop < 0 else stop)
        index = first
        if self.size < 0:  # no second number: one link only, and what follows is an address
            self.size = first
            index = 0
            stop = at
        self._choose(index)
        if self.link and self.link.grams is not None:
            self.sender = sender(buf, stop + 1, end) if stop >= 0 else None
        return end + 1 if self.size >= 0 else -1

    def _choose(self, index):
        link = self._table[index] if 0 <= index < len(self._table) else None
        if link and not link.claimed:
            link = None
        if link and link.grams is not None and link.rx.free() < self.size:
            link = None  # a datagram is kept whole or not at all
        self.link = link
