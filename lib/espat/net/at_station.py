"""Guide 3.2, the station's rarer settings: driver, protocols, country, enterprise networks, automatic joining."""

from espat.args import join
from espat.check import fields, flag, integer, numbers, rows, string


def driver(at) -> bool:
    """AT+CWINIT?: whether the Wi-Fi driver is running (3.2.2)."""
    return at.run(b"+CWINIT?", flag)


def set_driver(at, on: int) -> list:
    """AT+CWINIT=: start the Wi-Fi driver, or end it and free its memory (3.2.2)."""
    return at.run(b"+CWINIT=%d" % integer(on, 0, 1))


def auto_connect(at) -> bool:
    """AT+CWAUTOCONN?: whether the station joins by itself after a start (3.2.15)."""
    return at.run(b"+CWAUTOCONN?", flag)


def set_auto_connect(at, on: int) -> list:
    """AT+CWAUTOCONN=: whether the station joins by itself after a start; always kept in flash (3.2.15)."""
    return at.run(b"+CWAUTOCONN=%d" % integer(on, 0, 1))


def protocols(at) -> tuple:
    """AT+CWSTAPROTO?: the station's 802.11 protocols, (bits,) or (2.4 GHz bits, 5 GHz bits) (3.2.17).

    bits: sum of 1 b, 2 g, 4 n, 8 Espressif's long range; newer chips have more.
    """
    return at.run(b"+CWSTAPROTO?", numbers)


def set_protocols(at, bits: int, bits_5ghz: "int | None" = None) -> list:
    """AT+CWSTAPROTO=: the station's 802.11 protocols, see protocols() (3.2.17). bits_5ghz: ESP32-C5 only."""
    return at.keep(join(b"+CWSTAPROTO", integer(bits, 1, 255), integer(bits_5ghz, 1, 255, True)))


def country(at) -> list:
    """AT+CWCOUNTRY?: [policy, code as bytes, first channel, channels, ...] (3.2.28)."""
    return at.run(b"+CWCOUNTRY" + at.nonos + b"?", fields)


def set_country(at, fixed: int, code: "str | bytes", first: int = 1, count: int = 13, channels_5ghz: "int | None" = None) -> list:
    """AT+CWCOUNTRY=: the country whose radio rules hold (3.2.28).

    fixed: False follows the access point. code: up to 3 letters (ISO 3166). first: channel 1..14. count: of
    channels. channels_5ghz: bits, ESP32-C5 only.
    """
    values = (integer(fixed, 0, 1), string(code, 1, 3), integer(first, 1, 14), integer(count, 1, 14))
    name = b"+CWCOUNTRY" + at.nonos
    return at.keep(join(name, *values, integer(channels_5ghz, 0, 0x7FFFFFFF, True)))


def enterprise(at) -> list:
    """AT+CWJEAP?: [ssid, method, identity, user, password, security] of the enterprise network, texts as bytes (3.2.26)."""
    return at.run(b"+CWJEAP?", _enterprise, secret=True)


def _enterprise(lines):
    row = fields(lines)
    if len(row) < 6:
        raise ValueError("too few fields")
    return row


def connect_enterprise(
    at, ssid: "str | bytes", method: int, identity: "str | bytes | None" = None, user: "str | bytes | None" = None,
    password: "str | bytes | None" = None, security: int = 0, seconds: "int | None" = None,
) -> list:  # fmt: skip
    """AT+CWJEAP=: join an enterprise network (3.2.26). AtRefused.code tells why not (0x8001..).

    ssid: 1..32 bytes. method: 0 EAP-TLS, 1 EAP-PEAP, 2 EAP-TTLS. identity, user, password: 1..32 bytes; PEAP and
    TTLS need the last two. security: sum of 1 give our certificate, 2 verify the server's. seconds: 3..600, 15
    unless given.
    """
    integer(method, 0, 2)
    text = join(
        b"+CWJEAP", string(ssid, 1, 32), method, string(identity, 1, 32, True), string(user, 1, 32, not method),
        string(password, 1, 32, not method), integer(security, 0, 3), integer(seconds, 3, 600, True),
    )  # fmt: skip
    return at.run(text, timeout=(seconds or 15) * 1000 + 5000, secret=True)


def config(at) -> tuple:
    """AT+CWCONFIG?: three numbers whose meaning that firmware's own guide tells; 4.1 and newer."""
    return at.run(b"+CWCONFIG?", numbers)


def set_config(at, *values: "int | None") -> list:
    """AT+CWCONFIG=: set what config() shows, up to three numbers, None as it was; 4.1 and newer."""
    integer(len(values), 1, 3)
    return at.keep(join(b"+CWCONFIG", *[integer(v, -1, 0x7FFFFFFF, True) for v in values]))


def bandwidths(at) -> list:
    """AT+CWBANDWIDTH?: a list of numbers per interface; 4.1 and newer."""
    return at.run(b"+CWBANDWIDTH?", **rows(b"+CWBANDWIDTH:", _numbers))


def _numbers(line):
    return [int(x) for x in line.split(b",")]


def set_bandwidth(at, *values: int) -> list:
    """AT+CWBANDWIDTH=: set what bandwidths() shows of one interface; 4.1 and newer."""
    integer(len(values), 1, 4)
    return at.run(join(b"+CWBANDWIDTH", *[integer(v, 0, 255) for v in values]))


def band(at) -> int:
    """AT+CWBANDMODE?: which bands are used: 1 2.4 GHz, 2 5 GHz, 3 both; ESP32-C5 with firmware 5.0."""
    return at.run(b"+CWBANDMODE?", lambda lines: numbers(lines)[0])


def set_band(at, which: int) -> list:
    """AT+CWBANDMODE=: which bands to use, see band(); ESP32-C5 with firmware 5.0."""
    return at.keep(b"+CWBANDMODE=%d" % integer(which, 1, 3))
