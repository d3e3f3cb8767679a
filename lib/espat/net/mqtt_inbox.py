"""Received MQTT messages: joined where the module cuts them, kept until somebody takes them, matched with filters.

A message of more than about 1000 bytes comes in pieces without offset or total length. They are joined by this rule: a
piece that fills the module's buffer may be followed by others, which bear no topic or the same one; the message ends
with a piece of another topic or after 0.3 s without one.
"""

from micropython import const

from espat.parser import Counted
from espat.ring import Ring
from espat.ticks import ticks_diff, ticks_ms

_FULL = const(1000)  # bytes of topic and data from which on a piece may have filled the module's buffer of 1024
_GAP = const(300)  # ms
_MOST = const(32)  # messages that wait


class Inbox(Counted):
    """Received messages: their bytes in a ring, [topic, size, what is wrong with it] in a list."""

    def __init__(self, room):
        super().__init__(b"+MQTTSUBRECV:0,", 1, 2)
        self.ring = Ring(room)
        self.list = []
        self.lost = 0
        self._open = None  # the message that may go on
        self._coming = False  # the bytes of a piece are coming
        self._since = 0
        self._alone = False  # the piece that is coming is a whole message

    def head(self, buf, a, b):
        """See Counted.head()."""
        at = Counted.head(self, buf, a, b)
        if at > 0:
            end = at - 2
            while buf[end] != 44:  # back over the length
                end -= 1
            self._begin(bytes(buf[a + len(self.prefix) + 1 : end - 1]))
        return at

    def _begin(self, topic):
        last = self._open
        self._alone = False
        if not last or topic and topic != last[0] or ticks_diff(ticks_ms(), self._since) > _GAP:
            last = [topic, 0, self.size > self.ring.free() or len(self.list) >= _MOST]
            if last[2]:
                self.lost += 1
            else:
                self.list.append(last)
            self._alone = topic and self.size + len(topic) < _FULL
        elif self.size > self.ring.free():
            last[2] = True
        self._open = last
        self._coming = True

    def data(self, buf, off, n):
        """Bytes of a piece."""
        if not self._open[2]:
            self._open[1] += self.ring.put(buf, off, n)

    def end(self):
        """A piece is complete."""
        self._coming = False
        self._since = ticks_ms()
        if self._alone:
            self._open = None

    def torn(self, n):
        """The rest of a piece will not come."""
        self._open[2] = True
        self._open = None
        self._coming = False

    def take(self):
        """The oldest complete message as (topic, bytes), None when there is none."""
        while self.list:
            first = self.list[0]
            if first is self._open:
                if self._coming or ticks_diff(ticks_ms(), self._since) <= _GAP:
                    return None
                self._open = None
            del self.list[0]
            if not first[2]:
                return first[0], self.ring.take(first[1])
            self.ring.skip(first[1])
            self.lost += 1
        return None


def matches(wanted, topic):
    """Whether a topic is one of a filter with + and # in it; both bytes."""
    if wanted[:1] in (b"+", b"#") and topic[:1] == b"$":
        return False
    wanted = wanted.split(b"/")
    levels = topic.split(b"/")
    for i, level in enumerate(wanted):
        if level == b"#":
            return True
        if i >= len(levels) or level not in (b"+", levels[i]):
            return False
    return len(wanted) == len(levels)
