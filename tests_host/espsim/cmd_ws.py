"""WebSocket connections of the host: three of them, messages as +WS_DATA."""
import asyncio

from . import ws
from .cmd_http import header
from .codes import LENGTH, PARSE, SEND_OK, AtError, Fail
from .command import Command, command, part

LINKS = 3
CLOSED, RECONNECTING, OPEN, WAITING, CLOSING = range(5)  # states of AT+WSOPEN?
DEFAULTS = (10, 120, 1024)  # ping interval and time-out in seconds, buffer size
RECONNECT_DELAY = 10.0


class Connection:
    """One WebSocket connection, re-opened by itself when it breaks."""

    def __init__(self, m, number, uri, options):
        self.m = m
        self.number = number
        self.uri = uri
        self.url = ws.parse(uri)
        self.options = options  # of ws.connect
        self.interval, self.patience, self.size = m.websockets.settings[number]
        self.state = CLOSED
        self.socket = None
        self.pong = 0.0
        self.asked = False  # a ping waits for its pong
        self.ended = asyncio.Event()
        self.task = None

    async def open(self):
        """OSError if it cannot be opened."""
        options = {**self.options, "headers": [*self.options["headers"], *self.m.websockets.headers]}
        self.socket = await asyncio.wait_for(ws.connect(self.m, self.url, **options), self.options["limit"])
        self.state = OPEN
        self.pong, self.asked = self.m.loop.time(), False
        self.m.report(f"+WS_CONNECTED:{self.number}")

    def start(self):
        self.task = self.m.spawn(self._run())

    async def _run(self):
        while True:
            try:
                await self._session()
                break  # the server said goodbye
            except (OSError, EOFError):
                self._broken()
            await self._again()
        self.drop()
        self.m.report(f"+WS_CLOSED:{self.number}")

    async def _session(self):
        """Until a close frame; OSError or EOFError if the connection breaks."""
        receiving, pinging = self.m.loop.create_task(self._receive()), self.m.loop.create_task(self._ping())
        try:
            await asyncio.wait({receiving, pinging}, return_when=asyncio.FIRST_COMPLETED)
            if not receiving.done():
                raise OSError("no pong")
            receiving.result()
        finally:
            receiving.cancel()
            pinging.cancel()
            await asyncio.gather(receiving, pinging, return_exceptions=True)

    def _broken(self):
        self.socket.close()
        self.state = WAITING
        self.m.report(f"+WS_DISCONNECTED:{self.number}")

    async def _again(self):
        while True:
            await asyncio.sleep(self.m.websockets.delay)
            self.state = RECONNECTING
            try:
                await self.open()
                return
            except (OSError, asyncio.TimeoutError):
                self.state = WAITING

    async def _receive(self):
        while True:
            frame = await self.socket.frame()
            if frame.opcode in (ws.CONTINUATION, ws.TEXT, ws.BINARY):
                await self._show(frame)
                continue
            data = await self.socket.payload(frame, frame.left)
            if frame.opcode == ws.PING:
                await self.socket.send(ws.PONG, data)
            elif frame.opcode == ws.PONG:
                self.pong, self.asked = self.m.loop.time(), False
            elif frame.opcode == ws.CLOSE:
                await self._answer_close(data)
                return

    async def _show(self, frame):
        """A message longer than the buffer comes in several reports."""
        while True:
            data = await self.socket.payload(frame, self.size)
            self.m.report(b"+WS_DATA:%d,%d," % (self.number, len(data)) + data)
            await self.m.drain()
            if not frame.left:
                return

    async def _answer_close(self, data):
        if self.state != CLOSING:
            self.state = CLOSING
            await self.socket.send(ws.CLOSE, data)
        self.ended.set()

    async def _ping(self):
        """Until the server has not answered for too long."""
        while not self.asked or self.m.loop.time() - self.pong < self.patience:
            await asyncio.sleep(self.interval if not self.asked else min(self.interval, self.patience))
            await self.socket.send(ws.PING, b"")
            self.asked = True

    async def close(self):
        """The host wants to close: say so, wait for the answer for a moment."""
        if self.state == OPEN:
            self.state = CLOSING
            try:
                await self.socket.send(ws.CLOSE, b"\x03\xe8")
                await asyncio.wait_for(self.ended.wait(), 1.0)
                await self.task
                return
            except (OSError, asyncio.TimeoutError):
                pass
        self.task.cancel()
        self.drop()
        self.m.report(f"+WS_CLOSED:{self.number}")

    def drop(self):
        self.state = CLOSED
        self.socket.close()
        self.m.websockets.connections.pop(self.number, None)


@part("websockets")
class WebSockets:
    """m.websockets."""

    def __init__(self, m):
        self.m = m
        self.settings = dict.fromkeys(range(LINKS), DEFAULTS)
        self.headers = []
        self.connections = {}
        self.delay = RECONNECT_DELAY

    async def stop(self):
        for connection in self.connections.values():
            connection.socket.close()


def link(args):
    return args.int(0, LINKS - 1)


@command("+WSCFG")
class Configure(Command):
    async def set(self, m, args):
        number = link(args)
        values = args.int(1, 7200), args.int(1, 7200), args.int(1, 8192, default=DEFAULTS[2])
        args.end()
        m.websockets.settings[number] = values


@command("+WSHEAD")
class Headers(Command):
    async def query(self, m):
        for at, (name, value) in enumerate(m.websockets.headers):
            m.say(f'+WSHEAD:{at},"{name}:{value}"')

    async def set(self, m, args):
        length = args.int(0, 2048)
        args.end()
        if length == 0:
            m.websockets.headers = []
            return
        pair = header((await m.data_phase(length)).decode("latin-1"))
        if pair is None:
            raise AtError(PARSE, 0)
        m.websockets.headers = [old for old in m.websockets.headers if old[0].lower() != pair[0].lower()] + [pair]


@command("+WSOPEN")
class Open(Command):
    async def query(self, m):
        for number, one in sorted(m.websockets.connections.items()):
            m.say(f'+WSOPEN:{number},{one.state},"{one.uri}"')

    async def set(self, m, args):
        number, uri = link(args), args.text(most=256)
        protocol = args.text(default="")
        limit = args.int(0, 180000, default=15000) or 15000
        authorization = args.text(default="")
        args.end()
        if number in m.websockets.connections:
            raise Fail()
        extra = [("Authorization", authorization)] if authorization else []
        try:
            connection = Connection(m, number, uri, {"protocol": protocol, "headers": extra, "limit": limit / 1000})
            await connection.open()
        except (OSError, ValueError, asyncio.TimeoutError):
            raise Fail() from None
        m.websockets.connections[number] = connection
        m.after_final(connection.start)


@command("+WSSEND")
class Send(Command):
    async def set(self, m, args):
        number, length = link(args), args.int(1)
        opcode = args.int(0, 15, default=ws.TEXT)
        limit = args.int(0, 60000, default=10000) or 10000
        args.end()
        connection = m.websockets.connections.get(number)
        if connection is None or connection.state != OPEN:
            raise Fail()
        if length > connection.size - 10:
            raise AtError(LENGTH, 1)
        data = await m.data_phase(length)
        if connection.state != OPEN:
            raise Fail()
        try:
            await asyncio.wait_for(connection.socket.send(opcode, data), limit / 1000)
        except (OSError, asyncio.TimeoutError):
            raise Fail() from None
        return SEND_OK


@command("+WSCLOSE")
class Close(Command):
    async def set(self, m, args):
        number = link(args)
        args.end()
        connection = m.websockets.connections.get(number)
        if connection is None:
            raise Fail()
        await connection.close()
