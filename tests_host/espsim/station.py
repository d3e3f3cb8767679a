"""The Wi-Fi station: joining, losing and rejoining an access point, and the addresses that come with it."""
import asyncio

from . import air
from .command import part

IDLE, LINKED, GOT_IP, CONNECTING, DISCONNECTED = range(5)  # AT+CWSTATE
NO_ADDRESS = "0.0.0.0"
STATION, SOFTAP = 1, 2  # bits of AT+CWMODE
BAND_2_4, BAND_5 = 1, 2  # bits of AT+CWBANDMODE
LAST_2_4 = 14  # the highest channel of the 2.4 GHz band
JOIN_DEFAULTS = {"password": b"", "bssid": "", "pci": 0, "reconn": 1, "listen": 3, "scan": 0, "timeout": 15, "pmf": 1}


@part("wifi")
class Station:
    """m.wifi. `point` is the access point associated with, `address` the IPv4 address shown to the host."""

    def __init__(self, m):
        self.m = m
        self.driver = True  # AT+CWINIT
        self.state = IDLE
        self.point = None
        self.address = self.gateway = NO_ADDRESS
        self.rejoin = None  # task
        self.number = getattr(m, "number", 1)

    # configuration

    @property
    def mode(self):
        return self.m.setting("cwmode", 2 if self.m.profile.nonos else 0) if self.driver else 0

    @property
    def is_station(self):
        return bool(self.mode & STATION)

    @property
    def config(self):
        """The last AT+CWJAP: dict with ssid, password, ..., or None."""
        return self.m.setting("cwjap")

    @property
    def reconnect(self):
        """(interval in seconds, attempts; 0: for ever)."""
        return tuple(self.m.setting("reconn", (0, 0)))

    @property
    def bands(self):
        return self.m.setting("bands", BAND_2_4 | BAND_5) if self.m.profile.five_ghz else BAND_2_4

    def hears(self, point):
        """Whether the radio is on an access point's band."""
        return bool(self.bands & (BAND_5 if point.channel > LAST_2_4 else BAND_2_4))

    @property
    def mac(self):
        return self.m.setting("stamac") or f"7c:df:a1:00:{self.number >> 8:02x}:{self.number & 255:02x}"

    @property
    def ap_mac(self):
        return self.m.setting("apmac") or f"7e:df:a1:00:{self.number >> 8:02x}:{self.number & 255:02x}"

    @property
    def connected(self):
        return self.state == GOT_IP

    uplink = connected  # for m.net.online: this interface leads somewhere

    @property
    def bind_address(self):
        """Where the module's sockets really live on this machine."""
        return self.m.air.lease(self.m)

    @property
    def static(self):
        """(address, gateway, netmask) set by AT+CIPSTA, or None while DHCP is on."""
        return None if self.dhcp & STATION else self.m.setting("cipsta")

    @property
    def dhcp(self):
        return self.m.setting("dhcp", STATION | SOFTAP)

    def addresses(self):
        """Address, gateway and netmask as AT+CIPSTA? shows them."""
        if not self.connected:
            return self.static or (NO_ADDRESS,) * 3
        return self.static or (self.address, self.gateway, "255.255.255.0")

    def ipv6(self):
        """(link local, global) as far as the station has them."""
        if not (self.m.setting("ipv6", 0) and self.point):
            return ()
        octets = [int(octet, 16) for octet in self.mac.split(":")]
        octets[0] ^= 2
        tail = "{:x}{:02x}:{:x}ff:fe{:02x}:{:x}{:02x}".format(*octets)
        both = (f"fe80::{tail}", f"2001:db8::{tail}")
        return both if self.point.ipv6 else both[:1]

    # events

    def started(self):
        if self.is_station and self.config and self.m.setting("autoconn", 1):
            self._begin_rejoin(delay=0)

    def kicked(self, point):
        """The access point threw stations out (None: all access points did)."""
        if self.point and point in (None, self.point):
            self.lose(again=True)

    def bands_changed(self):
        if self.point and not self.hears(self.point):
            self.lose(again=True)

    async def stop(self):
        if self.point:
            self.point.dismiss(self.m)

    # joining

    async def join(self, config):
        """Associate and get an address; returns 0 or the code of +CWJAP:<code>."""
        self._stop_rejoin()
        self.lose(again=False)
        self.state = CONNECTING
        code = await self._attempt(config, config["timeout"])
        if code and self.point is None:
            self.state = DISCONNECTED
        return code

    async def _attempt(self, config, timeout):
        try:
            return await asyncio.wait_for(self._associate(config), timeout * self.m.air.second)
        except TimeoutError:
            return air.TIMEOUT  # still associated if only the address is missing

    async def _associate(self, config):
        point = self._look_for(config)
        if point is None:
            return air.NOT_FOUND
        await asyncio.sleep(point.delay)
        if point.silent:
            await asyncio.Event().wait()
        if point.refuses or not point.on:
            return air.REFUSED
        if config["pci"] and point.ecn in (air.OPEN, air.WEP):
            return air.REFUSED
        wrong = point.accepts(config["password"], config.get("eap"))
        if wrong:
            return wrong
        if not point.admit(self.m):
            return air.REFUSED
        self.point = point
        self.state = LINKED
        self.m.report("WIFI CONNECTED")
        await self._get_address(point)
        return 0

    async def _get_address(self, point):
        if not self.static:
            if not point.leases:
                await asyncio.Event().wait()
            await asyncio.sleep(point.lease_delay)
        static = self.static[0] if self.static else None
        leased = point.lease(self.m, static)
        if leased is False:
            await asyncio.Event().wait()
        self.address, self.gateway = leased or (static or self.bind_address, self.m.air.gateway)
        self.state = GOT_IP
        self.m.report("WIFI GOT IP")
        self.m.tell("wifi_up")

    def _look_for(self, config):
        wanted = [
            point
            for point in self.m.air.access_points
            if point.on
            and self.hears(point)
            and point.owner is not self.m
            and point.ssid == config["ssid"]
            and config["bssid"].lower() in ("", point.bssid)
        ]
        return max(wanted, key=lambda point: point.rssi, default=None)

    def report_ipv6(self):
        """The IPv6 addresses come by themselves after the join."""
        for kind, _ in zip(("LL", "GL"), self.ipv6(), strict=False):
            self.m.report(f"WIFI GOT IPv6 {kind}")

    # losing

    def lose(self, again):
        """The association is gone. `again`: by itself, so rejoin if configured."""
        if self.point is None:
            return
        self.point.dismiss(self.m)
        self.point = None
        self.address = NO_ADDRESS
        self.state = DISCONNECTED
        self.m.report("WIFI DISCONNECT")
        self.m.tell("wifi_down")
        if again and self.reconnect[0]:
            self._begin_rejoin(delay=self.reconnect[0])

    def leave(self):
        """The host wants out: no rejoining either."""
        self._stop_rejoin()
        self.lose(again=False)
        if self.state != IDLE:
            self.state = DISCONNECTED

    def _begin_rejoin(self, delay):
        self._stop_rejoin()
        self.rejoin = self.m.spawn(self._rejoin(delay))

    def _stop_rejoin(self):
        if self.rejoin:
            self.rejoin.cancel()
            self.rejoin = None

    async def _rejoin(self, delay):
        interval, attempts = self.reconnect
        tried = 0
        while True:
            self.state = CONNECTING
            await asyncio.sleep(delay * self.m.air.second)
            if await self._attempt(self.config, self.config["timeout"]) == 0:
                self.report_ipv6()
                return
            tried += 1
            self.state = LINKED if self.point else DISCONNECTED
            if not interval or attempts and tried >= attempts:
                return
            delay = interval

    def mode_changed(self, old, auto):
        """The host set another AT+CWMODE."""
        if not self.is_station:
            self._stop_rejoin()
            self.lose(again=False)
            self.state = IDLE
        elif not old & STATION and auto and self.config:
            self._begin_rejoin(delay=0)
        self.m.tell("radio_changed")
