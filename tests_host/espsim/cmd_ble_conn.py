"""Bluetooth LE: connections, their parameters, packet length and MTU."""
import asyncio

from . import radio
from .cmd_ble import MOST_LINKS
from .codes import Fail
from .command import Command
from .radio import command

LONGEST_WAIT = 30  # seconds, where AT+BLECONN does not say


def index_of(args):
    return args.int(0, MOST_LINKS - 1)


@command("+BLECONN")
class Connect(Command):
    async def query(self, m):
        if not m.ble.links:
            if m.ble.role:
                m.say("+BLECONN:", end=self._end(m))
            return
        for index in sorted(m.ble.links):
            m.say(f'+BLECONN:{index},"{m.ble.links[index].address}"', end=self._end(m))

    @staticmethod
    def _end(m):
        return b"\n" if radio.nimble(m) else b"\r\n"

    async def set(self, m, args):
        index, address = index_of(args), args.text(17, 17).lower()
        kind, seconds = args.int(0, 1, default=0), args.int(3, 30, default=LONGEST_WAIT)
        args.end()
        stack = m.ble.need()
        known = m.ble.link_to(address)
        if known and known.index == index and not known.gattc:
            known.gattc = True  # a peer that came by itself: from now on its services can be looked at
            return
        if known or index in m.ble.links:
            raise Fail()
        try:
            target = radio.load("device").le_address(address, kind)
        except ValueError:
            raise Fail() from None
        m.ble.dialling = index
        try:
            found = await radio.load("connect").connect(stack, target, bool(m.ble.random_address), seconds)
        finally:
            m.ble.dialling = None
        if not found:
            m.say(f"+BLECONN:{index},-1")
            raise Fail()
        m.say(f'+BLECONN:{index},"{address}"')


@command("+BLEDISCONN")
class Disconnect(Command):
    async def set(self, m, args):
        index = index_of(args)
        args.end()
        link = m.ble.link(index)
        m.after_final(lambda: m.spawn(self._end(link)))

    @staticmethod
    async def _end(link):
        if not link.gone.done():
            await link.connection.disconnect()


@command("+BLECONNPARAM")
class Parameters(Command):
    async def query(self, m):
        m.ble.need()
        for index in sorted(m.ble.links):
            values = m.ble.parameters(m.ble.links[index])
            if radio.nimble(m):  # this stack does not remember what was asked for
                values = (values[2], *values[2:])
            m.say(f"+BLECONNPARAM:{index}," + ",".join(map(str, values)))

    async def set(self, m, args):
        index, low, high = index_of(args), args.int(6, 0xC80), args.int(6, 0xC80)
        latency, timeout = args.int(0, 0x1F3), args.int(10, 0xC80)
        args.end()
        link = m.ble.link(index)
        if low > high:
            raise Fail()
        m.after_final(lambda: m.spawn(self._update(m, link, low, high, latency, timeout)))

    @staticmethod
    async def _update(m, link, low, high, latency, timeout):
        before, link.parameters = link.parameters, (low, high)
        try:
            if timeout * 10 <= (1 + latency) * high * 1.25 * 2:  # the specification's rule: peers refuse others
                raise Fail()
            await link.while_up(radio.load("connect").update(link.connection, low, high, latency, timeout), 5)
        except Fail:
            link.parameters = before
            m.report(f"+BLECONNPARAM:{link.index},-1")


@command("+BLERDRSSI")
class Strength(Command):
    """In no guide before the newest; what is known of it is its report."""

    async def set(self, m, args):
        index = index_of(args)
        args.end()
        link = m.ble.link(index)
        m.after_final(lambda: m.spawn(self._read(m, link)))

    @staticmethod
    async def _read(m, link):
        text = "Fail" if link.gone.done() else radio.link_of(m.air).rssi
        m.report(f"+BLERDRSSI:{link.index},{text}")


@command("+BLEDATALEN")
class DataLength(Command):
    async def set(self, m, args):
        index, octets = index_of(args), args.int(0x1B, 0xFB)
        args.end()
        link = m.ble.link(index)
        await link.connection.set_data_length(octets, 0x4290)


@command("+BLECFGMTU")
class Mtu(Command):
    """The OK only says that negotiation begins; a report says what came of it."""

    async def query(self, m):
        m.ble.need()
        for index in sorted(m.ble.links):
            m.say(f"+BLECFGMTU:{index},{m.ble.links[index].connection.att_mtu}")

    async def set(self, m, args):
        index, size = index_of(args), args.int(23, 517)
        args.end()
        link = m.ble.link(index)
        if not link.central:
            raise Fail()
        m.after_final(lambda: m.spawn(self._exchange(m, link, size)))

    @staticmethod
    async def _exchange(m, link, size):
        client = link.connection.gatt_client
        try:
            if client.mtu_exchange_done:
                raise Fail()
            await link.while_up(client.request_mtu(size), 30)
        except Fail:
            await asyncio.sleep(0)
            m.report(f"+BLECFGMTU:{link.index},-1")
