"""Guide 3.1 and 3.3, long sends and passthrough: what is set before a link becomes a plain pipe.

AT+CIPMODE and AT+CIPSEND, which open the pipe, are spoken in at_tcp.py.
"""

from espat.args import join
from espat.check import integer, number, numbers, payload, rows, string

_KINDS = ("TCP", "TCPv6", "SSL", "SSLv6")


def send_long(
    at, data, link: "int | None" = None, host: "str | bytes | None" = None, port: "int | None" = None, each=None,
    timeout: int = 60000,
) -> "list | int":  # fmt: skip
    """AT+CIPSENDL: send any number of bytes while they come in (3.3.10).

    data: buffer or block.Source, up to 2**31 - 1 bytes. link: None without AT+CIPMUX. host, port: of a
    datagram. each: called as each((sent, received)) where set_long() says. timeout: ms. Returns the reports, with
    each their number. Without RTS/CTS the module may lose bytes.
    """
    if (host is None) != (port is None):
        raise ValueError("host and port belong together")
    values = payload(data), string(host, 1, 64, True), integer(port, 1, 65535, True)
    text = join(b"+CIPSENDL", *(() if link is None else (integer(link, 0, 15),)), *values)
    return at.run(text, timeout=timeout, data=data, end=b"SEND OK", **rows(b"+CIPSENDL:", _pair, each))


def _pair(line):
    sent, received = line.split(b",")
    return int(sent), int(received)


def long_config(at) -> tuple:
    """AT+CIPSENDLCFG?: (bytes between two reports, bytes handed to the network at once) (3.3.11)."""
    return at.run(b"+CIPSENDLCFG?", numbers)


def set_long(at, report: int, block: "int | None" = None) -> list:
    """AT+CIPSENDLCFG=: report every 100..1048576 bytes, hand on 100..2920 bytes at once (3.3.11)."""
    return at.keep(join(b"+CIPSENDLCFG", integer(report, 100, 1 << 20), integer(block, 100, 2920, True)))


def interval(at) -> int:
    """AT+TRANSINTVL?: ms the module waits for more before it sends, in passthrough and CIPSENDL (3.1.10)."""
    return at.run(b"+TRANSINTVL?", number)


def set_interval(at, ms: int) -> list:
    """AT+TRANSINTVL=: 0..1000 ms to wait for more before sending, 20 unless set (3.1.10)."""
    return at.keep(b"+TRANSINTVL=%d" % integer(ms, 0, 1000))


def reconnect(at) -> int:
    """AT+CIPRECONNINTV?: tenths of a second between attempts to reopen a passthrough link (3.3.32)."""
    return at.run(b"+CIPRECONNINTV?", number)


def set_reconnect(at, tenths: int) -> list:
    """AT+CIPRECONNINTV=: 1..36000 tenths of a second between attempts to reopen a passthrough link (3.3.32)."""
    return at.keep(b"+CIPRECONNINTV=%d" % integer(tenths, 1, 36000))


def at_power_up(at, host: "str | bytes", port: int, kind: "str | None" = None, keep_alive: "int | None" = None) -> list:
    """AT+SAVETRANSLINK=1: after every start open a TCP or TLS link and enter passthrough; kept in flash (3.1.9).

    host: 1..64 bytes. port: 1..65535. kind: "TCP" (unless given), "TCPv6", "SSL" or "SSLv6". keep_alive: seconds
    0..7200. The host then finds a module that answers no AT until it has been called out of it.
    """
    if kind is not None and kind not in _KINDS:
        raise ValueError("no such kind of link")
    return at.run(_save(host, port, kind, integer(keep_alive, 0, 7200, True)))


def at_power_up_udp(at, host: "str | bytes", port: int, local_port: "int | None" = None, v6: bool = False) -> list:
    """AT+SAVETRANSLINK=1: the same with UDP (3.1.9). local_port: 1..65535."""
    return at.run(_save(host, port, "UDPv6" if v6 else "UDP", integer(local_port, 1, 65535, True)))


def _save(host, port, *more):
    return join(b"+SAVETRANSLINK", 1, string(host, 1, 64), integer(port, 1, 65535), *more)


def at_power_up_ble(
    at, role: int, tx_service: int, tx_characteristic: int, rx_service: int, rx_characteristic: int,
    address: "str | bytes",
) -> list:  # fmt: skip
    """AT+SAVETRANSLINK=2: after every start connect over Bluetooth LE and enter passthrough (3.1.9).

    role: 1 client, 2 server. Services and characteristics by the module's numbers. address: of the peer.
    """
    integer(role, 1, 2)
    for index in (tx_service, tx_characteristic, rx_service, rx_characteristic):
        integer(index, 1, 255)
    places = (tx_service, tx_characteristic, rx_service, rx_characteristic)
    return at.run(join(b"+SAVETRANSLINK", 2, role, *places, string(address, 17, 17)))


def not_at_power_up(at) -> list:
    """AT+SAVETRANSLINK=0: start in command mode (3.1.9)."""
    return at.run(b"+SAVETRANSLINK=0")
