"""Guide 3.2, what is in reach and what has been joined, and how the module goes after what it has lost."""

from espat.args import join, split
from espat.check import integer, numbers, string


def scan(at, each, ssid=None, bssid=None, channel=None, passive=None, least=None, most=None, timeout=15000):
    """AT+CWLAP: each(entry) for every access point in reach (3.2.8).

    entry: [ecn, ssid, rssi, "mac" bytes, channel, ...]. ssid, bssid ("aa:bb:cc:dd:ee:ff"), channel: only this one.
    passive: listen only. least, most: 0 to 1500 ms a channel. timeout: ms.
    """
    only = (
        string(ssid, 1, 32, True),
        string(bssid, 17, 17, True),
        integer(channel, 1, 196, True),
        integer(passive, 0, 1, True),
        integer(least, 0, 1500, True),
        integer(most, 0, 1500, True),
    )

    torn = []

    def line(text):
        entry = network(text)
        if entry:
            each(entry)
        elif text.startswith(b"+CWLAP:"):
            torn.append(text)

    def parse(lines):
        if torn:
            raise ValueError("a line that cannot be read")
        return lines

    text = join(b"+CWLAP", *only) if any(x is not None for x in only) else b"+CWLAP"
    return at.run(text, parse, each=line, timeout=timeout)


def network(line):
    """One +CWLAP line as [ecn, ssid, rssi, mac, channel, ...]; None when it is none, or damaged."""
    a = line.find(b'"') + 1
    mac = line.rfind(b',"')  # the SSID is not escaped: count from the MAC address, the last quoted field
    rssi = line.rfind(b'",', a - 1, mac)
    if not line.startswith(b"+CWLAP:") or a < 1 or rssi < a - 1:
        return None
    ecn = line[line.find(b":") + 1 : a - 2].lstrip(b"(")
    try:
        entry = [int(ecn), line[a:rssi]] + split(line.rstrip(b")"), rssi + 2)
        mac = [int(x, 16) for x in entry[3].split(b":")]
    except (ValueError, AttributeError, IndexError):
        return None
    return entry if len(mac) == 6 and max(mac) < 256 and isinstance(entry[2], int) else None


def scan_options(at, sort, mask, floor=None, modes=None):
    """AT+CWLAPOPT: what AT+CWLAP tells, and of whom (3.2.7).

    sort: by signal. mask: bits of the fields, 0x7FF for all; scan() needs the first five, 0x1F. floor: lowest signal,
    -100 to 40 dBm. modes: bits of the kinds of security, 0xFFFF for all.
    """
    values = integer(sort, 0, 1), integer(mask, 0, 0x7FF), integer(floor, -100, 40, True), integer(modes, 0, 0xFFFF, True)
    return at.run(join(b"+CWLAPOPT", *values))


def reconnect(at, interval, count):
    """AT+CWRECONNCFG: seconds between attempts after a loss (0 never, up to 7200), attempts (0 no end, up to 1000) (3.2.6)."""
    return at.run(b"+CWRECONNCFG=%d,%d" % (integer(interval, 0, 7200), integer(count, 0, 1000)))


def get_reconnect(at):
    """AT+CWRECONNCFG?: (seconds between attempts after a loss, attempts), see reconnect() (3.2.6)."""
    return at.run(b"+CWRECONNCFG?", numbers)
