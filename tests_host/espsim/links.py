"""The table of links: five slots, what arrives on them, and how the host hears of it."""
import asyncio
import collections
import errno
import ipaddress
import socket
import weakref

from .codes import Fail
from .command import part
from .station import SOFTAP
from .transport import OPENERS, WINDOW

ACTIVE, PASSIVE = 0, 1


class Link:
    """One connection. `buffer` holds (data, source) pieces the host has not read yet (passive mode)."""

    def __init__(self, net, number, kind, stream, remote, *, server=False):
        self.net = net
        self.m = net.m
        self.number = number
        self.kind = kind
        self.stream = stream
        self.address, self.port = remote
        self.local_port = stream.local_port
        self.server = server
        self.udp_mode = 0
        self.buffer = collections.deque()
        self.waiting = 0  # bytes in it
        self.received = self.sent = 0  # bytes from and to the peer
        self.announced = False
        self.ended = False  # the peer is gone; CLOSED comes when the buffer is empty
        self.open = True
        self.room = asyncio.Event()
        self.last_used = self.m.loop.time()
        self.task = None
        self.segment = self.segment_sent = self.held = 0  # AT+CIPSENDBUF: numbers, and bytes not yet sent
        self.sending = None

    @property
    def is_udp(self):
        return self.kind.startswith("UDP")

    @property
    def passive(self):
        if self.is_udp and self.m.profile.nonos:
            return False
        return self.net.receive_mode(self.number) == PASSIVE and not self.net.raw

    def start(self):
        self.task = self.m.spawn(self._receive())

    # receiving

    async def _receive(self):
        try:
            while await self._may_read():
                data, source = await self.stream.recv(self._read_size())
                if not data and not self.is_udp:
                    break
                await self._arrived(data, source)
        except (OSError, EOFError):
            pass
        if self.open:
            self.ended = True
            self._close_if_read()

    def _read_size(self):
        most = self.m.profile.ipd_most
        return min(most, WINDOW - self.waiting) if self.passive else most

    async def _may_read(self):
        """Wait until there is room: in the passive buffer, or on the line."""
        while self.passive and not self.is_udp and self.waiting >= WINDOW:
            self.room.clear()
            await self.room.wait()
        await self.m.drain()
        return self.open

    async def _arrived(self, data, source):
        self.last_used = self.m.loop.time()
        self.received += len(data)
        if self.is_udp:
            self._follow(source)
        if self.passive:
            self._keep(data, source)
        else:
            self._show(data, source)

    def _follow(self, source):
        """UDP modes 1 (the first sender becomes the peer) and 2 (the last one does)."""
        if self.udp_mode and source != (self.address, self.port):
            self.address, self.port = self.stream.peer = source
            if self.udp_mode == 1:
                self.udp_mode = 0

    def _keep(self, data, source):
        if self.is_udp and self.waiting + len(data) > WINDOW:
            return
        self.buffer.append((data, source))
        self.waiting += len(data)
        self.announce()

    def _show(self, data, source):
        if self.net.raw:
            self.m.write(data)
            return
        address, port = source or (self.address, self.port)
        head = b"\r\n+IPD,%s%d%s:" % (self._prefix(), len(data), self.net.info(address, port))
        self.m.emit(head + data + self.m.profile.ipd_tail)

    def _prefix(self):
        return b"%d," % self.number if self.net.mux else b""

    def announce(self):
        """Passive mode: say once that there is something to read."""
        if self.waiting and not self.announced and not self.net.raw:
            self.announced = True
            self.m.emit(b"\r\n+IPD,%s%d\r\n" % (self._prefix(), self.waiting))

    def take(self, most):
        """(data, source) for AT+CIPRECVDATA: at most `most` bytes; what a datagram has beyond that is lost."""
        data, source = bytearray(), self.buffer[0][1]
        while self.buffer and len(data) < most:
            piece, origin = self.buffer.popleft()
            self.waiting -= len(piece)
            rest = piece[most - len(data) :]
            data += piece[: most - len(data)]
            if rest and not self.is_udp:
                self.buffer.appendleft((rest, origin))
                self.waiting += len(rest)
        self.room.set()
        return bytes(data), source

    def after_read(self):
        """The answer to a read is out: the next notice, or the CLOSED that was kept back."""
        self.announced = False
        self.announce()
        self._close_if_read()

    def mode_changed(self):
        """Active mode shows what passive mode had kept."""
        if not self.passive:
            self.announced = False
            while self.buffer:
                data, source = self.buffer.popleft()
                self.waiting -= len(data)
                self._show(data, source)
        self.room.set()
        self._close_if_read()

    # ending

    def _close_if_read(self):
        if self.ended and self.open and not self.waiting:
            self.close()

    def close(self):
        """End the link and report it."""
        if not self.open:
            return
        self.open = False
        self.net.links.pop(self.number, None)
        self.stream.close()
        if self.task and self.task is not asyncio.current_task():
            self.task.cancel()
        self.net.report_closed(self)

    async def send(self, data, to=None):
        """Hand data to the stack; OSError if the link is gone or AT+CIPTCPOPT's send time-out passes."""
        if not self.open or self.ended:
            raise OSError(errno.ENOTCONN, "link is closed")
        self.last_used = self.m.loop.time()
        limit = self.net.tcp_options(self.number)[2] / 1000
        await asyncio.wait_for(self.stream.send(data, to), limit or None)
        self.sent += len(data)


@part("net")
class Net:
    """m.net: multiplexing, the links, and names."""

    def __init__(self, m):
        self.m = m
        self.mux = 0
        self.mode = 0  # AT+CIPMODE
        self.dinfo = 0
        self.links = {}
        self.opening = None  # the number that AT+CIPSTART under way has taken
        self.wires = weakref.WeakSet()  # connections of the module's own clients
        self.receive_modes = {}
        self.had_link = False
        self.persistent = set()  # AT+CIPCONNPERSIST: links that stay when the access point goes
        self.raw = False  # received data goes to the host as it is

    # settings

    @property
    def count(self):
        return self.m.profile.links

    def receive_mode(self, number):
        return self.receive_modes.get(number, ACTIVE)

    def set_receive_mode(self, numbers, mode):
        for number in numbers:
            self.receive_modes[number] = mode
        for link in list(self.links.values()):
            link.mode_changed()

    def set_mode(self, mode):
        """AT+CIPMODE: with 1 received data comes raw from now on."""
        self.mode = mode
        self.raw = bool(mode)
        for link in list(self.links.values()):
            link.mode_changed()

    def tcp_options(self, number):
        """[linger, nodelay, send time-out in ms, keep-alive in s] of a link."""
        return (self.m.setting("tcpopt") or {}).get(str(number), [-1, 0, 0, 0])

    def info(self, address, port):
        """The sender, as AT+CIPDINFO=1 adds it after a length."""
        if not self.dinfo:
            return b""
        form = ',"%s",%d' if self.m.profile.ipd_quotes else ",%s,%d"
        return (form % (address, port)).encode()

    @property
    def online(self):
        """True while the module has an address in somebody's network, so that names can be resolved."""
        return any(getattr(part, "uplink", False) for part in self.m.parts)

    @property
    def up(self):
        """True while there is any network, the module's own SoftAP included."""
        return self.online or bool(self.m.wifi.mode & SOFTAP)

    # links

    def free(self):
        """The lowest free link number, None if all are taken."""
        return next((number for number in range(self.count) if number not in self.links and number != self.opening), None)

    async def open(self, wish):
        """Open a link; OSError if it cannot be."""
        stream = await OPENERS[wish.kind](self.m, wish)
        linger, nodelay, _, keep_alive = self.tcp_options(wish.link)
        stream.set_options(linger, nodelay, keep_alive if wish.keep_alive is None else wish.keep_alive)
        return self.add(wish.link, wish.kind, stream, (wish.address, wish.port))

    def add(self, number, kind, stream, remote, server=False):
        """Enter a connected stream into the table and report it; it reads from start() on."""
        link = Link(self, number, kind, stream, remote, server=server)
        self.links[number] = link
        self.had_link = True
        self.report_connected(link)
        return link

    def report_connected(self, link):
        if self.m.setting("sysmsg", 0) & 2:
            self.m.report(
                f'+LINK_CONN:0,{link.number},"{link.kind}",{int(link.server)},"{link.address}",{link.port},{link.local_port}'
            )
        else:
            self.m.report(f"{link.number},CONNECT" if self.mux else "CONNECT")

    def report_closed(self, link):
        self.m.report(f"{link.number},CLOSED" if self.mux else "CLOSED")
        self.m.tell("link_closed", link)

    def wifi_down(self):
        for link in list(self.links.values()):
            if link.number not in self.persistent:
                link.close()
        for wire in list(self.wires):
            wire.cut()

    async def stop(self):
        for link in self.links.values():
            link.open = False
            link.stream.close()

    # names

    async def resolve(self, name, family=socket.AF_UNSPEC):
        """The address of a host, IPv4 preferred. Fail if there is none, or no network to ask."""
        try:
            return str(ipaddress.ip_address(name))
        except ValueError:
            pass
        if not name or not self.online or self.m.air.dns_down:
            raise Fail(errno=errno.EHOSTUNREACH)
        known = self.m.air.known(name)
        if known:
            return known
        try:
            answers = await self.m.loop.getaddrinfo(name, None, family=family, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise Fail(errno=errno.EHOSTUNREACH) from None
        return min(answers, key=lambda answer: answer[0] != socket.AF_INET)[4][0]
