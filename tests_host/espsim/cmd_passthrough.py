"""Wi-Fi passthrough: AT+CIPMODE=1 and AT+CIPSEND, raw bytes both ways until a lone +++."""
import asyncio

from . import radio
from .codes import SILENT, Fail
from .command import Command, command, part
from .stream_out import Flow
from .transport import OPENERS, Wish


@part("through")
class Passthrough:
    """m.through."""

    def __init__(self, m):
        self.m = m

    # entering at power-up (AT+SAVETRANSLINK)

    def started(self):
        saved = self.m.store.get("translink")
        if saved:
            self.m.spawn(self._at_power_up(Wish(*saved)))

    async def _at_power_up(self, wish):
        while not self.m.net.online:
            await asyncio.sleep(0.02)
        if wish.kind.startswith("UDP"):
            wish.local_port = wish.keep_alive or 0
        while 0 not in self.m.net.links:
            try:
                wish.address = await self.m.net.resolve(wish.host)
                with self.m.passthrough():
                    (await self.m.net.open(wish)).start()
            except (Fail, OSError, asyncio.TimeoutError):
                await asyncio.sleep(self.m.setting("reconnintv", 1) / 10)
        self.m.net.set_mode(1)
        self.m.write(b"\r\n>")
        self.m.start_task(self._run(self._link()))

    # entering by AT+CIPSEND

    async def enter(self):
        """Prompt, then forward until the host leaves. Fail if there is no single link to do it with."""
        link = self._link()
        await self.m.prompt()
        await self._run(link)

    async def _run(self, link):
        flow = Flow(self.m, self.m.profile.through_ring)
        self.m.intake = flow
        with self.m.passthrough():
            await self._forward(flow, link)
        if self.m.setting("sysmsg", 0) & 1:
            self.m.write(b"\r\n+QUITT\r\n")
        return SILENT

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
            if 0 in self.m.net.links or not self.m.net.online:
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
        if mode and radio.role(m):  # not together with Bluetooth
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


@command("+SAVETRANSLINK")
class PowerUp(Command):
    """Fields in flash: those of a Wish, the last is the keep-alive time or for UDP the local port."""

    async def set(self, m, args):
        if not args.int(0, 1):
            args.end()
            m.store.forget("translink")
            return
        host, port = args.text(most=64), args.int(1, 65535)
        kind = args.choice(*OPENERS, default="TCP")
        last = args.int(0, 65535 if kind.startswith("UDP") else 7200, default=None)
        args.end()
        m.store.put("translink", [kind, host, "", port, 0, last])
