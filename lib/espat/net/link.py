"""One link, the two messages that carry its bytes (the answer to AT+CIPRECVDATA, and +IPD), and what it tells a poll."""

from micropython import const

from espat.args import number
from espat.ring import Ring
from espat.turn import turn

# state of a link; private, and written again where it is needed: a public constant costs 80 bytes of RAM
_OK = const(1)  # how a command has ended, see engine.py
_REFUSED = const(2)
_BUSY = const(3)
_TIMEOUT = const(4)
_FREE = const(0)
_OPENING = const(1)
_OPEN = const(2)
_SHUT = const(3)  # the peer has closed; what it had sent may still be read

_COLON = const(58)
_EIO = const(5)
_ENOBUFS = const(105)
_ETIMEDOUT = const(110)
_LISTEN = const(50)  # ms in which an answer that is still on its way arrives
_WRITE = const(2)  # what to wait for, see reading.py
_RD = const(1)  # MicroPython's flags of a poll
_WR = const(4)
_BROKEN = const(0x18)  # ERR and HUP
_HUP = const(0x10)
_NVAL = const(0x20)


class Link:
    """One of the module's links; `serial` changes with every use, so a stale handle is noticed.

    state: 0 free, 1 opening, 2 open, 3 shut by the peer. waiting: bytes that the module holds. rx: Ring of
    received bytes. error: errno to be raised once. grams: (length, sender as text) of each datagram in rx, None
    for streams. claimed: a socket holds it. todo, texts: see traffic.py. fetching: AT+CIPRECVDATA is about it.
    sent: bytes that the module has taken over. why: what a failure means, in words. buf, room, count: the buffer of a
    reader that waits, how many bytes it takes, how many it has been given; its ring is empty meanwhile.
    """

    def __init__(self, index):
        self.index = index
        self.serial = self.state = self.error = self.todo = self.waiting = 0
        self.rx = self.why = None
        self.claimed = self.new = False  # new: see Links.hold()

    def occupy(self, kind, size):
        """Begin a new use; kind: "TCP", "UDP", "SSL" ... size: bytes of the receive ring."""
        if self.rx:
            self.rx.clear()
        else:
            self.rx = Ring(size)  # first: when the heap is full there is no new use
        self.serial += 1
        self.error = 0
        self.kind = kind
        self.texts = None
        self.grams = [] if kind[:3] == "UDP" else None
        self.todo = self.waiting = self.said = self.sent = self.count = 0
        self.buf = None
        self.fetching = False
        self.claimed = True

    def release(self):
        """The module no longer knows the link: free when nobody holds it."""
        self.todo = self.waiting = 0
        self.state = _SHUT if self.claimed else _FREE

    def readable(self):
        """Whether a read would not have to wait."""
        if self.grams or self.error or self.count or self.grams is None and self.rx.n:
            return True
        return self.state == _SHUT and not (self.waiting or self.rx.n or self.fetching)


class Data:
    """+CIPRECVDATA:<n>,<bytes>; with CIPDINFO on :<n>,"<ip>",<port>,<bytes>; ESP8266 NonOS ,<n>:<bytes>
    or ,<n>,<ip>,<port>:<bytes>. Pushed, as in active mode, +IPD,[<link>,]<n>[,<ip>,<port>]:<bytes>; a notice of passive
    mode has no colon, it stays a line. Registered with the parser, see espat.counted.

    links: the table of links and what to do when one fails. info: CIPDINFO is on; nothing else tells an address
    from bytes that look like one. link: whose bytes they are; without it they belong to nobody any more. whole: they
    have all come, and nothing that does not belong there.
    """

    info = whole = False
    link = None
    size = 0
    tail = 2

    def __init__(self, prefix, links, pushed=False):
        self.prefix = prefix
        self.links = links
        self._pushed = pushed
        if pushed:
            self.tail = 0  # firmware before 2.0 sends no CR LF behind the bytes
            self.end = self.accept
        self._sender = None
        self._lost = 0  # bytes that found no room

    def head(self, buf, a, b):
        """See Counted.head()."""
        a += len(self.prefix)
        if a >= b:
            return 0
        pushed = self._pushed
        if pushed or buf[a] != _COLON:
            end = buf.find(b":", a, b)
            quote = buf.find(b'"', a, end) if end > 0 else -1
            if quote > 0:  # round an address, which may be one of IPv6
                quote = buf.find(b'"', quote + 1, b)
                end = buf.find(b":", quote, b) if quote > 0 else -1
        else:
            end = buf.find(b",", a + 1, b)
            if self.info and end > 0:
                end = buf.find(b",", end + 1, b)
                end = buf.find(b",", end + 1, b) if end > 0 else -1
        if end < 0:
            return 0
        a += not pushed
        at = buf.find(b",", a, end)
        size = number(buf, a, end if at < 0 else at)
        self.size = size
        self._lost = 0
        if pushed:
            at = self._find(buf, at, end)
        self.sent_by(buf, at + 1, end)
        if self.whole:
            self.torn(0)  # a second block in one answer
        return end + 1 if self.size >= 0 else -1

    def _find(self, buf, at, end):
        # whose bytes are pushed: nobody's, or a datagram's that does not fit (kept whole or not at all), belong to None;
        # returns where the sender is named (a pair would be on the heap)
        index = self.size
        stop = buf.find(b",", at + 1, end) if at >= 0 else -1
        size = number(buf, at + 1, end if stop < 0 else stop) if at >= 0 else -1
        if size < 0:  # no second number: one link only, and what follows is an address
            stop = at
            size = index
            index = 0
        table = self.links.table
        link = table[index] if 0 <= index < len(table) else None
        if link and (not link.claimed or link.grams is not None and link.rx.free() < size):
            link = None
        self.link = link
        self.size = size
        return stop

    def sent_by(self, buf, a, b):
        """buf[a:b] names the sender: only datagrams need it, and reading it is left to whoever wants it."""
        self._sender = None
        if self.link and self.link.grams is not None:
            self.link.rx.retract()  # one that a full heap had no room to note
            if 0 < a < b:
                self._sender = bytes(buf[a:b])

    def begin(self, link):
        """AT+CIPRECVDATA is about to be spoken for a link."""
        self.link = link
        self.size = 0
        self.whole = False
        self._sender = None
        link.fetching = True

    def data(self, buf, off, n):
        """Bytes of the block. Nobody reads them before they are known to be right."""
        if self.link:
            self._lost += n - self.link.rx.hold(buf, off, n)

    def end(self):
        """The block is complete; the command's own end is still to come."""
        self.whole = True

    def finish(self, outcome, asked):
        """The command, which asked for so many bytes, has ended."""
        link = self.link
        if not link:  # it has failed already
            return
        link.fetching = False
        if outcome == _OK and self.whole:
            self.accept()
            if link.grams is None and self.size >= asked and not link.waiting:
                link.waiting = 1  # as much as fitted: there may be more, asking is the way to know
        elif outcome == _BUSY:
            link.waiting = asked
        elif outcome != _REFUSED or self.size:
            self.torn(0, _EIO if self.size or outcome != _TIMEOUT else _ETIMEDOUT)
        else:
            self.links.at.trust()  # nothing is buffered after all: no error
        self.link = None

    def accept(self):
        """The bytes are right."""
        link = self.link
        if link and (self._lost or link.rx.held != self.size):  # no room, or an interrupt has lost a piece
            self.link = None
            self.links.fail(link, _ENOBUFS if self._lost else _EIO)
        elif link:
            if link.grams is not None:
                link.grams.append((self.size, self._sender))  # from here on without a branch
            link.rx.show()
            self.link = None
            if link.buf is not None:  # at once: then the ring has room for the next piece when the job looks
                link.count = link.rx.take_into(link.buf, link.room)
                link.buf = None

    def torn(self, n, code=_EIO):
        """The last n bytes will not come (0: there are too few or too many): a datagram is lost, a stream has a hole."""
        link = self.link
        self.link = None
        if link:
            link.fetching = False
            link.rx.retract()
            self.links.at.doubt(_LISTEN)
            if link.grams is None:
                self.links.fail(link, code)
                if code == _EIO:
                    link.why = "bytes were lost on the serial line: a larger rxbuf, RTS/CTS or passive receiving helps"


def poll(sock, arg):
    """What a socket tells select.poll and asyncio: which of the flags in arg hold, and those nobody needs to ask for."""
    link = sock.link
    links = sock.links
    if sock._closed:
        return _NVAL
    with turn:
        links.go(link)
        sock.at.step()
        if not link:
            if sock.server:
                links.want()
                return arg & _RD if sock.server.waiting else 0
            return arg & _WR if sock.udp else _HUP
        if link.serial != sock._serial:
            return _NVAL
        ready = 0
        if link.error:
            ready = _BROKEN | arg & (_RD | _WR)
        if arg & _RD:
            links.flush(link)
            if link.readable():
                ready |= _RD
            else:
                links.want()
        if arg & _WR and sock._done(_WRITE) and not (sock.udp and links.sending(link)):
            ready |= _WR
        return ready
