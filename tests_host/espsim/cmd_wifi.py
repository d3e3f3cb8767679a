"""Wi-Fi station commands: mode, joining, state, reconnecting."""
import asyncio

from . import station
from .codes import Fail
from .command import Command, command


@command("+CWINIT")
class Init(Command):
    async def query(self, m):
        m.say(f"+CWINIT:{int(m.wifi.driver)}")

    async def set(self, m, args):
        wanted = args.int(0, 1)
        args.end()
        if not wanted:
            m.wifi.leave()
            m.wifi.state = station.IDLE
        m.wifi.driver = bool(wanted)
        m.tell("radio_changed")


@command("+CWMODE", "+CWMODE_CUR", "+CWMODE_DEF")
class Mode(Command):
    async def test(self, m):
        m.say(f"{self.name}:({'1' if m.profile.nonos else '0'}-3)")

    async def query(self, m):
        m.say(f"{self.name}:{m.wifi.mode}")

    async def set(self, m, args):
        mode = args.int(1 if m.profile.nonos else 0, 3)
        auto = args.int(0, 1, default=1)
        args.end()
        if not m.wifi.driver:
            raise Fail()
        old = m.wifi.mode
        m.keep("cwmode", mode, self.stores(m))
        m.wifi.mode_changed(old, auto)


@command("+CWSTATE")
class State(Command):
    async def query(self, m):
        wifi = m.wifi
        ssid = wifi.config["ssid"] if wifi.config and wifi.state != station.IDLE else b""
        m.say(b'+CWSTATE:%d,"%s"' % (wifi.state, ssid))


@command("+CWJAP", "+CWJAP_CUR", "+CWJAP_DEF")
class Join(Command):
    async def query(self, m):
        point, config = m.wifi.point, m.wifi.config
        if point is None:
            if m.profile.nonos:
                m.say("No AP")
            return
        fields = [config["pci"], m.wifi.reconnect[0], config["listen"], config["scan"], config["pmf"]]
        tail = "".join(f",{value}" for value in fields[: m.profile.jap_fields - 4])
        head = f'"{point.bssid}",{point.channel},{point.rssi}{tail}'
        m.say(f"{self.name}:".encode() + b'"' + point.ssid + b'",' + head.encode())

    async def set(self, m, args):
        config = self._arguments(m, args)
        self._check_mode(m)
        await self._join(m, config)

    async def execute(self, m):
        self._check_mode(m)
        if m.wifi.config is None:
            raise Fail()
        await self._join(m, m.wifi.config)

    @staticmethod
    def _check_mode(m):
        if not m.wifi.is_station:
            raise Fail()

    @staticmethod
    def _arguments(m, args):
        last = m.wifi.config
        config = dict(station.JOIN_DEFAULTS)
        config["ssid"] = args.bytes(most=32, default=last and last["ssid"])
        config["password"] = args.bytes(most=64, default=last["password"] if last and last["ssid"] == config["ssid"] else b"")
        config["bssid"] = args.text(most=17, default="")
        config["pci"] = args.int(0, 1, default=0)
        config["reconn"] = args.int(0, 7200, default=1)
        config["listen"] = args.int(1, 100, default=3)
        config["scan"] = args.int(0, 1, default=0)
        config["timeout"] = args.int(3, 600, default=15)
        config["pmf"] = args.int(0, 3, default=1)
        args.end()
        if config["ssid"] is None:
            raise Fail()
        return config

    async def _join(self, m, config):
        m.keep("cwjap", config, self.stores(m))
        m.keep("reconn", [config["reconn"], m.wifi.reconnect[1]], self.stores(m))
        code = await m.wifi.join(config)
        if code:
            m.say(f"{self.name if m.profile.nonos else '+CWJAP'}:{code}")
            raise Fail(code)
        m.after_final(m.wifi.report_ipv6)


@command("+CWQAP")
class Quit(Command):
    async def execute(self, m):
        if m.profile.nonos:
            m.after_final(m.wifi.leave)
        else:
            m.wifi.leave()


@command("+CWRECONNCFG")
class Reconnect(Command):
    async def query(self, m):
        m.say("+CWRECONNCFG:{},{}".format(*m.wifi.reconnect))

    async def set(self, m, args):
        pair = [args.int(0, 7200), args.int(0, 1000)]
        args.end()
        m.keep("reconn", pair, self.stores(m))


@command("+CWAUTOCONN")
class AutoConnect(Command):
    async def query(self, m):
        m.say(f"+CWAUTOCONN:{m.setting('autoconn', 1)}", end=b"")

    async def set(self, m, args):
        value = args.int(0, 1)
        args.end()
        m.keep("autoconn", value, store=True)


# scanning


@command("+CWLAPOPT")
class ScanOptions(Command):
    async def set(self, m, args):
        options = {"sort": args.int(0, 1), "mask": args.int(0, 0x7FF)}
        options["rssi"] = args.int(-100, 40, default=-100)
        options["auth"] = args.int(0, 0xFFFF, default=0xFFFF)
        args.end()
        m.ram["lapopt"] = options


@command("+CWLAP")
class Scan(Command):
    async def execute(self, m):
        await self._scan(m, lambda point: True)

    async def set(self, m, args):
        ssid = args.bytes(most=32, default=None)
        mac = args.text(most=17, default=None)
        channel = args.int(0, 196 if m.profile.five_ghz else 14, default=None)
        args.int(0, 1, default=0)
        args.int(0, 1500, default=0)
        args.int(0, 1500, default=0)
        args.end()
        await self._scan(
            m,
            lambda point: ssid in (None, point.ssid)
            and (mac is None or mac.lower() == point.bssid)
            and channel in (None, 0, point.channel),
            named=ssid is not None,
        )

    async def _scan(self, m, wanted, named=False):
        if not m.wifi.is_station:
            raise Fail()
        await asyncio.sleep(m.air.scan_time)
        options = m.ram.get("lapopt") or {"sort": 1, "mask": 0x7FF, "rssi": -100, "auth": 0xFFFF}
        there = [point for point in m.air.access_points if point.on and m.wifi.hears(point)]
        found = [point for point in there if point.owner is not m and wanted(point)]
        found = [point for point in found if point.rssi >= options["rssi"] and options["auth"] >> point.ecn & 1]
        if options["sort"]:
            found.sort(key=lambda point: -point.rssi)
        for point in found:
            m.say(b"+CWLAP:(" + b",".join(self._fields(point, options["mask"], named)) + b")")
            await m.drain()

    @staticmethod
    def _fields(point, mask, named):
        ssid = b"" if point.hidden and not named else point.ssid
        numbers = (-1, -1, point.pairwise, point.group, point.bgn, point.wps)
        fields = [b"%d" % point.ecn, b'"%s"' % ssid, b"%d" % point.rssi, b'"%s"' % point.bssid.encode()]
        fields += [b"%d" % value for value in (point.channel, *numbers)]
        return [field for bit, field in enumerate(fields) if mask >> bit & 1]
