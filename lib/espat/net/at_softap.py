"""Guide 3.2, the SoftAP: the module as an access point. at.nonos: _CUR or _DEF, see at_basic.store()."""

from espat.answers import split
from espat.args import join
from espat.check import addresses, decode, integer, numbers, string, tail, text


def configure(
    at, ssid: "str | bytes", password: "str | bytes" = "", channel: int = 1, ecn: "int | None" = None,
    most: "int | None" = None, hidden: "int | None" = None,
) -> list:  # fmt: skip
    """AT+CWSAP=: name and security of the SoftAP (3.2.10).

    ssid: 1..32 bytes. password: 8..63 bytes, "" for an open one. channel: 1..14. ecn: 0 open, 2 WPA, 3 WPA2, 4 both;
    3 with a password unless given. most: stations at once. hidden: do not announce the name.
    """
    if ecn is None:
        ecn = 3 if password else 0
    if integer(ecn, 0, 4) == 1:
        raise ValueError("WEP is not supported")
    values = (string(ssid, 1, 32), string(password, 8 if ecn else 0, 63), integer(channel, 1, 14), ecn)
    name = b"+CWSAP" + at.nonos
    return at.keep(join(name, *values, integer(most, 1, 15, True), integer(hidden, 0, 1, True)), secret=True)


def config(at) -> list:
    """AT+CWSAP?: [ssid, password, channel, ecn, most stations, hidden], texts as bytes (3.2.10)."""
    return at.run(b"+CWSAP" + at.nonos + b"?", _config, secret=True)


def _config(lines):
    # neither name nor password is escaped: numbers from the right, then the seam between the two
    line = tail(lines)
    end = line.rfind(b'",')
    middle = line.rfind(b'","', 0, end)
    if middle < 1:
        raise ValueError("too few fields")
    return [line[1:middle], line[middle + 3 : end]] + split(line, end + 2)


def stations(at) -> list:
    """AT+CWLIF: the stations joined, a list of (ip, mac) as str (3.2.11)."""
    return at.run(b"+CWLIF", _stations)


def _stations(lines):
    out = []
    for line in lines:
        ip, _, mac = (line[7:] if line.startswith(b"+CWLIF:") else line).partition(b",")
        if mac and ip[:1].isdigit():
            out.append((decode(ip), decode(mac)))
    return out


def disconnect(at, mac: "str | bytes | None" = None) -> list:
    """AT+CWQIF: send one station away, mac "aa:bb:cc:dd:ee:ff", or all (3.2.12)."""
    return at.run(b"+CWQIF" if mac is None else join(b"+CWQIF", string(mac, 17, 17)))


def pool(at) -> tuple:
    """AT+CWDHCPS?: (lease time in minutes, first address, last address) of the DHCP server (3.2.14)."""
    return at.run(b"+CWDHCPS" + at.nonos + b"?", _pool)


def _pool(lines):
    row = tail(lines).split(b",")
    return int(row[0]), decode(row[1]), decode(row[2])


def set_pool(at, minutes: int, first: "str | bytes", last: "str | bytes") -> list:
    """AT+CWDHCPS=1: lease time 1..2880 minutes, first and last address the DHCP server gives away (3.2.14)."""
    name = b"+CWDHCPS" + at.nonos
    return at.keep(join(name, 1, integer(minutes, 1, 2880), string(first, 7, 15), string(last, 7, 15)))


def reset_pool(at) -> list:
    """AT+CWDHCPS=0: the DHCP server's own range again (3.2.14)."""
    return at.keep(b"+CWDHCPS" + at.nonos + b"=0")


def mac(at) -> str:
    """AT+CIPAPMAC?: the SoftAP's MAC address, "aa:bb:cc:dd:ee:ff" (3.2.19)."""
    return at.run(b"+CIPAPMAC" + at.nonos + b"?", text)


def set_mac(at, mac: "str | bytes") -> list:
    """AT+CIPAPMAC=: another MAC address for the SoftAP (3.2.19)."""
    return at.keep(join(b"+CIPAPMAC" + at.nonos, string(mac, 17, 17)))


def address(at) -> dict:
    """AT+CIPAP?: {"ip": "...", "gateway": ..., "netmask": ...} of the SoftAP, with IPv6 ip6ll and ip6gl (3.2.21)."""
    return at.run(b"+CIPAP" + at.nonos + b"?", addresses)


def set_address(at, ip: "str | bytes", gateway: "str | bytes | None" = None, netmask: "str | bytes | None" = None) -> list:
    """AT+CIPAP=: the SoftAP's IPv4 address; gateway and netmask both or none (3.2.21)."""
    if (gateway is None) != (netmask is None):
        raise ValueError("gateway and netmask belong together")
    name = b"+CIPAP" + at.nonos
    return at.keep(join(name, string(ip, 7, 15), string(gateway, 7, 15, True), string(netmask, 7, 15, True)))


def protocols(at) -> tuple:
    """AT+CWAPPROTO?: the SoftAP's 802.11 protocols, (bits,) or (2.4 GHz bits, 5 GHz bits) (3.2.16).

    bits: sum of 1 b, 2 g, 4 n, 8 Espressif's long range; newer chips have more.
    """
    return at.run(b"+CWAPPROTO?", numbers)


def set_protocols(at, bits: int, bits_5ghz: "int | None" = None) -> list:
    """AT+CWAPPROTO=: the SoftAP's 802.11 protocols, see protocols() (3.2.16). bits_5ghz: ESP32-C5 only."""
    return at.keep(join(b"+CWAPPROTO", integer(bits, 1, 255), integer(bits_5ghz, 1, 255, True)))
