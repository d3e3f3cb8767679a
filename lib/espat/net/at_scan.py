"""Guide 3.2, what is in reach and what has been joined, and how the module goes after what it has lost."""

from espat.args import join, split


def scan(at, each, ssid=None, timeout=15000):
    """AT+CWLAP: each(entry) for every access point in reach (3.2.8).

    entry: [ecn, ssid, rssi, "mac" bytes, channel, ...]. ssid: only this one. timeout: ms.
    """

    def line(text):
        text = network(text)
        if text:
            each(text)

    return at.run(join(b"+CWLAP", ssid) if ssid else b"+CWLAP", each=line, timeout=timeout)


def network(line):
    """One +CWLAP line as [ecn, ssid, rssi, mac, channel, ...]; None when it is none."""
    a = line.find(b'"') + 1
    mac = line.rfind(b',"')  # the SSID is not escaped: count from the MAC address, the last quoted field
    rssi = line.rfind(b'",', a - 1, mac)
    if not line.startswith(b"+CWLAP:") or a < 1 or rssi < a - 1:
        return None
    ecn = line[line.find(b":") + 1 : a - 2].lstrip(b"(")
    try:
        return [int(ecn), line[a:rssi]] + split(line.rstrip(b")"), rssi + 2)
    except ValueError:
        return None


def scan_options(at, sort, mask, floor=None, modes=None):
    """AT+CWLAPOPT: sorted by signal, mask of fields, lowest rssi in dBm, mask of security kinds (3.2.7)."""
    return at.run(join(b"+CWLAPOPT", sort, mask, floor, modes))


def reconnect(at, interval, count):
    """AT+CWRECONNCFG: seconds between attempts after a loss (0 never, up to 7200), attempts (0 no end) (3.2.6)."""
    return at.run(b"+CWRECONNCFG=%d,%d" % (interval, count))
