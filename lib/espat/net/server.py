"""Listening sockets; loaded with the first listen(). The module has one server, on one port at a time.

Clients open links by themselves; each waits here, its link claimed, until accept() makes it a socket.
Who the client is comes with the detailed link report where the module has it, else it is asked for.
"""

from micropython import const

from espat.answers import split
from espat.errors import AtError
from espat.net.reading import would_block
from espat.spare import once
from espat.ticks import ticks_add, ticks_diff, ticks_ms
from espat.turn import turn

# state of a link, see link.py
_FREE = const(0)
_OPEN = const(2)
_OPEN_IT = const(1)  # todo: speak link.texts

_EIO = const(5)
_EBADF = const(9)
_EINVAL = const(22)
_EADDRINUSE = const(98)
_ETIMEDOUT = const(110)
_NOBODY = ("0.0.0.0", 0)


class Server:
    """The module's one server and the clients nobody has accepted yet.

    links: table of links. port: where it listens. kind: "TCP", "TCPv6", "SSL" or "SSLv6". verify: ask TLS clients
    for a certificate.
    """

    def __init__(self, links, port, kind, backlog, verify=False):
        self.links = links
        self.port = port
        self.kind = kind
        self.backlog = backlog
        self.waiting = []  # (link, serial, peer or None)
        # what it takes to tell the module leaves the memory again, and is not needed for the end: the heap may be full then
        self._stop = once("espat.net.listening", "start", links.at, port, kind, verify)
        links.server = self

    def incoming(self, link, report):
        """A client has opened a link; report: +LINK_CONN's line, or None."""
        links = self.links
        link = links.occupy(link, self.kind)
        link.texts = links.receive_type(link, False)
        link.todo = _OPEN_IT if link.texts else 0
        links.ask = True  # what came with the connection is never announced
        peer = None
        if report:
            fields = split(report)
            peer = _address(*fields[4:6]) if len(fields) > 5 else None
        self.waiting.append((link, link.serial, peer))
        link.state = _OPEN  # last: what strikes before lets it come once more
        if len(self.waiting) > self.backlog + 5:
            links.close(self.waiting.pop(0)[0])

    def first(self):
        """The next client, None when there is none; it stays in `waiting`. One that has come and gone counts too."""
        while self.waiting:
            client = self.waiting[0]
            if client[0].serial == client[1] and client[0].state != _FREE:
                return client
            del self.waiting[0]
        return None

    def close(self):
        """Listen no more; clients that nobody has accepted are sent away, accepted ones stay."""
        links = self.links
        if links.server is not self:
            return
        links.server = None
        while self.first():
            links.close(self.waiting.pop(0)[0])
        try:
            links.at.forget(self._stop)
            links.at.run(self._stop)
        except (AtError, MemoryError):
            pass  # who comes is sent away, and the next listen() tells it again


def listen(sock, backlog, verify=False):
    """Start the module's server for a bound socket. Raises EADDRINUSE when it listens on another port."""
    links = sock.links
    if links.server:
        raise OSError(_EADDRINUSE, "the module listens on one port at a time, now on %d" % links.server.port)
    if not 0 < sock.local < 65536:
        raise OSError(_EINVAL, "bind to a port first")
    try:
        return Server(links, sock.local, sock.kind, backlog, verify)
    except AtError as error:
        links.server = None
        raise OSError(_EADDRINUSE if error.errno == _EIO else error.errno, "the module cannot listen there")


def accept(sock):
    """Wait for the next client as sock's timeout says; returns (socket, (host, port))."""
    server = sock.server
    if sock._closed or not server:
        raise OSError(_EBADF if sock._closed else _EINVAL, "not listening")
    timeout = sock.timeout
    at = sock.at
    with turn:
        at.step()
        client = server.first()
        if not client and timeout == 0:
            raise would_block()
        deadline = None if timeout is None else ticks_add(ticks_ms(), timeout)
        while not client:
            sock.links.want()
            at.wait()
            client = server.first()
            if not client and deadline is not None and ticks_diff(deadline, ticks_ms()) <= 0:
                raise OSError(_ETIMEDOUT, "ETIMEDOUT")
        try:
            server.waiting.remove(client)
            link, _, peer = client
            peer = peer or _peer(at, link)
            return _adopt(sock, link, peer), peer
        except BaseException:
            server.waiting.insert(0, client)  # the next call's
            raise


def _adopt(sock, link, peer):
    # a socket like the listening one for a link that a client has opened
    client = sock.another()
    client.link = link
    client._serial = link.serial
    client.peer = peer
    client.connected = 1
    client.timeout = sock.timeout
    client.listener = sock
    return client


def _peer(at, link):
    # firmware without the detailed report, or it was lost: ask who is there
    if not at.has(b"+SYSMSG"):
        from espat.net import at_links  # noqa: F401  (needed for every client: it stays)
    try:
        for row in once("espat.net.at_links", "links", at):
            if row[0] == link.index:
                return _address(row[2], row[3]) or _NOBODY
    except AtError:
        pass
    return _NOBODY


def _address(host, port):
    # None when it was damaged on the line
    try:
        return str(host, "ascii"), int(port)
    except (TypeError, ValueError):
        return None
