"""Ports over the UART objects of MicroPython and CircuitPython."""

from espat import busio_uart, uart
from fakeport import FakePort


class MachineUart:
    """Shaped like machine.UART: None instead of 0, init() with keywords."""

    def __init__(self):
        self.rx = b""
        self.tx = b""
        self.room = 100
        self.inits = []

    def any(self):
        return len(self.rx)

    def readinto(self, buf, n):
        assert n <= len(self.rx), "would wait for the time-out"
        if not self.rx:
            return None
        buf[:n] = self.rx[:n]
        self.rx = self.rx[n:]
        return n

    def write(self, buf, off, n):
        n = min(n, self.room)
        self.tx += bytes(buf[off : off + n])
        return n or None

    def init(self, **options):
        self.inits.append(options)


class BusioUart:
    """Shaped like busio.UART: in_waiting, readinto(buf) alone, a baudrate to be set."""

    def __init__(self):
        self.rx = b""
        self.tx = b""
        self.room = 100
        self.baudrate = 115200

    @property
    def in_waiting(self):
        return len(self.rx)

    def readinto(self, buf):
        assert len(buf) <= len(self.rx), "would wait for the time-out"
        if not self.rx:
            return None
        n = len(buf)
        buf[:n] = self.rx[:n]
        self.rx = self.rx[n:]
        return n

    def write(self, buf):
        n = min(len(buf), self.room)
        self.tx += bytes(buf[:n])
        return n or None


KINDS = (MachineUart, BusioUart)


def test_wrap():
    assert type(uart.wrap(MachineUart())) is uart.Uart
    assert type(uart.wrap(BusioUart())) is busio_uart.BusioUart
    port = FakePort()
    assert uart.wrap(port) is port
    made = uart.Uart(MachineUart())
    assert uart.wrap(made) is made


def test_read():
    for kind in KINDS:
        u = kind()
        port = uart.wrap(u)
        assert port.any() == 0
        u.rx = b"hello"
        buf = bytearray(b"........")
        assert port.any() == 5
        assert port.readinto(buf, 3) == 3 and bytes(buf) == b"hel....."
        assert port.any() == 2
        exact = bytearray(2)
        assert port.readinto(exact, 2) == 2 and bytes(exact) == b"lo"
        assert port.any() == 0


def test_read_that_gives_nothing():
    for kind in KINDS:
        u = kind()
        u.readinto = lambda *args: None
        assert uart.wrap(u).readinto(bytearray(4), 4) == 0


def test_write():
    for kind in KINDS:
        u = kind()
        port = uart.wrap(u)
        assert port.write(bytearray(b"..AT\r\n.."), 2, 4) == 4 and u.tx == b"AT\r\n"
        u.room = 2
        assert port.write(b"..AT\r\n..", 2, 4) == 2 and u.tx == b"AT\r\nAT"
        u.room = 0
        assert port.write(b"AT\r\n", 0, 4) == 0


def test_baud():
    u = MachineUart()
    uart.Uart(u, rxbuf=4096, timeout=0).baud(921600)
    assert u.inits == [{"baudrate": 921600, "rxbuf": 4096, "timeout": 0}]
    u = BusioUart()
    uart.wrap(u).baud(921600)
    assert u.baudrate == 921600


def test_nothing_is_hidden_at_first():
    for kind in KINDS:
        port = uart.wrap(kind())
        assert port.hide is False
        port.hide = True
        assert uart.Uart.hide is False and port.hide


def test_wait_returns_soon():
    from espat.ticks import ticks_diff, ticks_ms

    for kind in KINDS:
        port = uart.wrap(kind())
        t = ticks_ms()
        port.wait(5)
        assert ticks_diff(ticks_ms(), t) < 1000


def test_a_runner_over_each():
    from espat.step import Stepper

    for kind in KINDS:
        u = kind()
        at = Stepper(uart.wrap(u))
        done = []

        class Owner:
            def finished(self, outcome):
                done.append(outcome)  # noqa: B023

        at.begin(b"AT\r\n", 4, Owner(), 5000)
        at.step()
        assert u.tx == b"AT\r\n"
        u.rx = b"\r\nOK\r\n"
        at.step()
        at.step()
        assert done == [1]
