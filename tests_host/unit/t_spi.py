"""The port over SPI: what the protocol asks for, and what happens when the module or the wires do not keep to it."""

from checks import nogc, raises
from espat import spi
from spislave import Slave

PIECES = bytes(range(256)) * 40


def fresh(**options):
    slave = Slave()
    return slave, slave.port(**options)


def read(port, n):
    """n bytes, or what comes within many polls."""
    out = b""
    buf = bytearray(300)
    for _ in range(5000):
        k = min(port.any(), n - len(out), len(buf))
        out += bytes(buf[: port.readinto(buf, k)])
        if len(out) == n:
            break
    return out


def pump(port, slave, ms):
    """Let time pass."""
    end = slave.now + ms
    while slave.now < end:
        port.any()
        port.wait(1)


def test_send():
    slave, port = fresh()
    assert port.write(b"..AT\r\n..", 2, 4) == 4
    assert slave.heard == b"AT\r\n" and slave.transactions == 4  # request, status, data, done
    assert port.any() == 0 and slave.transactions == 4  # an idle poll moves nothing


def test_receive():
    slave, port = fresh()
    assert port.any() == 0
    slave.say(b"\r\nready\r\n")
    assert port.any() == 9 and slave.transactions == 3
    buf = bytearray(20)
    assert port.readinto(buf, 4) == 4 and bytes(buf[:4]) == b"\r\nre"
    assert port.any() == 5
    assert port.readinto(buf, 20) == 5 and bytes(buf[:5]) == b"ady\r\n"


def test_every_length():
    slave, port = fresh()
    for n in (1, 2, 3, 7, 8, 255, 256, 257, 1023, 1024, 1025, 2048, 4091, 4092):
        slave.say(PIECES[:n])
        assert read(port, n) == PIECES[:n], n
        assert slave.sizes and sum(slave.sizes) == n
        slave.sizes = []


def test_blocks_of_4092():
    slave, port = fresh()
    slave.say(PIECES)
    assert read(port, len(PIECES)) == PIECES
    slave, port = fresh(room=10000)
    slave.busy = True
    done = 0
    while done < 10000:
        done += port.write(PIECES, done, 10000 - done)
    slave.busy = False
    slave.next()
    pump(port, slave, 50)
    assert slave.heard == PIECES[:10000]
    assert min(slave.sizes) == -4092


def test_numbers_wrap():
    slave, port = fresh()
    for i in range(600):
        assert port.write(PIECES, i & 127, 5) == 5
        slave.say(b"%4d" % i)
        assert read(port, 4) == b"%4d" % i
    assert len(slave.heard) == 3000 and port._number == port._got == 600 & 255
    pump(port, slave, 3000)  # raises nothing


def test_a_busy_module_holds_the_writer():
    slave, port = fresh(room=100)
    slave.busy = True
    assert port.write(PIECES, 0, 70) == 70
    assert port.write(PIECES, 70, 70) == 30
    assert port.write(PIECES, 100, 70) == 0
    slave.busy = False
    slave.next()
    pump(port, slave, 20)
    assert slave.heard == PIECES[:100]


def test_no_room_for_a_message():
    slave, port = fresh()
    slave.say(PIECES[:10])
    assert port.any() == 10
    slave.say(PIECES[10:4102])
    before = slave.transactions
    for _ in range(10):
        assert port.any() == 10
    assert slave.transactions == before + 1  # looked at once
    assert read(port, 4102) == PIECES[:4102]


def test_both_at_once():
    """The handshake after a request may still belong to what the module has to say."""
    slave, port = fresh()
    slave.say(b"one")
    assert port.write(b"question", 0, 8) == 8
    assert read(port, 3) == b"one"
    pump(port, slave, 10)
    assert slave.heard == b"question"


def test_a_flood_does_not_keep_the_writer_out():
    slave, port = fresh()
    got = 0
    for i in range(50):
        slave.say(PIECES[:1000])
        if i == 10:
            port.write(b"x", 0, 1)
            assert len(slave.asks) == 1 or slave.heard == b"x"
        got += len(read(port, 1000))
    pump(port, slave, 10)
    assert got == 50000 and slave.heard == b"x"


def test_a_restart_resets_the_numbers():
    slave, port = fresh()
    for _ in range(5):
        port.write(b"AT\r\n", 0, 4)
        slave.say(b"OK")
        read(port, 2)
    slave.busy = True
    port.write(b"lost", 0, 4)
    slave.begin()
    slave.busy = False
    slave.heard = b""
    slave.say(b"\r\nready\r\n")
    assert read(port, 9) == b"\r\nready\r\n"
    pump(port, slave, 5000)
    assert slave.heard == b""  # what the old one was asked for is no business of the new one
    port.write(b"AT\r\n", 0, 4)
    assert slave.heard == b"AT\r\n"
    slave.say(b"OK")
    assert read(port, 2) == b"OK"


def test_a_board_that_restarts():
    slave, port = fresh()
    port.write(b"AT\r\n", 0, 4)
    slave.say(b"OK")
    read(port, 2)
    slave.busy = True
    port.write(b"half", 0, 4)
    slave.busy = False
    slave.next()  # it waits for bytes that will not come
    port = slave.port()
    slave.say(b"more")
    assert read(port, 4) == b"more"
    port.write(b"AT\r\n", 0, 4)
    pump(port, slave, 10)
    assert slave.heard == b"AT\r\nAT\r\n"


def recovers(slave, port):
    """One error, silence, then all is well again."""
    error = raises(spi.SpiError, pump, port, slave, 100)
    assert isinstance(error, OSError) and error.args[0] == 5, error.args
    pump(port, slave, 1500)  # raises nothing
    slave.say(b"and so on")
    assert read(port, 10) == b"xand so on"
    slave.heard = b""
    assert port.write(b"AT\r\n", 0, 4) == 4
    pump(port, slave, 3500)  # a request may have been lost
    assert slave.heard.endswith(b"AT\r\n")
    slave.say(b"OK")
    assert read(port, 2) == b"OK"


def test_a_message_is_missing():
    slave, port = fresh()
    slave.say(b"one")
    assert read(port, 3) == b"one"
    slave.skip()
    slave.say(b"three")
    assert port.any() == 0
    error = raises(spi.SpiError, port.wait, 5)
    assert "missing" in str(error) and "number 3" in str(error), error
    port.wait(5)  # said once
    assert port.any() == 0  # still: a block with a hole in it has to end
    pump(port, slave, 1500)
    assert read(port, 5) == b"three"
    recovers_after_damage(slave, port)


def recovers_after_damage(slave, port):
    def once(word):
        slave.damage = None
        word[2] ^= 0x40

    slave.damage = once
    slave.say(b"x")
    port.any()
    recovers(slave, port)


def test_status_words_that_make_no_sense():
    for bad in (b"\0\0\0\0", b"\xff\xff\xff\xff", b"\0\0\1\1", b"\xfd\x0f\1\1", b"\5\0\1\3", b"\5\0\1\0"):
        slave, port = fresh()

        def once(word):
            slave.damage = None  # noqa: B023
            word[:] = bad  # noqa: B023

        slave.damage = once
        slave.say(b"x")
        port.any()
        recovers(slave, port)


def test_a_bus_that_says_nothing():
    """The handshake is high for ever, the data line dead: one error, not one per poll."""
    for level in (0, 255):
        slave, port = fresh()

        def always(word):
            for i in range(4):
                word[i] = level  # noqa: B023

        slave.damage = always
        slave.say(b"x")
        port.any()
        raises(spi.SpiError, pump, port, slave, 100)
        before = slave.transactions
        pump(port, slave, 10000)
        assert slave.transactions - before < 20
        slave.damage = None
        pump(port, slave, 1500)
        assert read(port, 1) == b"x"


def test_a_lost_request_is_repeated():
    slave, port = fresh()
    port.write(b"first", 0, 5)
    slave.deaf = 1
    port.write(b"AT\r\n", 0, 4)
    assert slave.heard == b"first"
    pump(port, slave, 3500)
    assert slave.heard == b"firstAT\r\n"


def test_the_number_of_a_grant_is_damaged():
    slave, port = fresh()

    def once(word):
        slave.damage = None
        word[2] ^= 1

    slave.damage = once
    port.write(b"AT\r\n", 0, 4)
    assert slave.heard == b"" and not slave.level
    raises(spi.SpiError, pump, port, slave, 100)
    pump(port, slave, 3500)
    assert slave.heard == b"AT\r\n"


def test_a_handshake_that_falls_late():
    """What is still high after a message is no new message."""
    slave, port = fresh()
    values = []
    level = slave.value

    def late():
        if values:
            return values.pop()
        return level()

    port._ready = late
    plain = slave.done

    def done(frame):
        plain(frame)
        if frame[:1] in (b"\x08", b"\x07"):
            values[:] = [1] * 3

    slave.done = done
    slave.say(b"one")
    assert read(port, 3) == b"one"
    port.write(b"AT\r\n", 0, 4)
    slave.say(b"two")
    assert read(port, 3) == b"two"
    pump(port, slave, 3000)  # raises nothing
    assert slave.heard == b"AT\r\n"


def test_the_bus_fails():
    """An error of the bus itself: chip select rises, nothing half read is handed on, and it goes on afterwards."""
    slave, port = fresh()
    plain = slave.readinto
    calls = []

    def broken(buf):
        calls.append(len(buf))
        if len(calls) == 3:
            raise OSError(110, "bus")
        plain(buf)

    slave.readinto = broken
    slave.say(PIECES[:1500])
    raises(OSError, port.any)
    assert slave.frame is None and port._rx.n == 0 and port._rx.held == 0
    assert port._inside is False


def test_nothing_comes_in_between():
    """A ticker that strikes while the bus is busy moves nothing."""
    slave, port = fresh()
    plain = slave.readinto

    def struck(buf):
        assert port.any() == 0
        port.write(b"y", 0, 1)
        plain(buf)

    slave.readinto = struck
    slave.say(b"abc")
    port.any()
    slave.readinto = plain
    assert read(port, 3) == b"abc"
    pump(port, slave, 10)
    assert slave.heard == b"yyy"  # once per piece


def test_any_damage():
    """Whatever happens to status words, requests and messages: nothing but SpiError comes out, and in the end it works."""
    state = 1

    def random(n):
        nonlocal state
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        return (state >> 12) % n

    def spoil(word):
        kind = random(12)
        if kind < 4:
            word[kind] ^= 1 << random(8)
        elif kind == 4:
            word[:] = bytes((random(256) for _ in range(4)))

    for _ in range(20):
        slave, port = fresh()
        slave.strict = False
        slave.damage = spoil
        errors = 0
        buf = bytearray(500)
        for _ in range(150):
            what = random(6)
            if what == 0:
                slave.say(PIECES[: 1 + random(5000)])
            elif what == 1:
                port.write(PIECES, 0, 1 + random(300))
            elif what == 2:
                slave.deaf = random(2)
            elif what == 3 and not random(8):
                slave.begin()
            try:
                port.readinto(buf, min(len(buf), port.any()))
                port.wait(5)
            except spi.SpiError:
                errors += 1
            slave.now += random(400)
        slave.damage = None
        slave.deaf = 0
        assert errors, "nothing was damaged"
        slave.say(b"x")  # a number that was spoilt last is noticed now
        for _ in range(60):  # what is under way comes to its end
            try:
                pump(port, slave, 100)
            except spi.SpiError:
                pass
            while port.any():
                port.readinto(buf, min(len(buf), port.any()))
        slave.heard = b""
        assert port.write(b"AT\r\n", 0, 4) == 4
        pump(port, slave, 4000)
        assert slave.heard == b"AT\r\n", slave.heard
        slave.say(b"OK")
        assert read(port, 2) == b"OK"


class Still:
    """A bus that allocates nothing: a message of 472 bytes is always there, and every request is granted at once."""

    def __init__(self):
        self.number = 0
        self.step = 0
        self.got = 0
        self.asked = 0

    def __call__(self, level):
        pass

    def value(self):
        return self.step

    def write(self, buf):
        what = buf[0]
        if len(buf) == 7:
            self.asked = buf[5]
        elif len(buf) == 3 and what in (7, 8):
            self.step = 0 if what == 8 else 1
            if what == 7:
                self.number = (self.number + 1) & 255
        else:
            self.got += len(buf)

    def readinto(self, buf):
        if len(buf) == 4 and self.step == 3:
            buf[0] = 0xFC
            buf[1] = 15
            buf[2] = self.asked
            buf[3] = 2
        elif len(buf) == 4:
            buf[0] = 0xD8
            buf[1] = 1
            buf[2] = self.number
            buf[3] = 1


def test_steady_state_allocates_nothing():
    bus = Still()
    port = spi.Spi(bus, bus, bus)
    buf = bytearray(512)

    def receive():
        bus.number = (bus.number + 1) & 255
        bus.step = 1
        n = port.any()
        port.readinto(buf, n)
        return n

    def send():
        bus.step = 0
        n = port.write(buf, 0, 300)
        bus.step = 3  # the grant
        port.any()
        bus.step = 0
        bus.number = (bus.number - 1) & 255
        return n

    spi.ticks_ms = real
    assert nogc(receive) == 472
    assert nogc(send) == 300
    assert bus.got >= 600 and port._asked == 0
    assert nogc(lambda: port.any()) == 0


real = spi.ticks_ms


def test_a_command_over_it():
    from espat.step import Stepper

    slave, port = fresh()
    at = Stepper(port)
    done = []

    class Owner:
        def finished(self, outcome):
            done.append(outcome)

    at.begin(b"AT\r\n", 4, Owner(), 5000)
    at.step()
    assert slave.heard == b"AT\r\n"
    slave.say(b"\r\nOK\r\n")
    for _ in range(3):
        at.step()
    assert done == [1]


def test_a_hole_reaches_the_program():
    """Whoever waits for a command hears that bytes are gone; the next command works."""
    from espat.at import At

    slave, port = fresh()
    at = At(port)
    slave.say(b"x\r\n")
    at.step()
    slave.skip()
    slave.say(b"y\r\n")
    raises(spi.SpiError, at.run, b"+GMR")
