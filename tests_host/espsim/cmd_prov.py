"""Getting the Wi-Fi credentials from outside: SmartConfig and WPS. The other side is air.smartconfig() and air.push_button()."""
import asyncio

from .air import WEP
from .codes import Fail
from .command import Command, command, part
from .station import JOIN_DEFAULTS

ESPTOUCH, AIRKISS, BOTH, ESPTOUCH_V2 = 1, 2, 3, 4
LISTENS = {"ESPTOUCH": (ESPTOUCH, BOTH), "AIRKISS": (AIRKISS, BOTH), "ESPTOUCH_V2": (ESPTOUCH_V2,)}
WPS_TIME = 120.0  # seconds a station waits for the button


@part("prov")
class Provisioning:
    """m.prov."""

    def __init__(self, m):
        self.m = m
        self.smart = None  # (type, lowest encryption, key) while SmartConfig listens
        self.wps = None  # lowest encryption while WPS waits
        self.task = None

    def start_smart(self, kind, floor, key):
        self.smart = (kind, floor, key)

    def end(self):
        self.smart = self.wps = None
        if self.task:
            self.task.cancel()
            self.task = None

    def start_wps(self, floor):
        self.wps = floor
        self.task = self.m.spawn(self._give_up())

    async def _give_up(self):
        await asyncio.sleep(WPS_TIME)
        self.wps = None

    # events of the air

    def smartconfig_heard(self, kind, ssid, password, reserved, key):
        if self.smart is None or self.smart[0] not in LISTENS[kind] or kind == "ESPTOUCH_V2" and key != self.smart[2]:
            return
        floor, self.smart = self.smart[1], None
        self.task = self.m.spawn(self._use(kind, ssid, password, reserved, floor))

    async def _use(self, kind, ssid, password, reserved, floor):
        say = self.m.report
        say(f"smartconfig type:{kind}")
        say("Smart get wifi info")
        say(b"ssid:" + ssid)
        say(b"password:" + password)
        if reserved:
            say(b"+SCRD:%d," % len(reserved) + reserved)
        point = self.m.air.find(ssid)
        if (point is None or point.ecn >= floor) and await self._join(ssid, password) == 0:
            say("smartconfig connected wifi")

    def button_pushed(self, point):
        if self.wps is None or point.ecn == WEP or point.ecn < self.wps:
            return
        self.end()
        self.m.spawn(self._join(point.ssid, point.password))

    async def _join(self, ssid, password):
        config = {**JOIN_DEFAULTS, "ssid": ssid, "password": password}
        self.m.keep("cwjap", config, bool(self.m.sysstore))
        self.m.keep("reconn", [config["reconn"], self.m.wifi.reconnect[1]], bool(self.m.sysstore))
        return await self.m.wifi.join(config)


def need_station(m):
    if not m.wifi.is_station:
        raise Fail()


@command("+CWSTARTSMART")
class StartSmart(Command):
    async def execute(self, m):
        self._start(m, BOTH, 0, b"")

    async def set(self, m, args):
        kind, floor = args.int(ESPTOUCH, ESPTOUCH_V2), args.int(0, 7, default=0)
        key = args.bytes(most=16, least=16, default=b"")
        args.end()
        self._start(m, kind, floor, key)

    @staticmethod
    def _start(m, *settings):
        need_station(m)
        if m.prov.smart or m.prov.task and not m.prov.task.done():
            raise Fail()
        m.prov.start_smart(*settings)


@command("+CWSTOPSMART")
class StopSmart(Command):
    async def execute(self, m):
        m.prov.end()


@command("+WPS")
class Wps(Command):
    async def set(self, m, args):
        enable, floor = args.int(0, 1), args.int(0, 7, default=0)
        args.end()
        need_station(m)
        m.prov.end()
        if enable:
            m.wifi.leave()
            m.prov.start_wps(floor)
