"""AT+MDNS: a real responder for <host>.local and one service, on the loopback interface's multicast."""
import asyncio
import contextlib
import socket
import struct

from .codes import Fail
from .command import Command, command, part

GROUP, PORT = "224.0.0.251", 5353
LOOPBACK = "127.0.0.1"
A, PTR, TXT, SRV, ANY = 1, 12, 16, 33, 255
IN, FLUSH = 1, 0x8000
TTL = 120
ALL_SERVICES = "_services._dns-sd._udp.local"


def encode_name(name):
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"


def decode_name(data, at):
    """(name, where it ends); ValueError if there is none."""
    labels, end, jumps = [], None, 0
    while True:
        if at >= len(data) or jumps > 20:
            raise ValueError("bad name")
        size = data[at]
        if size & 0xC0 == 0xC0:
            if at + 1 >= len(data):
                raise ValueError("bad name")
            end = at + 2 if end is None else end
            at, jumps = (size & 0x3F) << 8 | data[at + 1], jumps + 1
            continue
        at += 1
        if size == 0:
            return ".".join(labels), at if end is None else end
        labels.append(data[at : at + size].decode("utf-8", "replace"))
        at += size


def questions(data):
    """(name in lower case, type) of each question of a query."""
    if len(data) < 12 or data[2] & 0x80:
        return []
    found, at = [], 12
    with contextlib.suppress(ValueError, struct.error):
        for _ in range(struct.unpack_from("!H", data, 4)[0]):
            name, at = decode_name(data, at)
            found.append((name.lower(), struct.unpack_from("!H", data, at)[0]))
            at += 4
    return found


class Responder(asyncio.DatagramProtocol):
    def __init__(self, host, service, port, address):
        kind, own = f"{service}._tcp.local", f"{host}.local"
        instance = f"{host}.{kind}"
        self.records = [
            (own, A, socket.inet_aton(address)),
            (ALL_SERVICES, PTR, encode_name(kind)),
            (kind, PTR, encode_name(instance)),
            (instance, SRV, struct.pack("!HHH", 0, 0, port) + encode_name(own)),
            (instance, TXT, b"\0"),
        ]
        self.transport = None

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, source):
        wanted = questions(data)
        answers = [one for one in self.records if any(one[0].lower() == name and kind in (one[1], ANY) for name, kind in wanted)]
        if not answers:
            return
        others = [one for one in self.records if one not in answers and one[1] in (A, SRV)]
        plain = source[1] != PORT  # a simple resolver: it wants its own number and question back
        echo = data[12:] if plain and len(wanted) == 1 else b""
        number = struct.unpack_from("!H", data)[0] if plain else 0
        head = struct.pack("!HHHHHH", number, 0x8400, bool(echo), len(answers), 0, len(others))
        packet = head + echo + b"".join(self._record(one, plain) for one in [*answers, *others])
        self.transport.sendto(packet, source if plain else (GROUP, PORT))

    @staticmethod
    def _record(record, plain):
        name, kind, data = record
        klass = IN if plain or kind == PTR else IN | FLUSH
        return encode_name(name) + struct.pack("!HHIH", kind, klass, 10 if plain else TTL, len(data)) + data


def multicast_socket():
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "SO_REUSEPORT"):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        sock.bind(("", PORT))
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(GROUP) + socket.inet_aton(LOOPBACK))
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(LOOPBACK))
        sock.setblocking(False)
    except OSError:
        sock.close()
        raise
    return sock


@part("mdns")
class Mdns:
    """m.mdns. Other modules of the air find the name without multicast too."""

    def __init__(self, m):
        self.m = m
        self.name = None
        self.transport = None

    async def start(self, host, service, port):
        """OSError if there is no multicast here."""
        await self.stop()
        address = self.m.wifi.bind_address
        responder = Responder(host, service, port, address)
        self.transport, _ = await self.m.loop.create_datagram_endpoint(lambda: responder, sock=multicast_socket())
        self.name = f"{host}.local".lower()
        self.m.air.names[self.name] = address

    async def stop(self):
        if self.transport:
            self.transport.close()
            self.transport = None
            self.m.air.names.pop(self.name, None)


@command("+MDNS")
class Configure(Command):
    async def set(self, m, args):
        if not args.int(0, 1):
            args.end()
            await m.mdns.stop()
            return
        host, service, port = args.text(most=63, least=1), args.text(most=15, least=2), args.int(1, 65535)
        args.end()
        if not m.wifi.mode:
            raise Fail()
        try:
            await m.mdns.start(host, service, port)
        except OSError:
            raise Fail() from None
