"""Guide 3.2, what is in reach and what has been joined, and how the module goes after what it has lost."""

from micropython import const

from espat.answers import split
from espat.args import join
from espat.block import Rest
from espat.check import integer, numbers, string

_LONGEST = const(160)  # bytes of a row: 32 of the name, ten numbers, an address


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

    rows = Rows(at.parser, each)
    text = join(b"+CWLAP", *only) if any(x is not None for x in only) else b"+CWLAP"
    return at.run(text, rows.done, block=rows, timeout=timeout)


class Rows(Rest):
    """The rows of AT+CWLAP. An SSID may have CR LF in it, and what looks like an answer behind that: a row ends where
    all its fields are there. each: called with the entry."""

    def __init__(self, parser, each):
        Rest.__init__(self, parser, b"+CWLAP", self.row)
        self._entry = None
        self._tell = each
        self._torn = False

    def whole(self, line):
        """See Rest."""
        text = bytes(line)
        a = text.rfind(b"\n+CWLAP:")
        if a >= 0:  # the next row has begun: this one is damaged
            self._torn = True
            text = text[a + 8 :]
            line[:] = text
        self._entry = network(b"+CWLAP:" + text.rstrip(b"\r\n"))
        return self._entry is not None or len(text) > _LONGEST

    def row(self, line):
        """A row is complete, or damaged."""
        if self._entry:
            self._tell(self._entry)
        else:
            self._torn = True

    def done(self, lines):
        """Reader; ValueError when a row could not be read."""
        if self._torn:
            raise ValueError("a row that cannot be read")
        return lines


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
        channel = entry[4]
    except (ValueError, AttributeError, IndexError):
        return None
    sound = len(mac) == 6 and max(mac) < 256 and isinstance(entry[2], int) and isinstance(channel, int)
    return entry if sound else None


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
