"""Time from the network: AT+CIPSNTPCFG, AT+CIPSNTPTIME, AT+CIPSNTPINTV. A real SNTP client.

Where "pool.ntp.org" leads is the air's business: air.names["pool.ntp.org"] = "10.0.0.1",
air.routes["10.0.0.1", 123] = ("127.0.0.1", port of a test's responder).
"""
import asyncio
import struct
import time

from .codes import Fail
from .command import Command, command, part
from .transport import OPENERS, Wish

DEFAULT_SERVERS = ["cn.ntp.org.cn", "ntp.sjtu.edu.cn", "us.pool.ntp.org"]
PORT = 123
NTP_EPOCH = 2208988800  # Unix time 0 in NTP seconds
REQUEST = b"\x23" + bytes(47)  # version 4, client
SERVER_MODE = 4


def offset_minutes(value):
    """Minutes east of UTC for a <timezone>: whole hours, or [hh]mm; None if it is neither."""
    if -12 <= value <= 14:
        return value * 60
    hours, minutes = divmod(abs(value), 100)
    if minutes > 59 or hours > (14 if value > 0 else 12):
        return None
    return (hours * 60 + minutes) * (1 if value > 0 else -1)


@part("sntp")
class Sntp:
    """m.sntp."""

    def __init__(self, m):
        self.m = m
        self.enabled = 0
        self.minutes = 0
        self.servers = []
        self.interval = 3600
        self.patience = 15.0  # seconds to wait for an answer, and between rounds
        self.task = None

    def configure(self, enabled, minutes, servers):
        self.enabled, self.minutes, self.servers = enabled, minutes, servers
        self.restart()

    def restart(self):
        if self.task:
            self.task.cancel()
        self.task = self.m.spawn(self._run()) if self.enabled else None

    async def _run(self):
        told = False
        while True:
            for server in self.servers:
                while not self.m.net.online:
                    await asyncio.sleep(0.02)
                if await self._ask(server):
                    break
            else:
                await asyncio.sleep(self.patience)
                continue
            if not told:
                told = True
                self.m.report("+TIME_UPDATED")
            await asyncio.sleep(self.interval)

    async def _ask(self, server):
        """Set the clock; False if there was no answer."""
        try:
            address = await self.m.net.resolve(server)
            stream = await OPENERS["UDP"](self.m, Wish("UDP", server, address, PORT))
        except (Fail, OSError):
            return False
        try:
            await stream.send(REQUEST)
            seconds = await asyncio.wait_for(self._answer(stream), self.patience)
        except (OSError, asyncio.TimeoutError):
            return False
        finally:
            stream.close()
        self.m.clock_offset = seconds - time.time()
        return True

    @staticmethod
    async def _answer(stream):
        """Unix time of the first answer that is one."""
        while True:
            data, _ = await stream.recv(512)
            if len(data) >= 48 and data[0] & 7 == SERVER_MODE and 0 < data[1] < 16:
                whole, fraction = struct.unpack_from("!II", data, 40)
                return whole - NTP_EPOCH + fraction / (1 << 32)

    def local_time(self):
        return time.gmtime(int(self.m.now()) + self.minutes * 60)


@command("+CIPSNTPCFG")
class Configure(Command):
    async def query(self, m):
        sntp = m.sntp
        hours = int(sntp.minutes / 60)
        if sntp.enabled:
            m.say(f"+CIPSNTPCFG:1,{hours}" + "".join(f',"{server}"' for server in sntp.servers))
        else:
            m.say("+CIPSNTPCFG:0" if m.profile.chip == "ESP8266" else f"+CIPSNTPCFG:0,{hours}")

    async def set(self, m, args):
        enabled = args.int(0, 1)
        minutes = offset_minutes(args.int(-1259, 1459)) if args.left() or enabled else m.sntp.minutes
        if minutes is None:
            raise args.reject()
        servers = [args.text(most=64, default="") for _ in range(3) if args.left()]
        args.end()
        servers = [server for server in servers if server]
        m.sntp.configure(enabled, minutes, servers or DEFAULT_SERVERS)


@command("+CIPSNTPTIME")
class Time(Command):
    async def query(self, m):
        now = m.sntp.local_time()
        if m.profile.nonos:  # pads the day with a zero
            m.say("+CIPSNTPTIME:" + time.strftime("%a %b %d %H:%M:%S %Y", now), end=b"")
        else:  # asctime() ends its text itself
            m.say("+CIPSNTPTIME:" + time.asctime(now), end=b"\n")


@command("+CIPSNTPINTV")
class Interval(Command):
    async def query(self, m):
        m.say(f"+CIPSNTPINTV:{m.sntp.interval}")

    async def set(self, m, args):
        seconds = args.int(15, 4294967)
        args.end()
        m.sntp.interval = seconds
        m.sntp.restart()
