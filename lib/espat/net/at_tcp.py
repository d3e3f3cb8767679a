"""Guide 3.3, links: TCP, UDP and TLS connections and what goes over them.

The texts of the paths that must not allocate are filled in place: links.py keeps a copy of each.
"""

from espat.args import digits, join, split

SEND = b"AT+CIPSEND=0,0000000\r\n"
RECEIVE = b"AT+CIPRECVDATA=0,0000000\r\n"
LENGTHS = b"AT+CIPRECVLEN?\r\n"
CLOSE = b"AT+CIPCLOSE=0\r\n"
INFO = b"AT+CIPDINFO=1\r\n"
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


def multiplex(at, on):
    """AT+CIPMUX: several links at once (3.3.15); only while none is open."""
    return at.keep(b"+CIPMUX=%d" % on)


def multiplexed(at):
    """AT+CIPMUX?: whether several links are allowed (3.3.15)."""
    return at.run(b"+CIPMUX?", lambda lines: lines[0][-1:] == b"1")


def mode(at, passthrough):
    """AT+CIPMODE: 1 passthrough, 0 normal transmission (3.3.18)."""
    return at.run(b"+CIPMODE=%d" % passthrough)


def close(at, link):
    """AT+CIPCLOSE: close a link; 5 closes all (3.3.13)."""
    return at.run(b"+CIPCLOSE=%d" % link)


def passive(at, on, link=5):
    """AT+CIPRECVTYPE or AT+CIPRECVMODE: the module keeps received data until asked for it (3.3.33).

    link: 0 to 4, 5 = all. Firmware without either is active always: returns None.
    """
    if at.has(b"+CIPRECVTYPE"):
        return at.keep(b"+CIPRECVTYPE=%d,%d" % (link, on))
    if at.has(b"+CIPRECVMODE"):
        return at.keep(b"+CIPRECVMODE=%d" % on)


def peers(at, on):
    """AT+CIPDINFO: show the sender's address with received data (3.3.25)."""
    return at.keep(b"+CIPDINFO=%d" % on)


def lengths(at):
    """AT+CIPRECVLEN?: bytes waiting in the module, a list by link; -1 or None: no such link (3.3.35)."""
    return at.run(b"+CIPRECVLEN?", lambda lines: split(lines[0]))


def links(at):
    """AT+CIPSTATE?, AT+CIPSTATUS: open links as [link, kind, remote ip, remote port, local port, is server] (3.3.3, 3.3.4).

    Firmware without CIPSTATE answers the older command.
    """
    text = b"+CIPSTATE?" if at.has(b"+CIPSTATE") else b"+CIPSTATUS"
    return at.run(text, lambda lines: [split(x) for x in lines if x.startswith(b"+CIPSTAT")])
