"""Classic Bluetooth: the Serial Port Profile."""
from . import intake, radio
from .codes import SILENT, Fail
from .command import Command
from .radio import command, part
from .stream_out import Flow

MASTER, SLAVE = 1, 2
ROOM = 8192  # bytes kept for the air in passthrough
CHUNK = 990  # bytes handed on at once


@part("spp")
class Spp:
    """m.spp: one serial connection at most."""

    def __init__(self, m):
        self.m = m
        self.role = 0
        self.service = None
        self.port = None  # radio_bumble.serial.Port
        self.through = False

    def need(self, role=None):
        if not self.role or role not in (None, self.role):
            raise Fail()
        return self.m.bt.need()

    async def init(self, role):
        self.role = role
        if not role:
            if self.service:
                self.service.close()
                self.service = None
            await self.hang_up()

    def listen(self):
        stack = self.need(SLAVE)
        if self.service:
            raise Fail()
        self.service = radio.load("serial").Service(stack, radio.guarded(self.m, self._incoming))

    def _incoming(self, dlc):
        """A master has opened our port; a second one is not served."""
        if self.port:
            self.m.spawn(dlc.disconnect())
            return
        self.adopt(dlc)
        self.m.report(f'+BTSPPCONN:0,"{self.port.address}"')

    def adopt(self, dlc):
        self.port = radio.load("serial").Port(dlc, radio.guarded(self.m, self._data), radio.guarded(self.m, self._closed))

    def _data(self, data):
        if self.through:
            self.m.write(data)
        else:
            self.m.report(b"+BTDATA:%d," % len(data) + data)

    def _closed(self):
        port, self.port = self.port, None
        self.m.report(f'+BTSPPDISCONN:0,"{port.address}"')

    async def hang_up(self):
        port, self.port = self.port, None
        if port:
            await port.close()
        return port


@command("+BTSPPINIT")
class Init(Command):
    async def query(self, m):
        m.say(f"+BTSPPINIT:{int(m.spp.role > 0)}")

    async def set(self, m, args):
        role = args.int(0, SLAVE)
        args.end()
        m.bt.need()
        if role and m.spp.role:
            raise Fail()
        await m.spp.init(role)


@command("+BTSPPSTART")
class Start(Command):
    async def execute(self, m):
        m.spp.listen()


@command("+BTSPPCONN")
class Connect(Command):
    async def query(self, m):
        m.spp.need()
        m.say(f'+BTSPPCONN:0,"{m.spp.port.address}"' if m.spp.port else "+BTSPPCONN:-1")

    async def set(self, m, args):
        args.int(0, 0)
        mode, address = args.int(0, 0xFFFF), args.text(17, 17)
        args.end()
        stack = m.spp.need(MASTER)
        if m.spp.port:
            raise Fail()
        try:
            m.spp.adopt(await radio.load("serial").connect(stack, address.lower(), mode))
        except (radio.load("errors").Refused, ValueError) as error:
            m.say("+BTSPPCONN:-1")
            raise Fail() from error
        m.say(f'+BTSPPCONN:0,"{m.spp.port.address}"')


@command("+BTSPPDISCONN")
class Disconnect(Command):
    async def set(self, m, args):
        args.int(0, 0)
        args.end()
        m.spp.need()
        port = await m.spp.hang_up()
        if port is None:
            m.say("+BTSPPDISCONN:-1")
            raise Fail()
        m.say(f'+BTSPPDISCONN:0,"{port.address}"')


@command("+BTSPPSEND")
class Send(Command):
    async def set(self, m, args):
        args.int(0, 0)
        length = args.int(1)
        args.end()
        m.spp.need()
        if m.spp.port is None:
            raise Fail()
        reader = intake.Payload(m, length, intake.Surplus(m))
        await m.prompt("B")
        data = await m.read_with(reader)
        if m.spp.port is None:
            raise Fail()
        await m.spp.port.write(data)

    async def execute(self, m):
        """Passthrough, until a lone +++."""
        m.spp.need()
        if m.spp.port is None:
            raise Fail()
        await m.prompt()
        flow = Flow(m, ROOM)
        m.intake = flow
        m.spp.through = True
        try:
            with m.passthrough():
                while data := await flow.piece(CHUNK, m.setting("transintvl", 20) / 1000):
                    if m.spp.port:  # what is sent while there is no link is lost
                        await m.spp.port.write(data)
        finally:
            m.spp.through = False
        if m.setting("sysmsg", 0) & 1:
            m.write(b"\r\n+QUITT\r\n")
        return SILENT
