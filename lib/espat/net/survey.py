"""What the module knows of the links, asked when somebody has waited for a while: reports get lost on the line.

The one finds bytes whose notice is missing, the other links that have come or gone without a word.
"""

from micropython import const

from espat.args import number
from espat.net import at_tcp
from espat.ticks import ticks_add, ticks_diff, ticks_ms

_LINKS = const(5)  # and state of a link, see link.py; todo of a link, see links.py
_FREE = const(0)
_OPEN = const(2)
_SHUT = const(3)
_SILENCE = const(1000)  # ms without a word, while somebody waits, after which the module is asked
_STAND_BACK = const(50)  # ms that the others leave to a link whose turn it is
_ECONNRESET = const(104)
_ETIMEDOUT = const(110)
_ECONNREFUSED = const(111)
_EHOSTUNREACH = const(113)


class Survey:
    """The questions, and what becomes of the answers; the base of Traffic.

    ask: a notice may be missing. doubt: a link may be open, or not, that we think otherwise of. wanted: somebody
    waits. polls: the module can be asked how much it holds. modes: of each link, 49 when the module waits to be asked
    for its bytes, 48 when it hands them over, 0 when nobody knows. queue: links, as bits, whose writers were refused.
    """

    ask = doubt = wanted = False
    polls = _lists = True
    _late = _seen = _known = _loose = 0
    queue = _refused = _last = 0  # when a link was refused; who gathered last

    def mode(self, text, known):
        """A command about a link is spoken, or (known) was successful: it may be the one that sets its mode."""
        if text.startswith(at_tcp.RECEIVE_TYPE):
            self.modes[text[15] - 48] = text[17] if known else 0

    def in_turn(self, link):
        """Whether bytes can be gathered for a link: no others are on their way, and nobody has waited for longer."""
        last = self.tx_link
        if last is not link and last and self.sending(last):
            self._flush = True
            self._refused = ticks_ms()
            return False
        if self.queue and not 0 <= ticks_diff(ticks_ms(), self._refused) <= _STAND_BACK:
            self.queue = 0  # who does not come has lost its turn
        i = self._last
        while self.queue:
            i = i + 1 if i < _LINKS - 1 else 0
            if i == link.index:
                break
            if self.queue >> i & 1 and self.table[i].state == _OPEN:
                return False
        return True

    def refused(self, late):
        """The errno of a connect that failed without a reason; perhaps the end of the network was not heard."""
        if self.at.online is False:
            return _EHOSTUNREACH
        if late:
            return _ETIMEDOUT
        self.at.online = self.at.online and None
        return _ECONNREFUSED

    def want(self):
        """Somebody waits for bytes, or for a client: when none come for a while the module is asked."""
        if not self.wanted:
            self.wanted = True
            self._late = ticks_add(ticks_ms(), _SILENCE)

    def question(self):
        """The question that is due: see Traffic.job()."""
        if self.ask:
            self.ask = False
            return at_tcp.LENGTHS
        if not self.doubt:
            self.wanted = False
            self._lists = not self._lists  # one question after the other
            if self.polls and not self._lists:
                return at_tcp.LENGTHS
        self.doubt = False
        self._seen = self._known = 0
        for link in self.table:
            if link.state == _OPEN:
                self._known |= 1 << link.index
        return self.at.listing

    def lengths(self, buf, a, b):
        """A line of the one answer, +CIPRECVLEN:100,0,-1,,5 and the like: only what is more than known counts."""
        a = buf.find(b":", a, b) + 1
        for link in self.table:
            end = buf.find(b",", a, b)
            n = number(buf, a, b if end < 0 else end)
            if n > link.waiting and link.claimed:
                link.waiting = n
            if end < 0:
                return
            a = end + 1

    def row(self, buf, a, b):
        """A line of the other, +CIPSTATE:<link>,..."""
        at = buf.find(b":", a, b) + 1
        index = buf[at] - 48 if 0 < at < b - 1 and buf[at + 1] == 44 else -1
        if 0 <= index < _LINKS and buf[a] == 43:
            self._seen |= 1 << index

    def compare(self):
        """The list is complete."""
        for link in self.table:
            bit = 1 << link.index
            if self._seen & bit:
                if link.state == _FREE or link.state == _SHUT and not link.todo:
                    link.state = _FREE  # a client whose coming was not heard, or a left-over
                    self.connected(link)
            elif self._known & bit and link.state == _OPEN:
                link.error = _ECONNRESET
                self._loose |= bit
                link.release()
