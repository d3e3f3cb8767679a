"""Guide 3.3, links spoken command by command, for who does without sockets: a bare At, or a Modem after AT+CIPMUX=0.

link: None without AT+CIPMUX, else 0 to 4 (more in builds with more links). The sockets of a Modem know nothing of links that
are opened here: use one or the other.
"""

from espat.args import join, number
from espat.block import Block
from espat.check import integer, payload, string
from espat.net import at_tcp
from espat.ranges import each

_STREAMS = ("TCP", "TCPv6", "SSL", "SSLv6")
_SEND = at_tcp.SEND[2 : at_tcp.SEND.find(b"=")]
_RECEIVE = at_tcp.RECEIVE[2 : at_tcp.RECEIVE.find(b"=")]
_TYPE = at_tcp.RECEIVE_TYPE[2:-1]
_CLOSE = at_tcp.CLOSE[2 : at_tcp.CLOSE.find(b"=")]


def _of(link, *values):
    # a command's parameters, with the link's number where there is one
    return values if link is None else (integer(link, 0, 15),) + values


def start(
    at, kind: str, host: "str | bytes", port: int, link: "int | None" = None, keep_alive: "int | None" = None,
    local: "str | bytes | None" = None, ms: "int | None" = None, timeout: int = 75000,
) -> list:  # fmt: skip
    """AT+CIPSTART: open a TCP or TLS link (3.3.6).

    kind: "TCP", "TCPv6", "SSL" or "SSLv6". host: 1 to 64 bytes. port: 1 to 65535. keep_alive: seconds 0 to 7200. local:
    which of the module's own addresses. ms: how long the module tries, up to 60000, firmware 4.1 and newer. timeout: ms.
    """
    if kind not in _STREAMS:
        raise ValueError("no such kind of link")
    values = _of(link, kind, string(host, 1, 64), integer(port, 1, 65535), integer(keep_alive, 0, 7200, True))
    return at.run(_start(*values, string(local, 3, 39, True), integer(ms, 0, 60000, True)), timeout=timeout)


def start_udp(
    at, host: "str | bytes", port: int, link: "int | None" = None, local_port: "int | None" = None,
    mode: "int | None" = None, local: "str | bytes | None" = None, v6: bool = False, timeout: int = 15000,
) -> list:  # fmt: skip
    """AT+CIPSTART: open a link for datagrams (3.3.6).

    host: 1 to 64 bytes. port: 0 to 65535. local_port: 1 to 65535. mode: 0 the peer stays, 1 it becomes who sends first, 2 it
    becomes who sent last. local: which of the module's own addresses. timeout: ms.
    """
    values = _of(link, "UDPv6" if v6 else "UDP", string(host, 1, 64), integer(port, 0, 65535))
    more = integer(local_port, 1, 65535, True), integer(mode, 0, 2, True), string(local, 3, 39, True)
    return at.run(_start(*values, *more), timeout=timeout)


def _start(*values):
    return at_tcp.start(*values)[2:-2]


def start_any(at, kind: "str | bytes", host: "str | bytes", port: int, *more, timeout: int = 75000) -> "int | None":
    """AT+CIPSTARTEX: open a link whose number the module chooses; returns it, 0 without AT+CIPMUX (3.3.7).

    kind: as of start(), or "UDP" and "UDPv6". host: 1 to 64 bytes. port: 0 to 65535. more: keep_alive, local of start(), or
    local_port, mode, local of start_udp(). timeout: ms. Once Links watches the module it is told instead of the caller, who
    gets None; links() shows the number then.
    """
    datagrams = string(kind, 3, 5)[:3] == "UDP"
    if kind not in _STREAMS and not datagrams:
        raise ValueError("no such kind of link")
    n = 2 if datagrams else 1
    numbers = each(more[:n], *(((1, 65535), (0, 2)) if datagrams else ((0, 7200),)))
    local = [string(address, 3, 39, True) for address in more[n:]]
    text = join(b"+CIPSTARTEX", kind, string(host, 1, 64), integer(port, 0, 65535), *numbers, *local)
    return at.run(text, _chosen, timeout)


def _chosen(lines):
    # "3,CONNECT", "CONNECT", or with SYSMSG bit 1 "+LINK_CONN:0,3,..."
    for line in lines:
        if line.startswith(b"+LINK_CONN:0,"):
            return int(line[13:14])
        if line[-7:] == b"CONNECT":
            return int(line[:-8] or b"0")
    return None


def send(
    at, data, link: "int | None" = None, host: "str | bytes | None" = None, port: "int | None" = None,
    timeout: int = 10000,
) -> list:  # fmt: skip
    """AT+CIPSEND: send 1 to 8192 bytes, 2048 before firmware 2.3 and on ESP8266 (3.3.9).

    data: buffer or block.Source. host, port: of a datagram. timeout: ms. Returns the lines between the data and SEND OK.
    """
    text = join(_SEND, *_of(link, payload(data, 8192), *_to(host, port)))
    return at.run(text, timeout=timeout, data=data, end=b"SEND OK")


def _to(host, port):
    if (host is None) != (port is None):
        raise ValueError("host and port belong together")
    return string(host, 1, 64, True), integer(port, 1, 65535, True)


def send_escaped(
    at, data, link: "int | None" = None, host: "str | bytes | None" = None, port: "int | None" = None,
    timeout: int = 10000,
) -> list:  # fmt: skip
    """AT+CIPSENDEX: send bytes that the module unescapes; they are escaped here and arrive as given (3.3.12).

    data: up to 8192 bytes, a backslash counts twice (2048 before firmware 2.3). link: None without AT+CIPMUX.
    host, port: of a datagram. timeout: ms. Returns the lines between the data and SEND OK.
    """
    payload(data)
    data = bytes(data).replace(b"\\", b"\\\\")
    values = _of(link, payload(data, 8192), *_to(host, port))
    return at.run(join(b"+CIPSENDEX", *values), timeout=timeout, data=data, end=b"SEND OK")


def receive_type(at, passive: int, link: "int | None" = None) -> list:
    """AT+CIPRECVTYPE: whether the module keeps what it receives until receive() (3.3.33). link: 5 all (the number of links)."""
    return at.run(join(_TYPE, *(() if link is None else (integer(link, 0, 16),)), integer(passive, 0, 1)))


def receive(at, size: int, link: "int | None" = None, sink=None, peers: bool = False, timeout: int = 10000) -> "bytes | int":
    """AT+CIPRECVDATA: up to size bytes of what the module keeps (3.3.34).

    size: 1 to 0x7FFFFFFF. sink: see block.Block; with one their number is returned. peers: whether AT+CIPDINFO is on.
    """
    block = _Older(at_tcp.DATA + b",", sink) if at.nonos else Block(at_tcp.DATA + b":", sink, 0, 3 if peers else 1)
    return at.run(join(_RECEIVE, *_of(link, integer(size, 1, 0x7FFFFFFF))), block.value, timeout=timeout, block=block)


class _Older(Block):
    # +CIPRECVDATA,<n>:<bytes>, or ,<n>,<ip>,<port>:<bytes>

    def head(self, buf, a, b):
        """See Counted.head()."""
        a += len(self.prefix)
        end = buf.find(b":", a, b)
        if end < 0:
            return 0
        comma = buf.find(b",", a, end)
        self.size = number(buf, a, comma if comma > 0 else end)
        return end + 1 if self.size >= 0 else -1


def close(at, link: "int | None" = None, timeout: int = 5000) -> list:
    """AT+CIPCLOSE: close a link; 5 closes all, or the number of links in builds with more (3.3.13). timeout: ms; with
    SO_LINGER (at_server.set_options()) it may take so long."""
    return at.run(_CLOSE if link is None else join(_CLOSE, integer(link, 0, 16)), timeout=timeout)
