"""Connections on real sockets. A kind of connection ("TCP", "UDP", ...) is a factory registered here.

    @transport("SSL", "SSLv6")
    async def open_ssl(m, wish):            # wish: a Wish; raises OSError
        return SslStream(...)               # recv(), send(), close(), local_port

    @server_side("SSL", "SSLv6")
    async def accept_ssl(m, sock): ...      # a stream for a connection a server has accepted
"""
import asyncio
import contextlib
import dataclasses
import errno
import ipaddress
import socket
import struct

OPENERS = {}
ACCEPTERS = {}
SERVER_CHECKS = {}
WINDOW = 5760  # the module's TCP window and its buffer of a passive link
KERNEL_BUFFER = WINDOW // 2  # the kernel doubles it, so a peer can send about one window ahead
PRIVILEGED = 20000
LOOPBACK = socket.inet_aton("127.0.0.1")
BROADCAST, EVERYONE = "255.255.255.255", "127.255.255.255"  # what the module calls the network's broadcast address, and ours
DATAGRAM_MOST = 1472  # longer ones come in fragments, which the module does not put together


@dataclasses.dataclass
class Wish:
    """What AT+CIPSTART asks for; `host` is resolved to `address` already."""

    kind: str
    host: str
    address: str
    port: int
    link: int = 0
    keep_alive: int | None = None
    local_port: int = 0
    local_address: str = ""
    timeout: float = 0.0


def transport(*kinds):
    def register(factory):
        OPENERS.update(dict.fromkeys(kinds, factory))
        return factory

    return register


def server_side(*kinds, check=None):
    """`check(m, ca)` may refuse (raise AtError) before the server is opened."""

    def register(factory):
        ACCEPTERS.update(dict.fromkeys(kinds, factory))
        SERVER_CHECKS.update(dict.fromkeys(kinds, check))
        return factory

    return register


def bind(sock, address, port):
    """Bind; a port that only the privileged may have is opened PRIVILEGED higher for everybody else."""
    try:
        sock.bind((address, port))
    except PermissionError:
        sock.bind((address, PRIVILEGED + port))


def family_of(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


class TcpStream:
    """A connected socket."""

    def __init__(self, sock):
        self.sock = sock
        self.loop = asyncio.get_running_loop()
        self.local_port = sock.getsockname()[1]

    async def recv(self, most):
        """(bytes, None); no bytes at the end. OSError when the connection broke."""
        return await self.loop.sock_recv(self.sock, most), None

    async def send(self, data, to=None):
        await self.loop.sock_sendall(self.sock, data)

    def set_options(self, linger, nodelay, keep_alive):
        with contextlib.suppress(OSError):
            if linger is not None and linger >= 0:
                self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, linger))
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, int(bool(nodelay)))
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, int(bool(keep_alive)))
            if keep_alive and hasattr(socket, "TCP_KEEPIDLE"):
                self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, keep_alive)
                self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 1)
                self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3)

    def close(self):
        self.sock.close()


class UdpStream:
    """A datagram socket and the peer it sends to."""

    def __init__(self, m, sock, peer):
        self.m = m
        self.sock = sock
        self.loop = asyncio.get_running_loop()
        self.local_port = sock.getsockname()[1]
        self.peer = peer  # (address, port) as the module knows it

    async def recv(self, most):
        """(bytes, (address, port)) of the next datagram that is not too long for the module."""
        while True:
            try:
                data, source = await self.loop.sock_recvfrom(self.sock, 65536)
            except ConnectionError:  # an answer of ICMP to something sent earlier
                continue
            if 0 < len(data) <= DATAGRAM_MOST:
                return data, self._known_as(source[0], source[1])

    def _known_as(self, address, port):
        """Undo a route: the module sees the address it sent to."""
        return self.m.unroute(address, port)

    async def send(self, data, to=None):
        await self.loop.sock_sendto(self.sock, data, self.m.route(*(to or self.peer)))

    def set_options(self, *_):
        pass

    def close(self):
        self.sock.close()


class GroupStream(UdpStream):
    """A datagram socket whose peer is everyone in a multicast group, or on the network: a second socket hears those."""

    def __init__(self, m, sock, peer, group):
        super().__init__(m, sock, peer)
        self.group = group
        self.arrived = asyncio.Queue()
        self.tasks = [m.spawn(self._hear(UdpStream.recv, self)), m.spawn(self._hear(UdpStream.recv, UdpStream(m, group, peer)))]

    async def _hear(self, recv, stream):
        while True:
            self.arrived.put_nowait(await recv(stream, 65536))

    async def recv(self, most):
        return await self.arrived.get()

    async def send(self, data, to=None):
        address, port = to or self.peer
        await super().send(data, (EVERYONE if address == BROADCAST else address, port))

    def close(self):
        for task in self.tasks:
            task.cancel()
        self.group.close()
        super().close()


def _group_socket(address, port):
    """A socket on the loopback interface for what is sent to a multicast group, or to everyone."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setblocking(False)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if address == BROADCAST:
            sock.bind((EVERYONE, port))
        else:
            sock.bind((address, port))
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(address) + LOOPBACK)
    except OSError:
        sock.close()
        raise
    return sock


def is_group(address):
    return family_of(address) == socket.AF_INET and (ipaddress.ip_address(address).is_multicast or address == BROADCAST)


def _bound_socket(m, wish, real, kind):
    """A socket on the station's own address (IPv6: the system's choice, only ::1 exists here)."""
    sock = socket.socket(family_of(real), kind)
    sock.setblocking(False)
    try:
        if kind == socket.SOCK_STREAM:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, KERNEL_BUFFER)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, WINDOW)
        if sock.family == socket.AF_INET and (kind == socket.SOCK_DGRAM or real.startswith("127.")):
            bind(sock, m.wifi.bind_address, wish.local_port)
        elif wish.local_port:
            sock.bind(("::" if sock.family == socket.AF_INET6 else "", wish.local_port))
    except OSError:
        sock.close()
        raise
    return sock


@transport("TCP", "TCPv6")
async def open_tcp(m, wish):
    real, port = m.route(wish.address, wish.port)
    if m.air.unreachable(wish.address):
        await asyncio.sleep(wish.timeout or m.air.connect_timeout)
        raise OSError(errno.EHOSTUNREACH, "no answer")
    sock = _bound_socket(m, wish, real, socket.SOCK_STREAM)
    try:
        limit = wish.timeout or m.air.connect_timeout
        await asyncio.wait_for(asyncio.get_running_loop().sock_connect(sock, (real, port)), limit)
        if sock.getsockname() == sock.getpeername():
            raise OSError(errno.ECONNREFUSED, "connected to itself")  # a quirk of ephemeral loopback ports
    except BaseException:
        sock.close()
        raise
    return TcpStream(sock)


@transport("UDP", "UDPv6")
async def open_udp(m, wish):
    real, _ = m.route(wish.address, wish.port)
    sock = _bound_socket(m, wish, real, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    if not is_group(real):
        return UdpStream(m, sock, (wish.address, wish.port))
    try:
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, LOOPBACK)
        return GroupStream(m, sock, (wish.address, wish.port), _group_socket(real, sock.getsockname()[1]))
    except OSError:
        sock.close()
        raise


@server_side("TCP", "TCPv6")
async def accept_tcp(m, sock):
    return TcpStream(sock)
