"""What a socket tells select.poll and asyncio."""

from micropython import const

# what to wait for, see reading.py
_WRITE = const(2)

# MicroPython's flags of a poll
_RD = const(1)
_WR = const(4)
_BROKEN = const(0x18)  # ERR and HUP
_HUP = const(0x10)
_NVAL = const(0x20)


def poll(sock, arg):
    """Which of the flags in arg hold, and those that nobody needs to ask for."""
    link = sock.link
    links = sock.links
    if sock._closed:
        return _NVAL
    links.go(link)
    sock.at.step()
    if not link:
        if sock.server:
            links.want()
            return arg & _RD if sock.server.waiting else 0
        return arg & _WR if sock.udp else _HUP
    if link.serial != sock._serial:
        return _NVAL
    ready = 0
    if link.error:
        ready = _BROKEN | arg & (_RD | _WR)
    if arg & _RD:
        links.flush(link)
        if link.readable():
            ready |= _RD
        else:
            links.want()
    if arg & _WR and sock._done(_WRITE) and not (sock.udp and links.sending(link)):
        ready |= _WR
    return ready
