"""What only some firmware lines know: AT+CWCONFIG, AT+CWBANDWIDTH (4.1), AT+CIPCONNPERSIST, AT+CWBANDMODE (5.0),
AT+CIPSENDBUF (NonOS)."""
import asyncio

from .cmd_send import Sending
from .cmd_tcp import link_number
from .codes import SILENT, Fail
from .command import Command, command

MOST_HELD = 2 * 2048  # bytes AT+CIPSENDBUF takes before the network has taken any: then a refusal


@command("+CWCONFIG")
class Config(Command):
    """Three numbers of the Wi-Fi driver; they are kept and shown, this radio has nothing they could change."""

    async def query(self, m):
        m.say("+CWCONFIG:%d,%d,%d" % tuple(m.setting("cwconfig", [0, 0, 0])))

    async def set(self, m, args):
        values = list(m.setting("cwconfig", [0, 0, 0]))
        values = [args.int(-1, default=old) for old in values]
        args.end()
        m.keep("cwconfig", values, store=self.stores(m))


@command("+CWBANDWIDTH")
class Bandwidth(Command):
    """20 (1) or 40 MHz (2) of station (0) and SoftAP (1), those of them that are on."""

    async def query(self, m):
        widths = m.setting("bandwidth", [2, 2])
        for number in (0, 1):
            if m.wifi.mode & 1 << number:
                m.say(f"+CWBANDWIDTH:{number},{widths[number]}")

    async def set(self, m, args):
        number, width = args.int(0, 1), args.int(1, 2)
        args.end()
        if not m.wifi.mode & 1 << number:
            raise Fail()
        widths = list(m.setting("bandwidth", [2, 2]))
        widths[number] = width
        m.keep("bandwidth", widths, store=self.stores(m))


@command("+CWBANDMODE")
class BandMode(Command):
    """1: 2.4 GHz, 2: 5 GHz, 3: both. An access point of a band that is switched off is lost."""

    async def query(self, m):
        m.say(f"+CWBANDMODE:{m.wifi.bands}")

    async def set(self, m, args):
        bands = args.int(1, 3)
        args.end()
        if not m.wifi.mode:
            raise Fail()
        m.keep("bands", bands, store=self.stores(m))
        m.wifi.bands_changed()


@command("+CIPCONNPERSIST")
class Persist(Command):
    """Whether a link stays when the access point goes; net.wifi_down() asks."""

    async def query(self, m):
        m.say("+CIPCONNPERSIST:" + ",".join(str(int(n in m.net.persistent)) for n in range(m.net.count if m.net.mux else 1)))

    async def set(self, m, args):
        number = link_number(m, args)
        on = args.int(0, 1)
        args.end()
        (m.net.persistent.add if on else m.net.persistent.discard)(number)


@command("+CIPSENDBUF")
class SendBuffered(Sending):
    """Data is taken at once and sent later: `<segment>,<segment sent last>`, then for each segment `[link,]segment,SEND OK`."""

    async def set(self, m, args):
        link, length, to = await self.target(m, args, 2048)
        if link.kind != "TCP" or to or link.held + length > MOST_HELD:
            raise Fail()
        m.say(f"{link.segment + 1},{link.segment_sent}")
        data = await m.data_phase(length)
        link.segment += 1
        link.held += length
        m.write(b"\r\nRecv %d bytes\r\n" % length)
        link.sending = m.spawn(self.pass_on(m, link, data, link.segment, link.sending))
        return SILENT

    async def pass_on(self, m, link, data, segment, before):
        """Send one segment when those before it have left, and tell."""
        if before:
            await asyncio.wait([before])
        try:
            await link.send(data)
            end = "SEND OK"
            link.segment_sent = segment
        except (OSError, asyncio.TimeoutError):
            end = "SEND FAIL"
        link.held -= len(data)
        m.report(f"{link.number},{segment},{end}" if m.net.mux else f"{segment},{end}")
