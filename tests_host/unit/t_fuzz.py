"""Bytes that no module ever sent: mutated transcripts, made-up lines, noise.

Any bytes give events or one kind of error, never a hang, never growth; cutting them differently changes nothing;
and what follows on a new line, properly, is understood. Every input is made from its number alone.
"""

import os
import random
import sys

from checks import ON_MICROPYTHON
from espat import answers, args
import outcomes as eng
from espat.engine import Engine
from espat.errors import AtError
from espat.net.link import Data
from espat.counted import Counted
from espat.parser import Parser
from fakeport import FakePort
from replay import REPORTS, Nobody, load, pending

TIMEOUT = 300
INPUTS = 10000 if ON_MICROPYTHON else 200000
COMMANDS = 400 if ON_MICROPYTHON else 8000

FOLDER = __file__.replace("\\", "/").rpartition("/")[0] + "/../transcripts/"

WORDS = (
    b"OK", b"ERROR", b"SEND OK", b"SEND FAIL", b"FAIL", b">", b"> ", b"busy p...", b"busy s...", b"ERR CODE:0x010b0000",
    b"ERR CODE:0x0109zz00", b"ready", b"invalid", b"+IPD,0,5:hello", b"+IPD,4,1460", b'+IPD,1,3,"1.2.3.4",80:abc', b"+IPD,",
    b"+CIPRECVDATA:4,abcd", b"+CIPRECVDATA,2:ab", b"+CIPRECVDATA:", b"+CIPRECVDATA:0,", b'+MQTTSUBRECV:0,"a,b",3,xyz',
    b"+WRITE:0,1,2,,3,xyz", b"0,CONNECT", b"0,CLOSED", b"4,CONNECT FAIL", b"WIFI GOT IP", b"AT+CIPSEND=0,10", b"AT+", b"AT",
    b"+CIPRECVLEN:0,-1,5", b"+CWJAP:2", b"\r\n", b"\n", b"\r", b"\0", b" ", b",", b":", b'"', b"+", b"Recv 10 bytes",
    b"+MQTTDISCONNECTED:0+MQTTPUB:FAIL", b"+BLECONN:0,-1", b"ets Jan  8 2013,rst cause:4", b"x" * 90, b"999999999,", b"-1",
    b"\r\nOK\r\n\r\n>", b"\r\nRecv 10 bytes\r\n\r\nSEND OK\r\n", b"\r\nERROR\r\n", b"\r\nOK\r\n", b"\r\n+IPD,2,40:" + b"y" * 40,
)  # fmt: skip

STARTS = (
    (b"AT\r\n", None, b"OK"), (b"AT+CIPSEND=0,10\r\n", b"0123456789", b"SEND OK"), (b"AT+CIPSEND\r\n", b"", b"OK"),
    (b"AT+CIPRECVDATA=0,100\r\n", None, b"OK"), (b'AT+CWJAP="a","b"\r\n', None, b"OK"), (b"AT+RST\r\n", None, b"ready"),
    (b'AT+MQTTPUBRAW=0,"t",2,0,0\r\n', b"hi", b"+MQTTPUB:OK"), (b"AT+FS=0,1\r\n", b"hi", b"OK"), (b"AT+BLECONN=0\r\n", None, b""),
)  # fmt: skip

_texts = []


def texts():
    """What the modules of the transcripts sent, each piece of rx on its own."""
    if not _texts:
        for name in sorted(os.listdir(FOLDER)):
            if name.endswith(".json"):
                _texts.extend([e["data"] for e in load(FOLDER + name)["log"] if e["dir"] == "rx"])
    return _texts


def below(n):
    return random.getrandbits(20) % n


def noise(n):
    return bytes([random.getrandbits(8) for _ in range(n)])


def words():
    """A line or two of what might be words of the module."""
    out = b""
    for _ in range(1 + below(9)):
        out += WORDS[below(len(WORDS))]
        if below(3):
            out += b"\r\n"
    return out


def cutting():
    """Up to 250 bytes from somewhere in a transcript."""
    source = texts()
    text = source[below(len(source))]
    at = below(len(text)) if below(3) else 0
    return text[at : at + 10 + below(240)]


def mutated(text):
    """The text with up to four things done to it: bytes changed, lost, doubled, put in."""
    text = bytearray(text)
    for _ in range(1 + below(4)):
        at = below(len(text) + 1)
        what = below(5)
        if what == 0 and at < len(text):
            text[at] ^= 1 << below(8)
        elif what == 1:
            text = text[:at] + text[at + 1 + below(8) :]
        elif what == 2:
            text = text[:at] + text[at : at + 1 + below(12)] + text[at:]
        elif what == 3:
            text = text[:at] + WORDS[below(len(WORDS))] + text[at:]
        else:
            text = text[:at] + noise(1 + below(3)) + text[at:]
    return bytes(text)


def garbage():
    kind = below(8)
    if kind == 0:
        return noise(1 + below(60))
    if kind < 3:
        return words()
    if kind == 3:
        return mutated(words())
    return mutated(cutting())


class World:
    """Parser and engine with everything registered; events since the last look."""

    def __init__(self):
        self.parser = Parser(None)
        self.engine = self.parser.owner = Engine(self.parser)
        self.engine.stray = self._stray
        self.engine.on_reset(self._reset)
        self.events = []
        for prefix in REPORTS + (b"+IPD,",):
            self.engine.on(prefix, self._report)
        ipd = Data(b"+IPD,", Nobody(), True)
        for block in (ipd, Data(b"+CIPRECVDATA", None), Counted(b"+MQTTSUBRECV:", 2, 3), Counted(b"+WRITE:", 4, 5)):
            block.data = self._data
            block.end = self._end
            self.parser.register(block)

    def _stray(self, buf, a, b):
        self.events.append((1, bytes(buf[a:b])))

    def _report(self, buf, a, b):
        self.events.append((2, bytes(buf[a:b])))

    def _line(self, buf, a, b):
        self.events.append((3, bytes(buf[a:b])))

    def _reset(self):
        self.events.append((4, b""))

    def _data(self, buf, off, n):
        assert n > 0
        data = bytes(buf[off : off + n])
        if self.events and self.events[-1][0] == 5:
            data = self.events.pop()[1] + data
        self.events.append((5, data))

    def _end(self):
        self.events.append((6, b""))

    def start(self, cmd, data, end):
        self.engine.start(cmd, len(cmd), self._line, data, len(data or b""), end)

    def feed(self, data):
        p = self.parser
        p.feed(data, len(data))
        assert p._at == p.n

    def state(self):
        """What the two worlds must agree on."""
        e = self.engine
        p = self.parser
        return (self.events, e.phase, e.outcome, e.code, e.busy, e.busies, e.taken, e.tx_n, e.cut, e.restarts, p.left, p.prompt,
                pending(p))  # fmt: skip

    def check(self):
        p = self.parser
        assert len(p._line) == 320 and p._len <= 320 and p.left >= 0 and len(p._counted) == 4
        assert (p.left > 0) == (p.block is not None)

    def settle(self, drop):
        """The garbage is over: an open block gets its bytes or is given up, as a runner does; then a new line."""
        p = self.parser
        if p.block:
            if drop or p.left > 3000:
                p.drop()
            else:
                self.feed(bytes(p.left))
        self.feed(b"\r\n")
        if self.engine.phase:
            self.engine.finish(eng.TIMEOUT)
        assert not p.block and not pending(p) and not p.prompt

    def clean(self):
        """A proper exchange, with a report and a block in it."""
        self.events = []
        self.start(b"AT+CWMODE?\r\n", None, b"OK")
        self.engine.tx_n = 0
        self.feed(b"AT+CWMODE?\r\n+CWMODE:1\r\nWIFI GOT IP\r\n+IPD,0,3:>\r\n0,CLOSED\r\n\r\nOK\r\n")
        assert self.engine.phase == 0 and self.engine.outcome == eng.OK
        assert self.events == [(3, b"+CWMODE:1"), (2, b"WIFI GOT IP"), (5, b">\r\n"), (6, b""), (2, b"0,CLOSED")], self.events
        self.events = []


def one(number, whole, cut):
    """One input: into one world as it is, into the other in small pieces."""
    random.seed(number)
    if below(4):
        start = STARTS[below(len(STARTS))]
        written = below(4)
        for world in (whole, cut):
            world.start(*start)
            if written:
                world.engine.tx_n = 0
    total = 0
    for _ in range(1 + below(3)):
        data = garbage()
        total += len(data)
        whole.feed(data)
        at = 0
        while at < len(data):
            n = 1 + below(20)
            cut.feed(data[at : at + n])
            at += n
        whole.check()
        cut.check()
        assert whole.state() == cut.state(), "input %d: %r\n%r\n%r" % (number, data, whole.state(), cut.state())
        what = below(3)
        for world in (whole, cut):
            if what == 0:
                world.engine.tx_n = 0
            elif what == 1 and world.engine.phase in (1, eng.PROMPT):
                world.engine.again()
    assert len(whole.events) <= 2 * total + 4
    drop = below(2)
    for world in (whole, cut):
        world.settle(drop)
        world.clean()


def test_any_bytes():
    whole = World()
    cut = World()
    for number in range(INPUTS):
        try:
            one(number, whole, cut)
        except Exception:
            print("input number", number)
            raise


def test_nothing_grows():
    """The same worlds after very many inputs are as large as after few."""
    if ON_MICROPYTHON:
        import gc

        def used():
            gc.collect()
            return gc.mem_alloc()
    else:

        def used():
            return sum([sys.getsizeof(v) for w in (whole, cut) for o in (w, w.parser, w.engine) for v in vars(o).values()])

    whole = World()
    cut = World()
    texts()
    for number in range(300):
        one(number, whole, cut)
    before = used()
    for number in range(300, 900):
        one(number, whole, cut)
    assert used() <= before + 300


class Answers(FakePort):
    """Answers one command with garbage, everything else as a module does."""

    def __init__(self, text):
        super().__init__()
        self.text = text
        self.log = b""

    def write(self, buf, off, n):
        self.log += bytes(buf[off : off + n])
        while b"\n" in self.log:
            line, _, self.log = self.log.partition(b"\n")
            self._answer(line)
        return n

    def _answer(self, line):
        if self.text is not None:
            text = self.text
            self.text = None
            self.say(text, 2000, b"\r\n")
        elif line == b"AT+UART_CUR?\r":
            self.say(b"+UART_CUR:115200,8,1,0,0\r\n\r\nOK\r\n")
        elif line == b"AT+CWMODE?\r":
            self.say(b"+CWMODE:1\r\n\r\nOK\r\n")
        else:
            self.say(b"\r\nERROR\r\n")


def test_runner():
    """The runner gives an answer or an AtError in its time, whatever comes; after that it works."""
    for number in range(COMMANDS):
        random.seed(number)
        cmd, data, end = STARTS[below(len(STARTS))]
        port = Answers(garbage())
        at = port.at()
        at.probe = b"AT+UART_CUR?\r\n"
        try:
            at.run(cmd[2:-2], timeout=500, data=data, end=end)
        except AtError:
            pass
        except Exception:
            print("input number", number)
            raise
        assert port.now <= 600, number
        while port.now < 4000:
            at.wait()
        at.step()
        try:
            lines = at.run(b"+CWMODE?", timeout=500)
        except AtError:
            print("input number", number)
            raise
        assert lines == [b"+CWMODE:1"], (number, lines)


def test_fields():
    """Splitting an answer gives values or a ValueError."""
    for number in range(INPUTS // 4):
        random.seed(number)
        text = mutated(cutting()) if below(2) else noise(below(30))
        for field in answers.split(text):
            assert field is None or isinstance(field, (int, bytes))
        try:
            assert len(answers.ends(text, 1, 2)) == 4
        except ValueError:
            assert text.count(b",") < 3
        assert -1 <= args.number(text, 0, len(text)) <= 999999999
