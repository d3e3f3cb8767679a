"""The web server of the page: files, Server-Sent Events, the trace, faults. One request a connection.

It runs on the module's event loop and never makes it wait: watchers read from a ring, each in its own task.
"""
import asyncio
import contextlib
import ipaddress
import json
import pathlib
import secrets

from . import inject, state

STATIC = pathlib.Path(__file__).parent / "static"
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
HEAD_MOST, BODY_MOST = 16384, 4096
WATCHERS_MOST = 32
PATIENCE = 30  # seconds for a request, and for a watcher that does not read
TICK = 0.05  # seconds between two looks for something new
STATE_TICKS = 5
SAFE = (
    "Content-Security-Policy: default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'\r\n"
    "X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\nCache-Control: no-store\r\n"
)


class BadRequest(Exception):
    def __init__(self, status, text):
        super().__init__(text)
        self.status = status


class Request:
    def __init__(self, method, path, headers, body):
        self.method, self.path, self.headers, self.body = method, path, headers, body


class Web:
    """Serves the page about one module, whose line has a Watched trace."""

    def __init__(self, module):
        self.module = module
        self.trace = module.uart.trace
        self.run = secrets.token_hex(4)  # tells a page that espsim was started anew
        self.struck = 0
        self.tasks = set()
        self.watchers = 0
        self.trace.before = self._note_strikes

    async def start(self, host, port):
        self.server = await asyncio.start_server(self._serve, host, port, limit=HEAD_MOST)
        self.host, self.port = self.server.sockets[0].getsockname()[:2]
        name = f"[{self.host}]" if ":" in self.host else self.host
        self.url = f"http://{name}:{self.port}/"
        self.watch = asyncio.ensure_future(state.every(0.2, self._note_strikes))

    async def stop(self):
        self.server.close()
        self.watch.cancel()
        for task in list(self.tasks):
            task.cancel()
        await asyncio.gather(self.watch, *self.tasks, return_exceptions=True)

    def _note_strikes(self):
        struck = self.module.faults.struck
        if len(struck) < self.struck:
            self.struck = 0
        for _, what in struck[self.struck :]:
            self.trace.note(f"fault strikes: {what}")
        self.struck = len(struck)

    # connections

    async def _serve(self, reader, writer):
        self.tasks.add(asyncio.current_task())
        try:
            await self._answer(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError, asyncio.CancelledError):
            pass  # gone, or we are: asyncio's streams would print a cancelled task
        finally:
            self.tasks.discard(asyncio.current_task())
            writer.close()

    async def _answer(self, reader, writer):
        try:
            request = await asyncio.wait_for(read(reader), PATIENCE)
            self._check(request)
            if request.path == "/events" and request.method == "GET":
                await self._events(request, writer)
                return
            kind, body, extra = await self._page(request)
            status = "200 OK"
        except BadRequest as error:
            status, kind, body, extra = error.status, "text/plain", f"{error}\n".encode(), ""
        head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}; charset=utf-8\r\nContent-Length: {len(body)}\r\n"
        writer.write(head.encode() + (SAFE + extra + "Connection: close\r\n\r\n").encode() + body)
        await asyncio.wait_for(writer.drain(), PATIENCE)

    def _check(self, request):
        """Only our own page may ask: no other site through the user's browser, no name that was led here."""
        host = request.headers.get("host", "")
        if not self._is_ours(host):
            raise BadRequest("403 Forbidden", "wrong Host")
        origin = request.headers.get("origin")
        if origin not in (None, f"http://{host}"):
            raise BadRequest("403 Forbidden", "wrong Origin")
        if request.method == "POST" and not request.headers.get("content-type", "").startswith("application/json"):
            raise BadRequest("415 Unsupported Media Type", "JSON only")

    def _is_ours(self, host):
        name, _, port = host.rpartition(":")
        if not port.isdigit():
            name, port = host, "80"
        if int(port) != self.port:
            return False
        if name == "localhost":
            return True
        with contextlib.suppress(ValueError):
            asked, bound = ipaddress.ip_address(name.strip("[]")), ipaddress.ip_address(self.host)
            return asked == bound or asked.is_loopback or bound.is_unspecified
        return False

    async def _page(self, request):
        """(content type, body, further headers)."""
        if request.method == "POST":
            return "application/json", json.dumps(self._posted(request)).encode(), ""
        if request.method != "GET":
            raise BadRequest("405 Method Not Allowed", "GET or POST")
        if request.path == "/trace.json":
            loop = asyncio.get_running_loop()
            body = await loop.run_in_executor(None, lambda: json.dumps(self.trace.shown(self.module.profile.name), indent=1))
            return "application/json", body.encode(), 'Content-Disposition: attachment; filename="espsim-trace.json"\r\n'
        name = request.path.lstrip("/") or "index.html"
        files = {path.name: path for path in STATIC.iterdir()}
        if name not in files:
            raise BadRequest("404 Not Found", "no such page")
        return TYPES[files[name].suffix], files[name].read_bytes(), ""

    def _posted(self, request):
        if request.path == "/disarm":
            self.module.faults.disarm()
            self.trace.note("armed faults taken back")
            return {"done": "disarmed"}
        if request.path != "/fault":
            raise BadRequest("404 Not Found", "no such page")
        try:
            asked = json.loads(request.body)
            done = inject.inject(self.module, asked)
        except (ValueError, UnicodeDecodeError, inject.Refused) as error:
            raise BadRequest("400 Bad Request", str(error)) from None
        self.trace.note(f"click: {done}")
        return {"done": done}

    # watching

    async def _events(self, request, writer):
        if self.watchers >= WATCHERS_MOST:
            raise BadRequest("503 Service Unavailable", "too many watch already")
        self.watchers += 1
        try:
            writer.write(("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n" + SAFE + "Connection: close\r\n\r\n").encode())
            await self._watch(Watcher(writer), self._resumed(request))
        finally:
            self.watchers -= 1

    def _resumed(self, request):
        """The number of the last event that this page has seen; 0: none."""
        run, _, number = request.headers.get("last-event-id", "").partition(":")
        return int(number) if run == self.run and number.isdigit() else 0

    async def _watch(self, watcher, number):
        ring = self.trace.ring
        if not number and ring:
            number = ring[0].number - 1
        await watcher.send("hello", {"run": self.run, "after": number, "profile": self.module.profile.name,
                                     "faults": inject.catalogue()})
        ticks, shown = 0, None
        while True:
            events, lost = self.trace.since(number)
            if events:
                number = events[-1].number
                await watcher.send("line", {"lost": lost, "log": [event[1:] for event in events]}, f"{self.run}:{number}")
            if ticks % STATE_TICKS == 0:
                now = {**state.snapshot(self.module, self.trace), "watchers": self.watchers}
                if now != shown or ticks % 200 == 0:
                    shown = now
                    await watcher.send("state", {**now, "seconds": self.trace.seconds()})
            ticks += 1
            await asyncio.sleep(TICK)


class Watcher:
    def __init__(self, writer):
        self.writer = writer
        writer.transport.set_write_buffer_limits(1 << 18)

    async def send(self, kind, data, number=None):
        head = f"id: {number}\n" if number else ""
        self.writer.write(f"{head}event: {kind}\ndata: {json.dumps(data)}\n\n".encode())
        await asyncio.wait_for(self.writer.drain(), PATIENCE)


async def read(reader):
    """One request."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    words = head[0].split(" ")
    if len(words) != 3:
        raise BadRequest("400 Bad Request", "not HTTP")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
    size = headers.get("content-length", "0")
    if not size.isdigit() or int(size) > BODY_MOST:
        raise BadRequest("413 Content Too Large", "too long")
    return Request(words[0], words[1].partition("?")[0], headers, await reader.readexactly(int(size)))
