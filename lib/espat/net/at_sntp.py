"""Guide 3.2 and 3.3, services of the network: time, ping, mDNS, and all own addresses at once."""

from espat.args import join
from espat.check import decode, fields, integer, leading, number, string, tail

_MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec"
_DAYS = "MonTueWedThuFriSatSun"


def config(at) -> tuple:
    """AT+CIPSNTPCFG?: (enabled, time zone or None, [servers]) (3.3.20)."""
    return at.run(b"+CIPSNTPCFG?", _config)


def _config(lines):
    row = fields(lines)
    zone = row[1] if len(row) > 1 else None
    return row[0] != 0, zone, [decode(x) for x in row[2:] if x]


def configure(at, zone: "int | None" = None, *servers: "str | bytes") -> list:
    """AT+CIPSNTPCFG=1: ask time servers, up to three (3.3.20).

    zone: hours from UTC -12..14, or hhmm such as 530 and -330; None only with firmware 4.1 and newer. Of hhmm the
    module tells no leading zeros.
    """
    if len(servers) > 3:
        raise ValueError("at most three servers")
    return at.keep(join(b"+CIPSNTPCFG", 1, _zone(zone), *[string(s, 1, 64) for s in servers]))


def _zone(zone):
    if zone is None:
        return None
    if not isinstance(zone, int):
        raise TypeError("a number is needed")
    hours, minutes = (zone, 0) if -12 <= zone <= 14 else divmod(abs(zone), 100)
    if hours > (14 if zone > 0 else 12) or minutes > 59:
        raise ValueError("no time zone")
    return zone


def off(at) -> list:
    """AT+CIPSNTPCFG=0: ask no time servers (3.3.20)."""
    return at.keep(b"+CIPSNTPCFG=0,0")


def time(at) -> tuple:
    """AT+CIPSNTPTIME?: local time as (year, month, day, hour, minute, second, weekday), Monday 0 (3.3.21).

    Until a server has answered the year is 1970.
    """
    return at.run(b"+CIPSNTPTIME?", _time)


def _time(lines):
    # Tue Oct 19 17:47:56 2021
    day, month, date, clock, year = tail(lines).split()
    hour, minute, second = clock.split(b":")
    month = _MONTHS.find(decode(month)) // 3 + 1
    day = _DAYS.find(decode(day)) // 3
    if month < 1 or day < 0:
        raise ValueError("no time")
    return int(year), month, int(date), int(hour), int(minute), int(second), day


def interval(at) -> int:
    """AT+CIPSNTPINTV?: seconds between two questions to the time servers (3.3.22)."""
    return at.run(b"+CIPSNTPINTV?", number)


def set_interval(at, seconds: int) -> list:
    """AT+CIPSNTPINTV=: 15..4294967 seconds between two questions to the time servers (3.3.22)."""
    return at.keep(b"+CIPSNTPINTV=%d" % integer(seconds, 15, 4294967))


def ping(at, host: "str | bytes", timeout: int = 30000) -> int:
    """AT+PING: milliseconds to a host, name or address, and back (3.3.36). No answer: AtRefused. timeout: ms."""
    return at.run(join(b"+PING", string(host, 1, 64)), _ping, timeout=timeout)


def _ping(lines):
    for line in lines:
        # +PING:23, and +23 on ESP8266 NonOS
        digits = line[line.rfind(b":") + 1 :] if line.startswith(b"+PING:") else line[1:]
        if line[:1] == b"+" and digits.isdigit():
            return leading(digits)
    raise ValueError("no time")


def mdns(at, host: "str | bytes", service: "str | bytes", port: int, *more) -> list:
    """AT+MDNS=1: answer to host.local and offer a service (3.2.25).

    service: such as "_http". port: 1..65535. more: instance, protocol and texts, firmware 5.0 and newer only.
    """
    return at.keep(join(b"+MDNS", 1, string(host, 1, 63), string(service, 1, 63), integer(port, 1, 65535), *more))


def mdns_off(at) -> list:
    """AT+MDNS=0: answer no longer (3.2.25)."""
    return at.keep(b"+MDNS=0")


def mdns_found(at, each=None, timeout: int = 20000) -> list:
    """AT+MDNS?: what firmware 5.0 and newer tells about services: lines with IF=, IP=, PTR=, SRV=, TXT=, A=, AAAA=.

    each: called as each(line). Returns the lines as bytes. timeout: ms.
    """
    return at.run(b"+MDNS?", each=each, timeout=timeout)


def addresses(at) -> dict:
    """AT+CIFSR: the module's addresses, {"STAIP": "...", "STAMAC": ..., "APIP": ..., "ETHIP": ...}, what there is of
    them; IPv6 under STAIP6LL and STAIP6GL (3.3.14)."""
    return at.run(b"+CIFSR", _addresses)


def _addresses(lines):
    out = {}
    for line in lines:
        if line.startswith(b"+CIFSR:"):
            key, _, value = line[7:].partition(b",")
            out[decode(key)] = decode(value)
        elif line[:1].isdigit():
            out["STAIP" if out else "APIP"] = decode(line)  # oldest firmware: bare addresses, SoftAP first
    return out
