"""Received messages, kept until somebody takes them, joined where the module cuts them.

No report tells whether a message goes on. The rule: a piece that may have filled the module's buffer can be followed
by others; the message ends with the first that did not fill it, with one that bears another key, or after 0.3 s
without any.
"""

from micropython import const

from espat.counted import Counted
from espat.ring import Ring
from espat.ticks import ticks_diff, ticks_ms
from espat.turn import turn

_GAP = const(300)  # ms
_MOST = const(32)  # messages that wait


class Inbox(Counted):
    """The bytes of messages in a ring, [key, size, whether it is spoilt] of each in a list.

    room: bytes of the ring. lost: messages that found no room or came in part only.
    """

    tail = 2

    def __init__(self, prefix, size_at, fields, room):
        super().__init__(prefix, size_at, fields)
        self.ring = Ring(room)
        self.list = []
        self.lost = 0
        self.open = None  # the message that may go on
        self._coming = False  # the bytes of a piece are coming
        self._ends = False  # and it is the last one
        self._since = 0

    def going(self):
        """The message that a piece coming now may belong to, None when there is none."""
        if self.open and not self._coming and ticks_diff(ticks_ms(), self._since) > _GAP:
            self.open = None
        return self.open

    def begin(self, key, full):
        """The head of a piece of `size` bytes has been read. key: what its message bears, b"" when this piece does
        not tell. full: whether it may go on."""
        last = self.going()
        if not last or key and key != last[0]:
            self.open = None
            self._sweep()
            last = [key, 0, self.size > self.ring.free() or len(self.list) >= _MOST]
            if last[2]:
                self.lost += 1
            else:
                self.list.append(last)
        elif self.size > self.ring.free():
            last[2] = True
        self.open = last
        self._coming = True
        self._ends = not full

    def data(self, buf, off, n):
        """Bytes of a piece."""
        if not self.open[2]:
            self.open[1] += self.ring.put(buf, off, n)

    def end(self):
        """A piece is complete."""
        self._coming = False
        self._since = ticks_ms()
        if self._ends:
            self.open = None

    def torn(self, n):
        """The rest of a piece will not come."""
        self.open[2] = True
        self.open = None
        self._coming = False

    def take(self):
        """The oldest complete message as (key, bytes), None when there is none."""
        with turn:
            self.going()
            self._sweep()
            if not self.list or self.list[0] is self.open:
                return None
            first = self.list.pop(0)
            return first[0], self.ring.take(first[1])

    def _sweep(self):
        # spoilt messages at the head of the queue
        while self.list and self.list[0][2] and self.list[0] is not self.open:
            self.ring.skip(self.list.pop(0)[1])
            self.lost += 1
