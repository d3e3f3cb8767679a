"""Socket options, receive flags, and a send that finds the line taken; loaded when a program needs them."""

from struct import unpack

from micropython import const

from espat.errors import AtError
from espat.net import at_server
from espat.ticks import ticks_add, ticks_diff, ticks_ms
from espat.turn import turn

# state of a link, see link.py
_OPEN = const(2)

_EBADF = const(9)

_SO_KEEPALIVE = const(8)
_SO_BROADCAST = const(0x20)
_SO_LINGER = const(0x80)
_TCP_NODELAY = const(0x40)
_TCP_NODELAY_POSIX = const(1)
_IP_ADD_MEMBERSHIP = const(0x400)
_IPPROTO_IP = const(0)
_IPPROTO_TCP = const(6)
_KEEP_ALIVE = const(120)  # s
_PEEK = const(1)
_DONTWAIT = const(2)
_TAKEN = const(250)  # ms


def set_option(sock, level, option, value):
    """setsockopt(); what the module does not know is accepted without effect, as lwIP does."""
    if sock._closed:
        raise OSError(_EBADF, "EBADF")
    if level == _IPPROTO_IP and option == _IP_ADD_MEMBERSHIP and sock.udp:
        sock.udp.join(sock, ".".join([str(b) for b in bytes(value[:4])]))  # behind it stands the interface
    elif option == _SO_BROADCAST and level != _IPPROTO_IP and sock.udp and value and not sock.everyone:
        sock.udp.join(sock, "255.255.255.255")
    elif level == _IPPROTO_TCP and option in (_TCP_NODELAY, _TCP_NODELAY_POSIX):
        sock.options["nodelay"] = 1 if value else 0
    elif option == _SO_KEEPALIVE and level != _IPPROTO_IP:
        sock.options["keep_alive"] = _KEEP_ALIVE if value else 0
    elif option == _SO_LINGER and level != _IPPROTO_IP:
        on, seconds = unpack("ii", value)
        sock.options["linger"] = seconds if on else -1
    else:
        return
    with turn:
        apply(sock)


def apply(sock):
    """Tell the module the options of an open link."""
    link = sock.link
    if sock.options and link and link.state == _OPEN and not sock.udp and sock.at.has(b"+CIPTCPOPT"):
        try:
            at_server.set_options(sock.at, link.index, **sock.options)
        except AtError:
            pass  # an older firmware without this one
        sock.options = {}


def receive(sock, n, flags):
    """recv() with MSG_PEEK and MSG_DONTWAIT: (bytes, sender)."""
    timeout = sock.timeout
    if flags & _DONTWAIT:
        sock.timeout = 0
    try:
        if not flags & _PEEK:
            return sock.recvfrom(n)
        with turn:
            link = sock.readable()
            if link is None:
                raise OSError(11, "EAGAIN")
            if link.grams:
                size, peer = link.grams[0]
                return link.rx.peek(min(n, size)), sock.udp.sender(peer) or sock.peer
            return link.rx.peek(n), sock.peer
    finally:
        sock.timeout = timeout


def persist(sock, buf):
    """What send() does when a socket that does not wait has found no room: returns how many bytes were taken after all.

    Other boards' sockets have a buffer each, so a program that has seen POLLOUT, or that answers a client, counts on room
    for a few bytes. Here another link's bytes may be leaving: that is waited for, a quarter of a second at most. Raises
    EAGAIN at once when the room is full of the socket's own bytes, when it is not connected yet, and in a handler.
    """
    at, link, links = sock.at, sock.link, sock.links
    deadline = ticks_add(ticks_ms(), _TAKEN)
    while link.state == _OPEN and links.tx_link is not link and not at._in_step and ticks_diff(deadline, ticks_ms()) > 0:
        at.wait()
        n = sock.write(buf)
        if n:
            return n
    raise OSError(11, "EAGAIN")
