"""The SoftAP's commands: its name and password, its stations, its addresses."""
import ipaddress

from .cmd_wifi_ip import ipv4
from .codes import LENGTH, Fail
from .command import Command, command
from .station import SOFTAP


@command("+CWSAP", "+CWSAP_CUR", "+CWSAP_DEF")
class Configure(Command):
    async def query(self, m):
        ssid, password, channel, ecn, most, hidden = m.softap.config
        m.say(self.name.encode() + b':"%s","%s",%d,%d,%d,%d' % (ssid, password, channel, ecn, most, hidden))

    async def set(self, m, args):
        ssid, password = args.bytes(most=32, least=1), args.bytes(most=63)
        channel, ecn = args.int(1, 14), args.int(0, 4)
        if ecn == 1:
            raise args.reject()  # no WEP
        if ecn and len(password) < 8:
            raise args.reject(LENGTH)
        most = args.int(1, 8 if m.profile.chip == "ESP8266" else 10, default=4 if m.profile.nonos else 10)
        hidden = args.int(0, 1, default=0)
        args.end()
        if not m.wifi.mode & SOFTAP:
            raise Fail()
        m.keep("cwsap", [ssid, password, channel, ecn, most, hidden], self.stores(m))
        m.softap.reconfigured()


@command("+CWLIF")
class Stations(Command):
    async def execute(self, m):
        for mac, client in list(m.softap.clients.items()):
            if client.address:  # one with a static address is not known
                m.say(f"+CWLIF:{client.address},{mac}")


@command("+CWQIF")
class Kick(Command):
    async def execute(self, m):
        for mac in list(m.softap.clients):
            m.softap.kick(mac)

    async def set(self, m, args):
        mac = args.text(most=17).lower()
        args.end()
        if not m.softap.kick(mac):
            raise Fail()


@command("+CWDHCPS", "+CWDHCPS_CUR", "+CWDHCPS_DEF")
class Range(Command):
    async def query(self, m):
        m.say("{}:{},{},{}".format(self.name, *m.softap.range), end=b"\r\n" if m.profile.nonos else b"")

    async def set(self, m, args):
        if not args.int(0, 1):
            args.end()
            value = None
        else:
            value = [args.int(1, 2880), ipv4(args), ipv4(args)]
            args.end()
            self._check(m, *value[1:])
        if not (m.wifi.mode & SOFTAP and m.softap.serves_dhcp):
            raise Fail()
        m.keep("cwdhcps", value, self.stores(m))

    @staticmethod
    def _check(m, first, last):
        address, _, netmask = m.softap.address
        network = ipaddress.IPv4Network(f"{address}/{netmask}", strict=False)
        low, high = ipaddress.IPv4Address(first), ipaddress.IPv4Address(last)
        own = ipaddress.IPv4Address(address)
        if low not in network or high not in network or not 0 <= int(high) - int(low) <= 100 or low <= own <= high:
            raise Fail()


@command("+CIPAP", "+CIPAP_CUR", "+CIPAP_DEF")
class Address(Command):
    """Unlike the station's, the SoftAP's own address does not end its DHCP service."""

    async def query(self, m):
        for what, value in zip(("ip", "gateway", "netmask"), m.softap.address, strict=True):
            m.say(f'{self.name}:{what}:"{value}"')
        if m.setting("ipv6", 0) and m.wifi.mode & SOFTAP:
            octets = [int(octet, 16) for octet in m.wifi.ap_mac.split(":")]
            octets[0] ^= 2
            m.say(f'{self.name}:ip6ll:"' + "fe80::{:x}{:02x}:{:x}ff:fe{:02x}:{:x}{:02x}".format(*octets) + '"')

    async def set(self, m, args):
        address = ipv4(args)
        gateway, netmask = ipv4(args, default=None), ipv4(args, default=None)
        args.end()
        if not m.wifi.mode & SOFTAP:
            raise Fail()
        m.keep("cipap", [address, gateway or address, netmask or "255.255.255.0"], self.stores(m))
        m.keep("cwdhcps", None, self.stores(m))
        m.softap.reconfigured()
