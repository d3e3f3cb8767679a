"""The module as a server: AT+CIPSERVER and its limits."""
import asyncio
import socket

from .cmd_tcp import plain
from .codes import Fail
from .command import Command, command, part
from .transport import ACCEPTERS, KERNEL_BUFFER, SERVER_CHECKS, WINDOW, bind


@part("server")
class Server:
    """m.server: at most one, on the station's address."""

    def __init__(self, m):
        self.m = m
        self.most = m.profile.links  # AT+CIPSERVERMAXCONN
        self.timeout = 180 if m.profile.nonos else 0  # AT+CIPSTO, seconds
        self.sock = None
        self.port = 333
        self.kind = "TCP"
        self.ca = 0
        self.tasks = []

    @property
    def listening(self):
        return self.sock is not None

    def open(self, port, kind, ca):
        """Listen; OSError if the port is taken."""
        v6 = kind.endswith("v6")
        sock = socket.socket(socket.AF_INET6 if v6 else socket.AF_INET, socket.SOCK_STREAM)
        try:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, KERNEL_BUFFER)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, WINDOW)
            sock.setblocking(False)
            bind(sock, "::1" if v6 else self.m.wifi.bind_address, port)
            sock.listen(5)
        except OSError:
            sock.close()
            raise
        self.sock, self.port, self.kind, self.ca = sock, port, kind, ca
        self.tasks = [self.m.spawn(self._accept(sock)), self.m.spawn(self._watch())]

    def close(self):
        for task in self.tasks:
            task.cancel()
        self.tasks = []
        if self.sock:
            self.sock.close()
            self.sock = None

    async def stop(self):
        self.close()

    def clients(self):
        return [link for link in self.m.net.links.values() if link.server]

    async def _accept(self, sock):
        while True:
            peer, remote = await self.m.loop.sock_accept(sock)
            peer.setblocking(False)
            if not self._has_room():
                peer.close()
                continue
            self.m.spawn(self._welcome(peer, remote[:2]))

    def _has_room(self):
        if not self.m.net.up:
            return False
        if len(self.clients()) >= self.most or self.m.net.free() is None:
            self.m.report(f"Have {len(self.clients())} Connections")
            return False
        return True

    async def _welcome(self, peer, remote):
        try:
            stream = await ACCEPTERS[self.kind](self.m, peer)
        except OSError:
            peer.close()
            return
        number = self.m.net.free()
        if number is None:
            stream.close()
            return
        linger, nodelay, _, keep_alive = self.m.net.tcp_options(number)
        stream.set_options(linger, nodelay, keep_alive)
        self.m.net.add(number, self.kind, stream, self.m.unroute(*remote), server=True).start()

    async def _watch(self):
        """AT+CIPSTO: clients that say nothing for too long are closed."""
        while True:
            await asyncio.sleep(0.25)
            limit = self.m.loop.time() - self.timeout
            for link in self.clients():
                if self.timeout and link.last_used < limit:
                    link.close()


@command("+CIPSERVER")
class ServerCommand(Command):
    async def query(self, m):
        server = m.server
        if not server.listening:
            m.say("+CIPSERVER:0")
            return
        fields = ["1", str(server.port), f'"{server.kind}"']
        if m.profile.chip != "ESP8266":
            fields.append(str(server.ca))
        if m.profile.server_netif:
            fields.append("0")
        m.say("+CIPSERVER:" + ",".join(fields))

    async def set(self, m, args):
        if args.int(0, 1):
            self._create(m, args)
        else:
            self._delete(m, args)

    @staticmethod
    def _create(m, args):
        port = args.int(1, 65535, default=333)
        kind = args.choice(*ACCEPTERS, default="TCP")
        ca = args.int(0, 1, default=0)
        if m.profile.server_netif:
            args.int(0, 2, default=0)
        args.end()
        if m.server.listening and m.profile.nonos:
            m.say("no change")
            return
        if not m.net.mux or m.server.listening or kind.endswith("v6") and not m.setting("ipv6", 0):
            raise Fail()
        if SERVER_CHECKS[kind]:
            SERVER_CHECKS[kind](m, ca)
        try:
            m.server.open(port, kind, ca)
        except OSError as error:
            raise Fail(errno=0x70) from error

    @staticmethod
    def _delete(m, args):
        everyone = args.int(0, 1, default=0)
        args.end()
        if not m.server.listening:
            plain(m, "no change")
        clients = m.server.clients()
        m.server.close()
        for link in clients if everyone else []:
            link.close()


@command("+CIPSERVERMAXCONN")
class MostConnections(Command):
    async def query(self, m):
        m.say(f"+CIPSERVERMAXCONN:{m.server.most}")

    async def set(self, m, args):
        most = args.int(1, m.net.count)
        args.end()
        if m.server.listening:
            raise Fail()
        m.server.most = most


@command("+CIPSTO")
class ServerTimeout(Command):
    async def query(self, m):
        m.say(f"+CIPSTO:{m.server.timeout}")

    async def set(self, m, args):
        seconds = args.int(0, 7200)
        args.end()
        m.server.timeout = seconds
