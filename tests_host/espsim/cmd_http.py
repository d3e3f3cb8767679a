"""The HTTP client's commands."""
import asyncio
import contextlib

from . import tls
from .cmd_tls import items
from .codes import LENGTH, PARSE, SEND_FAIL, SEND_OK, AtError, Fail
from .command import Command, command, part
from .http import NO_CONNECTION, HttpError, Request, Url, ask

METHODS = ("", "HEAD", "GET", "POST", "PUT", "DELETE")
TYPES = ("application/x-www-form-urlencoded", "application/json", "multipart/form-data", "text/xml")
SMALL_BUFFER = 512  # of AT+HTTPCLIENT, POST and PUT
BUFFER = 2048


@part("http")
class Http:
    """m.http: what the commands share."""

    def __init__(self, m):
        self.m = m
        self.url = b""  # AT+HTTPURLCFG
        self.headers = []  # AT+HTTPCHEAD: (name, value)
        self.security = [0, 0, 0]  # AT+HTTPCFG

    def target(self, text):
        """The Url of a command: `text`, or the one set before if it is empty."""
        try:
            return Url.parse(text or self.url.decode("latin-1"))
        except ValueError:
            raise Fail(NO_CONNECTION) from None

    def wanted(self, url):
        mode, own, ca = self.security
        found = items(self.m, "https", own=mode & 1, ca=mode & 2, number=own, ca_number=ca)
        return tls.Wanted(own=found[0], ca=found[1], sni=url.host)

    @contextlib.asynccontextmanager
    async def answer(self, request, size, limit):
        """The server's Response; HttpError if there is none or it is a refusal, or if its body breaks off."""
        known = {name.lower() for name, _ in self.headers}
        request.headers = [pair for pair in request.headers if pair[0].lower() not in known] + self.headers
        wanted = self.wanted(request.url) if request.url.secure else None
        response = await ask(self.m, request, size=size, limit=limit, wanted=wanted)
        try:
            if response.status >= 400:
                raise HttpError(NO_CONNECTION + response.status)
            yield response
        except (OSError, EOFError, asyncio.TimeoutError) as error:
            raise HttpError from error
        finally:
            response.close()

    async def show_body(self, response, name):
        async for piece in response.pieces():
            self.m.write(b"%s:%d," % (name.encode(), len(piece)) + piece + b"\r\n")
            await self.m.drain()


def header(text):
    """(name, value) of "name: value"; None if it is no such thing."""
    name, colon, value = text.partition(":")
    name = name.strip()
    return (name, value.strip()) if colon and name and not set(text) & set("\r\n") else None


def headers(args, count):
    found = []
    for _ in range(count):
        pair = header(args.text())
        if pair is None:
            raise args.reject()
        found.append(pair)
    return found


@command("+HTTPCLIENT")
class Client(Command):
    async def set(self, m, args):
        method, kind = METHODS[args.int(1, 5)], TYPES[args.int(0, 3)]
        text, host, path = args.text(default=""), args.text(default=""), args.text(default="/")
        secure = args.int(1, 2, default=1) == 2
        body = args.bytes(default=b"") if method == "POST" else None
        extra = headers(args, args.left())
        args.end()
        if not text and host and not m.http.url:
            text = f"http{'s' if secure else ''}://{host}{path if path[:1] == '/' else '/' + path}"
        if body is None and method in ("PUT", "DELETE"):
            body = b""
        request = Request(method, m.http.target(text), [("Content-Type", kind), *extra], body)
        try:
            async with m.http.answer(request, SMALL_BUFFER, 5.0) as response:
                if method == "HEAD":
                    self._show_headers(m, response)
                await m.http.show_body(response, self.name)
        except HttpError as error:
            raise Fail(error.code) from None

    def _show_headers(self, m, response):
        for name, value in response.headers:
            m.say(f"{self.name}:{len(name) + 2 + len(value)},{name}: {value}")


class Fetching(Command):
    """The arguments of AT+HTTPGETSIZE and AT+HTTPCGET: "url"[,send buffer][,receive buffer][,time-out in ms]."""

    method = "GET"

    async def set(self, m, args):
        url = m.http.target(args.text(most=256))
        room, size = args.int(0, 10240, default=BUFFER) or BUFFER, args.int(0, 10240, default=BUFFER) or BUFFER
        limit = args.int(0, 180000, default=5000) or 5000
        args.end()
        request = Request(self.method, url)
        if len(request.head()) > room:
            raise Fail(NO_CONNECTION)
        try:
            async with m.http.answer(request, size, limit / 1000) as response:
                await self.show(m, response)
        except HttpError as error:
            raise Fail(error.code) from None


@command("+HTTPGETSIZE")
class Size(Fetching):
    method = "HEAD"

    async def show(self, m, response):
        m.say(f"+HTTPGETSIZE:{response.length}")


@command("+HTTPCGET")
class Get(Fetching):
    async def show(self, m, response):
        await m.http.show_body(response, self.name)


@command("+HTTPCPOST", "+HTTPCPUT")
class Upload(Command):
    async def set(self, m, args):
        text, length = args.text(most=256), args.int(0)
        extra = headers(args, args.int(0, 64, default=0))
        args.end()
        if length > m.profile.heap_block:
            raise AtError(LENGTH, 1)
        url = m.http.target(text)
        body = await m.data_phase(length) if length else b""
        request = Request(self.name.removeprefix("+HTTPC"), url, [("Content-Type", TYPES[0]), *extra], body)
        try:
            async with m.http.answer(request, SMALL_BUFFER, 10.0) as response:
                await m.http.show_body(response, self.name)
        except HttpError as error:
            m.error_code(Fail(error.code))
            return SEND_FAIL
        return SEND_OK


@command("+HTTPURLCFG")
class LongUrl(Command):
    async def query(self, m):
        if m.http.url:
            m.write(b"+HTTPURLCFG:%d," % len(m.http.url) + m.http.url)

    async def set(self, m, args):
        length = args.int(0, 8192)
        args.end()
        if length == 0:
            m.http.url = b""
            return None
        if length < 8:
            raise args.reject()
        m.http.url = await m.data_phase(length)
        return "SET OK"


@command("+HTTPCHEAD")
class Headers(Command):
    async def query(self, m):
        for at, (name, value) in enumerate(m.http.headers):
            m.say(f'+HTTPCHEAD:{at},"{name}:{value}"')

    async def set(self, m, args):
        length = args.int(0, 2048)
        args.end()
        if length == 0:
            m.http.headers = []
            return
        pair = header((await m.data_phase(length)).decode("latin-1"))
        if pair is None:
            raise AtError(PARSE, 0)
        m.http.headers = [old for old in m.http.headers if old[0].lower() != pair[0].lower()] + [pair]


@command("+HTTPCFG")
class Security(Command):
    """Firmware 4.1: certificates of the set "https"; checked when they are used."""

    async def query(self, m):
        m.say("+HTTPCFG:{},{},{}".format(*m.http.security))

    async def set(self, m, args):
        mode = args.int(0, 3)
        own, ca = (args.int(0, 255, default=0), args.int(0, 255, default=0)) if args.left() else (0, 0)
        args.end()
        items(m, "https", own=mode & 1, ca=mode & 2, number=own, ca_number=ca)
        m.http.security = [mode, own, ca]
