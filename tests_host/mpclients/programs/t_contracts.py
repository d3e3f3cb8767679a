"""The call shapes of clients that cannot be had here: umqtt.robust, ntptime, mqtt_as, aiohttp. Each makes the calls, with
the arguments and in the order, that a recording of the library showed.
"""

import asyncio
import struct
import sys
import time

import play
from play import ECONNRESET, EINPROGRESS, ETIMEDOUT, ask, case, until

play.join()

import network
import socket

LIBRARY = "call shapes"
VERSION = "contract"
SCENARIOS = {
    "test_umqtt_simple": "umqtt.simple 1.8.0: writes of every shape, setblocking() around each message",
    "test_umqtt_robust": "umqtt.robust 1.0.3: OSError, then a new socket; broker gone and back, module restarted",
    "test_ntptime": "ntptime: sendto, recv(48), time-out as OSError",
    "test_mqtt_as": "mqtt_as 0.8.3: connect without waiting, no poll, read(1) loops, readinto(view, n), isconnected() throughout",
    "test_mqtt_as_without_network": "mqtt_as 0.8.3: its test of the network by UDP",
    "test_aiohttp": "aiohttp 0.0.8: a request in one write, readline() and read(n) through asyncio",
}
BUSY = (EINPROGRESS, ETIMEDOUT)


# -- umqtt


@case
def test_umqtt_simple():
    s, peer = play.pair(None)
    ask("echo", peer.handle)
    head = bytearray(b"\x30\0\0\0")
    assert s.write(head, 2) == 2
    assert s.write(b"") == 0
    assert s.write("topic") == 5
    assert s.write("\u00e9") == 2
    assert s.write(bytearray(b"ab")) == 2
    assert s.write(memoryview(b"xabcx")[1:4]) == 3
    assert s.read(1) == b"\x30"
    assert s.read(2) == b"\0t"
    assert s.read(11) == b"opic\xc3\xa9ababc"
    for _ in range(20):  # check_msg() when there is nothing
        s.setblocking(False)
        assert s.read(1) is None
        s.setblocking(True)
    s.write(b"\xd0")
    until(lambda: s.ioctl(3, 1))
    s.setblocking(False)
    assert s.read(1) == b"\xd0"
    s.setblocking(True)
    for timeout in (None, 3):
        s.settimeout(timeout)
        s.write(b"x")
        assert s.read(1) == b"x"
    peer.shutdown()
    try:
        while True:  # umqtt.simple takes b"" for the end
            if s.read(1) == b"":
                break
    except OSError as e:
        assert e.args[0] == ECONNRESET, e.args


class Robust:
    """umqtt.robust's way through trouble; `log`: what has gone wrong."""

    def __init__(self, address):
        self.address = address
        self.log = []
        self.connect()

    def connect(self):
        self.sock = socket.socket()
        play._made.append(self.sock)
        self.sock.settimeout(5)
        self.sock.connect(socket.getaddrinfo(*self.address)[0][-1])
        self.sock.settimeout(None)

    def reconnect(self):
        for _ in range(100):
            try:
                return self.connect()
            except OSError as e:
                self.log.append(e.args[0])
                time.sleep(0.05)
        raise AssertionError(self.log)

    def publish(self, message):
        while True:
            try:
                self.sock.write(bytearray(b"\x30\x05\0\0"), 2)
                self.sock.write(message)
                return self.wait(len(message) + 2)
            except OSError as e:
                self.log.append(e.args[0])
                self.reconnect()

    def wait(self, n):
        data = self.sock.read(n)
        if len(data) < n:
            raise OSError(-1)
        return data


@case
def test_umqtt_robust():
    port = ask("unused")
    ask("echo_server", port)
    client = Robust(("127.0.0.1", port))
    assert client.publish(b"hello") == b"\x30\x05hello"
    ask("echo_server", 0)
    ask("echo_server", port)
    assert client.publish(b"again") == b"\x30\x05again"
    assert client.log, "the broker was gone"
    del client.log[:]
    ask("restart")
    assert client.publish(b"third") == b"\x30\x05third"
    assert client.log[0] == ECONNRESET, client.log
    until(play.wlan.isconnected, 10)


# -- ntptime


@case
def test_ntptime():
    far = play.Datagrams()
    query = bytearray(48)
    query[0] = 0x1B
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        s.settimeout(1)
        assert s.sendto(query, socket.getaddrinfo(*far.address)[0][-1]) == 48
        assert far.recv() == query
        far.reply(bytes(40) + struct.pack("!I", 3977600000) + bytes(4))
        answer = s.recv(48)
    finally:
        s.close()
    assert struct.unpack("!I", answer[40:44])[0] == 3977600000
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        s.settimeout(0.1)
        s.sendto(query, far.address)
        s.recv(48)
        raise AssertionError("nobody had answered")
    except OSError as e:
        assert e.args[0] in (ETIMEDOUT, 11), e.args
    finally:
        s.close()


# -- mqtt_as


class Waiting:
    """mqtt_as's reading and writing: never a poll, isconnected() before each attempt."""

    def __init__(self, sock, wlan):
        self.sock, self.wlan = sock, wlan
        self.buf = bytearray(1024)
        self.view = memoryview(self.buf)
        self.tries = 0

    async def read(self, n):
        got = 0
        begun = time.ticks_ms()
        while got < n:
            assert self.wlan.isconnected()
            try:
                size = self.sock.readinto(self.view[got:], n - got)
            except OSError as e:
                size = None
                if e.args[0] not in BUSY:
                    raise
            if size == 0:
                raise OSError(-1, "connection closed by host")
            if size:
                got += size
                begun = time.ticks_ms()
            assert time.ticks_diff(time.ticks_ms(), begun) < 5000
            self.tries += 1
            await asyncio.sleep_ms(0)
        return bytes(self.view[:n])

    async def write(self, data):
        data = memoryview(data)
        while data:
            assert self.wlan.isconnected()
            try:
                n = self.sock.write(data)
            except OSError as e:
                n = 0
                if e.args[0] not in BUSY:
                    raise
            if n:
                data = data[n:]
            await asyncio.sleep_ms(0)

    async def one(self):
        """The next byte, looked for every 5 ms."""
        while True:
            got = self.sock.read(1)
            if got is not None:
                return got
            await asyncio.sleep_ms(5)


@case
def test_mqtt_as():
    async def main():
        wlan = network.WLAN(network.STA_IF)
        assert wlan.isconnected() and wlan.status() == network.STAT_GOT_IP
        s = socket.socket()
        play._made.append(s)
        s.setblocking(False)
        try:
            s.connect(play.listener().address)
            raise AssertionError("it has waited")
        except OSError as e:
            assert e.args[0] in BUSY, e.args
        line = Waiting(s, wlan)
        assert s.read(1) is None, "under way: nothing there yet"
        await line.write(b"\x10\x0c\0\4MQTT\4\2\0\x3c")  # at once, whether connected or not
        peer = play.listener().accept()
        assert peer.recv(12) == b"\x10\x0c\0\4MQTT\4\2\0\x3c"
        ask("echo", peer.handle)
        for size in (1, 100, 1000):
            text = play.pattern(size)
            await line.write(text)
            assert await line.one() == text[:1]
            if size > 1:
                assert await line.read(size - 1) == text[1:]
        begun = play.now()
        try:
            await asyncio.wait_for_ms(line.one(), 60)
            raise AssertionError("nothing was sent")
        except asyncio.TimeoutError:
            assert play.now() - begun < 1000
        ask("clear")
        for _ in range(70):
            assert wlan.isconnected()
        assert ask("written") == "", "isconnected() is a flag"
        s.close()

    asyncio.run(main())
    asyncio.new_event_loop()


@case
def test_mqtt_as_without_network():
    far = play.Datagrams()
    ask("lead", "8.8.8.8", 53, far.address[1])
    query = b"$\x1a\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x03www\x06google\x03com\x00\x00\x01\x00\x01"
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    play._made.append(s)
    s.setblocking(False)
    s.connect(("8.8.8.8", 53))
    assert s.write(query) == len(query)
    assert far.recv() == query
    far.reply(query[:2] + b"\x81\x80" + query[4:])
    buf = bytearray(32)
    n = None
    end = play.now() + 5000
    while not n:
        n = s.readinto(buf, 32)
        assert play.now() < end
        time.sleep_ms(2)
    assert n == 32 and buf[:4] == b"$\x1a\x81\x80"


# -- aiohttp


@case
def test_aiohttp():
    async def main():
        n, port = ask("web", "")
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        play._made.append(writer.s)
        for path, size in (("/hello", 5), ("/big/70000", 70000), ("/json", None)):
            await writer.awrite(b"GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUser-Agent: compat\r\n\r\n" % (path.encode(), port))
            status = await reader.readline()
            assert status.startswith(b"HTTP/1.1 200 "), status
            length = None
            while True:
                line = await reader.readline()
                if line == b"\r\n":
                    break
                name, _, value = str(line, "utf-8").partition(": ")
                if name == "Content-Length":
                    length = int(value)
            got = 0
            while got < length:
                got += len(await reader.read(length - got))
            assert size is None or got == size, got
        assert ask("web_used", n) == [3], "one connection for all"
        writer.close()
        await writer.wait_closed()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        play._made.append(writer.s)
        await writer.awrite(b"GET /bye HTTP/1.0\r\n\r\n")
        while await reader.readline() != b"\r\n":
            pass
        assert await reader.read(-1) == play.pattern(5000)
        writer.close()
        await writer.wait_closed()

    assert sys.implementation.name == "micropython"
    asyncio.run(main())
    asyncio.new_event_loop()
