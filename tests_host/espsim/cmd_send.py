"""Sending on a link: AT+CIPSEND, AT+CIPSENDEX and AT+CIPSENDL."""
import asyncio

from .cmd_tcp import link_number, plain
from .codes import SEND_FAIL, SEND_OK, SILENT, Fail
from .command import Command, command
from .intake import CancellablePayload, Surplus
from .stream_out import LongSend


class Sending(Command):
    """What the three have in common: [link,]length[,"host",port]."""

    async def target(self, m, args, most):
        """The link, the length and for UDP the destination, checked."""
        number = link_number(m, args)
        length = args.int(1, most)
        host = args.text(most=64, default=None)
        port = args.int(1, 65535, default=None) if host is not None else None
        args.end()
        link = m.net.links.get(number)
        if link is None or link.ended or m.net.mode:
            plain(m, "link is not valid")
            raise Fail()
        if host is None:
            return link, length, None
        if not link.is_udp or port is None:
            raise Fail()
        return link, length, (await m.net.resolve(host), port)

    async def hand_over(self, m, link, data, to):
        """Send what the host wrote and say how it went."""
        m.write(b"\r\nRecv %d bytes\r\n" % len(data))
        try:
            await link.send(data, to)
        except (OSError, asyncio.TimeoutError):
            return SEND_FAIL
        return SEND_OK


@command("+CIPSEND")
class Send(Sending):
    async def set(self, m, args):
        link, length, to = await self.target(m, args, m.profile.send_most)
        data = await m.data_phase(length, cancellable=True)
        if data is None:
            return "SEND Canceled"
        return await self.hand_over(m, link, data, to)

    async def execute(self, m):
        await m.through.enter()
        return SILENT


class EscapedPayload(CancellablePayload):
    """AT+CIPSENDEX: ends at the count or at backslash 0; a backslash before any other byte is dropped."""

    def __init__(self, m, count, after):
        super().__init__(m, count, after)
        self.raw = 0
        self.backslash = False

    def take(self, ring):
        if self.escape.holds(ring):
            return 0
        for taken, byte in enumerate(ring, 1):
            if self._byte(byte):
                self.m.intake = self.after
                self.finish(bytes(self.data))
                return taken
        return len(ring)

    def _byte(self, byte):
        """True when the payload is complete with this byte."""
        self.raw += 1
        if self.backslash:
            self.backslash = False
            if byte == 0x30:
                return True
            self.data.append(byte)
        elif byte == 0x5C:
            self.backslash = True
        else:
            self.data.append(byte)
        return self.raw == self.count


@command("+CIPSENDEX")
class SendEx(Sending):
    async def set(self, m, args):
        link, length, to = await self.target(m, args, m.profile.send_most)
        reader = EscapedPayload(m, length, Surplus(m))
        await m.prompt()
        data = await m.read_with(reader)
        if data is None:
            return "SEND Canceled"
        return await self.hand_over(m, link, data, to)


@command("+CIPSENDL")
class SendLong(Sending):
    async def set(self, m, args):
        link, length, to = await self.target(m, args, 0x7FFFFFFF)
        report, chunk = m.setting("sendlcfg") or (1024, 2920)
        sending = LongSend(m, link, length, to, report=report, chunk=chunk)
        await m.prompt()
        return await sending.run()


@command("+CIPSENDLCFG")
class SendLongConfig(Command):
    async def query(self, m):
        m.say("+CIPSENDLCFG:{},{}".format(*(m.setting("sendlcfg") or (1024, 2920))))

    async def set(self, m, args):
        pair = [args.int(100, 1 << 20), args.int(100, 2920, default=2920)]
        args.end()
        m.ram["sendlcfg"] = pair
