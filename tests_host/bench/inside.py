"""What a byte costs without line and sockets: the library over a module in memory that answers at once.

Runs on MicroPython here (under callgrind) and on the emulated Pico. MODE and ROUNDS: see prices.py; a round is 4096 bytes.
"""

from io import BytesIO

from espat.at import At
from espat.net import links, sock, traffic
from espat.parser import Counted, Parser

N = 4096
PIECE = 512
MODE, ROUNDS = "parser", 1  # replaced


class Owner:
    def on_line(self, buf, a, b):
        pass


def kept(text):
    return BytesIO(text), len(text)


class Module:
    """A port. Knows AT+CIPRECVDATA and AT+CIPSEND only."""

    hide = False

    def __init__(self):
        self.left = 0
        self.sent = 0
        self.data = kept(b"\r\n+CIPRECVDATA:4096," + bytes(N) + b"\r\nOK\r\n\r\n+IPD,0,4096\r\n")
        self.prompt = kept(b"\r\nOK\r\n\r\n>")
        self.done = kept(b"\r\nRecv 2048 bytes\r\n\r\nSEND OK\r\n")
        self.any = self._any

    def _any(self):
        return self.left

    def readinto(self, buf, n):
        self.left -= n
        return self.now.readinto(buf, n)

    def write(self, buf, off, n):
        if buf[off] == 65:
            if buf[off + 6] == 82:
                self.answer(self.data)
            else:
                self.answer(self.prompt)
                self.sent = 0
        else:
            self.sent += n
            if self.sent == 2048:
                self.answer(self.done)
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


def connected():
    at = At(Module())
    at.firmware = 3, 4
    at.links = links.Links(at)
    s = sock.Socket(at.links)
    link = s.link = at.links.take("TCP")
    s._serial = link.serial
    link.state = 2
    return at, link, s


def receive():
    """AT+CIPRECVDATA, parser, ring, recv_into."""
    _, link, s = connected()
    buf = bytearray(N)
    while True:
        link.waiting = N
        got = 0
        while got < N:
            got += s.recv_into(buf)
        yield


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
        yield


job = {"parser": parser, "receive": receive, "send": send}[MODE]()
for _ in range(2):
    next(job)  # what is bound or loaded once
