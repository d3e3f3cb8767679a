"""Guide 3.3, links: TCP, UDP and TLS connections and what goes over them.

The texts of the paths that must not allocate are filled in place: links.py keeps a copy of each.
"""

from espat.args import digits, join, split

SEND = b"AT+CIPSEND=0,0000000\r\n"
RECEIVE = b"AT+CIPRECVDATA=0,0000000\r\n"
LENGTHS = b"AT+CIPRECVLEN?\r\n"
CLOSE = b"AT+CIPCLOSE=0\r\n"
RECEIVE_TYPE = b"AT+CIPRECVTYPE="
DATA = b"+CIPRECVDATA"  # what the bytes come with: then ":" or, on ESP8266 NonOS, ","
SEND_AT = SEND.find(b"0")  # where the link stands in them
RECEIVE_AT = RECEIVE.find(b"0")


def fill(cmd, at, link, n):
    """Put link (at offset at) and byte count into a copy of SEND or RECEIVE; returns the command's length."""
    cmd[at] = 48 + link
    end = digits(cmd, at + 2, n)
    cmd[end] = 13
    cmd[end + 1] = 10
    return end + 2


def send_to(link, n, host, port):
    """A datagram's AT+CIPSEND with its destination, complete with CR LF (3.3.18)."""
    return b'AT+CIPSEND=%d,%d,"%s",%d\r\n' % (link, n, host.encode(), port)


def start(link, kind, host, port, *more):
    """AT+CIPSTART, complete with CR LF (3.3.6): opens a link.

    kind: "TCP", "UDP", "SSL" or the same with v6. more: keep-alive (s) for TCP and SSL; local port and
    mode (0 fixed peer, 1 changes once, 2 may change) for UDP; local IP.
    """
    return b"AT" + join(b"+CIPSTART", link, kind, host, port, *more) + b"\r\n"


def receive_type(link, passive):
    """AT+CIPRECVTYPE for one link, complete with CR LF; see passive()."""
    return RECEIVE_TYPE + b"%d,%d\r\n" % (link, passive)


def passive(at, on, link=5):
    """AT+CIPRECVTYPE or AT+CIPRECVMODE: the module keeps received data until asked for it (3.3.33).

    link: 0 to 4, 5 = all. Firmware without either is active always: returns None.
    """
    if at.has(b"+CIPRECVTYPE"):
        if not 0 <= link <= 16:
            raise ValueError("no such link")
        return at.keep(receive_type(link, bool(on))[2:-2])
    if at.has(b"+CIPRECVMODE"):
        return at.keep(b"+CIPRECVMODE=%d" % bool(on))
    return None


def passives(at):
    """AT+CIPRECVTYPE?, AT+CIPRECVMODE?: whether data is kept, a list by link, or of one for all (3.3.33)."""
    text = b"+CIPRECVTYPE?" if at.has(b"+CIPRECVTYPE") else b"+CIPRECVMODE?"
    return at.run(text, lambda lines: [split(x)[:2][-1] == 1 for x in lines if x.startswith(b"+CIPRECV")])


def close(at, link):
    """AT+CIPCLOSE: close a link; 5 closes all (3.3.13). More than 5 in builds with more links."""
    if not 0 <= link <= 16:
        raise ValueError("no such link")
    return at.run(b"+CIPCLOSE=%d" % link)


def lengths(at):
    """AT+CIPRECVLEN?: bytes waiting in the module, a list by link; -1 or None: no such link (3.3.35)."""
    return at.run(b"+CIPRECVLEN?", _lengths)


def _lengths(lines):
    for line in lines:
        if line.startswith(b"+CIPRECVLEN"):
            return split(line)
    raise ValueError
