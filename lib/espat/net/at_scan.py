"""Guide 3.2, what is in reach and what has been joined, and how the module goes after what it has lost."""

from micropython import const

from espat.answers import split
from espat.args import join
from espat.block import Rest
from espat.check import integer, numbers, string
from espat.ticks import ticks_add, ticks_diff, ticks_ms

_LISTEN = const(30)  # ms after the OK in which no more rows may come
_LONGEST = const(160)  # bytes of a row: 32 of the name, ten numbers, an address


def scan(
    at, each, ssid: "str | bytes | None" = None, bssid: "str | bytes | None" = None, channel: "int | None" = None,
    passive: "int | None" = None, least: "int | None" = None, most: "int | None" = None, timeout: int = 15000,
):  # fmt: skip
    """AT+CWLAP: each(entry) for every access point in reach (3.2.8).

    entry: [ecn, ssid, rssi, "mac" bytes, channel, ...]. ssid, bssid ("aa:bb:cc:dd:ee:ff"), channel: only this one.
    passive: listen only. least, most: 0 to 1500 ms a channel. timeout: ms. Raises AtAnswer when something was lost.
    """
    only = (
        string(ssid, 1, 32, True),
        string(bssid, 17, 17, True),
        integer(channel, 1, 196, True),
        integer(passive, 0, 1, True),
        integer(least, 0, 1500, True),
        integer(most, 0, 1500, True),
    )

    rows = Rows(at, each)
    text = join(b"+CWLAP", *only) if any(x is not None for x in only) else b"+CWLAP"
    at.on(b"+CWLAP", rows.late)
    try:
        return at.run(text, rows.done, block=rows, timeout=timeout)
    finally:
        at.off(b"+CWLAP")


class Rows(Rest):
    """The rows of AT+CWLAP. An SSID may have CR LF in it, and what looks like an answer behind that: a row ends where
    all its fields are there. Nothing counts the rows, but each has as many fields as the others. each: called with the
    entry."""

    def __init__(self, at, each):
        Rest.__init__(self, at.parser, b"+CWLAP", self.row)
        self._at = at
        self._entry = self._last = None
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
        """A row is complete, or damaged; one may come twice."""
        entry, last = self._entry, self._last
        if not entry or last and len(entry) != len(last):
            self._torn = True
        if entry and entry != last:
            self._last = entry
            self._tell(entry)

    def torn(self, n):
        """See Counted.torn(): the rest of a row has not come."""
        self._line = bytearray()
        self._torn = True

    def done(self, lines):
        """Reader; ValueError when something was lost. lines: what else has come, the rest of a row perhaps."""
        at = self._at
        for line in lines:
            self._torn = self._torn or b'",' in line
        if not self._last and at.engine.busies:  # the OK was that of half of the command
            self._torn = True
        end = ticks_add(ticks_ms(), _LISTEN)
        while ticks_diff(end, ticks_ms()) > 0:
            at.wait()
        if self._torn:
            raise ValueError("a row that cannot be read")
        return lines

    def late(self, buf, a, b):
        """A row behind the OK: that was somebody else's."""
        self._torn = True


def network(line: bytes):
    """One +CWLAP line as [ecn, ssid, rssi, mac, channel, ...]; None when it is none, or damaged."""
    a = line.find(b'"') + 1
    end = line.rfind(b',"')  # the SSID is not escaped: count from the MAC address, the last quoted field
    rssi = line.rfind(b'",', a - 1, end)
    if not line.startswith(b"+CWLAP:") or a < 1 or rssi < a - 1:
        return None
    ecn = line[line.find(b":") + 1 : a - 2]
    if (ecn[:1] == b"(") != (line[-1:] == b")"):
        return None
    try:
        entry = [int(ecn.lstrip(b"(")), line[a:rssi]] + split(line.rstrip(b")"), rssi + 2)
        mac = [int(x, 16) for x in entry[3].split(b":")]
        channel = entry[4]
    except (ValueError, AttributeError, IndexError):
        return None
    sound = len(mac) == 6 and len(entry[3]) == 17 and isinstance(channel, int) and 0 < channel < 200
    sound = sound and len(entry[1]) < 33 and isinstance(entry[2], int) and -129 < entry[2] < 41
    return entry if sound else None


def scan_options(at, sort: int, mask: int, floor: "int | None" = None, modes: "int | None" = None) -> list:
    """AT+CWLAPOPT: what AT+CWLAP tells, and of whom (3.2.7).

    sort: by signal. mask: bits of the fields, 0x7FF for all; scan() needs the first five, 0x1F. floor: lowest signal,
    -100 to 40 dBm. modes: bits of the kinds of security, 0xFFFF for all.
    """
    values = integer(sort, 0, 1), integer(mask, 0, 0x7FF), integer(floor, -100, 40, True), integer(modes, 0, 0xFFFF, True)
    return at.run(join(b"+CWLAPOPT", *values))


def reconnect(at, interval: int, count: int) -> list:
    """AT+CWRECONNCFG: seconds between attempts after a loss (0 never, up to 7200), attempts (0 no end, up to 1000) (3.2.6)."""
    return at.run(b"+CWRECONNCFG=%d,%d" % (integer(interval, 0, 7200), integer(count, 0, 1000)))


def get_reconnect(at) -> tuple:
    """AT+CWRECONNCFG?: (seconds between attempts after a loss, attempts), see reconnect() (3.2.6)."""
    return at.run(b"+CWRECONNCFG?", numbers)
