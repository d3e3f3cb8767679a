"""Guide 3.7, HTTP: the module's own client. Bodies come in pieces, so nothing has to hold them whole.

url: str or bytes; what does not fit into a line goes before with set_url(), then url is "". sink: see block.Block;
with one the number of bytes is returned, without one the bytes. A status of 400 and more is AtRefused with
code 0x7000 + status; redirections are not followed. timeout: ms for all of it.
"""

from micropython import const

from espat.args import join
from espat.block import Block, Rest
from espat.check import fields, integer, number, payload, string

GET = const(2)
POST = const(3)
PUT = const(4)
DELETE = const(5)
_URL = const(250)


def request(
    at, method: int, url: "str | bytes", data=None, kind: int = 0, headers=(), host: "str | bytes | None" = None,
    path: "str | bytes | None" = None, tls: "bool | None" = None, sink=None, timeout: int = 180000,
) -> "bytes | int":  # fmt: skip
    """AT+HTTPCLIENT: a request whose data fits into the line (3.7.2).

    method: GET, POST, PUT or DELETE. data: text of a POST. kind: of the data, 0 form, 1 JSON, 2 multipart, 3 XML.
    headers: "Key: value" each. host, path: in place of the URL's. tls: whether, where the URL does not say.
    """
    text = _request(integer(method, 2, 5), url, data, kind, headers, host, path, tls)
    block = Block(b"+HTTPCLIENT:", sink)
    return at.run(text, block.value, timeout=timeout, block=block, secret=bool(headers))


def head(
    at, url: "str | bytes", headers=(), host: "str | bytes | None" = None, path: "str | bytes | None" = None,
    tls: "bool | None" = None, timeout: int = 60000,
) -> list:  # fmt: skip
    """AT+HTTPCLIENT=1: the header lines of the answer, a list of bytes (3.7.2); parameters as in request()."""
    block = Rest(at.parser, b"+HTTPCLIENT")
    text = _request(1, url, None, 0, headers, host, path, tls)
    return at.run(text, lambda _: [_header(x) for x in block.lines], timeout=timeout, block=block, secret=bool(headers))


def _request(method, url, data, kind, headers, host, path, tls):
    url = string(url or "", 0, _URL)
    if tls is None:
        tls = url[:6] == (b"https:" if isinstance(url, bytes) else "https:")
    if data is not None and method != POST:
        raise ValueError("only POST has data; see put()")
    values = (method, integer(kind, 0, 3), url, string(host, 1, 64, True), string(path, 1, _URL, True), 2 if tls else 1)
    more = [] if method != POST else [string(data or "", 0, _URL)]
    return join(b"+HTTPCLIENT", *values, *more, *[string(h, 3, _URL) for h in headers])


def _header(line):
    # <length>,Key: value; older firmware puts a blank behind the comma that it does not count
    _, comma, text = bytes(line).partition(b",")
    if not comma:
        raise ValueError("no header line")
    return text.lstrip(b" ")


def size(
    at, url: "str | bytes", tx: "int | None" = None, rx: "int | None" = None, ms: "int | None" = None,
    timeout: int = 60000,
) -> int:  # fmt: skip
    """AT+HTTPGETSIZE: the length of a resource in bytes (3.7.3).

    tx, rx: the module's buffers, 0..10240 bytes, 2048 unless given. ms: its network time-out, 0..180000, else 5000.
    """
    text = join(b"+HTTPGETSIZE", string(url, 0, _URL), *_limits(tx, rx, ms))
    return at.run(text, number, timeout=max(timeout, (ms or 0) + 5000))


def get(
    at, url: "str | bytes", sink=None, tx: "int | None" = None, rx: "int | None" = None, ms: "int | None" = None,
    timeout: int = 180000,
) -> "bytes | int":  # fmt: skip
    """AT+HTTPCGET: a resource (3.7.4); tx, rx and ms as in size()."""
    block = Block(b"+HTTPCGET:", sink)
    text = join(b"+HTTPCGET", string(url, 0, _URL), *_limits(tx, rx, ms))
    return at.run(text, block.value, timeout=max(timeout, (ms or 0) + 5000), block=block)


def _limits(tx, rx, ms):
    return integer(tx, 0, 10240, True), integer(rx, 0, 10240, True), integer(ms, 0, 180000, True)


def post(at, url: "str | bytes", data, headers=(), sink=None, timeout: int = 180000) -> "bytes | int":
    """AT+HTTPCPOST: send data of any length (3.7.5), returns the answer's body.

    data: buffer or block.Source. headers: "Key: value" each; the type is a form's unless a header says otherwise.
    """
    block = Block(b"+HTTPCPOST:", sink)
    text = join(b"+HTTPCPOST", *_sending(url, data, headers))
    return at.run(
        text, block.value, timeout=timeout, data=data, end=b"SEND OK", block=block, secret=bool(headers)
    )  # fmt: skip


def put(at, url: "str | bytes", data, headers=(), sink=None, timeout: int = 180000) -> "bytes | int":
    """AT+HTTPCPUT: as post(), with PUT (3.7.6)."""
    block = Block(b"+HTTPCPUT:", sink)
    text = join(b"+HTTPCPUT", *_sending(url, data, headers))
    return at.run(
        text, block.value, timeout=timeout, data=data, end=b"SEND OK", block=block, secret=bool(headers)
    )  # fmt: skip


def _sending(url, data, headers):
    values = [string(url, 0, _URL), payload(data)]
    if headers:
        values.append(len(headers))
        values.extend([string(h, 3, _URL) for h in headers])
    return values


def set_url(at, url: "str | bytes") -> list:
    """AT+HTTPURLCFG=: a URL of 8..8192 bytes for all calls with url "" (3.7.7)."""
    data = url.encode() if isinstance(url, str) else url
    integer(len(data), 8, 8192)
    return at.run(b"+HTTPURLCFG=%d" % len(data), data=data, end=b"SET OK")


def clear_url(at) -> list:
    """AT+HTTPURLCFG=0: forget the long URL (3.7.7)."""
    return at.run(b"+HTTPURLCFG=0")


def url(at, sink=None) -> "bytes | int":
    """AT+HTTPURLCFG?: the long URL as bytes, b"" when none is set (3.7.7)."""
    block = Block(b"+HTTPURLCFG:", sink)
    return at.run(b"+HTTPURLCFG?", block.value, block=block)


def add_header(at, header: "str | bytes") -> list:
    """AT+HTTPCHEAD=: a header for all requests from now on (3.7.8). header: "Key: value", str or bytes."""
    data = header.encode() if isinstance(header, str) else header
    return at.run(b"+HTTPCHEAD=%d" % payload(data), data=data, secret=True)


def clear_headers(at) -> list:
    """AT+HTTPCHEAD=0: forget the headers (3.7.8)."""
    return at.run(b"+HTTPCHEAD=0")


def headers(at) -> list:
    """AT+HTTPCHEAD?: the headers set with add_header(), list of bytes (3.7.8)."""
    block = Rest(at.parser, b"+HTTPCHEAD")
    return at.run(b"+HTTPCHEAD?", lambda _: [_header(x).strip(b'"') for x in block.lines], block=block, secret=True)


def verify(at, mode: int, pki: "int | None" = None, ca: "int | None" = None) -> list:
    """AT+HTTPCFG=: 0 verify nobody, 1 give our certificate, 2 verify the server, 3 both; firmware 4.1 and newer.

    pki, ca: which of the module's certificates.
    """
    return at.run(join(b"+HTTPCFG", integer(mode, 0, 3), integer(pki, 0, 255, True), integer(ca, 0, 255, True)))


def verified(at) -> list:
    """AT+HTTPCFG?: [mode, pki, ca]; firmware 4.1 and newer."""
    return at.run(b"+HTTPCFG?", fields)
