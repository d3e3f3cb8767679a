"""What programs ask of the station seldom: addresses, scans, parameters; loaded by the first such call, and by each
call the commands that it speaks."""

from espat.errors import AtError, AtRefused

# ESP-AT's numbers for security: open WEP WPA WPA2 WPA/WPA2 enterprise WPA3 WPA2/WPA3 WAPI OWE; as MicroPython has them
_SECURITY = bytes((0, 1, 2, 3, 4, 5, 6, 7, 8, 9))
# accepted, for the module has no such thing or does it by itself
_IGNORED = ("antenna", "reconnects", "protocol", "ssid", "essid", "key", "password", "security", "hidden")
_PM = (0, 1, 3)  # PM_NONE, PM_PERFORMANCE, PM_POWERSAVE as AT+SLEEP has them


def mac_bytes(text):
    """b"aa:bb:cc:dd:ee:ff" or the like as 6 bytes."""
    return bytes([int(x, 16) for x in (text if isinstance(text, str) else str(text, "ascii")).split(":")])


def own_mac(at, bit, ask):
    """The MAC address of the station (1) or the SoftAP (2), which the module tells while that is on; ask: who asks for it."""
    if at.wifi & bit:
        return mac_bytes(ask(at))
    from espat.net import at_wifi

    at_wifi.power(at, bit, True)
    try:
        return mac_bytes(ask(at))
    finally:
        at_wifi.power(at, bit, False)


def mac_text(mac):
    """6 bytes as "aa:bb:cc:dd:ee:ff"."""
    return ":".join(["%02x" % b for b in mac])


def join_text(at, ssid, key, bssid, more):
    """AT+CWJAP with more than name and key.

    more: pci_en, reconn_interval, listen_interval, scan_mode, jap_timeout, pmf as the guide has them; eap= with
    identity, user, password and security for an enterprise network. security, auth and channel change nothing:
    the module finds them out.
    """
    if "eap" in more:
        from espat.net import at_station
        from espat.text import Texts

        args = [more.get(k) for k in ("eap", "identity", "user")]
        out = Texts(at)
        at_station.connect_enterprise(out, ssid, *args, key or more.get("password"), more.get("security", 0))
        return out.texts[0]
    from espat.net import at_join

    names = ("pci_en", "reconn_interval", "listen_interval", "scan_mode", "jap_timeout", "pmf")
    for name in more:
        if name not in names and name not in ("security", "auth", "channel"):
            raise TypeError("unknown keyword %s" % name)
    return at_join.join_text(at, ssid, key, mac_text(bssid) if bssid else None, *[more.get(n) for n in names])


def scan(at):
    """The networks in reach as MicroPython's tuples."""
    from espat.net import at_scan

    found = []

    def add(entry):
        security = _SECURITY[entry[0]] if entry[0] < len(_SECURITY) else entry[0]
        found.append((entry[1], mac_bytes(entry[3]), entry[4], entry[2], security, not entry[1]))

    try:
        at_scan.scan(at, add)
    except AtError:
        at.wifi |= 4  # the mode may not have been heard: say it again
        raise
    return found


def status(at, what):
    """status("rssi"); raises ValueError for anything else."""
    from espat.net import at_join

    if what != "rssi":
        raise ValueError("unknown status param")
    ap = at_join.access_point(at)
    return ap[3] if ap else 0


def ifconfig(at, values):
    """The station's ifconfig()."""
    from espat.net import at_dns, at_ip

    if values is None:
        dns = at_dns.servers(at)
        ip, mask, gateway = at_ip.address(at)
        return ip, mask, gateway, dns[0] if dns else "0.0.0.0"
    if values == "dhcp":
        at_ip.dhcp(at, True)
    else:
        ip, mask, gateway, dns = values
        at_ip.set_address(at, ip, gateway, mask)
        at_dns.set_servers(at, dns)


def station_ipconfig(wlan, what, values):
    """The station's ipconfig()."""
    from espat.net import at_ip

    at = wlan.at
    if what is None:
        known = ("addr4", "gw4", "dhcp4")
        for key in values:
            if key not in known:
                raise unknown(key)
        if "addr4" in values or "gw4" in values:
            ip, mask, gateway = at_ip.address(at)
            ip, mask = pair(values.get("addr4", (ip, mask)))
            at_ip.set_address(at, ip, values.get("gw4", gateway), mask)
        elif "dhcp4" in values:
            at_ip.dhcp(at, bool(values["dhcp4"]))
        return None
    ip, mask, gateway = at_ip.address(at)
    known = {"addr4": (ip, mask), "gw4": gateway, "dhcp4": at_ip.gets_address(at), "has_dhcp4": ip != "0.0.0.0"}
    if what not in known:
        raise unknown(what)
    return known[what]


def unknown(what):
    """The error for a parameter that does not exist here."""
    return ValueError("unknown config param: %s" % what)


def pair(address):
    """An address and its netmask as (ip, mask): from such a tuple, or from text such as "192.168.4.9/24"."""
    if not isinstance(address, str):
        return address
    ip, _, bits = address.partition("/")
    mask = -1 << 32 - (int(bits) if bits else 24)
    return ip, ".".join([str(mask >> shift & 255) for shift in (24, 16, 8, 0)])


def ipconfig(at, what, values):
    """network.ipconfig()."""
    from espat.net import at_dns

    if what is None:
        for key in values:
            if key == "dns":
                at_dns.set_servers(at, values["dns"])
            elif key != "prefer":  # a socket's name is looked up for the family it has
                raise unknown(key)
        return None
    if what != "dns":
        raise unknown(what)
    dns = at_dns.servers(at)
    return dns[0] if dns else "0.0.0.0"


def hostname(at, name):
    """network.hostname()."""
    from espat.net import at_ip

    if name is None:
        return at_ip.get_hostname(at)
    if len(name) > 32:
        raise ValueError("host name longer than 32 characters")
    at_ip.hostname(at, name)


def country(at, code):
    """network.country()."""
    from espat.net import at_station

    if code is None:
        try:
            return str(at_station.country(at)[1], "ascii")
        except AtError:
            return "XX"
    if len(code) != 2:
        raise ValueError("a country code has two letters")
    at_station.set_country(at, 1, code)


def config(at, what, values):
    """The station's config()."""
    from espat.net import at_ip

    if what and values:
        raise TypeError("either ask for a parameter or set some")
    if len(what) > 1 or not what and not values:
        raise TypeError("must query one param")
    if values:
        for key in values:
            if key in ("hostname", "dhcp_hostname"):
                hostname(at, values[key])
            elif key == "mac":
                at_ip.set_mac(at, mac_text(values[key]))
            elif key in ("pm", "txpower"):
                _radio(at, key, values[key])
            elif key not in _IGNORED:
                raise unknown(key)
        return None
    return _parameter(at, what[0])


def _radio(at, key, value):
    # wishes: what has become of them can be asked
    from espat import at_sleep, at_system

    try:
        if key == "txpower":
            at_system.set_rf_power(at, min(max(int(value * 4), 40), 84))
        elif not at.nonos:  # whose AT+SLEEP has other numbers
            at_sleep.set_mode(at, _PM[value] if 0 <= value <= 2 else value & 15 and 1)  # RP2's 0xa11140 ends in the mode
    except AtRefused:
        pass


def _parameter(at, what):
    from espat.net import at_ip, at_join

    if what == "mac":
        return own_mac(at, 1, at_ip.mac)
    if what in ("hostname", "dhcp_hostname"):
        return hostname(at, None)
    if what == "txpower":
        from espat import at_system

        return at_system.rf_power(at)[0] / 4
    if what == "pm":
        from espat import at_sleep

        return (0, 1, 2, 2)[at_sleep.mode(at)]
    if what not in ("ssid", "essid", "channel"):
        raise unknown(what)
    ap = at_join.access_point(at)
    if what == "channel":
        return ap[2] if ap else 0
    return str(ap[0], "utf-8") if ap else ""
