"""Guide 3.3, how links are used: how many, how data is received, who is there; said once, at bring-up.

Every program loads this: what its rarer calls need is imported by them.
"""

from espat.answers import split
from espat.net import at_tcp


def multiplex(at, on: bool) -> list:
    """AT+CIPMUX: several links at once (3.3.15); only while none is open."""
    return at.keep(b"+CIPMUX=%d" % bool(on))


def multiplexed(at) -> bool:
    """AT+CIPMUX?: whether several links are allowed (3.3.15)."""
    from espat.check import flag

    return at.run(b"+CIPMUX?", flag)


def mode(at, passthrough: bool) -> list:
    """AT+CIPMODE: 1 passthrough, 0 normal transmission (3.3.18)."""
    return at.run(b"+CIPMODE=%d" % bool(passthrough))


def get_mode(at) -> bool:
    """AT+CIPMODE?: whether links are in passthrough (3.3.18)."""
    from espat.check import flag

    return at.run(b"+CIPMODE?", flag)


def peers(at, on: bool) -> list:
    """AT+CIPDINFO: show the sender's address with received data (3.3.25)."""
    return at.keep(b"+CIPDINFO=%d" % bool(on))


def get_peers(at) -> bool:
    """AT+CIPDINFO?: whether the sender's address is shown with received data (3.3.25)."""
    from espat.check import tail

    return at.run(b"+CIPDINFO?", lambda lines: (b"f", b"t").index(tail(lines)[:1].lower()) == 1)


def links(at) -> list:
    """AT+CIPSTATE?, AT+CIPSTATUS: open links as [link, kind, remote ip, remote port, local port, is server] (3.3.3, 3.3.4).

    Firmware without CIPSTATE answers the older command.
    """
    return at.run(listing(at), lambda lines: [split(x) for x in lines if x.startswith(b"+CIPSTAT")])


def listing(at) -> bytes:
    """The command that links() speaks, without AT: Links does so by itself."""
    return b"+CIPSTATE?" if at.has(b"+CIPSTATE") else b"+CIPSTATUS"


def passive(at, on: bool, link: int = 5):
    """AT+CIPRECVTYPE or AT+CIPRECVMODE: the module keeps received data until asked for it (3.3.33).

    link: 0 to 4, 5 = all. Firmware without either is active always: returns None.
    """
    if at.has(b"+CIPRECVTYPE"):
        if not 0 <= link <= 16:
            raise ValueError("no such link")
        return at.keep(at_tcp.receive_type(link, bool(on))[2:-2])
    if at.has(b"+CIPRECVMODE"):
        return at.keep(b"+CIPRECVMODE=%d" % bool(on))
    return None


def passives(at) -> list:
    """AT+CIPRECVTYPE?, AT+CIPRECVMODE?: whether data is kept, a list by link, or of one for all (3.3.33)."""
    text = at_tcp.RECEIVE_TYPE[2:-1] + b"?" if at.has(b"+CIPRECVTYPE") else b"+CIPRECVMODE?"
    return at.run(text, lambda lines: [split(x)[:2][-1] == 1 for x in lines if x.startswith(b"+CIPRECV")])


def close(at, link: int) -> list:
    """AT+CIPCLOSE: close a link; 5 closes all (3.3.13). More than 5 in builds with more links."""
    if not 0 <= link <= 16:
        raise ValueError("no such link")
    return at.run(at_tcp.CLOSE[2:-3] + b"%d" % link)


def lengths(at) -> list:
    """AT+CIPRECVLEN?: bytes waiting in the module, a list by link; -1 or None: no such link (3.3.35)."""
    return at.run(at_tcp.LENGTHS[2:-2], _lengths)


def _lengths(lines):
    for line in lines:
        if line.startswith(at_tcp.LENGTHS[2:-3]):
            return split(line)
    raise ValueError
