"""Guide 3.3, what every program with a socket speaks: names, connections and what goes over them.

The texts of the paths that must not allocate are filled in place: links.py keeps a copy of each.
"""

from espat.args import digits, join

SEND = b"AT+CIPSEND=0,0000000\r\n"
RECEIVE = b"AT+CIPRECVDATA=0,0000000\r\n"
LENGTHS = b"AT+CIPRECVLEN?\r\n"
CLOSE = b"AT+CIPCLOSE=0\r\n"
RECEIVE_TYPE = b"AT+CIPRECVTYPE="
DATA = b"+CIPRECVDATA"  # what the bytes come with: then ":" or, on ESP8266 NonOS, ","


def fill(cmd: bytearray, link: int, n: int) -> int:
    """Put link and byte count into a copy of SEND or RECEIVE; returns the command's length."""
    at = cmd.find(b"=") + 1
    cmd[at] = 0  # nobody's, if Ctrl-C comes now
    end = digits(cmd, at + 2, n)
    cmd[end] = 13
    cmd[end + 1] = 10
    cmd[at] = 48 + link
    return end + 2


def send_to(link: int, n: int, host: str, port: int) -> bytes:
    """A datagram's AT+CIPSEND with its destination, complete with CR LF (3.3.18)."""
    return b'AT+CIPSEND=%d,%d,"%s",%d\r\n' % (link, n, host.encode(), port)


def start(link, kind, host, port, *more) -> bytes:
    """AT+CIPSTART, complete with CR LF (3.3.6): opens a link.

    kind: "TCP", "UDP", "SSL" or the same with v6. more: keep-alive (s) for TCP and SSL; local port and
    mode (0 fixed peer, 1 changes once, 2 may change) for UDP; local IP.
    """
    return b"AT" + join(b"+CIPSTART", link, kind, host, port, *more) + b"\r\n"


def receive_type(link: int, passive: bool) -> bytes:
    """AT+CIPRECVTYPE for one link, complete with CR LF; see passive()."""
    return RECEIVE_TYPE + b"%d,%d\r\n" % (link, passive)


def resolve(at, host: "str | bytes", family: "int | None" = None, timeout: int = 15000, ms: "int | None" = None) -> str:
    """AT+CIPDOMAIN: the address of a name as text (3.3.5).

    family: 1 rather IPv4, 2 IPv4, 3 IPv6 (firmware 2.2 and newer). timeout: ms. ms: how long the module tries, up to
    60000, firmware 4.1 and newer.
    """
    if not host or family is not None and not 1 <= family <= 3 or ms is not None and not 0 <= ms <= 60000:
        raise ValueError("no name, no such family, or too long")
    return at.run(join(b"+CIPDOMAIN", host, family, ms), _answer, timeout=max(timeout, ms or 0))


def _answer(lines):
    for line in lines:
        if line.startswith(b"+CIPDOMAIN:"):
            text = line[11:].strip(b'"')  # ESP8266 NonOS has no quotes
            if not text.strip(b"0123456789abcdefABCDEF.:"):
                return str(text, "ascii")
    raise ValueError
