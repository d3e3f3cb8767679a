"""What a datagram socket does otherwise; loaded with the first one.

A datagram is one AT+CIPSEND and is received whole. Without connect() the link is opened by the first
sendto(), in the mode in which the peer may change, and the module is told to name each sender.
"""

from micropython import const

from espat.args import number
from espat.net import at_tcp
from espat.net.reading import would_block
from espat.spare import once
from espat.turn import turn

# state of a link, see link.py
_OPENING = const(1)

# what to wait for, see reading.py
_DRAIN = const(4)
_WRITE = const(2)

_EBADF = const(9)
_EMSGSIZE = const(90)
_ENOTCONN = const(107)


def sender(text):
    """The (host, port) that b'"10.0.0.2",80' names, with or without quotes; None when it names none."""
    host, _, port = (text or b"").rpartition(b",")
    port = number(port, 0, len(port))
    try:
        return (str(host.strip(b'"'), "ascii"), port) if port >= 0 else None
    except ValueError:  # damaged on the line
        return None


def _name_senders(links):
    if not links.data.info:
        once("espat.net.at_links", "peers", links.at, True)
        links.data.info = True


def recv(sock, link, n):
    """The next datagram cut to n bytes (below 0: whole), and its sender."""
    if not link.grams:
        return b"", sock.peer
    size, peer = link.grams.pop(0)
    data = link.rx.take(size)
    return data if n < 0 else data[:n], sender(peer) or sock.peer


def recv_into(sock, link, buf, n):
    """The next datagram, cut to n bytes, into buf; returns the count."""
    if not link.grams:
        return 0
    size = link.grams.pop(0)[0]
    if n > size:
        n = size
    got = link.rx.take_into(buf, n)
    while got < n:
        got += link.rx.take_into(memoryview(buf)[got:], n - got)
    link.rx.skip(size - n)
    return n


def bind(sock):
    """Receive on the bound port from now on, from whoever sends."""
    with turn:
        _reopen(sock, (sock.everyone or ("::" if sock.kind == "UDPv6" else "0.0.0.0"), sock.local))
        sock.peer = None


def join(sock, host):
    """Hear what is sent to a multicast group, or to everyone: the module must know when the link is opened."""
    sock.everyone = host
    if sock.local:
        bind(sock)


def _reopen(sock, address):
    links = sock.links
    if sock.link:
        links.close(sock.link)
        sock.link = None
    _name_senders(links)
    sock.start(address, 2)
    _opened(sock)


def _opened(sock):
    # nothing goes over the air for it, so a socket that does not wait may wait for it
    while sock.live().state == _OPENING:
        sock.at.wait()
    sock.trouble()


def connect(sock, address):
    """Send to this peer from now on, over a link that is there already."""
    sock.live()
    sock.peer = address
    sock.connected = 0  # each datagram names it


def sendto(sock, buf, address):
    """Send buf as one datagram to address, None for the peer of connect(). Raises EMSGSIZE, EAGAIN."""
    if isinstance(buf, str):
        buf = buf.encode()
    with turn:
        return _send(sock, buf, len(buf), address or sock.peer)


def _send(sock, buf, n, address):
    links = sock.links
    if sock._closed or not address:
        raise OSError(_EBADF if sock._closed else _ENOTCONN, "not connected")
    if not 0 < n <= min(links.tx_size, links.send_max):  # the module would make two of it, or none
        raise OSError(_EMSGSIZE, "EMSGSIZE")
    if not sock.link:
        _name_senders(links)
        sock.start(address, 2)
    _opened(sock)
    link = sock.link
    while links.room(link) < n or links.sending(link):
        if not sock.wait(_DRAIN if links.tx_link is link else _WRITE):
            raise would_block()
    cmd = None if sock.connected else at_tcp.send_to(link.index, n, address[0], address[1])
    links.to = cmd  # first: a ticker may strike behind the bytes
    links.gather(buf, 0, n)
    links.flush(link)
    if not sock.wait(_DRAIN):
        sock.at.step()
    sock.trouble()
    return n
