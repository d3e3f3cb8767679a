"""The table of links: the only state sockets have.

Passive receive is the rule: the module keeps what arrives, announces it (+IPD,<link>,<n>) and hands it over when asked,
so a slow program closes TCP's window and loses nothing. A link knows how much waits in the module and has a ring that
is filled when there is room. In active mode the bytes come with the +IPD itself; a ring that is full then breaks the
link, for a hole in a stream is worse than its end.
What is written is gathered in one ring for all links and leaves when it is full, when its writer turns to reading,
or after a few milliseconds.
"""

from micropython import const

from espat.args import number
from espat.engine import equals
from espat.net import at_tcp
from espat.net.link import Data, Link
from espat.net.traffic import Traffic
from espat.ring import Ring
from espat.ticks import ticks_add, ticks_diff, ticks_ms

_LINKS = const(5)  # and the states of a link, see link.py
_FREE = const(0)
_OPENING = const(1)
_OPEN = const(2)
_SHUT = const(3)
# todo of a link: what the job has to do next
_OPEN_IT = const(1)
_CLOSE_IT = const(2)
_HOLD = const(4)  # open it, but not yet
_SENDING = const(1)  # what the command under way does, see traffic.py
_CLOSING = const(4)
_LOST = const(300)
_STALE = const(2000)  # ms after which a connection nobody asks about may have been forgotten
_GATHER = const(8)  # ms a lone write waits for company
_ENOBUFS = const(105)
_ECONNRESET = const(104)


class Links(Traffic):
    """The module's links, for sockets.

    at: the runner, brought up. rx: bytes of each link's receive ring. tx: bytes gathered before they are sent, also the
    longest datagram. active: the module pushes what it receives. server: who takes the links that clients open. peer:
    where the last TLS connection of a socket that waits went. by_link: how it receives can be chosen for each link.
    """

    server = peer = None

    def __init__(self, at, rx=4096, tx=2048, active=False):
        super().__init__(at, list(map(Link, range(_LINKS))), tx)
        self.size = rx  # of each link's ring
        self.polls = not active and at.has(b"+CIPRECVLEN")
        self.by_link = not active and at.has(b"+CIPRECVTYPE")
        if at.chip == "ESP8266" or at.firmware < (2, 3):
            self.send_max = 2048
        ipd = Data(b"+IPD,", self, True)
        if at.firmware >= (2,):
            ipd.tail = 1
        at.parser.register(ipd)
        for i in range(_LINKS):
            at.on(b"%d," % i, self._report)
        at.on(b"+IPD,", self._notice)
        at.on_reset(self._restarted)
        self.waited = False  # for time servers, once
        self.psks = 0  # links, as bits, that have a pre-shared key

    def unused(self):
        """A free link for a new connection; raises OSError(ENOBUFS) when all are in use."""
        for wanted in (_FREE, _SHUT):
            for _ in range(_LINKS):
                self._turn = (self._turn + 1) % _LINKS
                link = self.table[self._turn]
                if link.state == wanted and not link.waiting and not link.todo:
                    return link
        # asyncio's open_connection(), when it is cancelled, drops its socket and nothing tells that: a connection that
        # was begun without waiting, and that nobody has asked about since, is given up for a new one
        for link in self.table:
            if link.new and (link.texts or link.state == _OPEN) and ticks_diff(ticks_ms(), link.used) > _STALE:
                return link
        raise OSError(_ENOBUFS, "all links of the module are in use")

    def occupy(self, link, kind):
        """Begin a new use of a link; a socket that still reads what a closed one has left keeps the old object."""
        if self.tx.size != self.tx_size:  # who has no sockets does not pay for it
            self.tx = Ring(self.tx_size)
        evict = link.claimed and link.state == _OPEN
        if link.claimed:
            link = self.table[link.index] = Link(link.index)
        link.occupy(kind, self.size)
        link.new = False
        link.evict = evict
        link.why = None  # what a failure means
        return link

    def open(self, link, *texts):
        """Ask for a connection; texts: the complete commands, AT+CIPSTART last."""
        link.texts = list(texts)
        if link.evict:
            link.texts.insert(0, at_tcp.CLOSE.replace(b"0", b"%d" % link.index))
        link.said = 0
        link.todo = _OPEN_IT
        link.state = _OPENING

    def receive_type(self, link, push):
        """[the command, if one is needed]: datagrams are pushed, or the module would join them; streams wait there."""
        if not self.by_link or self.modes[link.index] == 49 - push:
            return []
        return [at_tcp.receive_type(link.index, not push)]

    def hold(self, link):
        """Do not open it before go(): it may become a TLS link yet. Nobody waits for it meanwhile."""
        if link.todo & _OPEN_IT:
            link.todo |= _HOLD
            link.new = True
            link.used = ticks_ms()

    def go(self, link):
        """The link is used: it can be held back no longer."""
        if link and link.new:
            link.todo &= ~_HOLD
            link.new = link.state != _OPEN
            link.used = ticks_ms()

    def close(self, link):
        """Give a link back; what is gathered for it still goes out."""
        link.claimed = False
        link.todo |= (link.state == _OPEN) * _CLOSE_IT  # before there is a branch: whatever strikes there, it is closed
        self.flush(link)
        link.rx.clear()
        if self.data.link is link:
            self.data.link = None  # what is still coming must not reach the link's next use
        self.give_up(link)
        if link.todo & _OPEN_IT and link.state != _OPEN or link.state == _SHUT and not link.waiting and not link.todo:
            link.release()
        elif link.state != _FREE:
            link.todo = _CLOSE_IT

    def room(self, link):
        """How many bytes can be gathered for a link now; another link's are sent first."""
        if (self.queue or self.tx_link is not link) and not self.in_turn(link):
            return 0
        self.tx_link = link
        return self.tx.free()

    def gather(self, buf, off, n):
        """Take up to n bytes for the link that room() was asked for; returns the count."""
        if not self.tx.n:
            self._due = ticks_add(ticks_ms(), _GATHER)
            self._flush = False  # that was about earlier bytes
        self._last = self.tx_link.index
        self.queue &= ~(1 << self._last)
        n = self.tx.put(buf, off, n)
        if not self.tx.free():
            self._flush = True
        return n

    def flush(self, link):
        """Let what is gathered for a link leave now."""
        if self.tx.n and self.tx_link is link:
            self._flush = True

    # -- what the module tells

    def _report(self, buf, a, b):
        link = self.table[buf[a] - 48]
        if equals(buf, a + 2, b, b"CONNECT"):
            self.connected(link)
        elif equals(buf, a + 2, b, b"CLOSED") or equals(buf, a + 2, b, b"CONNECT FAIL"):
            self._closed(link)

    def connected(self, link, report=None):
        """A link has opened. report: +LINK_CONN's line, or None."""
        theirs = report and report.split(b",")[3:4] == [b"1"]
        if link.state == _OPENING and (link.texts or theirs):  # somebody else has got the number of ours
            from espat.net.clients import displace

            link = displace(self, link)
        if link.state == _OPENING:
            link.state = _OPEN
            link.why = None
            self.give_up(link)  # the OK follows at once, or it is lost
        elif link.state != _OPEN and self.server:
            self.server.incoming(link, report)
        elif link.state == _FREE:  # the client of a server that an earlier program has left
            link.state = _OPEN
            link.todo = _CLOSE_IT

    def _closed(self, link):
        self._seen &= ~(1 << link.index)
        mine = self._link is link  # the command under way is about it
        if mine and self._doing == _CLOSING:
            self._link = None  # its number may be in use again from now on
            link.release()
        elif link.state == _OPEN:
            link.state = _SHUT
            self._loose |= 1 << link.index
            if self.at.online is False and not link.error:
                link.error = _ECONNRESET  # the access point is gone, not the peer
            if mine and self._doing == _SENDING:
                self.at.hurry(_LOST)  # SEND OK may never come
            elif self.tx_link is link:
                self.tx.clear()
            if not link.claimed:  # also when it was about to be closed: its number may be another's by then
                link.release()

    def _notice(self, buf, a, b):
        # passive mode: +IPD,<link>,<n>, the address behind it where CIPDINFO is on
        index = buf[a + 5] - 48
        if b > a + 7 and 0 <= index < _LINKS:
            link = self.table[index]
            end = buf.find(b",", a + 7, b)
            n = number(buf, a + 7, b if end < 0 else end)
            self.wanted = False
            if n > 0 and link.claimed:
                link.waiting = n

    def _restarted(self):
        # every link is gone, and what the module held for it
        self.tx.clear()
        self._loose = 0
        self.modes = bytearray(b"11111")
        for link in self.table:
            if link.state == _OPENING and link.todo & _OPEN_IT and not link.said:  # it has not been begun: no loss
                if link.grams is not None:
                    link.texts[:-1] = self.receive_type(link, True)
            elif link.state != _FREE:
                link.error = _ECONNRESET
                link.release()
