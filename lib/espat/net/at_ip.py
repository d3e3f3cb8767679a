"""Guide 3.2, the station's addresses and name."""

from espat.args import join, split


def _field(lines, name):
    # +CIPSTA:ip:"192.168.1.2", with a comma behind the key for some of them
    for line in lines:
        at = line.find(name)
        if at >= 0:
            return str(line[at + len(name) + 1 :].strip(b'"'), "ascii")
    return ""


def address(at):
    """AT+CIPSTA?: (ip, netmask, gateway) of the station as text, "0.0.0.0" without one (3.2.20)."""

    def parse(lines):
        ip = _field(lines, b":ip") or str(lines[0].split(b":")[-1].strip(b'"'), "ascii")
        return ip, _field(lines, b":netmask"), _field(lines, b":gateway")

    return at.run(b"+CIPSTA_CUR?" if at.nonos else b"+CIPSTA?", parse)


def set_address(at, ip, gateway=None, netmask=None):
    """AT+CIPSTA: a fixed address for the station instead of DHCP (3.2.20)."""
    return at.keep(join(b"+CIPSTA_CUR" if at.nonos else b"+CIPSTA", ip, gateway, netmask))


def mac(at):
    """AT+CIPSTAMAC?: the station's MAC address, b"aa:bb:cc:dd:ee:ff" (3.2.18)."""
    return at.run(b"+CIPSTAMAC_CUR?" if at.nonos else b"+CIPSTAMAC?", lambda lines: split(lines[0])[0])


def set_mac(at, text):
    """AT+CIPSTAMAC: another MAC address for the station (3.2.18)."""
    return at.run(join(b"+CIPSTAMAC_CUR" if at.nonos else b"+CIPSTAMAC", text))


def hostname(at, name):
    """AT+CWHOSTNAME: the station's host name, up to 32 bytes (3.2.27)."""
    return at.run(join(b"+CWHOSTNAME", name))


def get_hostname(at):
    """AT+CWHOSTNAME?: the station's host name (3.2.27)."""
    return at.run(b"+CWHOSTNAME?", lambda lines: str(lines[0][12:], "utf-8"))


def dhcp(at, on, which=1):
    """AT+CWDHCP: DHCP for 1 the station, 2 the SoftAP, 4 Ethernet or a sum of them (3.2.13)."""
    if at.nonos:  # other order, other numbers: 0 SoftAP, 1 station, 2 both
        return at.keep(b"+CWDHCP_CUR=%d,%d" % (which % 3 if which < 3 else 2, on))
    return at.keep(b"+CWDHCP=%d,%d" % (on, which))


def gets_address(at):
    """AT+CWDHCP?: whether the station uses DHCP (3.2.13)."""
    bit = 2 if at.nonos else 1  # ESP8266 NonOS has the bits the other way round
    return at.run(b"+CWDHCP_CUR?" if at.nonos else b"+CWDHCP?", lambda lines: bool(split(lines[0])[0] & bit))


def ipv6(at, on):
    """AT+CIPV6: IPv6 on or off (3.3.2)."""
    return at.keep(b"+CIPV6=%d" % on)
