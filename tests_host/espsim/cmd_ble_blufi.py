"""BluFi: a phone gives the module its Wi-Fi credentials, and both may exchange data of their own."""
import asyncio

from . import radio, station
from .codes import Fail
from .command import Command
from .radio import command, part
from .radio_alone import Alone

NAME = b"BLUFI_DEVICE"
MOST_DATA = 600
CONNECTED, FAILED, CONNECTING, NO_ADDRESS = range(4)  # station states in a status report


@part("blufi")
class Blufi(Alone):
    """m.blufi."""

    kind = "blufi"

    def __init__(self, m):
        super().__init__(m)
        self.floor = 0  # lowest authentication mode of an access point to join
        self.talk = None  # radio_bumble.blufi.ModuleSide
        self.wishes = {}  # what the phone has told so far
        self.state = FAILED

    @property
    def name(self):
        return self.m.ram.get("blufi_name", NAME)

    async def start(self, floor):
        self.stack = await self.m.radio.acquire(self.kind)
        self.floor = floor
        service, self.notifier = radio.load("blufi").service(self._received)
        await self._begin([service])

    async def _advertise(self):
        gap = radio.load("gap")
        data = gap.compose(self.name, "FFFF", b"", 0)
        await gap.advertise(self.stack, (0x100, 0x100, 0, 0, 7, 0, 0, "00:00:00:00:00:00"), data, b"")

    # the phone

    def connected(self, connection):
        self.connection = connection
        self.wishes = {}
        self.talk = radio.load("blufi").ModuleSide(self, self.stack, connection, self.notifier)
        radio.listen(self.m, connection, "disconnection", self._disconnected)
        self.m.report("+BLUFICONN")

    def _disconnected(self, _):
        self.connection = self.talk = None
        self.m.report("+BLUFIDISCONN")
        if self.running:
            self.m.spawn(self._advertise())

    async def _received(self, connection, frame):
        if connection is self.connection:
            await self.talk.receive(frame)

    async def frame(self, talk, kind, subtype, data):
        """A frame that is not about security."""
        protocol = radio.load("blufi")
        if kind == protocol.DATA:
            if subtype == protocol.CUSTOM:
                self.m.report(b"+BLUFIDATA:%d," % len(data) + data)
            else:
                self.wishes[subtype] = data
            return
        act = {
            protocol.OPMODE: self._opmode,
            protocol.CONNECT: self._join,
            protocol.DISCONNECT: self._leave,
            protocol.STATUS: self._status,
            protocol.VERSION: self._version,
            protocol.CLOSE: self._close,
            protocol.SCAN: self._scan,
        }.get(subtype)
        if act:
            await act(talk, data)

    async def _opmode(self, talk, data):
        old = self.m.wifi.mode
        self.m.keep("cwmode", data[0] & 3, bool(self.m.sysstore))
        self.m.wifi.mode_changed(old, 0)

    async def _join(self, talk, data):
        protocol = radio.load("blufi")
        config = dict(station.JOIN_DEFAULTS)
        config["ssid"] = self.wishes.get(protocol.SSID, b"")
        config["password"] = self.wishes.get(protocol.PASSWORD, b"")
        self.m.keep("cwjap", config, bool(self.m.sysstore))
        self.state = CONNECTING
        self.m.spawn(self._joined(talk, config))

    async def _joined(self, talk, config):
        """The phone learns the end by itself."""
        point = self.m.air.find(config["ssid"])
        refused = not self.m.wifi.is_station or (point and point.ecn < self.floor)
        self.state = FAILED if refused or await self.m.wifi.join(config) else CONNECTED
        if self.talk is talk:
            await self._status(talk, b"")

    async def _leave(self, talk, data):
        self.m.wifi.leave()
        self.state = FAILED

    async def _status(self, talk, data):
        protocol = radio.load("blufi")
        wifi = self.m.wifi
        state = CONNECTED if wifi.connected else CONNECTING if self.state == CONNECTING else FAILED
        report = bytes([wifi.mode, state, 0])
        if wifi.connected:
            bssid, ssid = bytes.fromhex(wifi.point.bssid.replace(":", "")), wifi.point.ssid
            report += bytes([protocol.BSSID, 6]) + bssid + bytes([protocol.SSID, len(ssid)]) + ssid
        await talk.send(protocol.DATA, protocol.STATUS_REPORT, report)

    async def _version(self, talk, data):
        protocol = radio.load("blufi")
        await talk.send(protocol.DATA, protocol.VERSION_REPORT, bytes([1, 3]))

    async def _scan(self, talk, data):
        protocol = radio.load("blufi")
        points = [point for point in self.m.air.access_points if point.on and not point.hidden]
        rows = b"".join(bytes([1 + len(point.ssid), point.rssi & 255]) + point.ssid for point in points)
        await talk.send(protocol.DATA, protocol.SCAN_REPORT, rows)

    async def _close(self, talk, data):
        self.m.spawn(self.connection.disconnect())


@command("+BLUFI")
class Start(Command):
    async def query(self, m):
        m.say(f"+BLUFI:{int(m.blufi.running)}")

    async def set(self, m, args):
        on = args.int(0, 1)
        floor = args.int(0, 7, default=0) if on else 0
        args.end()
        if m.ble.role or m.hid.running or bool(on) == m.blufi.running:
            raise Fail()
        await (m.blufi.start(floor) if on else m.blufi.stop_all())


@command("+BLUFINAME")
class Name(Command):
    async def query(self, m):
        m.say(b'+BLUFINAME:"' + m.blufi.name + b'"', end=b"")

    async def set(self, m, args):
        name = args.bytes(most=26, least=1)
        args.end()
        if m.blufi.running:
            raise Fail()
        m.ram["blufi_name"] = name


@command("+BLUFISEND")
class Send(Command):
    async def set(self, m, args):
        length = args.int(1, MOST_DATA)
        args.end()
        if m.blufi.talk is None:
            raise Fail()
        data = await m.data_phase(length, "B")
        talk = m.blufi.talk
        if talk is None:
            raise Fail()
        protocol = radio.load("blufi")
        await asyncio.wait_for(talk.send(protocol.DATA, protocol.CUSTOM, data), 10)
