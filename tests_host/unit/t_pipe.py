"""The serial line as a pipe, on a scripted port: bytes, plus signs, words among data, no allocation."""

import espat.pipe
import espat.plainline
from calls import runner
from checks import nogc, raises
from espat.errors import AtBusy
from espat.pipe import Pipe
from fakeport import FakePort

ALL = bytes(range(256))


class Loose(FakePort):
    """Takes everything and notes when: bursts are what lies less than 20 ms apart."""

    def __init__(self):
        FakePort.__init__(self)
        self.bursts = []
        self.last = -1000
        self.most = 10000

    def write(self, buf, off, n):
        n = min(n, self.most)
        if n and self.now - self.last >= 20:
            self.bursts.append(b"")
        if n:
            self.bursts[-1] += bytes(buf[off : off + n])
            self.last = self.now
        return n


def make(port=None, room=600):
    port = port or Loose()
    at = runner(port)
    for module in (espat.pipe, espat.plainline):
        module.ticks_ms = port.ticks
    pipe = Pipe(at, room)
    pipe.begin()
    return port, pipe


def test_read():
    port, pipe = make()
    port.say(ALL)
    buf = bytearray(100)
    assert pipe.readinto(buf) == 100 and buf == ALL[:100]
    assert pipe.readinto(buf, 10) == 10 and pipe.read(5) == ALL[110:115] and pipe.read() == ALL[115:]
    port.say(50, b"later")
    assert pipe.read(5) == b"later" and port.now >= 50
    pipe.settimeout(1)
    assert raises(OSError, pipe.readinto, buf).args[0] == 110
    port.say(b"ab")
    assert pipe.read(5) == b"ab"
    pipe.settimeout(0)
    assert pipe.read(5) is None and pipe.read() is None and pipe.readinto(buf) is None and pipe.readinto(buf, 0) == 0
    port.say(b"a\nbc\nd")
    assert pipe.any() == 6 and pipe.readline() == b"a\n" and pipe.readline(1) == b"b" and pipe.readline() == b"c\n"
    assert pipe.readline() == b"d" and pipe.readline() is None


def test_what_is_not_read_waits():
    """First in the ring, then where the line's flow control holds it."""
    port, pipe = make(room=300)
    port.say(ALL * 3)
    for _ in range(10):
        pipe.at.step()
    assert pipe.ring.n == 300 and port.any() == 468
    assert pipe.read(768) == ALL * 3


def test_order_when_a_timer_strikes():
    """A timer's step between two of ours must not let bytes overtake others."""
    port, pipe = make()
    port.say(ALL)
    buf = bytearray(7)
    got = b""
    while len(got) < 256:
        if len(got) % 3:
            pipe.at.step()
        n = pipe.readinto(buf)
        got += bytes(buf[:n])
    assert got == ALL
    pipe.at._in_step = True  # the timer has interrupted a step
    port.say(b"x")
    pipe.settimeout(0)
    assert pipe.readinto(buf) is None
    pipe.at._in_step = False
    assert pipe.readinto(buf) == 1


def test_write():
    port, pipe = make()
    assert pipe.write(ALL) == 256 and pipe.write(b"abcdef", 2) == 2 and pipe.write(b"abcdef", 2, 3) == 3 and pipe.write(b"") == 0
    assert b"".join(port.bursts) == ALL + b"ab" + b"cde"
    port.most = 3
    assert pipe.write(b"0123456789") == 10
    port.most = 0
    pipe.settimeout(0)
    assert pipe.write(b"x") is None
    pipe.settimeout(1)
    assert raises(OSError, pipe.write, b"x").args[0] == 110


def test_no_command_beside_it():
    port, pipe = make()
    raises(AtBusy, pipe.at.run, b"")
    assert pipe.ioctl(3, 5) == 4 and pipe.ioctl(9, 0) == -22
    port.say(b"x")
    assert pipe.ioctl(3, 5) == 5 and pipe.ioctl(4, 0) == 0
    assert raises(OSError, pipe.read, 1).args[0] == 9 and raises(OSError, pipe.write, b"x").args[0] == 9
    assert raises(OSError, pipe.readinto, bytearray(1)).args[0] == 9 and pipe.ioctl(3, 5) == 0x20


# -- plus signs


def written(*pieces, most=10000, pause=0):
    """The bursts that these pieces become."""
    port, pipe = make()
    port.most = most
    for piece in pieces:
        if isinstance(piece, int):
            port.now += piece
        else:
            assert pipe.write(piece) == len(piece)
    assert b"".join(port.bursts) == b"".join([p for p in pieces if not isinstance(p, int)])
    return port.bursts


def test_three_plus_signs_never_stand_alone():
    one, two, three = b"+", b"++", b"+++"
    rows = (
        (three,), (b"a", 50, three), (b"a", three, 50), (one,) * 7, (two, one), (one, two), (two, 50, two), (two, 15, one),
        (three, three), (b"a+", two), (b"a++", one), (b"x", 19, three, 19, b"y"), (b"+" * 6,), (b"+" * 4, two), (two, b"+" * 4),
        (b"abc+++",), (b"abc+++", b"+"), (b"abc+++", 30, one), (one, 30, b"+++"), (b"abc+++", b"def"), (b"ab", 40, three, b"cd"),
    )  # fmt: skip
    for pieces in rows:
        for most in (10000, 1, 2, 3, 4):
            bursts = written(*pieces, most=most)
            assert b"+++" not in bursts, (pieces, most, bursts)


def test_long_runs_are_not_slowed():
    port, pipe = make()
    pipe.write(b"+" * 1000 + b"x" + b"+" * 50)
    pipe.write(b"diff +++ b/file\n" * 50)
    assert port.now == 0 and len(port.bursts) == 1


def test_a_run_at_the_end_is_torn_apart():
    """A pause of the line before the last three would leave them alone."""
    assert written(b"some data+++") == [b"some data++", b"+"]
    assert written(b"+++") == [b"++", b"+"]


def test_reading_goes_on_in_the_pause():
    port, pipe = make()
    port.say(10, ALL)
    pipe.write(b"+++")
    assert pipe.ring.n == 256


# -- words among data


def test_a_word_is_found_wherever_it_is_cut():
    text = b"data\r\n\r\nOK\r\n\r" + b"\r\nOK\r\n\r\n>" + b"more"
    for cut in range(1, len(text)):
        port, pipe = make()
        port.say(text[:cut], 5, text[cut:])
        assert pipe.tell(b"AT+X\r\n", 1000, b"\r\nOK\r\n\r\n>", b"\r\nERROR\r\n") == 0, cut
        assert pipe.read(len(text) - 9) == b"data\r\n\r\nOK\r\n\rmore", cut
    assert port.bursts[0] == b"AT+X\r\n"


def test_no_word():
    port, pipe = make()
    port.say(b"data\r\nERROR\r\n")
    assert pipe.tell(b"x", 1000, b"\r\nOK\r\n", b"\r\nERROR\r\n") == 1
    port.say(b"data")
    assert pipe.tell(b"x", 1000, b"\r\nOK\r\n") == -1 and not pipe.waits()
    port.say(b"gone\r\n>kept")
    pipe.watch((b"\r\n>",), False)
    while pipe.waits():
        pipe.at.wait()
    pipe.settimeout(0)
    assert pipe.read(20)[-4:] == b"kept"


def test_escape():
    port, pipe = make()
    pipe.write(b"last")
    port.say(10, b"late data", 90, b"\r\n+QUITT\r\n")
    assert pipe.escape() and port.now >= 1000
    assert port.bursts == [b"last", b"+++"] and not pipe.ring.n
    port.say(300, b"data")
    assert not pipe.escape()


# -- memory


def test_nothing_allocates():
    port, pipe = make()
    view = bytearray(200)

    class Plain:
        hide = False
        left = 0

        def any(self):
            return self.left

        def readinto(self, buf, n):
            self.left -= n
            return n

        def write(self, buf, off, n):
            return n

        def wait(self, ms):
            pass

    pipe.at.port = port = Plain()
    espat.pipe.ticks_ms = espat.plainline.ticks_ms = lambda: 5

    def traffic():
        port.left = 150
        pipe.readinto(view)
        port.left = 150
        pipe.any()
        pipe.readinto(view, 70)
        pipe.readinto(view)
        pipe.write(view)
        pipe.write(view, 10, 50)

    nogc(traffic)


def test_plus_after_days():
    """The ones before it were written so long ago that the ticks have gone half round."""
    port, pipe = make()
    assert pipe.write(b"++") == 2
    begun = port.now = 3 << 28
    pipe.settimeout(1)
    port.any = count = iter(range(100)).__next__  # a hundred waits are too many
    assert pipe.write(b"+") == 1 and port.now - begun < 100 and count() == 0
