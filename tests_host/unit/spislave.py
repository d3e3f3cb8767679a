"""A module on an SPI bus, for tests of the port: a bus, two pins, and every way in which they can go wrong.

    slave = Slave()
    port = slave.port()
    slave.say(b"...")           the module has something for the board
    slave.heard                 what it has got

It speaks the protocol by itself, and raises AssertionError when the board breaks it.
"""

from espat import spi


class Slave:
    """damage: called with each status word (a bytearray) before it goes out. deaf: how many requests get lost."""

    def __init__(self):
        self.now = self.looks = 0
        self.begin()
        self.heard = b""
        self.damage = None
        self.deaf = 0
        self.busy = False  # takes nothing at the moment
        self.strict = True  # what the board does wrong is an AssertionError; without, what a real slave makes of it
        self.sizes = []  # of the messages both ways
        self.transactions = 0

    def begin(self):
        """The module restarts."""
        self.level = self.state = self.number = self.asked = 0
        self.out = b""
        self.asks = []
        self.data = b""
        self.frame = None

    def port(self, **options):
        """The port under test, on this clock."""
        spi.ticks_ms = self.ticks
        spi.idle = self.rest
        return spi.Spi(self, self.select, self, **options)

    def ticks(self):
        self.looks = (self.looks + 1) % 10
        if not self.looks:
            self.now += 1  # whoever looks at the clock in a loop sees it go on
        return self.now

    def rest(self):
        self.now += 1

    def say(self, data):
        self.out += data
        self.next()

    def skip(self):
        """A message gets lost."""
        self.number = (self.number + 1) & 255

    def next(self):
        if self.state or not (self.out or self.asks and not self.busy):
            return
        if self.out:
            self.state = 1
            self.number = (self.number + 1) & 255
            self.data = self.out[:4092]
            self.out = self.out[4092:]
        else:
            self.state = 2
            self.data = b""
        self.level = 1

    # the handshake, chip select, the bus

    def value(self):
        return self.level

    def select(self, level):
        if level == 0:
            assert self.frame is None
            self.frame = b""
        elif self.frame is not None:
            frame, self.frame = self.frame, None
            self.transactions += 1
            self.done(frame)

    def write(self, buf):
        assert self.frame is not None, "chip select is high"
        self.frame += bytes(buf)

    def readinto(self, buf):
        data = self.reply(len(buf))
        for i, x in enumerate(data):
            buf[i] = x

    def reply(self, n):
        if self.frame == b"\x02\x04\x00":
            length = len(self.data) if self.state == 1 else 4092
            word = bytearray((length & 255, length >> 8, self.number if self.state == 1 else self.asks[0][1], self.state))
            if self.damage:
                self.damage(word)
            return word
        good = self.frame == b"\x04\x00\x00" and self.state == 1 and n <= len(self.data)
        assert good or not self.strict, "no such read"
        data, self.data = self.data[:n], self.data[n:]
        data += bytes(n - len(data))
        self.sizes.append(n)
        return data

    def done(self, frame):
        head, data = frame[:3], frame[3:]
        if head == b"\x01\x00\x00":
            assert len(data) == 4 and data[3] == 0xFE
            n, number = data[0] | data[1] << 8, data[2]
            assert 0 < n <= 4092
            if self.deaf:
                self.deaf -= 1
            elif number in ((self.asked + 1) & 255, 1):
                self.asked = number
                self.asks.append((n, number))
        elif head == b"\x03\x00\x00":
            assert not self.strict or self.state == 2 and len(data) == self.asks[0][0], "not what was asked for"
            self.heard += data if self.state == 2 else b""
            self.sizes.append(-len(data))
        elif head == b"\x07\x00\x00" and (self.strict or self.state == 2):
            assert self.state == 2
            self.asks.pop(0)
            self.state = self.level = 0
        elif head == b"\x08\x00\x00" and (self.strict or self.state == 1):
            assert not self.strict or self.state == 1 and not self.data, "not all was read"
            self.state = self.level = 0
        self.next()
