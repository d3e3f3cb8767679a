"""The steady state allocates nothing: every path of a received or sent byte, with MicroPython's heap locked.

nogc() runs each twice, the second time locked. On CPython the same runs show that the figures are right.
(A closure over more than five variables allocates when it is called: hence the default arguments.)
"""

from checks import nogc
from espat.engine import Engine
from espat.net.links import Links
from espat.counted import Counted
from espat.parser import Parser
from espat.ring import Ring
from espat.step import Stepper

OK = b"\r\nOK\r\n"


class Port:
    """A port that allocates nothing itself: what arrives lies in a ring, what is written is counted."""

    hide = False

    def __init__(self):
        self.rx = Ring(4096)
        self.written = 0
        self.room = 1000

    def say(self, data):
        self.rx.put(data, 0, len(data))

    def any(self):
        return self.rx.n

    def readinto(self, buf, n):
        return self.rx.take_into(buf, n)

    def write(self, buf, off, n):
        if n > self.room:
            n = self.room
        self.written += n
        return n

    def wait(self, ms):
        pass


class Counter:
    """Counts lines and bytes; its methods are bound once."""

    def __init__(self):
        self.lines = 0
        self.bytes = 0
        self.ends = 0
        self.on_line = self._line
        self.on_bytes = self._bytes

    def _line(self, buf, a, b):
        self.lines += 1
        self.bytes += b - a

    def _bytes(self, buf, off, n):
        self.bytes += n

    def finished(self, outcome):
        self.ends += outcome


def receiver(*reports):
    parser = Parser(None)
    engine = parser.owner = Engine(parser)
    count = Counter()
    engine.stray = count.on_line
    for prefix in reports:
        engine.on(prefix, count.on_line)
    return parser, engine, count


def pieces(wire, size):
    """wire cut into pieces, each with its length."""
    return [(wire[i : i + size], len(wire[i : i + size])) for i in range(0, len(wire), size)]


def feed(parser, parts):
    for piece, n in parts:
        parser.feed(piece, n)


def all_ways(parser, wire, before=None):
    """Feeds wire whole, in bytes and in pieces of 7, each under the lock; before(): what precedes each."""
    for size in (len(wire), 1, 7):
        parts = pieces(wire, size)

        def once(parts=parts):
            if before:
                before()
            feed(parser, parts)

        nogc(once)


def test_the_lock_is_tight():
    """What allocates a single byte is noticed (on MicroPython)."""
    from checks import ON_MICROPYTHON, raises

    if ON_MICROPYTHON:
        raises(AssertionError, nogc, lambda: bytes(bytearray(40)))


def test_stray_lines():
    parser, engine, count = receiver()
    all_ways(parser, b"\r\nsomething\r\nelse\n\0\r\n")
    assert count.lines == 2 * 2 * 3


def test_reports():
    parser, engine, count = receiver(b"WIFI ", b"0,", b"+STA_")
    all_ways(parser, b'WIFI GOT IP\r\n0,CONNECT\r\n0,CLOSED\r\n+STA_CONNECTED:"24:ee:9a:00:00:b4"\r\n')
    assert count.lines == 4 * 2 * 3


def test_answers():
    parser, engine, count = receiver()
    cmd = bytearray(b"AT+CIPRECVLEN?\r\n")

    def start():
        engine.start(cmd, len(cmd), count.on_line)
        engine.tx_n = 0

    all_ways(parser, b"AT+CIPRECVLEN?\r\n+CIPRECVLEN:0,0,0,0,0\r\nto read\r\n" + OK, start)
    assert count.lines == 2 * 2 * 3 and not engine.phase


def test_refusals_and_busy():
    parser, engine, count = receiver()
    cmd = b"AT+X\r\n"

    def start():
        engine.start(cmd, len(cmd), count.on_line)
        engine.tx_n = 0

    all_ways(parser, b"ERR CODE:0x010b0000\r\n\r\nbusy p...\r\nERR CODE:0x01090000\r\n\r\nERROR\r\n", start)
    assert engine.code == 0x01090000


def test_split_echo():
    parser, engine, count = receiver(b"1,")
    cmd = b"AT+CIPSEND=0,98\r\n"

    def start():
        engine.start(cmd, len(cmd), count.on_line)
        engine.tx_n = 0

    all_ways(parser, b"AT+CIPSEND=0,1,CONNECT\r\n98\r\n" + OK, start)
    assert count.lines == 2 * 3


def test_boot_noise_and_restart():
    parser, engine, count = receiver()
    all_ways(parser, b"\x80\xf8:\x8c\r\n\x9c:ready\r\n")
    assert engine.restarts == 2 * 3


def test_long_lines():
    parser, engine, count = receiver()
    all_ways(parser, b"x" * 700 + b"\r\n")
    assert engine.cut == 2 * 3 * 381


def test_block_into_a_ring_and_out_of_it():
    """Reception into a link's ring and from there into the caller's buffer."""
    for size in (2048, 500):
        parser, engine, count = receiver()
        ring = Ring(size)
        buf = bytearray(300)
        parser.register(Counted(b"+CIPRECVDATA:", sink=ring.put))
        wire = b"+CIPRECVDATA:256,%s%s" % (bytes(range(256)), OK)
        got = [0]

        def read(ring=ring, buf=buf, got=got):
            n = 1
            while n:
                n = ring.take_into(buf, 300)
                got[0] += n

        for piece in (len(wire), 1, 100):
            parts = pieces(wire, piece)

            def once(parser=parser, parts=parts, read=read):
                feed(parser, parts)
                read()

            nogc(once)
        assert got[0] == 256 * 6 and bytes(buf[:3]) != b""


def test_block_of_no_bytes_and_head_that_is_none():
    parser, engine, count = receiver()
    parser.register(Counted(b"+CIPRECVDATA:", sink=count.on_bytes))
    parser.register(Counted(b"+MQTTSUBRECV:", 2, 3, count.on_bytes))
    all_ways(parser, b'+CIPRECVDATA:0,+CIPRECVDATA:x,y\r\n+MQTTSUBRECV:0,"a,b",3,abc\r\n')
    assert count.lines == 2 * 3


def test_passthrough():
    parser, engine, count = receiver()
    parser.raw = count.on_bytes
    all_ways(parser, b"anything\r\nOK\r\n>")
    assert count.bytes == 2 * 3 * 15


def make(*reports):
    port = Port()
    at = Stepper(port)
    count = Counter()
    for prefix in reports:
        at.on(prefix, count.on_line)
    return port, at, count


def test_idle_step():
    port, at, count = make()
    at.jobs.append(lambda: False)
    nogc(at.step)
    at.jobs.append(lambda: False)
    nogc(at.wait)


def test_step_that_receives():
    port, at, count = make(b"WIFI ")

    def once():
        port.say(b"WIFI GOT IP\r\nnobody's\r\n")
        at.step()

    nogc(once)
    assert count.lines == 2


def test_step_while_a_command_waits():
    port, at, count = make()
    at.begin(b"AT+X\r\n", 6, None, 60000, count.on_line)
    at.step()
    assert port.written == 6
    nogc(at.step)
    port.say(b"busy p...\r\n")
    nogc(at.step)
    nogc(at.step)


def test_a_whole_exchange():
    port, at, count = make()
    cmd = bytearray(b"AT+CIPRECVLEN?\r\n.....")

    def once():
        at.begin(cmd, 16, count, 5000, count.on_line)
        at.step()
        port.say(b"+CIPRECVLEN:0,0,0,0,0\r\n")
        at.step()
        port.say(OK)
        at.step()
        at.step()

    nogc(once)
    assert count.ends == 2 and count.lines == 2 and at.idle()


def test_busy_and_again():
    port, at, count = make()
    import espat.step

    now = [0]
    kept = espat.step.ticks_ms
    espat.step.ticks_ms = lambda: now[0]
    try:

        def once():
            at.begin(b"AT+X\r\n", 6, count, 5000)
            at.step()
            port.say(b"busy p...\r\n")
            at.step()
            now[0] += 200
            at.step()
            at.step()
            port.say(OK)
            at.step()
            at.step()

        nogc(once)
    finally:
        espat.step.ticks_ms = kept
    assert port.written == 4 * 6 and count.ends == 2


def test_send_from_a_ring():
    """Prompt, payload out of the ring in pieces that the port takes, receipt."""
    for room in (1000, 50):
        port, at, count = make()
        port.room = room
        ring = Ring(1024)
        data = bytes(range(200)) * 3
        cmd = bytearray(b"AT+CIPSEND=0,600\r\n....")

        def once(port=port, at=at, count=count, ring=ring, data=data, cmd=cmd):
            ring.put(data, 0, 600)
            at.begin(cmd, 18, count, 5000, count.on_line, ring, 600, b"SEND OK")
            at.step()
            port.say(b"\r\nOK\r\n\r\n>")
            i = 0
            while i < 20:
                at.step()
                i += 1
            port.say(b"\r\nRecv 600 bytes\r\n\r\nSEND OK\r\n")
            at.step()
            at.step()

        nogc(once)
        assert port.written == 2 * 618 and ring.n == 0 and count.ends == 2


def test_receive_through_a_step():
    """+CIPRECVDATA from the port into a ring and out of it, command and all."""
    port, at, count = make()
    ring = Ring(2048)
    buf = bytearray(600)
    at.parser.register(Counted(b"+CIPRECVDATA:", sink=ring.put))
    cmd = bytearray(b"AT+CIPRECVDATA=0,600\r\n")
    answer = b"+CIPRECVDATA:600,%s%s" % (bytes(600), OK)
    got = [0]

    def once(port=port, at=at, count=count, ring=ring, buf=buf):
        at.begin(cmd, len(cmd), count, 5000, count.on_line)
        at.step()
        port.say(answer)
        while at.step():
            pass
        got[0] += ring.take_into(buf, 600)

    nogc(once)
    assert got[0] == 1200 and count.ends == 2


def test_a_job_that_starts_commands():
    port, at, count = make()
    cmd = b"AT+X\r\n"
    left = [0]

    def job():
        if not left[0]:
            return False
        left[0] -= 1
        at.begin(cmd, 6, count, 5000)
        return True

    at.jobs.append(job)

    def once():
        left[0] = 3
        i = 0
        while i < 20:
            at.step()
            port.say(OK)
            i += 1

    nogc(once)
    assert left[0] == 0 and count.ends == 6


def test_bytes_that_are_pushed():
    """Active mode: +IPD with the bytes behind it, for one link of several, and with the sender's address."""
    port, at, count = make()
    at.firmware, at.chip = (3, 4), "ESP32"
    at.has, at.chip = lambda name: False, "ESP32"
    links = Links(at, 1024, 64)
    link = links.occupy(links.unused(), "TCP")
    link.state = 2
    wire = b"\r\n+IPD,%d,300:%s\r\n" % (link.index, bytes(300))
    named = b'\r\n+IPD,%d,300,"192.168.4.2",8080:%s\r\n' % (link.index, bytes(300))
    buf = bytearray(600)
    got = [0]

    def once(port=port, at=at, ring=link.rx, buf=buf):
        port.say(wire)
        port.say(named)
        while at.step():
            pass
        got[0] += ring.take_into(buf, 600)

    nogc(once)
    assert got[0] == 1200 and not link.error
