"""Guide 3.3, the module as TCP and TLS server, and socket options. A server needs AT+CIPMUX=1."""

from micropython import const

from espat.args import join
from espat.check import fields, integer, number, numbers, payload, rows

_ALL = const(5)  # in place of a link's number
_KINDS = ("TCP", "TCPv6", "SSL", "SSLv6")


def server(at) -> list:
    """AT+CIPSERVER?: [1, port, kind, verifies clients, ...] of the server, [0] without one (3.3.16).

    kind: bytes; what follows it depends on chip and firmware.
    """
    return at.run(b"+CIPSERVER?", fields)


def listen(at, port: int, kind: "str | None" = None, verify: "int | None" = None, interface: "int | None" = None) -> list:
    """AT+CIPSERVER=1: accept connections (3.3.16); there is one server.

    port: 1..65535. kind: "TCP", "TCPv6", "SSL" or "SSLv6". verify: ask TLS clients for certificates. interface:
    firmware 4.1 and newer.
    """
    if kind is not None and kind not in _KINDS:
        raise ValueError("no such kind of server")
    values = (integer(port, 1, 65535), kind, integer(verify, 0, 1, True), integer(interface, 0, 255, True))
    return at.keep(join(b"+CIPSERVER", 1, *values))


def unlisten(at, close: "int | None" = None) -> list:
    """AT+CIPSERVER=0: accept no more connections (3.3.16). close: also close those there are."""
    at.forget(b"+CIPSERVER")
    return at.run(join(b"+CIPSERVER", 0, integer(close, 0, 1, True)))


def most(at) -> int:
    """AT+CIPSERVERMAXCONN?: how many clients the server accepts at once (3.3.17)."""
    return at.run(b"+CIPSERVERMAXCONN?", number)


def set_most(at, count: int) -> list:
    """AT+CIPSERVERMAXCONN=: clients at once, 1..5, 16 in some builds (3.3.17); before listen()."""
    return at.run(b"+CIPSERVERMAXCONN=%d" % integer(count, 1, 16))


def timeout(at) -> int:
    """AT+CIPSTO?: seconds after which a silent client is closed (3.3.19)."""
    return at.run(b"+CIPSTO?", number)


def set_timeout(at, seconds: int) -> list:
    """AT+CIPSTO=: close clients that are silent for so long, 0..7200 s, 0 never (3.3.19); after listen()."""
    return at.run(b"+CIPSTO=%d" % integer(seconds, 0, 7200))


def options(at) -> list:
    """AT+CIPTCPOPT?: (link, linger, nodelay, send timeout, keep-alive) of every link, see set_options() (3.3.38)."""
    return at.run(b"+CIPTCPOPT?", **rows(b"+CIPTCPOPT:", _row))


def _row(line):
    return tuple([int(x) for x in line.split(b",")])


def set_options(
    at, link: "int | None" = None, linger: "int | None" = None, nodelay: "int | None" = None,
    send_timeout: "int | None" = None, keep_alive: "int | None" = None,
) -> list:  # fmt: skip
    """AT+CIPTCPOPT=: socket options (3.3.38); None leaves one as it is.

    link: 0..4, 5 for all (a restarted module is told again); None without AT+CIPMUX. linger: seconds, -1 off.
    nodelay: send small pieces at once. send_timeout: ms, 0 none. keep_alive: seconds 0..7200, 0 off.
    """
    values = (integer(linger, -1, 0xFFFF, True), integer(nodelay, 0, 1, True),
              integer(send_timeout, 0, 0x7FFFFFFF, True), integer(keep_alive, 0, 7200, True))  # fmt: skip
    if values == (None, None, None, None):
        raise ValueError("nothing to set")
    # the commas between the first three stay even where nothing follows
    commas = b"" if values[2:] != (None, None) else b",," if nodelay is None else b","
    if link is None:
        return at.run(join(b"+CIPTCPOPT", *values) + commas)
    text = join(b"+CIPTCPOPT", integer(link, 0, 16), *values) + commas
    return at.keep(text) if link == _ALL else at.run(text)


def persistent(at) -> tuple:
    """AT+CIPCONNPERSIST?: numbers by link, whether a link outlives the loss of Wi-Fi; firmware 5.0 and newer."""
    return at.run(b"+CIPCONNPERSIST?", numbers)


def set_persistent(at, *values: int) -> list:
    """AT+CIPCONNPERSIST=: link (with AT+CIPMUX=1) and 0 or 1; firmware 5.0 and newer."""
    integer(len(values), 1, 2)
    return at.run(join(b"+CIPCONNPERSIST", *[integer(v, 0, 16) for v in values]))


def send_buffered(at, data, link: "int | None" = None, timeout: int = 5000) -> tuple:
    """AT+CIPSENDBUF: hand over up to 2048 bytes that the module sends later, TCP only; ESP8266 NonOS.

    link: None without AT+CIPMUX. timeout: ms. Returns (number of this segment, number of the last one that has been sent).
    For each segment a line such as b"0,1,SEND OK" comes later: at.on(b"0,1,SEND", ...) hears it.
    """
    values = () if link is None else (integer(link, 0, 4),)
    end = b"Recv %d bytes" % len(data)
    return at.run(join(b"+CIPSENDBUF", *values, payload(data, 2048)), _segments, timeout, data, end)


def _segments(lines):
    for line in lines:
        row = line.split(b",")
        if len(row) == 2 and row[0].isdigit() and row[1].isdigit():
            return int(row[0]), int(row[1])
    raise ValueError
