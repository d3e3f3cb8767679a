"""What a byte costs without line and sockets: the library over a module in memory that answers at once.

Runs on MicroPython here (under callgrind) and on the emulated Pico. MODE and ROUNDS: see prices.py; a round is 4096 bytes.
"""

from io import BytesIO

from espat.at import At
from espat.net import links, sock, traffic
from espat.counted import Counted
from espat.parser import Parser

N = 4096
PIECE = 512
MODE, ROUNDS = "parser", 1  # replaced


class Owner:
    def on_line(self, buf, a, b):
        pass


def kept(text):
    return BytesIO(text), len(text)


class Module:
    """A port. Knows AT+CIPRECVDATA, answered with `size` bytes, and AT+CIPSEND only; counts them in `asked` and `told`."""

    hide = False

    def __init__(self, size=N, notice=b""):
        self.left = self.due = self.asked = self.told = 0
        more = b"\r\n+IPD,1,%d\r\n" % size
        self.data = kept(b"\r\n+CIPRECVDATA:%d," % size + bytes(size) + b"\r\nOK\r\n" + (b"" if notice else more))
        self.prompt = kept(b"\r\nOK\r\n\r\n>")
        self.done = {n: kept(b"\r\nRecv %d bytes\r\n\r\nSEND OK\r\n" % n + notice) for n in (10, 2048)}
        self.any = self._any

    def _any(self):
        return self.left

    def readinto(self, buf, n):
        self.left -= n
        return self.now.readinto(buf, n)

    def write(self, buf, off, n):
        if self.due:
            self.due -= n
            if not self.due:
                self.answer(self.done[self.size])
        elif buf[off + 6] == 82:  # AT+CIPRECVDATA
            self.asked += 1
            self.answer(self.data)
        else:
            self.told += 1
            self.due = self.size = self.number(buf, off + 13)
            self.answer(self.prompt)
        return n

    def number(self, buf, at):
        n = 0
        while buf[at] != 13:
            n = n * 10 + buf[at] - 48
            at += 1
        return n

    def answer(self, text):
        self.now, self.left = text
        self.now.seek(0)

    def wait(self, ms):
        pass


def parser():
    """The parser alone, 512 bytes at a time."""
    p = Parser(Owner())
    p.register(Counted(b"+CIPRECVDATA:"))
    text = b"+CIPRECVDATA:488," + bytes(488) + b"\r\nOK\r\n"
    text = text[:PIECE] + b"\n" * (PIECE - len(text))
    chunk = bytearray(text)
    while True:
        for _ in range(N // PIECE):
            p.feed(chunk, PIECE)
        yield


def connected(*module):
    at = At(Module(*module))
    at.firmware, at.chip = (3, 4), "ESP32"
    at.links = links.Links(at)
    s = sock.Socket(at.links)
    link = s.link = at.links.occupy(at.links.unused(), "TCP")
    s._serial = link.serial
    link.state = 2
    return at, link, s


def receive():
    """AT+CIPRECVDATA, parser, ring, recv_into."""
    at, link, s = connected()
    buf = bytearray(N)
    while True:
        link.waiting = N
        got = 0
        while got < N:
            got += s.recv_into(buf)
        yield at.port


def send():
    """write, ring, AT+CIPSEND. The clock stands still, so that each carries what the ring holds, however slow this runs."""
    traffic.ticks_ms = links.ticks_ms = lambda: 0
    at, link, s = connected()
    block = bytes(1024)
    for _ in range(2):
        s.write(block)
    while True:
        for _ in range(N // 1024):
            s.write(block)
        yield at.port


def ask():
    """A question written in four pieces, and its answer of five bytes."""
    traffic.ticks_ms = links.ticks_ms = lambda: 0
    at, _, s = connected(5, b"\r\n+IPD,1,5\r\n")
    buf = bytearray(N)
    while True:
        for n in (1, 1, 3, 5):
            s.write(buf, n)
        assert s.recv_into(buf) == 5
        yield at.port


job = {"parser": parser, "receive": receive, "send": send, "ask": ask}[MODE]()
for _ in range(2):
    next(job)  # what is bound or loaded once
