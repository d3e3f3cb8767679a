"""The module as an access point: other modules of the air and stand-ins for phones and PCs join it.

Its stations live on the addresses AT+CIPAP and AT+CWDHCPS say; where they really are on this machine, the routes of
the modules know. A program outside reaches the module's servers at module.wifi.bind_address.
"""
import dataclasses
import ipaddress
import threading

from .air import CCMP, NONE, OPEN, TKIP, TKIP_CCMP, WPA, WPA_WPA2, AccessPoint
from .command import part
from .station import SOFTAP

DEFAULT_ADDRESS = ["192.168.4.1", "192.168.4.1", "255.255.255.0"]
DEFAULT_LEASE = 120  # minutes
CIPHERS = {OPEN: NONE, WPA: TKIP, WPA_WPA2: TKIP_CCMP}


@dataclasses.dataclass
class Client:
    """A station of the SoftAP. `address` only if our DHCP server gave it."""

    module: object = None
    address: str | None = None


class SoftApPoint(AccessPoint):
    """How the others see the SoftAP; its methods are called on their event loops."""

    def admit(self, station):
        return self.owner.softap.arrive(station.wifi.mac, Client(station))

    def lease(self, station, static):
        return self.owner.softap.give(station.wifi.mac, station, static)

    def dismiss(self, station):
        station.routes.clear()
        self.owner.softap.depart(station.wifi.mac)


@part("softap")
class SoftAp:
    """m.softap."""

    def __init__(self, m):
        self.m = m
        self.point = None
        self.clients = {}  # MAC -> Client
        self.lock = threading.RLock()

    # configuration

    @property
    def config(self):
        """[ssid, password, channel, encryption, most stations, hidden]"""
        default = b"ESP_" + self.m.wifi.ap_mac.replace(":", "")[6:].upper().encode()
        return self.m.setting("cwsap") or [default, b"", 1, OPEN, 4 if self.m.profile.chip == "ESP8266" else 10, 0]

    @property
    def address(self):
        """[address, gateway, netmask]"""
        return self.m.setting("cipap") or DEFAULT_ADDRESS

    @property
    def serves_dhcp(self):
        return bool(self.m.wifi.dhcp & SOFTAP)

    @property
    def range(self):
        """[lease time in minutes, first, last address]"""
        first = ipaddress.IPv4Address(self.address[0])
        return self.m.setting("cwdhcps") or [DEFAULT_LEASE, str(first + 1), str(first + 100)]

    # events

    def started(self):
        self.radio_changed()

    def radio_changed(self):
        on = bool(self.m.wifi.mode & SOFTAP)
        if on and self.point is None:
            self._switch_on()
        elif not on and self.point:
            self._switch_off()

    def reconfigured(self):
        """Another name or password: begin anew, without the stations."""
        if self.point:
            self._switch_off()
            self._switch_on()

    async def stop(self):
        if self.point:
            self._switch_off()

    def _switch_on(self):
        ssid, password, channel, ecn, _, hidden = self.config
        cipher = CIPHERS.get(ecn, CCMP)
        self.point = SoftApPoint(ssid, password, ecn, self.m.wifi.ap_mac, channel, pairwise=cipher, group=cipher, owner=self.m)
        self.point.hidden, self.point.rssi, self.point.leases = bool(hidden), -30, self.serves_dhcp
        self.m.air.access_points.append(self.point)

    def _switch_off(self):
        point, self.point = self.point, None
        point.on = False
        self.m.air.access_points.remove(point)
        with self.lock:
            clients, self.clients = self.clients, {}
        for client in clients.values():
            self._send_away(client, point)
        self.m.routes.clear()

    @staticmethod
    def _send_away(client, point):
        if client.module and client.module.loop:
            client.module.loop.call_soon_threadsafe(client.module.tell, "kicked", point)

    # stations; called from any thread

    def _report(self, text):
        self.m.loop.call_soon_threadsafe(self.m.report, text)

    def arrive(self, mac, client):
        """A station associates; False if there is no room for it."""
        with self.lock:
            if self.point is None or mac not in self.clients and len(self.clients) >= self.config[4]:
                return False
            self.clients[mac] = client
        self.point.leases = self.serves_dhcp
        self._report(f'+STA_CONNECTED:"{mac}"')
        return True

    def give(self, mac, module, static=None, real=None):
        """Give a station an address (or hear of the one it has): (address, our own); False if none is left."""
        own, real = self.address[0], real or module.wifi.bind_address
        with self.lock:
            address = static or self._free_address()
            if address is None:
                return False
            if not static:
                self.clients[mac].address = address
        self.m.routes[address] = real
        if module:
            module.routes[own] = self.m.wifi.bind_address
        if not static:
            for _ in range(2 if self.m.profile.nonos else 1):  # the old firmware says it twice
                self._report(f'+DIST_STA_IP:"{mac}","{address}"')
        return address, own

    def _free_address(self):
        _, first, last = self.range
        taken = {client.address for client in self.clients.values()} | {self.address[0]}
        low, high = int(ipaddress.IPv4Address(first)), int(ipaddress.IPv4Address(last))
        texts = (str(ipaddress.IPv4Address(number)) for number in range(low, high + 1))
        return next((text for text in texts if text not in taken), None)

    def depart(self, mac, quiet=False):
        with self.lock:
            client = self.clients.pop(mac, None)
        if client is None:
            return
        if client.address:
            self.m.routes.pop(client.address, None)
        if not quiet:
            self._report(f'+STA_DISCONNECTED:"{mac}"')

    # a phone or PC of a test

    def phone_joins(self, mac, real="127.0.0.1"):
        """A station that is no module; its programs are at the address `real`. Returns the address it is given."""
        if not self.arrive(mac, Client()):
            return None
        return self.give(mac, None, real=real)[0] if self.serves_dhcp else None

    def phone_leaves(self, mac):
        self.depart(mac)

    def kick(self, mac):
        """The host throws a station out; False if there is none."""
        with self.lock:
            client = self.clients.get(mac)
        if client is None:
            return False
        self.depart(mac, quiet=self.m.profile.chip == "ESP8266")
        self._send_away(client, self.point)
        return True
