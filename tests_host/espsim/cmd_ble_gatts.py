"""Bluetooth LE: the module as GATT server."""
from . import radio, radio_table
from .cmd_ble_conn import index_of
from .codes import Fail
from .command import Command
from .radio import command, part

HEADER = 3  # bytes of a notification beside its value


@part("gatts")
class Gatts:
    """m.gatts: what peers do with the services."""

    def __init__(self, m):
        self.m = m

    @property
    def table(self):
        """The services; Fail before they were created."""
        self.m.ble.need()
        if self.m.ble.table is None:
            raise Fail()
        return self.m.ble.table

    def written(self, link, attribute, value):
        if self.m.ble.spp and self.m.ble.spp.takes(link, attribute):
            self.m.ble.spp.received(value)
            return
        service, characteristic, descriptor = attribute.place
        if radio.nimble(self.m) and attribute.row.uuid == radio_table.CCC:
            shown = b"%02x" % int.from_bytes(value, "little")
        else:
            shown = value
        place = f"{service},{characteristic},{'' if descriptor is None else descriptor}"
        self.m.report(f"+WRITE:{link.index},{place},{len(value)},".encode() + shown)


@command("+BLEGATTSSRVCRE")
class Create(Command):
    """Must come before any connection, once."""

    async def execute(self, m):
        m.ble.need()
        if m.ble.table or m.ble.links:
            raise Fail()
        m.ble.create_services()


class Switch(Command):
    """Base of starting and stopping services, all or one."""

    async def execute(self, m):
        self.switch(m.gatts.table, None)

    async def set(self, m, args):
        number = args.int(1, 255)
        args.end()
        self.switch(m.gatts.table, number)


@command("+BLEGATTSSRVSTART")
class Start(Switch):
    def switch(self, table, number):
        table.start(number)


@command("+BLEGATTSSRVSTOP")
class Stop(Switch):
    def switch(self, table, number):
        table.stop(number)


@command("+BLEGATTSSRV")
class Services(Command):
    async def query(self, m):
        table = m.gatts.table
        for number, service in enumerate(table.services, 1):
            kind = int(service.primary)
            m.say(f"+BLEGATTSSRV:{number},{int(table.is_started(number))},{radio_table.short(service.uuid)},{kind}")


@command("+BLEGATTSCHAR")
class Characteristics(Command):
    async def query(self, m):
        for number, service in enumerate(m.gatts.table.services, 1):
            for at, found in enumerate(service.characteristics, 1):
                m.say(f'+BLEGATTSCHAR:"char",{number},{at},{radio_table.short(found.uuid)},0x{found.properties:02x}')
                for index, row in enumerate(found.descriptors, 1):
                    m.say(f'+BLEGATTSCHAR:"desc",{number},{at},{index},{radio_table.short(row.uuid)}')
                await m.drain()


class Push(Command):
    """Base of notification and indication. That the peer subscribed is looked at when the data are there."""

    async def set(self, m, args):
        index, service, characteristic = index_of(args), args.int(1, 255), args.int(1, 255)
        length = args.int(1, 512)
        args.end()
        link = m.ble.link(index)
        table = m.gatts.table
        attribute = table.value(service, characteristic)
        if not (table.is_started(service) and table.properties(service, characteristic) & self.prop):
            raise Fail()
        if length > link.connection.att_mtu - HEADER:
            raise Fail()
        data = await m.data_phase(length, "B")
        if link.gone.done() or not link.subscriptions.get((service, characteristic), 0) & self.bit:
            raise Fail()
        await link.while_up(self.push(table, link, attribute, data))


@command("+BLEGATTSNTFY")
class Notify(Push):
    prop, bit = radio_table.NOTIFY, 1

    def push(self, table, link, attribute, data):
        return table.notify(link, attribute, data)


@command("+BLEGATTSIND")
class Indicate(Push):
    """OK when the peer has confirmed."""

    prop, bit = radio_table.INDICATE, 2

    def push(self, table, link, attribute, data):
        return table.indicate(link, attribute, data)


@command("+BLEGATTSSETATTR")
class SetAttribute(Command):
    """NimBLE knows no <desc_index>."""

    async def set(self, m, args):
        service, characteristic = args.int(1, 255), args.int(1, 255)
        descriptor = None if radio.nimble(m) else args.int(1, 255, default=None)
        length = args.int(1, radio_table.MOST)
        args.end()
        attribute = m.gatts.table.value(service, characteristic, descriptor)
        if length > attribute.row.size:
            raise Fail()
        attribute.stored = await m.data_phase(length, "B")
