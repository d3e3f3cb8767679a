"""CircuitPython's socketpool module: sockets of the module, made by a pool.

Nothing runs in the background on CircuitPython. Unless the modem has a ticker, what send() took has left for the
module when it returns; programs that call modem.step() all the time may give the modem a ticker that does nothing, and
small pieces are then gathered as on MicroPython.
"""

from micropython import const

from espat.errors import AtError
from espat.net import at_tcp
from espat.net import sock as _sock
from espat.net.reading import would_block
from espat.ticks import ticks_add, ticks_diff, ticks_ms

_EBADF = const(9)
_EPIPE = const(32)
_EPROTONOSUPPORT = const(93)
_ECONNRESET = const(104)
_ENOTCONN = const(107)
_ECONNREFUSED = const(111)
_NO_NAME = const(-2)
_DRAIN = const(4)  # what wait() waits for, see reading.py
_OPEN = const(2)  # state of a link, see link.py
_GRACE = const(40)  # ms a client is given to hang up first


class gaierror(OSError):
    """A name that nobody knows."""


class Socket(_sock.Socket):
    """A socket of a pool; see SocketPool.socket().

    tls: (context, server name) when ssl has wrapped it, which it does before connect() or listen().
    """

    tls_ports = ()
    tls = None

    def __init__(self, links, af=2, type=1, proto=0):
        super().__init__(links, af, type, proto)
        self.type = type
        self._ended = False  # the end has been read

    def another(self):
        """A new socket of the same class."""
        return Socket(self.links)

    def connect(self, address):
        """Connect to (host, port), waiting as long as the time-out says. Raises gaierror for an unknown name."""
        host, port = address
        if self.tls:
            self.tls[0].prepare(self.at)
        try:
            super().connect((host, port))
        except OSError as error:
            self._failed(error, host)
        finally:
            self.links.go(self.link)  # whether it is TLS is known

    def _failed(self, error, host):
        # the module does not always tell why
        if error.errno == _NO_NAME:
            raise gaierror(_NO_NAME, "name not found")
        if error.errno == _ECONNREFUSED:
            _getaddrinfo(self.links, host, 0)
        raise error

    def start(self, address, mode):
        """Begin to open a link, see sock.py; what TLS needs is said before."""
        super().start(address, mode)
        if self.tls:
            context, name = self.tls
            link = self.link
            link.texts[0:0] = context.texts(self.at, link.index, name or address[0])
            link.why = context.why(name or address[0])

    def listen(self, backlog=2):
        """Let clients connect to the bound port; the module serves one port at a time (else EADDRINUSE)."""
        if not self.tls:
            return super().listen(backlog)
        from espat.net import server

        if self._closed:
            raise OSError(_EBADF, "EBADF")
        context = self.tls[0]
        context.prepare(self.at, True)
        self.server = self.server or server.listen(self, backlog, bool(context.ca))

    def recv_into(self, buf, n=0):
        """Receive 1 to n (0: as many as fit) bytes into buf; returns the count, 0 at the end.

        Raises EAGAIN, ETIMEDOUT, ENOTCONN, EBADF; ECONNRESET when the end of a client's connection is read again:
        servers that wait for the end of a request would read it for ever.
        """
        if n < 0 or n > len(buf):
            raise ValueError("buffer too small for the bytes asked for")
        got = super().recv_into(buf, n)
        if not got and self.listener and len(buf):
            if self._ended:
                raise OSError(_ECONNRESET, "the client has gone")
            self._ended = True
        return got

    def recvfrom_into(self, buf):
        """Receive a datagram into buf, what does not fit is lost; returns (count, (host, port))."""
        link = self.readable()
        if link is None:
            raise would_block()
        if not self.udp:
            return link.rx.take_into(buf, len(buf)), self.peer
        peer = self.udp.sender(link.grams[0][1]) if link.grams else None
        return self.udp.recv_into(self, link, buf, len(buf)), peer or self.peer

    def send(self, buf):
        """Send bytes; returns how many were taken. Raises EAGAIN, BrokenPipeError without a connection."""
        try:
            n = super().send(buf)
        except OSError as error:
            if error.errno in (_ENOTCONN, _EPIPE):
                raise BrokenPipeError(_EPIPE, "EPIPE")
            raise error
        if not self.at.timer and not self.udp:
            self._push()
        return n

    def _push(self):
        # what was taken is on its way whatever becomes of it: a failure is told by the next call
        self.links.flush(self.link)
        try:
            self.wait(_DRAIN)
        except OSError:
            pass

    def sendto(self, buf, address):
        """Send one datagram to (host, port), a name or an address; returns its length."""
        host, port = address
        try:
            return super().sendto(buf, (host, port))
        except OSError as error:
            self._failed(error, host)

    def close(self):
        """Send what is gathered, then close. Nothing happens the second time."""
        if self.listener and not self._closed:
            self._part()
        super().close()

    def _part(self):
        # a client that has its answer mostly hangs up by itself; were the module told to close meanwhile, that
        # would hit the next client, which gets the same number
        link = self.link
        self.links.flush(link)
        end = ticks_add(ticks_ms(), _GRACE)
        while link.serial == self._serial and link.state == _OPEN and ticks_diff(end, ticks_ms()) > 0:
            self.at.wait()


def _getaddrinfo(links, host, port, family=0, type=0, proto=0):
    ip = host or "0.0.0.0"
    if ":" not in ip and not _numeric(ip):
        try:
            ip = at_tcp.resolve(links.at, host)
        except AtError:
            raise gaierror(_NO_NAME, "name not found")
    return [(10 if ":" in ip else 2, type or 1, proto, "", (ip, port))]


def _numeric(host):
    parts = host.split(".")
    for part in parts:
        if not part.isdigit():
            return False
    return len(parts) == 4


class SocketPool:
    """Sockets of a radio.

    radio: wifi.radio. Raises ValueError for another one.
    """

    AF_INET = 2
    AF_INET6 = 10
    SOCK_STREAM = 1
    SOCK_DGRAM = 2
    SOCK_RAW = 3
    SOL_SOCKET = 0xFFF
    SO_REUSEADDR = 4
    TCP_NODELAY = 1
    IPPROTO_IP = 0
    IPPROTO_ICMP = 1
    IPPROTO_TCP = 6
    IPPROTO_UDP = 17
    IPPROTO_IPV6 = 41
    IPPROTO_RAW = 255
    IP_MULTICAST_TTL = 5
    EAI_NONAME = -2
    gaierror = gaierror

    def __init__(self, radio):
        try:
            self._links = radio.modem.links
        except AttributeError:
            raise ValueError("SocketPool can only be used with wifi.radio")

    def socket(self, family=2, type=1, proto=0):
        """A socket: family AF_INET or AF_INET6, type SOCK_STREAM or SOCK_DGRAM; it takes a link when it connects."""
        if type not in (1, 2):
            raise OSError(_EPROTONOSUPPORT, "the module has no raw sockets")
        return Socket(self._links, family, type, proto)

    def getaddrinfo(self, host, port, family=0, type=0, proto=0, flags=0):
        """[(family, type, proto, "", (ip, port))], one entry; raises gaierror for a name nobody knows."""
        return _getaddrinfo(self._links, host, port, family, type, proto)
