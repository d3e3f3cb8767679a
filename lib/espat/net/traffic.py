"""The job that speaks for all links, one command after the other: what is gathered for sending, then the links in turn,
each with at most one command a round. Sockets never start commands: they set a link's `todo`, gather bytes or read, and
let At.step() run."""

from micropython import const

from espat.args import number
from espat.net import at_tcp
from espat.net.link import Data
from espat.net.survey import Survey
from espat.ring import Ring
from espat.ticks import ticks_diff, ticks_ms
from espat.reports import hexadecimal

_OK = const(1)  # how a command has ended, see engine.py
_REFUSED = const(2)
_TIMEOUT = const(4)
_RESET = const(5)
_LINKS = const(5)  # and state of a link, see link.py; todo of a link, see links.py
_FREE = const(0)
_OPENING = const(1)
_OPEN = const(2)
_SHUT = const(3)
_OPEN_IT = const(1)
_CLOSE_IT = const(2)  # and what the command under way is about
_SENDING = const(1)
_RECEIVING = const(2)
_STARTING = const(3)
_CLOSING = const(4)
_ASKING = const(5)
_LISTING = const(6)
_T_START = const(25000)  # ms; the module itself gives up on a connect before
_T_SEND = const(15000)
_T_SHORT = const(5000)
_LOST = const(300)  # ms for an answer that has become unlikely
_REFUSED_MS = const(2500)  # a connect that fails sooner was refused, later it has timed out
_EIO = const(5)
_ECONNRESET = const(104)
_ETIMEDOUT = const(110)
_EHOSTUNREACH = const(113)


class Traffic(Survey):
    """Moves the bytes of a table of links over a runner.

    table: the links. tx: Ring in which bytes to be sent are gathered, all of them for tx_link; tx_size: how many at most.
    to: see at_tcp.send_to(), when what is gathered next is a datagram, None for the fixed peer. send_max: bytes one
    AT+CIPSEND may carry. data: the Counted of received bytes.
    """

    def __init__(self, at, table, tx):
        self.at, self.table, self.modes = at, table, bytearray(b"11111")
        self.tx = Ring(1)  # until there is a link
        self.tx_size = tx
        self.tx_link = None
        self.send_max = 8192
        self._due = 0  # when what is gathered leaves at the latest
        self._flush = False  # it leaves now
        self._doing = 0
        self.to = self._link = None  # whom the command under way is about
        self._asked = self._turn = self._since = 0
        self._why = 0  # errno that a failing connect has named
        self._odd = False  # the module has told another number of bytes than it was told
        self._send_cmd, self._recv_cmd = bytearray(at_tcp.SEND), bytearray(at_tcp.RECEIVE)
        self._close_cmd = bytearray(at_tcp.CLOSE)
        self._on_line = self._line  # bound once: binding allocates
        self.data = Data(at_tcp.DATA, self)
        at.parser.register(self.data)
        at.jobs.append(self.job)

    def job(self):
        """Start the next command that a link needs; True when there was one."""
        if self.tx.n and (self._flush or ticks_diff(self._due, ticks_ms()) <= 0) and self._start_send():
            return True
        if self.ask or self.doubt or self.wanted and ticks_diff(self._late, ticks_ms()) <= 0:
            text = self.question()
            return self._begin(_ASKING if text is at_tcp.LENGTHS else _LISTING, None, text, len(text), _T_SHORT)
        i = self._turn
        for _ in range(_LINKS):
            i = i + 1 if i < _LINKS - 1 else 0
            link = self.table[i]
            if (link.todo or link.waiting) and self._serve(link):
                self._turn = i
                return True
        return False

    def sending(self, link):
        """Whether bytes of this link are still on their way to the module."""
        return self.tx_link is link and (self.tx.n > 0 or self._doing == _SENDING)

    def _serve(self, link):
        if link.todo & _CLOSE_IT and not self.sending(link):
            return self._start_close(link)
        if link.todo == _OPEN_IT:
            return self._start_open(link)
        if link.waiting and link.claimed:
            room = link.rx.free()
            if link.grams is not None:
                if room >= link.waiting:  # exactly one datagram
                    return self._start_receive(link, link.waiting)
            elif 2 * room >= link.rx.size:
                return self._start_receive(link, room)
        return False

    def _begin(self, doing, link, cmd, n, timeout, data=None, data_n=0, end=b"OK"):
        # noted when it has begun: an interrupt must not leave a note about a command that never was
        self.at.begin(cmd, n, self, timeout, self._on_line, data, data_n, end)
        self._doing = doing
        self._link = link
        return True

    def _start_send(self):
        link = self.tx_link
        if link.state != _OPEN:
            self.tx.clear()
            return False
        self._odd = False
        n = min(self.tx.n, self.send_max)
        self._flush = self.tx.n > n
        cmd = self.to if link.grams is not None else None
        size = len(cmd) if cmd else at_tcp.fill(self._send_cmd, link.index, n)
        self._begin(_SENDING, link, cmd or self._send_cmd, size, _T_SEND, self.tx, n, b"SEND OK")
        self.to = None
        return True

    def _start_receive(self, link, n):
        self.data.begin(link)
        cmd = self._recv_cmd
        if n != self._asked or cmd[15] != 48 + link.index:  # most are like the last
            self._asked, self._n = n, at_tcp.fill(cmd, link.index, n)
        self._begin(_RECEIVING, link, cmd, self._n, _T_SHORT)
        link.waiting = 0  # a notice that comes from now on is news
        return True

    def _start_open(self, link):
        self._why, self._since = 0, ticks_ms()
        text = self._text = link.texts[link.said]
        self.mode(text, False)
        rest = (link.texts, None)[link.said + 1 == len(link.texts)]
        self._begin(_STARTING, link, text, len(text), _T_START)  # what follows has no branch, where Ctrl-C might come between
        link.todo = 0
        link.said += 1
        link.texts = rest
        return True

    def _start_close(self, link):
        self._close_cmd[at_tcp.CLOSE.find(b"0")] = 48 + link.index
        self._begin(_CLOSING, link, self._close_cmd, len(at_tcp.CLOSE), _T_SHORT)
        link.todo = 0
        return True

    def finished(self, outcome):
        """The job's command has ended (called by At). A restart has told the links itself."""
        doing = self._doing
        link = self._link
        if doing == _RECEIVING:
            self.data.finish(outcome, self._asked)
        elif outcome == _RESET:
            pass
        elif doing == _SENDING:
            # bytes too many, or another number of them than announced, make a hole although the module says OK
            e = self.at.engine
            if outcome == _OK and not self._odd and not e.surplus:
                link.sent += e.data_n
            else:
                self._doing = 0
                self.fail(link, _EIO if outcome == _OK else _ETIMEDOUT if outcome == _TIMEOUT else _ECONNRESET)
        elif doing == _STARTING and link:
            self._opened(link, outcome)
        elif doing == _CLOSING and link:
            self._loose |= 1 << link.index  # CLOSED has not come
            link.release()
        elif doing == _LISTING and outcome == _OK:
            self.compare()
        self._doing = 0  # behind it all: when something interrupts, we are told again

    def _opened(self, link, outcome):
        lost = outcome == _TIMEOUT and link.state == _OPEN  # CONNECT has come, only the OK has not
        if outcome == _OK or lost or link.evict and link.said == 1:  # the one evicted may have closed meanwhile
            self.mode(self._text, not lost)
            if link.texts:
                link.todo |= _OPEN_IT
            elif link.state == _OPENING:
                link.state = _OPEN
            return
        link.texts = None
        bit = 1 << link.index
        if outcome != _REFUSED or link.state == _OPEN:
            self._loose |= bit
        elif self._loose & bit and not self._why:  # the number is in use, perhaps
            self._loose ^= bit
            link.evict = True
            return self.open(link, self._text)
        code = self._why
        if not code:
            code = self.refused(outcome == _TIMEOUT or ticks_diff(ticks_ms(), self._since) > _REFUSED_MS)
        link.error = code
        link.release()

    def fail(self, link, code):
        """The stream has a hole, or its end is unknown: say so once and close it; a datagram is just gone."""
        if self.tx_link is link and self._doing != _SENDING:  # what a send has announced must follow
            self.tx.clear()
        if link.state != _FREE:
            link.error = code
            if link.rx:
                link.rx.retract()
            if link.grams is None:
                link.todo = _CLOSE_IT
                link.waiting = 0
                link.state = _SHUT

    def _line(self, buf, a, b):
        doing = self._doing
        if doing == _ASKING:
            self.lengths(buf, a, b)
        elif doing == _LISTING:
            self.row(buf, a, b)
        elif doing == _RECEIVING:
            self.data.whole = False  # no report: it may be bytes that the block has not got
        elif doing == _SENDING and buf.startswith(b"Recv ", a):
            self._odd = number(buf, a + 5, buf.find(b" ", a + 5, b)) != self.at.engine.data_n
        elif buf.startswith(b"link is not", a):  # some firmware, before or instead of the final result
            self.at.hurry(_LOST)
        elif buf.startswith(b"DNS ", a):
            self._why = -2
        elif buf.startswith(b"+ERRNO:0x", a):
            code = hexadecimal(buf, a + 9, b)
            if 100 < code < 128:  # the module has other numbers for two of them; the rest are flags and errors of TLS
                self._why = {116: _ETIMEDOUT, 118: _EHOSTUNREACH}.get(code, code)

    def give_up(self, link, gone=False):
        """Nobody waits for the answer to AT+CIPSTART any more: if it is lost it must not hold up the others."""
        if self._doing == _STARTING and self._link is link:
            self._link = None if gone else link
            self.at.hurry(_LOST)
