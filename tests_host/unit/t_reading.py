"""How pieces follow each other: the next is asked for before the notice behind the last is looked at, and what a waiting
reader has been given is never lost."""

from checks import raises
from espat.net.links import Links
from espat.net.sock import Socket
from fakeport import FakePort

ASK = b"AT+CIPRECVDATA=1,64\r\n"
NOTICE = b"\r\n+IPD,1,%d\r\n"


def piece(data, *more):
    return b"".join((b"\r\n+CIPRECVDATA:%d," % len(data), data, b"\r\nOK\r\n") + more)


class Watched(FakePort):
    """Notes what was not read yet when each command was written."""

    def write(self, buf, off, n):
        self.behind.append(bytes(self._rx))
        return FakePort.write(self, buf, off, n)


def connected(*steps):
    """(port, runner, socket of an open connection) with rings of 64 bytes."""
    port = Watched(*steps)
    port.behind = []
    at = port.at()
    at.firmware, at.chip = (3, 4), "ESP32"
    at.links = Links(at, 64, 64)
    s = Socket(at.links)
    link = s.link = at.links.occupy(at.links.unused(), "TCP")
    s._serial = link.serial
    link.state = 2
    assert link.index == 1
    return port, at, s


def test_the_next_piece_is_asked_for_before_the_notice_is_read():
    a, b = bytes(range(64)), bytes(range(100, 164))
    port, at, s = connected((ASK, piece(a, NOTICE % 64)), (ASK, piece(b)), (ASK, b"\r\nERROR\r\n"))
    at._buf = bytearray(50)
    port.say(NOTICE % 64)
    buf = bytearray(64)
    assert s.recv_into(buf) == 64 and buf == a
    assert port.behind[:2] == [b"", NOTICE % 64], port.behind
    assert s.recv_into(buf) == 64 and buf == b
    at.step()
    port.done()


def test_without_more_in_the_module_the_notice_is_read_in_the_same_step():
    port, at, s = connected((ASK, piece(b"abc", NOTICE % 2)), (ASK, piece(b"de")))
    port.say(NOTICE % 3)
    buf = bytearray(64)
    assert s.recv_into(buf) == 3 and buf[:3] == b"abc"
    assert not port.steps  # the second command has gone out, although nobody has asked for its bytes yet
    assert s.recv_into(buf) == 2 and buf[:2] == b"de"
    port.done()


def test_a_buffer_smaller_than_the_piece_leaves_the_rest():
    a = bytes(range(64))
    port, at, s = connected((ASK, piece(a)), (b"AT+CIPRECVDATA=1,40\r\n", b"\r\nERROR\r\n"))
    port.say(NOTICE % 64)
    buf = bytearray(40)
    assert s.recv_into(buf) == 40 and buf == a[:40]
    assert s.recv_into(buf) == 24 and buf[:24] == a[40:]
    port.done()


def test_readinto_goes_on_until_the_buffer_is_full():
    a, b = bytes(range(64)), bytes(range(100, 164))
    more = b"AT+CIPRECVDATA=1,36\r\n", b"\r\nERROR\r\n"
    port, at, s = connected((ASK, piece(a, NOTICE % 64)), (ASK, piece(b)), more)
    port.say(NOTICE % 64)
    buf = bytearray(100)
    assert s.readinto(buf) == 100 and buf == a + b[:36]
    assert s.recv(100) == b[36:]


def test_a_reader_that_gives_up_is_given_nothing_later():
    port, at, s = connected((ASK, piece(b"abc")))
    buf = bytearray(64)
    s.settimeout(0.02)
    import espat.net.reading

    espat.net.reading.ticks_ms = port.ticks
    assert raises(OSError, s.recv_into, buf).args[0] == 110
    port.say(NOTICE % 3)
    for _ in range(4):
        at.wait()
    assert buf == bytes(64) and s.link.rx.n == 3 and not s.link.count
    assert s.recv_into(buf) == 3 and buf[:3] == b"abc"


def test_ctrl_c_behind_the_bytes_waits_for_the_next_call():
    port, at, s = connected((ASK, piece(b"abc")))
    port.say(NOTICE % 3)
    step = at.step

    def struck():
        moved = step()
        if s.link.count:
            raise KeyboardInterrupt
        return moved

    at.step = struck
    buf = bytearray(64)
    assert s.recv_into(buf) == 3 and buf[:3] == b"abc"
    at.step = step
    raises(KeyboardInterrupt, s.recv_into, buf)
    port.done()


def test_a_step_takes_only_a_few_pieces():
    """A piece that ends near a block's end is followed by the next at once, but only four times."""
    port, at, s = connected((ASK, piece(bytes(64))))
    at._buf = bytearray(8)
    deepest = [0, 0]
    receive = at._receive

    def counted(*more):
        deepest[0] += 1
        deepest[1] = max(deepest)
        moved = receive(*more)
        deepest[0] -= 1
        return moved

    at._receive = counted
    port.say(NOTICE % 64)
    for _ in range(20):
        at.step()
    assert s.link.rx.n == 64 and deepest[1] == 5, deepest
