"""What programs do with a network, twelve times: each gives data that can be compared, or raises as the library does.

prepare(world) brings everything up and is never disturbed; attempt(world) is what a fault strikes. `want` is the
right result. Programs close their sockets when something goes wrong, join again if need be, and try once more.
"""

import asyncio
import binascii
import ssl

from espat import at_ota
from espat.errors import AtReset
from espat.net import network
from espat.net import socket as sockets
from espat.net import ssl as tls
from espat.net.mqtt import MQTTClient
from espsim import images
from mp.services import free_port

from faults.world import PASSWORD, PKI, SSID

WORDS = ("to_host", "message")
BIG = 200 * 1024
PATTERN = bytes((i * 7 + (i >> 8) * 13) & 255 for i in range(BIG))


class Mismatch(ValueError):
    """The program's own check (length or checksum of its protocol) has found that data is not right."""


def sealed(data):
    """Data with its length and checksum in front, as a protocol above has them."""
    return b"%08d %08x\n" % (len(data), binascii.crc32(data)) + data


SEAL = len(sealed(b""))


def unsealed(data):
    try:
        n, crc = int(data[:8]), int(data[9:17], 16)
    except ValueError:
        raise Mismatch("no head in %r" % data[:20])
    if len(data) - SEAL != n:
        raise Mismatch("%d bytes instead of %d" % (len(data) - SEAL, n))
    if binascii.crc32(data[SEAL:]) != crc:
        raise Mismatch("checksum")
    return data[SEAL:]


def echo(w):
    """A peer that sends back what it gets."""

    async def answer(reader, writer):
        while piece := await w.patient(reader.read(4096)):
            await w.stalled.wait()
            writer.write(piece)

    return answer


class Scenario:
    """timeout: of the program's sockets, seconds or None. text: its data has neither length nor checksum, and a line that
    is lost leaves no trace: which kinds of faults may change it."""

    name = ""
    want = None
    joined = True
    timeout = None
    text = ()

    def __init__(self):
        self.open = []

    def prepare(self, w):
        w.bring_up()
        if self.joined:
            w.join()

    def attempt(self, w):
        raise NotImplementedError

    def tidy(self, w):
        """What a program does before it tries again."""
        for sock in self.open:
            sock.close()
        self.open = []
        if self.joined:
            w.join()

    def socket(self, *args):
        sock = sockets.socket(*args)
        self.open.append(sock)
        sock.settimeout(self.timeout)
        return sock

    def done(self):
        for sock in self.open:
            sock.close()
        self.open = []


class Join(Scenario):
    name = "join"
    joined = False

    def prepare(self, w):
        super().prepare(w)
        self.want = True

    def attempt(self, w):
        wlan = network.WLAN()
        wlan.active(True)
        wlan.connect(SSID, PASSWORD)
        w.join()
        w.clock.sleep(0.3)
        if not wlan.isconnected():
            raise OSError(113, "lost again")
        return w.module.wifi.connected


class Scan(Scenario):
    name = "scan"
    joined = False
    text = WORDS

    def prepare(self, w):
        super().prepare(w)
        self.want = sorted((point.ssid if not point.hidden else b"", point.channel, point.rssi)
                           for point in w.air.access_points)

    def attempt(self, w):
        rows = sorted((row[0], row[2], row[3]) for row in network.WLAN().scan())
        if not rows and not any(point.on for point in w.air.access_points):
            return self.want  # they are off, indeed
        return rows


class HttpGet(Scenario):
    name = "http"
    body = PATTERN[:3000]
    want = body

    def prepare(self, w):
        super().prepare(w)
        w.air.names["www.example.org"] = "127.0.0.1"
        self.port = w.serve(lambda reader, writer: self.answer(w, reader, writer), self.context())

    def context(self):
        return None

    async def answer(self, w, reader, writer):
        head = await w.patient(reader.readuntil(b"\r\n\r\n"))
        right = head.startswith(b"GET /data HTTP/1.0\r\n")
        await w.stalled.wait()
        body = sealed(self.body) if right else b"what?"
        writer.write(b"HTTP/1.0 %s\r\nContent-Length: %d\r\n\r\n" % (b"200 OK" if right else b"404 Not", len(body)))
        writer.write(body)
        await writer.drain()

    def connect(self):
        address = sockets.getaddrinfo("www.example.org", self.port)[0][-1]
        sock = self.socket()
        sock.connect(address)
        return sock

    def attempt(self, w):
        sock = self.connect()
        sock.write(b"GET /data HTTP/1.0\r\nHost: www.example.org\r\n\r\n")
        if sock.readline() != b"HTTP/1.0 200 OK\r\n":
            raise Mismatch("status line")
        length = 0
        while True:
            line = sock.readline()
            if not line or line == b"\r\n":
                break
            if line.startswith(b"Content-Length:"):
                try:
                    length = int(line[15:])
                except ValueError:
                    raise Mismatch("header")
        data = unsealed(sock.read(length))
        self.done()
        return data


class TlsGet(HttpGet):
    name = "tls"

    def context(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(PKI / "peer_00.crt", PKI / "peer_00.key")
        return context

    def connect(self):
        return tls.wrap_socket(super().connect(), server_hostname="www.example.org")


class Download(Scenario):
    name = "download"
    want = PATTERN

    def prepare(self, w):
        super().prepare(w)
        self.port = w.serve(lambda reader, writer: self.answer(w, reader, writer))

    async def answer(self, w, reader, writer):
        if await w.patient(reader.readexactly(4)) == b"more":
            writer.write(sealed(PATTERN))
            await w.patient(writer.drain())
            while writer.transport.get_write_buffer_size():
                await w.stalled.wait()
                await asyncio.sleep(0.02)

    def attempt(self, w):
        sock = self.socket()
        sock.connect(("127.0.0.1", self.port))
        sock.write(b"more")
        data = unsealed(sock.read())
        self.done()
        return data


class Upload(Scenario):
    name = "upload"
    want = b"%08x" % binascii.crc32(sealed(PATTERN))

    def prepare(self, w):
        super().prepare(w)
        self.port = w.serve(lambda reader, writer: self.answer(w, reader, writer))

    async def answer(self, w, reader, writer):
        head = await w.patient(reader.readexactly(SEAL))
        crc, left = binascii.crc32(head), int(head[:8])
        while left > 0:
            piece = await w.patient(reader.read(min(left, 65536)))
            if not piece:
                return
            crc, left = binascii.crc32(piece, crc), left - len(piece)
        writer.write(b"%08x" % crc)

    def attempt(self, w):
        sock = self.socket()
        sock.connect(("127.0.0.1", self.port))
        sock.write(sealed(PATTERN))
        data = sock.read(8)
        if data != self.want:
            raise Mismatch("the peer has got something else: %r" % data)
        self.done()
        return data


class Mqtt(Scenario):
    name = "mqtt"
    messages = [b"first", b"x" * 300, b"\r\nOK\r\n+MQTTPUB:OK", PATTERN[:700]]
    want = messages
    client = None

    def prepare(self, w):
        super().prepare(w)
        import logging

        from amqtt.broker import Broker

        logging.disable(logging.CRITICAL) if not __import__("os").getenv("LOGM") else logging.basicConfig(level=10)
        settings = {"listeners": {"default": {"type": "tcp", "bind": "127.0.0.1:0"}},
                    "plugins": {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}}}
        self.broker = Broker(settings, w.clock)
        w.clock.run(self.broker.start())
        server = next(iter(self.broker._servers.values())).instance
        self.port = server.sockets[0].getsockname()[1]
        w.servers.append(server)
        w.endings.append(self.broker.shutdown)

    def attempt(self, w):
        got = []
        client = self.client = MQTTClient(w.modem, "espat-%d" % w.clock.now, "127.0.0.1", self.port, keepalive=10)
        client.set_callback(lambda topic, message: got.append(bytes(message)))
        client.connect(timeout=20)
        client.subscribe("espat/up", 1)
        for message in self.messages:
            client.publish("espat/up", sealed(message), qos=1)
            while sealed(message) not in got:
                client.wait_msg(15)
        client.disconnect()
        return [unsealed(message) for message in dict.fromkeys(got)]  # twice is what "at least once" allows

    def tidy(self, w):
        if self.client:
            self.client.disconnect()
            self.client = None
        w.join()


class ServerEcho(Scenario):
    name = "server"
    want = (PATTERN[:2000], b"all echoed")

    def prepare(self, w):
        super().prepare(w)
        self.listener = None
        self.port = free_port()

    async def visit(self, w):
        """A client: sends sealed data in two pieces, wants it back."""
        data = sealed(PATTERN[:2000])
        for _ in range(20):
            try:
                reader, writer = await asyncio.open_connection(w.address, self.port)
                break
            except OSError:
                await asyncio.sleep(0.5)
        else:
            return b"nobody listens"
        w.streams.append(writer)
        try:
            writer.write(data[:900])
            await asyncio.sleep(0.01)
            await w.stalled.wait()
            writer.write(data[900:])
            back = await w.patient(reader.readexactly(len(data)))
            return b"all echoed" if back == data else b"something else came back"
        except (OSError, EOFError, RuntimeError, asyncio.TimeoutError) as error:  # RuntimeError: written after its own end
            return b"broken: %r" % repr(error).encode()
        finally:
            w.streams.remove(writer)
            writer.close()

    def attempt(self, w):
        if not self.listener:
            listener = sockets.socket()
            self.open.append(listener)
            listener.bind(("", self.port))
            listener.listen(1)
            listener.settimeout(40)
            self.open.remove(listener)
            self.listener = listener
        visit = w.clock.create_task(self.visit(w))
        client, _ = self.listener.accept()
        self.open.append(client)
        client.settimeout(None)
        got = b""
        while True:
            data = client.recv(512)
            if not data:
                break
            got += data
            client.write(data)
        self.done()
        w.clock.work(60, visit.done)
        if visit.result() != b"all echoed":
            raise Mismatch(visit.result().decode())
        return unsealed(got), visit.result()

    def tidy(self, w):
        super().tidy(w)
        w.clock.sleep(21)  # the peer's patience
        while self.listener:  # clients that have come and gone meanwhile
            self.listener.settimeout(0)
            try:
                self.listener.accept()[0].close()
            except OSError:
                break


class UdpEcho(Scenario):
    name = "udp"
    timeout = 3
    want = [PATTERN[:n] for n in (1, 60, 500, 1000)]

    def prepare(self, w):
        super().prepare(w)
        self.port = w.echo_datagrams()

    def attempt(self, w):
        sock = self.socket(sockets.AF_INET, sockets.SOCK_DGRAM)
        sock.connect(("127.0.0.1", self.port))
        got = []
        for data in self.want:
            sock.send(sealed(data))
            back = sock.recv(1400)
            while back and got and back == sealed(got[-1]):
                back = sock.recv(1400)  # twice is what datagrams may do
            got.append(unsealed(back))
        self.done()
        return got


class Ota(Scenario):
    name = "ota"
    text = WORDS
    image = images.build(images.Image("v9.1.0.0", "esp-at", "10:11:12", "Nov 24 2026", "v5.9"), PATTERN[:8000])
    want = "v9.1.0.0"

    def prepare(self, w):
        super().prepare(w)
        self.port = w.serve(lambda reader, writer: self.answer(w, reader, writer))

    async def answer(self, w, reader, writer):
        await w.patient(reader.readuntil(b"\r\n\r\n"))
        await w.stalled.wait()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(self.image) + self.image)
        await writer.drain()

    def attempt(self, w):
        from espat import at_basic

        at_ota.update_from(w.modem, "http://127.0.0.1:%d/new.bin" % self.port, timeout=60000)
        for _ in range(3):
            w.clock.sleep(1)
            try:
                return self.version(at_basic.version(w.modem))
            except AtReset:
                pass  # it is just restarting
        raise Mismatch("it restarts and restarts")

    def version(self, lines):
        for line in lines:
            if line.startswith(b"Bin version:"):
                found = line[12:].partition(b"(")[0].decode("latin-1")
                if found != self.want:
                    raise Mismatch("version " + found)
                return found
        raise Mismatch("no version")


class FiveLinks(Scenario):
    name = "five"
    pieces = [PATTERN[n * 999:n * 999 + 1500] for n in range(5)]
    want = pieces

    def prepare(self, w):
        super().prepare(w)
        self.port = w.serve(echo(w))

    def attempt(self, w):
        socks = [self.socket() for _ in range(5)]
        data = [sealed(piece) for piece in self.pieces]
        for sock in socks:
            sock.connect(("127.0.0.1", self.port))
        for at in range(0, len(data[0]), 400):
            for n, sock in enumerate(socks):
                sock.write(data[n][at:at + 400])
        got = [unsealed(sock.read(len(data[n]))) for n, sock in enumerate(socks)]
        self.done()
        return got

class Passthrough(Scenario):
    name = "passthrough"
    text = (*WORDS, "command", "time")  # nothing frames its bytes, a boot log looks like them
    want = PATTERN[:6000]

    def prepare(self, w):
        super().prepare(w)
        self.port = w.serve(echo(w))

    def attempt(self, w):
        from espat.net import passthrough

        data = sealed(self.want)
        pipe = passthrough.connect(w.modem, "127.0.0.1", self.port)
        try:
            pipe.settimeout(10)
            back = bytearray()
            buf = bytearray(512)
            for at in range(0, len(data), 1000):
                pipe.write(data[at:at + 1000])
                while len(back) < min(len(data), at + 1000):
                    n = pipe.readinto(buf)
                    back += buf[:n]
        finally:
            pipe.close()
        return unsealed(bytes(back))


KINDS = (Join, Scan, HttpGet, TlsGet, Download, Upload, Mqtt, ServerEcho, UdpEcho, Passthrough, Ota, FiveLinks)
ALL = {kind.name: kind for kind in KINDS}
