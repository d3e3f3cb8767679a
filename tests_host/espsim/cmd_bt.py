"""Classic Bluetooth: initialisation, name, visibility, discovery, class, power."""
from . import radio
from .bonding import Questions
from .codes import Fail
from .command import Command
from .radio import command, part

NAME = b"ESP32_AT"
SECURITY = (3, 1, "1234")  # io_cap, pin_type, pin_code
POWER = (0, 3)
FIXED_PIN = 1


@part("bt")
class Bt(Questions):
    """m.bt: the classic half of the radio."""

    def __init__(self, m):
        self.m = m
        self.stack = None
        self.scan_mode = 0
        self.class_of_device = 0
        self.security = SECURITY
        self.questions = {}  # kind -> future of the host's answer

    def need(self):
        """The Stack; Fail unless classic Bluetooth is on."""
        if self.stack is None:
            raise Fail()
        return self.stack

    @property
    def name(self):
        return self.m.setting("bt_name", NAME)

    async def switch(self, on):
        if on:
            self.stack = await self.m.radio.acquire("bt")
            await self.show()
            return
        await self.m.spp.init(0)
        await self.m.a2dp.init(0)
        stack, self.stack = self.stack, None
        self.scan_mode = 0
        if stack:
            await stack.device.set_scan_enable(False, False)
            await self.m.radio.release("bt")

    async def show(self):
        """Tell the radio name, class and visibility."""
        seen = {"connectable": self.scan_mode in (1, 2), "discoverable": self.scan_mode in (2, 3)}
        await radio.load("inquiry").present(self.stack, self.name, self.class_of_device, **seen)

    # pairing

    def connected(self, connection):
        """A classic link came up (called by the Stack)."""
        radio.listen(self.m, connection, "disconnection", lambda _: self._forget_questions())

    def _forget_questions(self):
        for question in list(self.questions.values()):
            if not question.done():
                question.set_result(None)

    async def answer_pin(self, address):
        """A peer pairs the old way."""
        if self.security[1] == FIXED_PIN:
            pin = self.security[2]
        else:
            self.m.report(f'+BTPINREQ:"{radio.load("device").mac(address)}"')
            pin = await self.answer("pin")
        await radio.load("inquiry").reply_pin(self.stack, address, pin)


@command("+BTINIT")
class Init(Command):
    async def query(self, m):
        m.say(f"+BTINIT:{int(m.bt.stack is not None)}")

    async def set(self, m, args):
        on = args.int(0, 1)
        args.end()
        if on and (m.bt.stack or m.net.mode == 1):
            raise Fail()
        await m.bt.switch(on)


@command("+BTNAME")
class Name(Command):
    async def query(self, m):
        m.bt.need()
        m.say(b"+BTNAME:" + m.bt.name)

    async def set(self, m, args):
        name = args.bytes(most=32)
        args.end()
        m.bt.need()
        m.keep("bt_name", name, self.stores(m))
        await m.bt.show()


@command("+BTSCANMODE")
class ScanMode(Command):
    async def query(self, m):
        m.bt.need()
        m.say(f"+BTSCANMODE:{m.bt.scan_mode}", end=b"")

    async def set(self, m, args):
        mode = args.int(0, 3)
        args.end()
        m.bt.need()
        m.bt.scan_mode = mode
        await m.bt.show()


@command("+BTSTARTDISC")
class Discover(Command):
    """Devices are told of as often as they answer; unknown fields stay empty."""

    async def set(self, m, args):
        limited, length, most = args.int(0, 1), args.int(1, 0x30), args.int(0, 255)
        args.end()
        stack = m.bt.need()
        async for address, name, cod, rssi in radio.load("inquiry").inquire(stack, bool(limited), length, most):
            kinds = f"0x{cod >> 8 & 31:x},0x{cod >> 2 & 63:x},0x{cod >> 13:x}" if cod else ",,"
            m.say(f'+BTSTARTDISC:"{address}",'.encode() + name + f",{kinds},{rssi}".encode())
            await m.drain()


@command("+BTCOD")
class ClassOfDevice(Command):
    async def set(self, m, args):
        major, minor, service = args.int(0, 31), args.int(0, 63), args.int(0, 0x7FF)
        args.end()
        m.bt.need()
        m.bt.class_of_device = service << 13 | major << 8 | minor << 2
        await m.bt.show()


@command("+BTPOWER")
class Power(Command):
    async def query(self, m):
        m.bt.need()
        m.say("+BTPOWER:{},{}".format(*m.ram.get("bt_power", POWER)))

    async def set(self, m, args):
        low, high = args.int(0, 7), args.int(0, 7)
        args.end()
        m.bt.need()
        if low > high:
            raise Fail()
        m.ram["bt_power"] = (low, high)
