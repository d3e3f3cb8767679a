"""Guide 3.3, how links are used: how many, how data is received, who is there; said once, at bring-up."""

from espat.args import split


def multiplex(at, on):
    """AT+CIPMUX: several links at once (3.3.15); only while none is open."""
    return at.keep(b"+CIPMUX=%d" % on)


def multiplexed(at):
    """AT+CIPMUX?: whether several links are allowed (3.3.15)."""
    return at.run(b"+CIPMUX?", lambda lines: lines[0][-1:] == b"1")


def mode(at, passthrough):
    """AT+CIPMODE: 1 passthrough, 0 normal transmission (3.3.18)."""
    return at.run(b"+CIPMODE=%d" % passthrough)


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


def links(at):
    """AT+CIPSTATE?, AT+CIPSTATUS: open links as [link, kind, remote ip, remote port, local port, is server] (3.3.3, 3.3.4).

    Firmware without CIPSTATE answers the older command.
    """
    text = b"+CIPSTATE?" if at.has(b"+CIPSTATE") else b"+CIPSTATUS"
    return at.run(text, lambda lines: [split(x) for x in lines if x.startswith(b"+CIPSTAT")])
