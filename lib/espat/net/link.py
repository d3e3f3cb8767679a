"""One link, and the two messages that carry its bytes: the answer to AT+CIPRECVDATA, and +IPD."""

from micropython import const

from espat.args import number
from espat.parser import Counted
from espat.ring import Ring

# state of a link; private, and written again where it is needed: a public constant costs 80 bytes of RAM
_FREE = const(0)
_OPENING = const(1)
_OPEN = const(2)
_SHUT = const(3)  # the peer has closed; what it had sent may still be read

_COLON = const(58)
_QUOTE = const(34)
_EIO = const(5)
_ENOBUFS = const(105)


class Link:
    """One of the module's links; `serial` changes with every use, so a stale handle is noticed.

    state: 0 free, 1 opening, 2 open, 3 shut by the peer. waiting: bytes that the module holds. rx: Ring of
    received bytes. error: errno to be raised once. grams: (length, sender as text) of each datagram in rx, None
    for streams. claimed: a socket holds it. todo, texts: see traffic.py. sent: bytes the module has taken over.
    """

    def __init__(self, index):
        self.index = index
        self.serial = self.state = 0
        self.rx = None
        self.claimed = False
        self.release()

    def occupy(self, kind, size):
        """Begin a new use; kind: "TCP", "UDP", "SSL" ... size: bytes of the receive ring."""
        self.serial += 1
        self.error = 0
        self.kind = kind
        self.texts = None
        self.grams = [] if kind[:3] == "UDP" else None
        self.todo = self.waiting = self.said = self.sent = 0
        self.claimed = True
        if self.rx:
            self.rx.clear()
        else:
            self.rx = Ring(size)

    def release(self):
        """The module no longer knows the link: free when nobody holds it."""
        self.todo = self.waiting = 0
        self.state = _SHUT if self.claimed else _FREE

    def readable(self):
        """Whether a read would not have to wait. Bytes of a block that is still coming wait for the rest of it: it is
        promised, and a program that takes them by the dozen is slower than the line."""
        if self.grams or self.error or self.grams is None and self.rx.n:
            return True
        return self.state == _SHUT and not (self.waiting or self.rx.n)


class Data(Counted):
    """+CIPRECVDATA:<n>,<bytes>; with CIPDINFO on :<n>,"<ip>",<port>,<bytes>; ESP8266 NonOS ,<n>:<bytes>.

    links: the table of links and what to do when one fails. info: CIPDINFO is on; nothing else tells an address
    from bytes that look like one. link: whose bytes they are; without it they belong to nobody any more.
    """

    info = False
    link = None

    def __init__(self, prefix, links):
        super().__init__(prefix)
        self.links = links
        self._sender = None
        self._lost = 0  # bytes that found no room

    def head(self, buf, a, b):
        """See Counted.head()."""
        start = a + len(self.prefix)
        if start >= b:
            return 0
        at = buf.find(b"," if buf[start] == _COLON else b":", start + 1, b)
        if at < 0:
            return 0
        self.size = number(buf, start + 1, at)
        if self.info and buf[start] == _COLON:
            end = buf.find(b",", at + 1, b)
            end = buf.find(b",", end + 1, b) if end > 0 else -1
            if end < 0:
                return 0
            self._from(buf, at + 1, end)
            at = end
        return at + 1 if self.size >= 0 else -1

    def _from(self, buf, a, b):
        # only datagrams need their sender; reading it is left to whoever wants it
        if self.link and self.link.grams is not None:
            self._sender = bytes(buf[a:b])

    def data(self, buf, off, n):
        """Bytes of the block."""
        link = self.link
        if link:
            link.part += n
            self._lost += n - link.rx.put(buf, off, n)

    def end(self):
        """The block is complete."""
        link = self.link
        if link:
            link.part = 0
        if self._lost:
            self._lost = 0
            self.links.fail(link, _ENOBUFS)
        elif link and link.grams is not None:
            link.grams.append((self.size, self._sender))

    def torn(self, n):
        """The last n bytes will not come: a datagram ends early, a stream has a hole."""
        self._lost = 0
        if self.link:
            self.link.part = 0
        if self.link and self.link.grams is not None:
            self.link.grams.append((self.size - n, self._sender))
        elif self.link:
            self.links.fail(self.link, _EIO)


class Ipd(Data):
    """+IPD,[<link>,]<n>[,<ip>,<port>]:<bytes>, the bytes of active mode.

    A notice of passive mode has no colon: it stays a line.
    """

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
        index = number(buf, a, end if at < 0 else at)
        stop = buf.find(b",", at + 1, end) if at >= 0 else -1
        self.size = -1 if at < 0 else number(buf, at + 1, end if stop < 0 else stop)
        if self.size < 0:  # no second number: one link only, and what follows is an address
            self.size = index
            index = 0
            stop = at
        self._choose(index)
        self._from(buf, stop + 1, end)
        return end + 1 if self.size >= 0 else -1

    def _choose(self, index):
        table = self.links.table
        link = table[index] if 0 <= index < len(table) else None
        if link and not link.claimed or link and link.grams is not None and link.rx.free() < self.size:
            link = None  # nobody's; or a datagram, kept whole or not at all
        self.link = link
