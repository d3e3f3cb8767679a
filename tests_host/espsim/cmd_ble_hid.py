"""Bluetooth LE keyboard, mouse and consumer control."""
from . import radio
from .codes import Fail
from .command import Command
from .radio import command, part
from .radio_alone import Alone

NAME = b"ESP32"


@part("hid")
class Hid(Alone):
    """m.hid: advertises while nobody is connected; peers must encrypt before they get reports."""

    kind = "hid"

    def __init__(self, m):
        super().__init__(m)
        self.reports = {}

    async def start(self):
        self.stack = await self.m.radio.acquire(self.kind)
        services, self.reports = radio.load("hid").services()
        await self._begin(services)

    async def _advertise(self):
        data = radio.load("hid").advertising(self.m.setting("ble_hid_name", NAME))
        await radio.load("gap").advertise(self.stack, (0x20, 0x30, 0, 0, 7, 0, 0, "00:00:00:00:00:00"), data, b"")

    def connected(self, connection):
        self.connection = connection
        address = radio.load("device").mac(connection.peer_address)
        radio.listen(self.m, connection, "disconnection", lambda _: self._disconnected(address))
        self.m.report(f'+BLECONN:0,"{address}"')
        connection.request_pairing()

    def _disconnected(self, address):
        self.connection = None
        self.m.report(f'+BLEDISCONN:0,"{address}"')
        if self.running:
            self.m.spawn(self._advertise())

    async def send(self, kind, report):
        """Fail unless somebody is connected, encrypted, and listening."""
        characteristic = self.reports.get(getattr(radio.load("hid"), kind)) if self.running else None
        if characteristic is None or self.connection is None or not self.connection.is_encrypted:
            raise Fail()
        subscribed = self.stack.server.subscribers.get(self.connection, {}).get(characteristic.handle, b"\0\0")
        if not subscribed[0] & 1:
            raise Fail()
        characteristic.value = report
        await self.stack.server.notify_subscriber(self.connection, characteristic, report, force=True)


@command("+BLEHIDINIT")
class Init(Command):
    async def query(self, m):
        m.say(f"+BLEHIDINIT:{int(m.hid.running)}")

    async def set(self, m, args):
        on = args.int(0, 1)
        args.end()
        if m.ble.role or m.blufi.running or bool(on) == m.hid.running:
            raise Fail()
        await (m.hid.start() if on else m.hid.stop_all())


@command("+BLEHIDNAME")
class Name(Command):
    async def query(self, m):
        m.say(b"+BLEHIDNAME:" + m.setting("ble_hid_name", NAME))

    async def set(self, m, args):
        name = args.bytes(most=32)
        args.end()
        m.keep("ble_hid_name", name, self.stores(m))


@command("+BLEHIDKB")
class Keyboard(Command):
    async def set(self, m, args):
        modifiers, *keys = [args.int(0, 255) for _ in range(7)]
        args.end()
        await m.hid.send("KEYBOARD", bytes([modifiers, 0, *keys]))


@command("+BLEHIDMUS")
class Mouse(Command):
    async def set(self, m, args):
        buttons = args.int(0, 255)
        moves = [args.int(-127, 127) for _ in range(3)]
        args.end()
        await m.hid.send("MOUSE", bytes([buttons, *(value & 255 for value in moves)]))


@command("+BLEHIDCONSUMER")
class Consumer(Command):
    """One press: the usage, and its release."""

    async def set(self, m, args):
        usage = args.int(0, 0x3FF)
        args.end()
        await m.hid.send("CONSUMER", usage.to_bytes(2, "little"))
        await m.hid.send("CONSUMER", bytes(2))
