"""Guide 3.2, the station's addresses and name."""

from espat.args import join


def _field(lines, name):
    # +CIPSTA:ip:"192.168.1.2"; some firmware has a comma behind ip6ll
    for line in lines:
        at = line.find(name)
        if at >= 0 and line[:1] == b"+":
            return str(line[at + len(name) :].strip(b'"'), "ascii")
    return ""


def _tail(lines):
    # what stands behind the colon of the answer; modules print log texts among their lines
    for line in lines:
        if line[:1] == b"+":
            return line[line.find(b":") + 1 :]
    raise ValueError


def address(at) -> tuple:
    """AT+CIPSTA?: (ip, netmask, gateway) of the station as text, "0.0.0.0" without one (3.2.20)."""

    def parse(lines):
        ip = _field(lines, b":ip:") or str(_tail(lines).strip(b'"'), "ascii")  # firmware to 2.1: the bare address
        return ip, _field(lines, b":netmask:"), _field(lines, b":gateway:")

    return at.run(b"+CIPSTA" + at.nonos + b"?", parse)


def set_address(at, ip: "str | bytes", gateway: "str | bytes | None" = None, netmask: "str | bytes | None" = None) -> list:
    """AT+CIPSTA: a fixed address for the station instead of DHCP; gateway and netmask go together (3.2.20)."""
    if (gateway is None) != (netmask is None) or not 7 <= len(ip) <= 15:
        raise ValueError("an address, or one with gateway and netmask")
    return at.keep(join(b"+CIPSTA" + at.nonos, ip, gateway, netmask))


def mac(at) -> bytes:
    """AT+CIPSTAMAC?: the station's MAC address, b"aa:bb:cc:dd:ee:ff" (3.2.18)."""
    return at.run(b"+CIPSTAMAC" + at.nonos + b"?", lambda lines: _tail(lines).strip(b'"'))


def set_mac(at, text: "str | bytes") -> list:
    """AT+CIPSTAMAC: another MAC address for the station (3.2.18)."""
    if len(text) != 17:
        raise ValueError("no MAC address")
    return at.run(join(b"+CIPSTAMAC" + at.nonos, text))


def hostname(at, name: "str | bytes") -> list:
    """AT+CWHOSTNAME: the station's host name, 1 to 32 bytes (3.2.27)."""
    if not 1 <= len(name.encode() if isinstance(name, str) else name) <= 32:
        raise ValueError("host name must be 1 to 32 bytes")
    return at.run(join(b"+CWHOSTNAME", name))


def get_hostname(at) -> str:
    """AT+CWHOSTNAME?: the station's host name (3.2.27)."""
    return at.run(b"+CWHOSTNAME?", lambda lines: str(_tail(lines), "utf-8"))


def dhcp(at, on: bool, which: int = 1) -> list:
    """AT+CWDHCP: DHCP for 1 the station, 2 the SoftAP, 4 Ethernet or a sum of them (3.2.13)."""
    if not 1 <= which <= (3 if at.nonos else 7):
        raise ValueError("DHCP of what?")
    if at.nonos:  # other order, other numbers: 0 SoftAP, 1 station, 2 both
        return at.keep(join(b"+CWDHCP" + at.nonos, (1, 0, 2)[which - 1], bool(on)))
    return at.keep(b"+CWDHCP=%d,%d" % (bool(on), which))


def gets_address(at) -> bool:
    """AT+CWDHCP?: whether the station uses DHCP (3.2.13)."""
    bit = 2 if at.nonos else 1  # ESP8266 NonOS has the bits the other way round
    return at.run(b"+CWDHCP" + at.nonos + b"?", lambda lines: bool(int(_tail(lines)[:1]) & bit))


def ipv6(at, on: bool) -> list:
    """AT+CIPV6: IPv6 on or off (3.3.2)."""
    return at.keep(b"+CIPV6=%d" % bool(on))


def get_ipv6(at) -> bool:
    """AT+CIPV6?: whether IPv6 is on (3.3.2)."""
    return at.run(b"+CIPV6?", lambda lines: _tail(lines)[:1] == b"1")
