"""Guide 3.10, wired Ethernet on ESP32 (not in the default firmware). Whether DHCP is on: at_ip.dhcp(at, on, 4)."""

from espat.args import join
from espat.check import addresses, string, text


def mac(at) -> str:
    """AT+CIPETHMAC?: the MAC address, "aa:bb:cc:dd:ee:ff" (3.10.3)."""
    return at.run(b"+CIPETHMAC?", text)


def set_mac(at, mac: "str | bytes") -> list:
    """AT+CIPETHMAC=: another MAC address (3.10.3)."""
    return at.keep(join(b"+CIPETHMAC", string(mac, 17, 17)))


def address(at) -> dict:
    """AT+CIPETH?: {"ip": "...", "gateway": ..., "netmask": ...}, with IPv6 ip6ll and ip6gl (3.10.4)."""
    return at.run(b"+CIPETH?", addresses)


def set_address(at, ip: "str | bytes", gateway: "str | bytes | None" = None, netmask: "str | bytes | None" = None) -> list:
    """AT+CIPETH=: a fixed IPv4 address; gateway and netmask both or none (3.10.4)."""
    if (gateway is None) != (netmask is None):
        raise ValueError("gateway and netmask belong together")
    return at.keep(join(b"+CIPETH", string(ip, 7, 15), string(gateway, 7, 15, True), string(netmask, 7, 15, True)))
