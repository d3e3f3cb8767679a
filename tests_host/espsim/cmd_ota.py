"""Firmware over the air: AT+CIUPDATE from Espressif's server, AT+USEROTA from any, AT+SYSROLLBACK back again.

What is downloaded is checked as the boot loader checks it. The new firmware shows in AT+GMR's last lines; otherwise it is
the same program.
"""
import asyncio
import dataclasses
import re

from . import images, intake
from .codes import OPERATION, SILENT, AtError, Fail
from .command import Command, command, part
from .http import HttpError, Request, Url, connect, exchange

SERVER = "iot.espressif.cn"
TIME_LIMIT = 180.0
LIMIT = 10.0  # seconds without a byte
FAILED = -1
NOBODY = "0" * 40  # the token of a firmware that was not built for a customer


@part("ota")
class Ota:
    """m.ota: two partitions for firmware; `slots` in flash: [Image fields or None for the one it came with, ...]."""

    def __init__(self, m):
        self.m = m
        self.state = 0
        self.task = None
        self.running = m.store.get("boot", 0, section="ota")
        self.use_new_version()

    # partitions

    def slot(self, number):
        """The Image fields in a partition; "factory", or None if it is empty."""
        return self.m.store.get(f"slot{number}", None if number else "factory", section="ota")

    def use_new_version(self):
        """Let AT+GMR tell what runs."""
        self.factory = getattr(self.m, "factory_profile", None) or self.m.profile
        self.m.factory_profile = self.factory
        found = self.slot(self.running)
        self.m.profile = self.factory
        if isinstance(found, list):
            image = images.Image(*found)
            name = re.search(r"\((.*)\)$", self.factory.gmr[3])
            lines = [self.factory.gmr[0], f"SDK version:{image.sdk}", f"compile time(0):{image.date} {image.time}"]
            lines.append(f"Bin version:{image.version}({name[1] if name else 'MODULE'})")
            self.m.profile = dataclasses.replace(self.factory, gmr=tuple(lines))

    def install(self, data):
        """Write an image into the other partition, to be started next; images.BadImage."""
        image = images.check(data)
        other = 1 - self.running
        self.m.store.put(f"slot{other}", list(dataclasses.astuple(image)), section="ota")
        self.m.store.put("boot", other, section="ota")

    # downloading

    async def download(self, url, headers=(), wire=None):
        """The body of a resource; HttpError."""
        request = Request("GET", url, list(headers))
        wire = wire or await connect(self.m, url, limit=LIMIT)
        response = await exchange(wire, request, 2048, LIMIT)
        try:
            if response.status != 200:
                raise HttpError
            body = bytearray()
            async for piece in response.pieces():
                body += piece
            return bytes(body)
        except (OSError, EOFError, asyncio.TimeoutError) as error:
            raise HttpError from error
        finally:
            response.close()

    def _url(self, secure, query):
        return Url.parse(f"http{'s' if secure else ''}://{SERVER}/v1/device/rom/?{query}")

    async def version_offered(self, secure, connected=lambda: None):
        """What the server offers; HttpError."""
        url = self._url(secure, "is_format_simple=true")
        wire = await connect(self.m, url, limit=LIMIT)
        connected()
        headers = [("Authorization", f"token {NOBODY}"), ("Content-Type", "application/json")]
        body = await self.download(url, headers, wire)
        found = re.search(rb'"rom_version"\s*:\s*"(v[0-9.]+)"', body)
        if not found:
            raise HttpError
        return found[1].decode()

    async def update(self, secure, version, name, say):
        """The four stages; HttpError, OSError or images.BadImage."""

        def stage(number):
            self.state = number
            say(f"+CIPUPDATE:{number}")

        await self._find_server()
        stage(1)
        offered = await self.version_offered(secure, lambda: stage(2))
        stage(3)
        headers = [("Authorization", f"token {NOBODY}")]
        query = f"action=download_rom&version={version or offered}&filename={name}.bin"
        data = await self.download(self._url(secure, query), headers)
        if name == "ota":
            self.install(data)
        else:
            self.write_partition(name, data)
        stage(4)

    async def _find_server(self):
        try:
            await self.m.net.resolve(SERVER)
        except Fail as error:
            raise HttpError from error

    def write_partition(self, name, data):
        flash = self.m.flash
        if len(data) > flash.partitions[name].size:
            raise images.BadImage("too big")
        flash.replace(name, data)


FAILURES = (HttpError, images.BadImage, OSError, asyncio.TimeoutError)


@command("+CIUPDATE")
class Update(Command):
    async def query(self, m):
        m.say(f"+CIUPDATE:{m.ota.state}")

    async def execute(self, m):
        await self._blocking(m, False, "", "ota")

    async def set(self, m, args):
        secure = bool(args.int(0, 1))
        version, name = args.text(most=32, default=""), args.text(most=16, default="ota")
        background = args.int(0, 1, default=0)
        args.end()
        if m.ota.task and not m.ota.task.done() or name != "ota" and name not in m.flash.partitions:
            raise Fail()
        if background:
            m.ota.task = m.spawn(self._background(m, secure, version, name))
        else:
            await self._blocking(m, secure, version, name)

    @staticmethod
    async def _blocking(m, secure, version, name):
        try:
            await asyncio.wait_for(m.ota.update(secure, version, name, m.say), TIME_LIMIT)
        except FAILURES:
            raise Fail() from None
        m.after_final(m.restart_soon)

    @staticmethod
    async def _background(m, secure, version, name):
        try:
            await asyncio.wait_for(m.ota.update(secure, version, name, m.report), TIME_LIMIT)
        except FAILURES:
            m.ota.state = FAILED
            m.report(f"+CIPUPDATE:{FAILED}")


@command("+CIPFWVER")
class Offered(Command):
    async def query(self, m):
        try:
            m.say(f'+CIPFWVER:"{await m.ota.version_offered(False)}"')
        except HttpError:
            raise Fail() from None


@command("+USEROTA")
class UserOta(Command):
    async def set(self, m, args):
        length = args.int(1, 8192)
        args.end()
        reader = intake.Payload(m, length, intake.Surplus(m))
        await m.prompt()
        url = await m.read_with(reader)
        m.write(b"\r\nRecv %d bytes\r\n" % length)
        try:
            data = await asyncio.wait_for(m.ota.download(Url.parse(url.decode("latin-1"))), TIME_LIMIT)
            m.ota.install(data)
        except (*FAILURES, ValueError):
            raise Fail() from None
        m.after_final(m.restart_soon)


@command("+SYSROLLBACK")
class RollBack(Command):
    async def query(self, m):
        """What lies in the two partitions; since 4.1."""
        if m.profile.version < (4, 1):
            raise AtError(OPERATION)
        texts = [self._version(m, number) for number in (m.ota.running, 1 - m.ota.running)]
        addresses = [(0x100000, 0x280000)[number] for number in (m.ota.running, 1 - m.ota.running)]
        m.say(f'+SYSROLLBACK:0x{addresses[0]:x},"{texts[0]}",0x{addresses[1]:x},"{texts[1]}"', end=b"")

    @staticmethod
    def _version(m, number):
        found = m.ota.slot(number)
        return m.factory_profile.gmr[3].split(":")[1].split("(")[0] if found == "factory" else found[0] if found else ""

    async def execute(self, m):
        other = 1 - m.ota.running
        if m.ota.slot(other) is None:
            raise Fail()
        m.store.put("boot", other, section="ota")
        m.final("OK")
        m.restart_soon()
        return SILENT
