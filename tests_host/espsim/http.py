"""An HTTP/1.1 client as the module has one: one request per connection, bodies handed on as they arrive."""
import asyncio
import dataclasses
import re

from .tls import Wanted
from .wire import dial

URL = re.compile(r"(https?)://([^/:?#\[\]]+|\[[0-9a-fA-F:]+\])(?::(\d{1,5}))?([/?].*)?", re.IGNORECASE | re.DOTALL)
NO_CONNECTION = 0x7000  # the module's error code; with an HTTP status added, the server's refusal


class HttpError(Exception):
    """The request failed; `code` is what the module reports."""

    def __init__(self, code=NO_CONNECTION):
        super().__init__(f"{code:#06x}")
        self.code = code


@dataclasses.dataclass
class Url:
    secure: bool
    host: str
    port: int
    target: str

    @classmethod
    def parse(cls, text):
        """ValueError if it is none."""
        found = URL.fullmatch(text)
        if not found:
            raise ValueError(text)
        secure = found[1].lower() == "https"
        port = int(found[3] or (443 if secure else 80))
        if not 0 < port < 65536:
            raise ValueError(text)
        target = found[4] or "/"
        return cls(secure, found[2].strip("[]"), port, target if target[0] == "/" else "/" + target)

    @property
    def authority(self):
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.secure else 80) else f"{host}:{self.port}"


@dataclasses.dataclass
class Request:
    method: str
    url: Url
    headers: list = dataclasses.field(default_factory=list)  # (name, value)
    body: bytes | None = None

    def head(self):
        fields = {"user-agent": ("User-Agent", "ESP32 HTTP Client/1.0"), "host": ("Host", self.url.authority)}
        if self.body is not None:
            fields["content-length"] = ("Content-Length", str(len(self.body)))
        fields.update({name.lower(): (name, value) for name, value in self.headers})
        lines = [f"{self.method} {self.url.target} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.values())]
        return "\r\n".join([*lines, "", ""]).encode("latin-1")


class Response:
    def __init__(self, wire, method, size, limit):
        self.wire = wire
        self.method = method
        self.size = size  # the receive buffer: no piece of the body is longer
        self.limit = limit  # seconds without a byte from the server
        self.status = 0
        self.headers = []

    async def _read(self, waiting):
        return await asyncio.wait_for(waiting, self.limit)

    async def begin(self):
        """Status and header lines; a server may send 1xx answers before."""
        while True:
            head = await self._read(self.wire.until(b"\r\n\r\n", 65536, self.size))
            first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
            found = re.match(r"HTTP/1\.[01] (\d{3})", first)
            if not found:
                raise OSError("no HTTP")
            self.status = int(found[1])
            self.headers = [(name.strip(), value.strip()) for name, _, value in (line.partition(":") for line in lines)]
            if self.status >= 200:
                return

    def header(self, name):
        return next((value for known, value in self.headers if known.lower() == name), None)

    @property
    def length(self):
        """Content-Length, -1 if there is none."""
        text = self.header("content-length") or ""
        return int(text) if text.isdigit() else -1

    async def pieces(self):
        """The body in the pieces it arrives in. OSError, EOFError or TimeoutError if it is cut short."""
        if self.method == "HEAD" or self.status in (204, 304):
            return
        if "chunked" in (self.header("transfer-encoding") or "").lower():
            async for piece in self._chunks():
                yield piece
        elif self.length >= 0:
            async for piece in self._counted(self.length):
                yield piece
        else:
            while piece := await self._read(self.wire.some(self.size)):
                yield piece

    async def _counted(self, left):
        while left:
            piece = await self._read(self.wire.some(min(self.size, left)))
            if not piece:
                raise EOFError
            left -= len(piece)
            yield piece

    async def _chunks(self):
        while True:
            line = await self._read(self.wire.until(b"\r\n", 1024, self.size))
            try:
                left = int(line.split(b";")[0], 16)
            except ValueError:
                raise OSError("bad chunk") from None
            if left == 0:
                break
            async for piece in self._counted(left):
                yield piece
            await self._read(self.wire.until(b"\r\n", 2, self.size))
        while await self._read(self.wire.until(b"\r\n", 8192, self.size)) != b"\r\n":
            pass  # trailers

    def close(self):
        self.wire.close()


async def connect(m, url, *, limit=5.0, wanted=None):
    """A Wire to the server of a Url; HttpError."""
    secure = (wanted or Wanted(sni=url.host)) if url.secure else None
    try:
        return await dial(m, url.host, url.port, secure, limit)
    except OSError as error:
        raise HttpError from error


async def ask(m, request, *, size=512, limit=5.0, wanted=None):
    """Send a request; the Response with its headers read. HttpError if there is none."""
    return await exchange(await connect(m, request.url, limit=limit, wanted=wanted), request, size, limit)


async def exchange(wire, request, size, limit):
    """Send a request on a Wire, which then belongs to the Response."""
    response = Response(wire, request.method, size, limit)
    try:
        await asyncio.wait_for(wire.send(request.head() + (request.body or b"")), max(limit, 10.0))
        await response.begin()
    except (OSError, EOFError, asyncio.TimeoutError) as error:
        response.close()
        raise HttpError from error
    except BaseException:
        response.close()
        raise
    return response
