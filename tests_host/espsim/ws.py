"""A WebSocket client (RFC 6455) on a Wire; used by AT+WS... and by MQTT over WebSocket."""
import base64
import hashlib
import os
import struct

from .http import Url
from .tls import Wanted
from .wire import dial

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def parse(uri):
    """The Url of a ws:// or wss:// address; ValueError if it is none."""
    scheme, mark, rest = uri.partition("://")
    if not mark or scheme.lower() not in ("ws", "wss"):
        raise ValueError(uri)
    return Url.parse(("https://" if scheme.lower() == "wss" else "http://") + rest)


class Frame:
    def __init__(self, opcode, final, length):
        self.opcode = opcode
        self.final = final
        self.left = self.length = length


class WebSocket:
    def __init__(self, wire):
        self.wire = wire

    async def send(self, opcode, data, final=True):
        mask = os.urandom(4)
        size = len(data)
        if size < 126:
            head = struct.pack("!BB", opcode | final << 7, 0x80 | size)
        elif size < 65536:
            head = struct.pack("!BBH", opcode | final << 7, 0x80 | 126, size)
        else:
            head = struct.pack("!BBQ", opcode | final << 7, 0x80 | 127, size)
        stream = (mask * (size // 4 + 1))[:size]
        masked = (int.from_bytes(data, "big") ^ int.from_bytes(stream, "big")).to_bytes(size, "big")
        await self.wire.send(head + mask + masked)

    async def frame(self):
        """The head of the next frame; its payload is to be read with payload() until `left` is 0."""
        first, second = await self.wire.exactly(2)
        if second & 0x80 or first & 0x70:
            raise OSError("a frame no server may send")
        length = second
        if length == 126:
            length = struct.unpack("!H", await self.wire.exactly(2))[0]
        elif length == 127:
            length = struct.unpack("!Q", await self.wire.exactly(8))[0]
        return Frame(first & 15, bool(first & 0x80), length)

    async def payload(self, frame, most):
        data = await self.wire.exactly(min(frame.left, most))
        frame.left -= len(data)
        return data

    def close(self):
        self.wire.close()


async def connect(m, url, *, protocol="", headers=(), wanted=None, limit=15.0):
    """Open a connection; OSError if the server is not there or does not speak WebSocket."""
    secure = (wanted or Wanted(sni=url.host)) if url.secure else None
    wire = await dial(m, url.host, url.port, secure, limit)
    try:
        await _handshake(wire, url, protocol, headers)
    except EOFError as error:
        wire.close()
        raise OSError("closed during the handshake") from error
    except BaseException:
        wire.close()
        raise
    return WebSocket(wire)


async def _handshake(wire, url, protocol, headers):
    key = base64.b64encode(os.urandom(16))
    lines = [f"GET {url.target} HTTP/1.1", "Connection: Upgrade", f"Host: {url.authority}", "User-Agent: ESP32 Websocket Client"]
    lines += ["Upgrade: websocket", "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {key.decode()}"]
    lines += [f"Sec-WebSocket-Protocol: {protocol}"] if protocol else []
    lines += [f"{name}: {value}" for name, value in headers]
    await wire.send("\r\n".join([*lines, "", ""]).encode("latin-1"))
    head = (await wire.until(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    fields = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
    proof = base64.b64encode(hashlib.sha1(key + GUID).digest()).decode()
    if head[0].split(" ")[1:2] != ["101"] or fields.get("sec-websocket-accept") != proof:
        raise OSError("no WebSocket server")


class BinaryStream:
    """The messages of a WebSocket as a stream of bytes, as MQTT wants them."""

    def __init__(self, socket):
        self.socket = socket
        self.frame = None

    async def recv(self, most):
        try:
            while self.frame is None or not self.frame.left:
                self.frame = await self.socket.frame()
                if self.frame.opcode == CLOSE:
                    return b"", None
                if self.frame.opcode == PING:
                    await self.socket.send(PONG, await self.socket.payload(self.frame, self.frame.left))
                elif self.frame.opcode not in (CONTINUATION, TEXT, BINARY):
                    await self.socket.payload(self.frame, self.frame.left)
            return await self.socket.payload(self.frame, most), None
        except EOFError:
            return b"", None

    async def send(self, data, to=None):
        await self.socket.send(BINARY, data)

    def close(self):
        self.socket.close()
