"""Bluetooth LE: the passthrough mode over one pair of characteristics."""
import asyncio

from . import radio, radio_table
from .cmd_ble import CLIENT
from .cmd_ble_gap import start
from .codes import SILENT, Fail
from .command import Command
from .radio import command
from .stream_out import Flow

ROOM = 2048  # bytes kept for the air
WRITES = radio_table.WRITE | radio_table.WRITE_COMMAND
PUSHES = radio_table.NOTIFY | radio_table.INDICATE
HEADER = 3


class Passthrough:
    """One stay in the mode. `tx` and `rx` are (service, characteristic)."""

    def __init__(self, m, link, tx, rx, auto):
        self.m = m
        self.link = link
        self.tx = tx
        self.rx = rx
        self.auto = auto

    # what arrives

    def takes(self, link, attribute):
        """True for what a client writes into the receiving characteristic."""
        return link is self.link and attribute.place == (*self.rx, None)

    def hears(self, link, service, characteristic):
        """True for what a server sends from the receiving characteristic."""
        return link is self.link and (service, characteristic) == self.rx

    def received(self, value):
        self.m.write(value)

    # the way out

    async def run(self):
        flow = Flow(self.m, ROOM)
        self.m.intake = flow
        self.m.ble.spp = self
        keeper = self.m.spawn(self._keep()) if self.auto else None
        try:
            with self.m.passthrough():
                while data := await flow.piece(self.link.connection.att_mtu - HEADER, self.m.setting("transintvl", 20) / 1000):
                    await self._send(data)
        finally:
            self.m.ble.spp = None
            if keeper:
                keeper.cancel()
        if self.m.setting("sysmsg", 0) & 1:
            self.m.write(b"\r\n+QUITT\r\n")
        return SILENT

    async def _send(self, data):
        """What is sent while the link is down is lost."""
        try:
            if not self.link.gone.done():
                await self.link.while_up(self.send(data), 30)
        except Fail:
            pass

    async def _keep(self):
        """Be connected again after every loss."""
        while True:
            await asyncio.shield(self.link.gone)
            old = self.link
            while old is self.link:
                await asyncio.sleep(0.1)
                try:
                    await self.again(old)
                except Fail:
                    continue


class ClientSide(Passthrough):
    def check(self):
        """Fail unless the two characteristics were discovered and can do their part."""
        try:
            out, _ = self.link.client.attribute(*self.tx)
            back, _ = self.link.client.attribute(*self.rx)
        except (AttributeError, radio.load("errors").Refused) as error:
            raise Fail() from error
        if not (int(out.properties) & WRITES and int(back.properties) & PUSHES):
            raise Fail()

    async def prepare(self):
        """Subscribe to the receiving characteristic."""
        self.check()
        back, _ = self.link.client.attribute(*self.rx)
        number = next((at for at, one in enumerate(back.descriptors, 1) if one.type.to_bytes() == b"\x02\x29"), None)
        if number is None:
            raise Fail()
        _, switch = self.link.client.attribute(*self.rx, number)
        bits = 1 if int(back.properties) & radio_table.NOTIFY else 2
        await self.link.while_up(self.link.client.write(back, switch, bytes([bits, 0])), 30)

    def send(self, data):
        characteristic, attribute = self.link.client.attribute(*self.tx)
        return self.link.client.write(characteristic, attribute, data)

    async def again(self, old):
        stack = self.m.ble.stack
        peer = old.connection.peer_address
        self.m.ble.dialling = old.index
        try:
            if not await radio.load("connect").connect(stack, peer, bool(self.m.ble.random_address), 3):
                raise Fail()
        finally:
            self.m.ble.dialling = None
        link = self.m.ble.links[old.index]
        link.client = old.client.moved(link)
        self.link = link
        await self.prepare()


class ServerSide(Passthrough):
    async def prepare(self):
        """Fail unless the peer has subscribed to the sending characteristic."""
        table = self.m.gatts.table
        pushes = table.properties(*self.tx) & PUSHES
        if not pushes or not table.properties(*self.rx) & WRITES:
            raise Fail()
        if not self.link.subscriptions.get(self.tx, 0) & (1 if pushes & radio_table.NOTIFY else 2):
            raise Fail()

    def send(self, data):
        table = self.m.gatts.table
        attribute = table.value(*self.tx)
        if table.properties(*self.tx) & radio_table.NOTIFY:
            return table.notify(self.link, attribute, data)
        return table.indicate(self.link, attribute, data)

    async def again(self, old):
        """Advertise until the same peer is back; it has to subscribe anew."""
        found = self.m.ble.link_to(old.address)
        if found:
            self.link = found
            return
        gap = radio.load("gap")
        if not gap.advertising(self.m.ble.stack):
            await start(self.m)


@command("+BLESPPCFG")
class Configure(Command):
    async def query(self, m):
        m.ble.need()
        m.say("+BLESPPCFG:" + ",".join(map(str, m.ram.get("ble_spp", (0, 0, 0, 0, 1)))), end=b"")

    async def set(self, m, args):
        if not args.int(0, 1):
            args.end()
            m.ble.need()
            m.ram.pop("ble_spp", None)
            return
        values = [args.int(1, 255) for _ in range(4)]
        values.append(args.int(0, 1, default=1))
        args.end()
        m.ble.need()
        m.ram["ble_spp"] = tuple(values)


@command("+BLESPP")
class Enter(Command):
    async def execute(self, m):
        m.ble.need()
        config = m.ram.get("ble_spp")
        if config is None or not m.ble.links:
            raise Fail()
        link = m.ble.links[min(m.ble.links)]
        side = ClientSide if m.ble.role == CLIENT or (link.central and link.client) else ServerSide
        mode = side(m, link, config[0:2], config[2:4], config[4])
        await mode.prepare()
        await m.prompt()
        return await mode.run()
