"""Data that flows to a link while it still arrives from the host: AT+CIPSENDL and passthrough."""
import asyncio

from .codes import SEND_FAIL, SEND_OK
from .intake import Escape

ESCAPE_GUARD = 0.020  # seconds of silence around +++


class Flow:
    """An intake that keeps up to `room` bytes for a sender; more stays in the receive ring."""

    def __init__(self, m, room, limit=None):
        self.m = m
        self.room = room
        self.limit = limit  # bytes to take in all, None: no end
        self.data = bytearray()
        self.taken = 0
        self.left = False  # +++ came
        self.changed = asyncio.Event()
        self.escape = Escape(m.uart, ESCAPE_GUARD, self._leave)

    def take(self, ring):
        if self.left or self.escape.holds(ring):
            return 0
        most = self.room - len(self.data)
        if self.limit is not None:
            most = min(most, self.limit - self.taken)
        piece = ring[: max(0, most)]
        self.data += piece
        self.taken += len(piece)
        self.changed.set()
        return len(piece)

    def _leave(self):
        self.left = True
        self.changed.set()

    @property
    def complete(self):
        return self.taken == self.limit

    async def piece(self, size, interval):
        """The next up to `size` bytes: at once when there are that many, else `interval` after the first.

        Empty when the flow has ended.
        """
        while not self.data:
            if self.left or self.complete:
                return b""
            self.changed.clear()
            await self.changed.wait()
        deadline = self.m.loop.time() + interval
        while len(self.data) < size and not self.left and not self.complete:
            self.changed.clear()
            try:
                await asyncio.wait_for(self.changed.wait(), max(0, deadline - self.m.loop.time()))
            except TimeoutError:
                break
        data = bytes(self.data[:size])
        del self.data[:size]
        self.m.uart.kick()
        return data


class LongSend:
    """AT+CIPSENDL after its prompt."""

    def __init__(self, m, link, length, to, *, report, chunk):
        self.m = m
        self.link = link
        self.to = to
        self.report = report
        self.chunk = chunk
        self.flow = Flow(m, m.profile.send_most, length)
        self.sent = 0
        self.reported = 0
        self.failed = False
        m.intake = self.flow

    async def run(self):
        interval = self.m.setting("transintvl", 20) / 1000
        while data := await self.flow.piece(self.chunk, interval):
            await self._send(data)
            self._progress()
        if self.flow.left:
            return "SEND CANCELLED"
        if self.sent != self.reported:
            self._say(self.sent)
        return SEND_FAIL if self.failed else SEND_OK

    async def _send(self, data):
        """Send on; when the link is gone the rest is only counted, as the mode does not end by itself."""
        if self.failed:
            return
        try:
            await self.link.send(data, self.to)
            self.sent += len(data)
        except (OSError, asyncio.TimeoutError):
            self.failed = True

    def _progress(self):
        while self.sent - self.reported >= self.report:
            self._say(self.reported + self.report)

    def _say(self, sent):
        self.reported = sent
        self.m.say(f"+CIPSENDL:{sent},{self.flow.taken}")
