"""Guide 3.9, WebSocket: up to three connections, 0..2 (not in the default firmware).

Messages come as `+WS_DATA:<link>,<length>,<bytes>`, the end as `+WS_DISCONNECTED:` or `+WS_CLOSED:<link>`.
"""

from espat.args import join
from espat.block import Rest
from espat.check import decode, integer, payload, rows, string


def configure(
    at, link: int, ping: int = 10, patience: int = 120, buffer: "int | None" = None, verify: "int | None" = None,
    pki: "int | None" = None, ca: "int | None" = None,
) -> list:  # fmt: skip
    """AT+WSCFG: ping every 1..7200 s, close after 1..7200 s without an answer (3.9.2); before open().

    buffer: 1..8192 bytes, 1024 unless given; a message may be 10 bytes shorter. verify: 0 nobody, 1 give our
    certificate, 2 verify the server, 3 both, with pki and ca which ones; firmware 4.1 and newer.
    """
    values = (_link(link), integer(ping, 1, 7200), integer(patience, 1, 7200), integer(buffer, 1, 8192, True))
    more = (integer(verify, 0, 3, True), integer(pki, 0, 255, True), integer(ca, 0, 255, True))
    return at.run(join(b"+WSCFG", *values, *more))


def add_header(at, header: "str | bytes") -> list:
    """AT+WSHEAD=: a header for all connections from now on (3.9.3). header: "Key: value", str or bytes."""
    data = header.encode() if isinstance(header, str) else header
    return at.run(b"+WSHEAD=%d" % payload(data), data=data, secret=True)


def clear_headers(at) -> list:
    """AT+WSHEAD=0: forget the headers (3.9.3)."""
    return at.run(b"+WSHEAD=0")


def headers(at) -> list:
    """AT+WSHEAD?: the headers set with add_header(), list of bytes (3.9.3)."""
    block = Rest(at.parser, b"+WSHEAD")
    return at.run(b"+WSHEAD?", lambda _: [_header(line) for line in block.lines], block=block, secret=True)


def _header(line):
    _, comma, text = bytes(line).partition(b",")
    if not comma:
        raise ValueError("no header line")
    return text.strip(b'"')


def open(
    at, link: int, uri: "str | bytes", protocol: "str | bytes | None" = None, ms: "int | None" = None,
    auth: "str | bytes | None" = None,
) -> list:  # fmt: skip
    """AT+WSOPEN=: open a connection (3.9.4).

    uri: ws:// or wss://, with the rest of the line at most 256 bytes. protocol: subprotocol. ms: 0..180000, 15000
    unless given. auth: what the Authorization header says.
    """
    values = (string(uri, 6, 250), string(protocol, 1, 250, True), integer(ms, 0, 180000, True), string(auth, 1, 250, True))
    return at.run(join(b"+WSOPEN", _link(link), *values), timeout=(ms or 15000) + 5000, secret=auth is not None)


def connections(at) -> list:
    """AT+WSOPEN?: (link, state, uri) of every connection (3.9.4).

    state: 0 closed, 1 reconnecting, 2 open, 3 lost and waiting, 4 closed by the server.
    """
    return at.run(b"+WSOPEN?", **rows(b"+WSOPEN:", _connection))


def _connection(line):
    link, state, uri = line.split(b",", 2)
    return int(link), int(state), decode(uri)


def send(at, link: int, data, opcode: "int | None" = None, ms: "int | None" = None, last: "int | None" = None) -> list:
    """AT+WSSEND: send a message (3.9.5).

    data: buffer or block.Source, 1..8182 bytes and 10 less than the buffer. opcode: 0..15, 1 text (unless given), 2
    binary, 8 close, 9 ping, 10 pong. ms: 0..60000, 10000 unless given. last: of a fragmented message, newest firmware.
    """
    values = (_link(link), payload(data, 8182), integer(opcode, 0, 15, True), integer(ms, 0, 60000, True))
    text = join(b"+WSSEND", *values, integer(last, 0, 1, True))
    return at.run(text, timeout=(ms or 10000) + 5000, data=data, end=b"SEND OK")


def close(at, link: int) -> list:
    """AT+WSCLOSE: close a connection (3.9.6)."""
    return at.run(b"+WSCLOSE=%d" % _link(link), timeout=15000)


def data_format(at, *values: int) -> list:
    """AT+WSDATAFMT=: which fields +WS_DATA has, numbers as that firmware's own guide tells; newest firmware only."""
    integer(len(values), 1, 8)
    return at.run(join(b"+WSDATAFMT", *[integer(v, 0, 0x7FFFFFFF) for v in values]))


def _link(link):
    return integer(link, 0, 2)
