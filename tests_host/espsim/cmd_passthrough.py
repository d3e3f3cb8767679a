"""Wi-Fi passthrough: AT+CIPMODE=1 and AT+CIPSEND, raw bytes both ways until a lone +++."""
import asyncio

from .codes import Fail
from .command import Command, command, part
from .stream_out import Flow
from .transport import Wish


@part("through")
class Passthrough:
    """m.through."""

    def __init__(self, m):
        self.m = m
        self.flow = None

    async def enter(self):
        """Prompt, then forward until the host leaves. Fail if there is no single link to do it with."""
        link = self._link()
        flow = self.flow = Flow(self.m, self.m.profile.through_ring)
        await self.m.prompt()
        self.m.intake = flow
        try:
            with self.m.passthrough():
                await self._forward(flow, link)
        finally:
            self.flow = None
        if self.m.setting("sysmsg", 0) & 1:
            self.m.write(b"\r\n+QUITT\r\n")

    def _link(self):
        net = self.m.net
        if net.mode != 1 or len(net.links) != 1 or 0 not in net.links:
            raise Fail()
        if net.mux and not (net.links[0].server and self.m.server.most == 1):
            raise Fail()
        if net.links[0].is_udp and net.links[0].udp_mode:
            raise Fail()
        return net.links[0]

    async def _forward(self, flow, link):
        wish = None if link.server else Wish(link.kind, link.address, link.address, link.port, 0)
        if wish and link.is_udp:
            wish.local_port = link.local_port
        keeper = self.m.spawn(self._keep_alive(wish)) if wish else None
        interval = self.m.setting("transintvl", 20) / 1000
        try:
            while data := await flow.piece(self.m.profile.through_chunk, interval):
                await self._send(data)
        finally:
            if keeper:
                keeper.cancel()

    async def _send(self, data):
        """What is sent while the link is down is lost."""
        link = self.m.net.links.get(0)
        try:
            if link:
                await link.send(data)
        except (OSError, asyncio.TimeoutError):
            pass

    async def _keep_alive(self, wish):
        """Open a client link again and again as long as passthrough lasts."""
        while True:
            await asyncio.sleep(self.m.setting("reconnintv", 1) / 10)
            if 0 in self.m.net.links or not self.m.wifi.connected:
                continue
            try:
                link = await self.m.net.open(wish)
                link.start()
            except (OSError, asyncio.TimeoutError):
                pass


@command("+CIPMODE")
class Mode(Command):
    async def query(self, m):
        m.say(f"+CIPMODE:{m.net.mode}")

    async def set(self, m, args):
        mode = args.int(0, 1)
        args.end()
        if mode and m.net.mux and m.server.most != 1:
            raise Fail()
        if mode and (len(m.net.links) > 1 or any(link.is_udp and link.udp_mode for link in m.net.links.values())):
            raise Fail()
        m.net.set_mode(mode)


@command("+TRANSINTVL")
class Interval(Command):
    async def query(self, m):
        m.say(f"+TRANSINTVL:{m.setting('transintvl', 20)}")

    async def set(self, m, args):
        value = args.int(0, 1000)
        args.end()
        m.ram["transintvl"] = value


@command("+CIPRECONNINTV")
class ReconnectInterval(Command):
    async def query(self, m):
        m.say(f"+CIPRECONNINTV:{m.setting('reconnintv', 1)}")

    async def set(self, m, args):
        value = args.int(1, 36000)
        args.end()
        m.keep("reconnintv", value, self.stores(m))
