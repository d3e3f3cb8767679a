"""Stream and datagram sockets over the table of links: connecting, writing, closing.

When they would have to wait and must not, write() gives None, send() and its kin raise EAGAIN, as MicroPython's do. An io.IOBase
where that exists: poll and asyncio use readinto, write and ioctl. Every call lets the module work a step."""

from micropython import const

from espat.net import at_tcp
from espat.net.link import poll
from espat.net.reading import Reading, would_block
from espat.spare import once
from espat.ticks import ticks_add, ticks_diff, ticks_ms
from espat.turn import turn

_OPENING = const(1)  # state of a link, see link.py
_OPEN = const(2)

_WRITE = const(2)  # what to wait for, see reading.py
_CONNECT = const(3)

AF_INET = const(2)
AF_INET6 = const(10)
SOCK_STREAM = const(1)
SOCK_DGRAM = const(2)

_EBADF = const(9)
_EINVAL = const(22)
_EPIPE = const(32)
_EISCONN = const(106)
_EALREADY = const(114)
_EINPROGRESS = const(115)
_FLUSH = const(1)  # MicroPython's stream protocol: requests of ioctl()
_POLL = const(3)
_CLOSE = const(4)
_EPHEMERAL = const(49152)  # local ports for datagram sockets that were not bound
_EPHEMERAL_N = const(2048)  # of each link: no two have the same
_LINGER = const(5000)  # ms that close() gives the last bytes to leave


class Socket(Reading):
    """A TCP or UDP socket of the module.

    links: table of links. af: AF_INET or AF_INET6. type: SOCK_STREAM or SOCK_DGRAM.

    A connection is not opened before the first use when the socket does not wait, when the port is one of tls_ports, or
    when the last TLS connection was to there: whether it is to be TLS is said after connect(), the module must know before.
    """

    tls_ports = (443, 465, 636, 853, 993, 995, 5671, 8443, 8883)
    tls_server = None  # the context with which one of those ports listens

    def __init__(self, links, af=AF_INET, type=SOCK_STREAM, proto=0):
        super().__init__(links)
        if type == SOCK_DGRAM:
            from espat.net import udp

            self.udp = udp
        self.kind = ("UDP" if self.udp else "TCP") + ("v6" if af == AF_INET6 else "")
        self.local = 0  # port it is bound to
        self.peer = None
        self.server = self.listener = None  # the module's server while this socket listens; whose client it is
        self.everyone = None  # the group, or 255.255.255.255, that a bound datagram socket hears
        self.verify = False  # whether a TLS server asks its clients for certificates
        self.options = {}  # for AT+CIPTCPOPT once the link is open
        self.connected = 0  # 2: connect() without waiting has not been seen to succeed yet

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    def connect(self, address):
        """Connect to (host, port). Raises OSError: 111 refused, 110 timed out, 113 no network, 115 under way."""
        with turn:
            if self._closed:
                raise OSError(_EBADF, "EBADF")
            if self.link:
                return self.udp.connect(self, address) if self.udp else self._connect_again()
            self.start(address, 0)
            self.connected = 1
            if self.udp:
                while self.link.state == _OPENING:  # nothing goes over the air for it: not worth an EINPROGRESS
                    self.at.wait()
            elif self.timeout == 0 or self.peer[1] in self.tls_ports or address == self.links.peer:
                self.links.hold(self.link)
                if self.timeout == 0:
                    self.connected = 2
                    raise OSError(_EINPROGRESS, "EINPROGRESS")
                return
            else:
                self.wait(_CONNECT)
            self.trouble()
            self._apply()

    def _apply(self):
        if self.options:
            from espat.net import options

            options.apply(self)

    def _connect_again(self):
        # under way: EALREADY; just done: None, once; done: EISCONN
        link = self.live()
        self.at.step()
        self.trouble()
        if link.state == _OPENING:
            raise OSError(_EALREADY, "EALREADY")
        if self.connected == 1:
            raise OSError(_EISCONN, "EISCONN")
        self.connected = 1

    def start(self, address, mode):
        """Begin to open a link to (host, port); mode of UDP: 0 one fixed peer, 2 the peer may change."""
        host, port, more = address[0], address[1] + 0, ()  # a TypeError now, not a link too many
        link = self.links.occupy(self.links.unused(), self.kind)
        if self.udp and (self.local or mode):
            more = self.local or _EPHEMERAL + ticks_ms() % _EPHEMERAL_N * 8 + link.index, mode
        texts = self.links.receive_type(link, self.udp is not None)
        self.links.open(link, *(texts + [at_tcp.start(link.index, self.kind, host, port, *more)]))
        link.why = "no connection to %s, port %s" % (host, port)
        self.link = link
        self._serial = link.serial
        self.peer = address

    def bind(self, address):
        """Choose the local port: ("", port) or ("0.0.0.0", port)."""
        if self._closed:
            raise OSError(_EBADF, "EBADF")
        self.local = address[1]
        if self.udp:
            self.udp.bind(self)

    def listen(self, backlog=2):
        """Let clients connect to the bound port; the module serves one port at a time (else EADDRINUSE)."""
        from espat.net import server

        if self._closed:
            raise OSError(_EBADF, "EBADF")
        with turn:
            if self.tls_server and self.local in self.tls_ports and not self.server:
                once("espat.net.tls_server", "prepare", self, self.tls_server, again=True)
            self.server = self.server or server.listen(self, backlog, self.verify)

    def accept(self):
        """The next client: (socket, (host, port)). Raises EAGAIN, ETIMEDOUT; EINVAL when it does not listen."""
        from espat.net import server

        return server.accept(self)

    def another(self):
        """A new socket of the same class."""
        return Socket(self.links)

    def setsockopt(self, level, option, value):
        """Set an option; those that the module does not know have no effect."""
        from espat.net import options

        options.set_option(self, level, option, value)

    def makefile(self, mode="rwb", buffering=0):
        """The socket itself: it has the methods of a file."""
        return self

    def _put(self, buf, off, n):
        # gather n bytes from off on, as many as there is room for when the socket does not wait
        with turn:
            link = self.live()
            if self.options and link.state == _OPEN:  # of a connection that was opened without waiting
                self._apply()
            at, end = off, off + n
            while at < end and self.wait(_WRITE):
                self.trouble()
                if link.state != _OPEN:
                    raise OSError(_EPIPE, "EPIPE")
                at += self.links.gather(buf, at, end - at)
            if at < end:
                self.links.queue |= 1 << link.index
            self.at.step()
            return at - off

    def write(self, buf, off=None, n=None):
        """Write buf, buf[:off] or buf[off:off+n]; returns the count, None when it would have to wait."""
        if isinstance(buf, str):
            buf = buf.encode()
        if n is None:
            n = len(buf) if off is None else off
            off = 0
        off = min(off, len(buf))
        n = min(n, len(buf) - off)
        if self.udp:
            return self.udp.sendto(self, buf if n == len(buf) else buf[off : off + n], None)
        return self._put(buf, off, n) or (None if n else 0)

    def send(self, buf):
        """Send bytes; returns how many were taken. Raises EAGAIN when it would have to wait, EPIPE; see options.persist()."""
        if isinstance(buf, str):
            buf = buf.encode()
        if self.udp:
            return self.udp.sendto(self, buf, None)
        n = self._put(buf, 0, len(buf))
        if not n and buf:
            from espat.net import options

            n = options.persist(self, buf)
        return n

    def sendall(self, buf):
        """Send all bytes; raises EAGAIN when a socket that does not wait cannot take them."""
        if self.send(buf) < len(buf):
            raise would_block()

    def sendto(self, buf, address):
        """Send one datagram to (host, port); returns its length."""
        if self._closed:
            raise OSError(_EBADF, "EBADF")
        return self.udp.sendto(self, buf, address) if self.udp else self.send(buf)

    def close(self):
        """Send what is gathered, then close. Nothing happens the second time."""
        if self._closed:
            return
        with turn:
            if self.server:
                self.server.close()
            link, links = self.link, self.links
            deadline = ticks_add(ticks_ms(), _LINGER)
            if not link or link.serial != self._serial:
                self._closed = True
                return
            self._closed = True  # from here on nobody else would give the link back
            try:
                links.flush(link)
                while links.sending(link) and not link.error and ticks_diff(deadline, ticks_ms()) > 0:
                    self.at.wait()
            finally:
                links.close(link)
            self.at.step()  # and, unless it does not wait, until it is closed: a program may end behind it
            while self.timeout != 0 and link.serial == self._serial and link.state and ticks_diff(deadline, ticks_ms()) > 0:
                self.at.wait()

    def ioctl(self, request, arg):
        """MicroPython's stream protocol; it must never raise, an asyncio loop would die of it."""
        if request == _POLL:
            return poll(self, arg)
        if request == _CLOSE:
            self.close()
        elif request != _FLUSH:
            return -_EINVAL  # also "no file descriptor"
        return 0
