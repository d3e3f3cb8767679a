"""Ethernet: AT+CIPETH, AT+CIPETHMAC; and AT+FACTPLCP.

board.cable says what is there: None no Ethernet chip, False one without a cable, True with one. Change it with
sim.call(sim.module.ethernet.plug, True).
"""
from .cmd_wifi_ip import MAC, ipv4
from .codes import Fail
from .command import Command, command, part
from .station import NO_ADDRESS

DHCP_BIT = 4  # of AT+CWDHCP


@part("ethernet")
class Ethernet:
    """m.ethernet."""

    def __init__(self, m):
        self.m = m
        self.address = NO_ADDRESS

    @property
    def present(self):
        return self.m.profile.has("+CIPETH") and self.m.board.cable is not None

    @property
    def uplink(self):
        return self.address != NO_ADDRESS

    @property
    def mac(self):
        number = self.m.wifi.number
        return self.m.setting("ethmac") or f"78:df:a1:00:{number >> 8:02x}:{number & 255:02x}"

    @property
    def static(self):
        """[address, gateway, netmask] or None while DHCP is on."""
        return None if self.m.setting("ethdhcp", 1) else self.m.setting("cipeth")

    def addresses(self):
        if self.static:
            return self.static
        return [self.address, self.m.air.gateway, "255.255.255.0"] if self.uplink else [NO_ADDRESS] * 3

    # events

    def started(self):
        if self.present and self.m.board.cable:
            self._up()

    def plug(self, cable):
        """Put the cable in (True) or out (False); the first time also solders the chip."""
        was, self.m.board.cable = self.m.board.cable, cable
        if not self.m.profile.has("+CIPETH") or bool(was) == bool(cable):
            return
        if cable:
            self._up()
        else:
            self.address = NO_ADDRESS
            self.m.report("+ETH_DISCONNECTED")
            if not self.m.net.online:
                self.m.net.wifi_down()

    def _up(self):
        self.m.report("+ETH_CONNECTED")
        self.address = self.static[0] if self.static else self.m.wifi.bind_address
        self.m.report(f"+ETH_GOT_IP:{self.address}")

    def show_addresses(self):
        """The lines of AT+CIFSR."""
        if self.present:
            self.m.say(f'+CIFSR:ETHIP,"{self.address}"')
            self.m.say(f'+CIFSR:ETHMAC,"{self.mac}"')


def need_chip(m):
    if not m.ethernet.present:
        raise Fail()


@command("+CIPETHMAC")
class Mac(Command):
    async def query(self, m):
        need_chip(m)
        m.say(f'+CIPETHMAC:"{m.ethernet.mac}"')

    async def set(self, m, args):
        mac = args.text(most=17).lower()
        if not MAC.fullmatch(mac) or int(mac[:2], 16) & 1 or mac == "00:00:00:00:00:00":
            raise args.reject()
        args.end()
        need_chip(m)
        if mac in (m.wifi.mac, m.wifi.ap_mac):
            raise Fail()
        m.keep("ethmac", mac, self.stores(m))


@command("+CIPETH")
class Address(Command):
    async def query(self, m):
        need_chip(m)
        for what, value in zip(("ip", "gateway", "netmask"), m.ethernet.addresses(), strict=True):
            m.say(f'+CIPETH:{what}:"{value}"')

    async def set(self, m, args):
        address = ipv4(args)
        gateway, netmask = ipv4(args, default=None), ipv4(args, default=None)
        args.end()
        need_chip(m)
        value = [address, gateway or address.rpartition(".")[0] + ".1", netmask or "255.255.255.0"]
        m.keep("cipeth", value, self.stores(m))
        m.keep("ethdhcp", 0, self.stores(m))
        if m.ethernet.uplink:
            m.ethernet.address = address


@command("+FACTPLCP")
class Plcp(Command):
    async def set(self, m, args):
        args.int(0, 1), args.int(0, 1)
        args.end()
        if not m.wifi.mode:
            raise Fail()


@command("+RFCAL")
class Calibrate(Command):
    """Firmware 4.1: a full calibration of the radio. Nothing to be seen of it."""

    async def execute(self, m):
        pass
