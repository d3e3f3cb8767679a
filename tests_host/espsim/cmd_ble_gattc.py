"""Bluetooth LE: the module as GATT client."""
import functools

from . import radio
from .cmd_ble_conn import index_of
from .codes import Fail
from .command import Command
from .radio import command

ANSWER_TIME = 30  # seconds a peer may take for one procedure
HEADER = 3  # bytes of a write request beside its value


class Client(Command):
    """Base: finding the peer's table and going on."""

    @staticmethod
    def client(m, index, discovered=True):
        """(Link, its GATT client); Fail where the module must not be client, or has not looked for services yet."""
        link = m.ble.link(index)
        if not link.gattc or (discovered and link.client is None):
            raise Fail()
        if link.client is None:
            link.client = radio.load("gattc").Client(link, functools.partial(received, m))
        return link, link.client

    @staticmethod
    def uuid(found):
        return radio.load("gattc").uuid_text(found)


def received(m, link, kind, service, characteristic, value):
    """The peer notifies or indicates."""
    if m.ble.spp and m.ble.spp.hears(link, service, characteristic):
        m.ble.spp.received(value)
    else:
        m.report(f"+{kind}:{link.index},{service},{characteristic},{len(value)},".encode() + value)


@command("+BLEGATTCPRIMSRV")
class Primary(Client):
    async def set(self, m, args):
        index = index_of(args)
        args.end()
        link, client = self.client(m, index, discovered=False)
        for number, service in enumerate(await link.while_up(client.discover_services(), ANSWER_TIME), 1):
            m.say(f"+BLEGATTCPRIMSRV:{index},{number},{self.uuid(service.uuid)},1")
            await m.drain()


@command("+BLEGATTCINCLSRV")
class Included(Client):
    """Firmware up to 3.4 ends each line with CR LF, a comma and a space."""

    async def set(self, m, args):
        index, number = index_of(args), args.int(1, 255)
        args.end()
        link, client = self.client(m, index)
        end = b"\r\n, " if m.profile.version <= (3, 4) else b"\r\n"
        for found in await link.while_up(client.discover_included(number), ANSWER_TIME):
            uuid = self.uuid(client.service(number).uuid)
            m.say(f"+BLEGATTCINCLSRV:{index},{number},{uuid},1,{self.uuid(found.uuid)},0", end=end)


@command("+BLEGATTCCHAR")
class Characteristics(Client):
    async def set(self, m, args):
        index, service = index_of(args), args.int(1, 255)
        args.end()
        link, client = self.client(m, index)
        found = await link.while_up(client.discover_characteristics(service), ANSWER_TIME)
        for at, one in enumerate(found, 1):
            place = f"{index},{service},{at}"
            m.say(f'+BLEGATTCCHAR:"char",{place},{self.uuid(one.uuid)},0x{int(one.properties):02x}')
            for number, descriptor in enumerate(one.descriptors, 1):
                m.say(f'+BLEGATTCCHAR:"desc",{place},{number},{self.uuid(descriptor.type)}')
            await m.drain()


class Access(Client):
    """Base of reading and writing."""

    def attribute(self, m, index, *place):
        link, client = self.client(m, index)
        try:
            return link, client, *client.attribute(*place)
        except radio.load("errors").Refused as error:
            raise Fail() from error


@command("+BLEGATTCRD")
class Read(Access):
    async def set(self, m, args):
        index, place = index_of(args), (args.int(1, 255), args.int(1, 255), args.int(1, 255, default=None))
        args.end()
        link, client, characteristic, attribute = self.attribute(m, index, *place)
        if attribute is characteristic and not int(characteristic.properties) & 0x02:
            raise Fail()
        value = await link.while_up(client.read(attribute), ANSWER_TIME)
        m.say(f"+BLEGATTCRD:{index},{len(value)},".encode() + value)


@command("+BLEGATTCWR")
class Write(Access):
    async def set(self, m, args):
        index, place = index_of(args), (args.int(1, 255), args.int(1, 255), args.int(1, 255, default=None))
        length = args.int(1, 512)
        args.end()
        link, client, characteristic, attribute = self.attribute(m, index, *place)
        if attribute is characteristic and not int(characteristic.properties) & 0x0C:
            raise Fail()
        if length > link.connection.att_mtu - HEADER:
            raise Fail()
        data = await m.data_phase(length, "B")
        if link.gone.done():
            raise Fail()
        await link.while_up(client.write(characteristic, attribute, data), ANSWER_TIME)
