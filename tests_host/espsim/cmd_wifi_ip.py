"""The station's addresses and its other settings: MAC, IP, DHCP, host name, country, protocol."""
import ipaddress
import re

from .codes import Fail
from .command import Command, command
from .station import NO_ADDRESS, SOFTAP, STATION

MAC = re.compile(r"[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}")


def ipv4(args, **default):
    """The next argument as a dotted IPv4 address."""
    text = args.text(most=15, **default)
    try:
        return str(ipaddress.IPv4Address(text)) if text is not None else None
    except ValueError:
        raise args.reject() from None


@command("+CIPSTAMAC", "+CIPSTAMAC_CUR", "+CIPSTAMAC_DEF")
class StationMac(Command):
    key = "stamac"
    bit = STATION

    def current(self, m):
        return m.wifi.mac

    async def query(self, m):
        if not m.wifi.mode & self.bit and not m.profile.nonos:
            raise Fail()
        m.say(f'{self.name}:"{self.current(m)}"')

    async def set(self, m, args):
        mac = args.text(most=17).lower()
        bad = not MAC.fullmatch(mac) or int(mac[:2], 16) & 1 or mac == "00:00:00:00:00:00"
        if bad:
            raise args.reject()
        args.end()
        m.keep(self.key, mac, self.stores(m))


@command("+CIPAPMAC", "+CIPAPMAC_CUR", "+CIPAPMAC_DEF")
class SoftApMac(StationMac):
    key = "apmac"
    bit = SOFTAP

    def current(self, m):
        return m.wifi.ap_mac


@command("+CIPSTA", "+CIPSTA_CUR", "+CIPSTA_DEF")
class StationAddress(Command):
    async def query(self, m):
        for what, value in zip(("ip", "gateway", "netmask"), m.wifi.addresses(), strict=True):
            m.say(f'{self.name}:{what}:"{value}"')
        for what, value in zip(("ip6ll", "ip6gl"), m.wifi.ipv6(), strict=False):
            m.say(f'{self.name}:{what}:"{value}"')

    async def set(self, m, args):
        address = ipv4(args)
        gateway = ipv4(args, default=None)
        netmask = ipv4(args, default=None)
        args.end()
        if not m.wifi.is_station:
            raise Fail()
        gateway = gateway or address.rpartition(".")[0] + ".1"
        store = self.stores(m)
        m.keep("cipsta", [address, gateway, netmask or "255.255.255.0"], store)
        m.keep("dhcp", m.wifi.dhcp & ~STATION, store)
        if m.wifi.connected:
            m.wifi.address = address


@command("+CWDHCP", "+CWDHCP_CUR", "+CWDHCP_DEF")
class Dhcp(Command):
    async def query(self, m):
        state = m.wifi.dhcp | (4 if m.ethernet.present and m.setting("ethdhcp", 1) else 0)
        if m.profile.nonos:  # bit 0 is the SoftAP there
            state = state >> 1 & 1 | (state & 1) << 1
        m.say(f"{self.name}:{state}", end=b"\r\n" if m.profile.nonos else b"")

    async def set(self, m, args):
        if m.profile.nonos:
            bits = (SOFTAP, STATION, STATION | SOFTAP)[args.int(0, 2)]
            enable = args.int(0, 1)
        else:
            enable = args.int(0, 1)
            bits = args.int(1, 7)
        args.end()
        if bits & 4:
            m.keep("ethdhcp", enable, self.stores(m))
        bits &= STATION | SOFTAP
        state = m.wifi.dhcp | bits if enable else m.wifi.dhcp & ~bits
        m.keep("dhcp", state, self.stores(m))
        if enable and bits & STATION and m.wifi.connected:
            m.wifi.address = m.wifi.bind_address


@command("+CWHOSTNAME")
class HostName(Command):
    async def query(self, m):
        m.say(f"+CWHOSTNAME:{m.ram.get('hostname', 'espressif')}")

    async def set(self, m, args):
        name = args.text(most=32)
        args.end()
        if not m.wifi.is_station:
            raise Fail()
        m.ram["hostname"] = name


@command("+CWCOUNTRY", "+CWCOUNTRY_CUR", "+CWCOUNTRY_DEF")
class Country(Command):
    async def query(self, m):
        policy, code, first, count, *more = m.setting("country") or (0, "CN", 1, 13, *[0] * m.profile.five_ghz)
        m.say(f'{self.name}:{policy},"{code}",{first},{count}' + "".join(f",{bits}" for bits in more))

    async def set(self, m, args):
        value = [args.int(0, 1), args.text(most=3), args.int(1, 14), args.int(1, 14)]
        if m.profile.five_ghz:
            value.append(args.int(default=0))  # the channels of 5 GHz, a bit each; 0: all the country allows
        args.end()
        m.keep("country", value, store=self.name.endswith("_DEF"))


@command("+CWSTAPROTO", "+CWAPPROTO")
class Protocol(Command):
    """802.11 protocols as bits; a chip with both bands has two numbers, for 2.4 and for 5 GHz."""

    BOTH = [71, 116]  # b, g, n, ax; n, a, ac, ax

    async def query(self, m):
        values = m.setting(self.name, self.BOTH if m.profile.five_ghz else [7])
        m.say(f"{self.name}:{','.join(str(value) for value in values)}", end=b"")

    async def set(self, m, args):
        values = [args.int(1, 255), args.int(1, 255)] if m.profile.five_ghz else [args.int(1, 15)]
        args.end()
        m.keep(self.name, values, self.stores(m))


@command("+CIPV6")
class Ipv6(Command):
    async def query(self, m):
        m.say(f"+CIPV6:{m.setting('ipv6', 0)}")

    async def set(self, m, args):
        value = args.int(0, 1)
        args.end()
        m.keep("ipv6", value, self.stores(m))


@command("+CIFSR")
class Addresses(Command):
    async def execute(self, m):
        wifi = m.wifi
        if wifi.mode & SOFTAP:
            m.say(f'+CIFSR:APIP,"{m.setting("cipap", ["192.168.4.1"])[0]}"')
            m.say(f'+CIFSR:APMAC,"{wifi.ap_mac}"')
        if wifi.is_station:
            m.say(f'+CIFSR:STAIP,"{wifi.address if wifi.connected else NO_ADDRESS}"')
            for what, value in zip(("LL", "GL"), wifi.ipv6(), strict=False):
                m.say(f'+CIFSR:STAIP6{what},"{value}"')
            m.say(f'+CIFSR:STAMAC,"{wifi.mac}"')
        m.tell("show_addresses")
