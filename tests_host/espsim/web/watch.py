"""What passed over the line, for whoever watches: the last of it, numbered, with its time, secrets hidden.

One ring serves all watchers: each has its own place in it, and one that is too slow finds a gap. So the module never
waits for a browser.
"""
import collections
import time

from ..trace import Trace
from .mask import Mask

Event = collections.namedtuple("Event", "number seconds way data size")
KEPT_EVENTS = 20000
KEPT_BYTES = 2 << 20


class Watched(Trace):
    """A trace that can be watched. way: "tx" and "rx" as in transcripts, "note" for what espsim itself has to say."""

    def __init__(self, path=None, **options):
        super().__init__(path, **options)
        self.mask = Mask()
        self.ring = collections.deque()
        self.kept = 0
        self.number = 0
        self.begun = time.monotonic()
        self.counts = {"tx": 0, "rx": 0}
        self.before = None  # called before each piece: what the faults have done comes first

    def add(self, direction, data):
        super().add(direction, data)
        if self.before:
            self.before()
        self.counts[direction] += len(data)
        self._enter(direction, self.mask.feed(direction, bytes(data)).decode("latin-1"), len(data))

    def note(self, text):
        self._enter("note", text, 0)

    def seconds(self):
        return time.monotonic() - self.begun

    def _enter(self, way, data, size):
        self.number += 1
        self.ring.append(Event(self.number, round(self.seconds(), 4), way, data, size))
        self.kept += len(data)
        while len(self.ring) > KEPT_EVENTS or (self.kept > KEPT_BYTES and len(self.ring) > 1):
            self.kept -= len(self.ring.popleft().data)

    def since(self, number, most=256 << 10):
        """(events after that number, how many were lost before them), at most about `most` bytes."""
        if not self.ring or self.ring[-1].number <= number:
            return [], 0
        first = self.ring[0].number
        lost = max(0, first - number - 1)
        out, size = [], 0
        for place in range(max(0, number + 1 - first), len(self.ring)):
            out.append(self.ring[place])
            size += len(out[-1].data) + 40
            if size > most:
                break
        return out, lost

    def shown(self, profile):
        """The whole trace as a transcript, secrets hidden. May run on another thread, on a copy of the pieces."""
        mask = Mask()
        copy = Trace()
        for way, data in [(way, bytes(data)) for way, data in list(self.pieces)]:
            seen = mask.feed(way, data)
            if seen:
                copy.add(way, seen)
        return copy.transcript(profile, "Secrets are hidden by espsim's web page.")
