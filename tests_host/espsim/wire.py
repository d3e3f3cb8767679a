"""A connection of the module's own clients (MQTT, HTTP, WebSocket, OTA): a stream with a reading buffer."""
import asyncio
import contextlib
import socket

from .codes import Fail
from .tls import secure
from .transport import OPENERS, Wish

LINE_MOST = 8192


class Wire:
    """Joins a stream of transport.py (or anything with recv, send, close) and what was read too far."""

    def __init__(self, stream):
        self.stream = stream
        self.buffer = bytearray()
        self.ended = False

    async def fill(self, most=4096):
        """Read on; False at the end of the stream."""
        if not self.ended:
            data, _ = await self.stream.recv(most)
            self.buffer += data
            self.ended = not data
        return not self.ended

    def take(self, count):
        data = bytes(self.buffer[:count])
        del self.buffer[:count]
        return data

    async def some(self, most):
        """1..most bytes; none at the end."""
        if not self.buffer:
            await self.fill(most)
        return self.take(most)

    async def exactly(self, count):
        """EOFError if the stream ends before."""
        while len(self.buffer) < count:
            if not await self.fill(max(4096, count - len(self.buffer))):
                raise EOFError
        return self.take(count)

    async def until(self, mark, most=LINE_MOST, size=4096):
        """Everything up to and including `mark`; OSError if there is no such thing within `most` bytes."""
        while (end := self.buffer.find(mark)) < 0:
            if len(self.buffer) > most:
                raise OSError("line too long")
            if not await self.fill(size):
                raise EOFError
        return self.take(end + len(mark))

    async def send(self, data):
        await self.stream.send(data)

    def close(self):
        self.stream.close()

    def cut(self):
        """The network is gone: whoever reads sees the end, whoever writes an error."""
        raw = self.stream
        while not hasattr(raw, "sock"):
            raw = raw.raw
        with contextlib.suppress(OSError):
            raw.sock.shutdown(socket.SHUT_RDWR)


async def dial(m, host, port, wanted=None, limit=10.0):
    """Connect a Wire, with TLS if `wanted` says how; OSError if it cannot be within `limit` seconds."""
    if not m.net.up:
        raise OSError("no network")
    try:
        address = await m.net.resolve(host)
    except Fail as error:
        raise OSError("unknown host") from error
    wish = Wish("TCPv6" if ":" in address else "TCP", host, address, port, timeout=limit)
    try:
        stream = await OPENERS[wish.kind](m, wish)
    except asyncio.TimeoutError as error:
        raise OSError("no answer") from error
    wire = Wire(await secure(m, stream, wanted, limit) if wanted else stream)
    m.net.wires.add(wire)
    return wire
