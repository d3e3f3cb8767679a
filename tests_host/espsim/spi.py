"""The module's other line: an SPI slave with a handshake, as ESP-AT firmware built for SPI has instead of the UART.

A host's bus reaches it over TCP. Frames of the host: 0 chip select falls; 1 it rises (answered by 4 or 5, the handshake's
level then); 2 and 3 with a length (2 bytes, little-endian): so many bytes follow that are written, or so many are read
(answered by 2 and the bytes). The slave sends 0 or 1 unasked when the handshake falls or rises.
"""
import asyncio
import collections
import socket

MOST = 4092
QUEUE = 10
STREAM = 4096  # bytes the module keeps for the host before its AT core waits
LOSE = 65536  # nobody reads: more is not kept
MAGIC = 0xFE
REQUEST, STATUS, WRITE, READ, WRITTEN, READ_DONE = 1, 2, 3, 4, 7, 8
IDLE, READABLE, WRITABLE = 0, 1, 2

Ask = collections.namedtuple("Ask", "length number")


class Slave:
    """One message at a time; `line` (a Line) is where its bytes come from and go to, `wire` the host's connection."""

    def __init__(self, line):
        self.line = line
        self.wire = None
        self.room = asyncio.Event()
        self.room.set()
        self.paused = False
        self.ignored = []  # what the host did against the rules
        self.power(False)
        line.plug(self)

    def power(self, on):
        """The module starts, or has gone: it knows nothing of what was."""
        self.on = on
        self.out = bytearray()
        self.asks = collections.deque()
        self.number = self.asked = 0  # of the last message, of the last request
        self.state = IDLE
        self.message = b""
        self.at = 0
        self.taken = bytearray()
        self.turn = READABLE
        self.frame = None
        self.level = False
        self.room.set()
        if self.wire:
            self.wire.tell(False)

    # what the line calls

    @property
    def full(self):
        return len(self.out) > STREAM

    def write(self, data):
        if self.on:
            self.out += data
            del self.out[LOSE:]
            if self.full:
                self.room.clear()
            self.next()

    def pause(self, yes):
        self.paused = yes
        self.next()

    async def drain(self):
        await self.room.wait()

    async def flush(self):
        """Wait until the host has fetched everything, but not for ever."""
        for _ in range(100):
            if not self.wire or not self.out and self.state != READABLE:
                break
            await asyncio.sleep(0.005)

    def unplugged(self):
        self.power(False)

    def close(self):
        if self.wire:
            self.wire.transport.close()

    # one message after the other

    def next(self):
        """Begin what waits, if nothing is under way."""
        if self.state or not self.on:
            return
        give, take = bool(self.out), bool(self.asks) and not self.paused
        if take and (self.turn == WRITABLE or not give):
            self.state, self.turn = WRITABLE, READABLE
            self.taken = bytearray()
        elif give:
            self.state, self.turn = READABLE, WRITABLE
            self.message = bytes(self.out[:MOST])
            self.at = 0
            del self.out[: len(self.message)]
            self.number = (self.number + 1) % 256
            if not self.full:
                self.room.set()
                self.line.port_ready()
        else:
            return
        self.signal(True)

    def signal(self, level):
        self.level = level
        if self.wire:
            self.wire.tell(level)

    def finish(self):
        self.state = IDLE
        self.signal(False)
        self.next()

    def status(self):
        """The word of 0x02."""
        length, number = 0, 0
        if self.state == READABLE:
            length, number = len(self.message), self.number
        elif self.state == WRITABLE:
            length, number = MOST, self.asks[0].number
        return length.to_bytes(2, "little") + bytes((number, self.state))

    # transactions

    def select(self):
        self.frame = bytearray()

    def written(self, data):
        """Bytes of the host, chip select low."""
        if self.frame is not None:
            self.frame += data

    def read(self, count):
        """What the host clocks in."""
        data = b""
        if self.on and self.frame is not None and len(self.frame) == 3:
            if self.frame[:2] == bytes((STATUS, 4)):
                data = self.status()
            elif self.frame[0] == READ and self.state == READABLE:
                data = self.message[self.at:self.at + count]
                self.at += count
        return data[:count].ljust(count, b"\0")

    def deselect(self):
        """The end of a transaction: now it counts."""
        frame, self.frame = self.frame, None
        if not self.on or not frame:
            return
        what, data = frame[0], bytes(frame[3:])
        if what == REQUEST:
            self.requested(data)
        elif what == WRITE and self.state == WRITABLE and len(data) <= MOST:
            self.taken += data
        elif what == WRITTEN and self.state == WRITABLE:
            ask = self.asks.popleft()
            self.state = IDLE
            self.signal(False)
            self.line.host_bytes(bytes(self.taken[:ask.length]))
            self.next()
        elif what == READ_DONE and self.state == READABLE:
            self.finish()
        elif what not in (STATUS, READ):
            self.ignored.append(bytes(frame[:8]))

    def requested(self, word):
        """0x01: only what is whole and in sequence counts; number 1 is a host that has started anew."""
        if len(word) == 4 and word[3] == MAGIC:
            length, number = int.from_bytes(word[:2], "little"), word[2]
            expected = (self.asked + 1) % 256
            if 0 < length <= MOST and number in (expected, 1) and len(self.asks) < QUEUE:
                self.asked = number
                self.asks.append(Ask(length, number))
                self.next()
                return
        self.ignored.append(bytes(word))


class Wire(asyncio.Protocol):
    """A host's connection; a newcomer takes the bus over."""

    def __init__(self, slave, on_leave=None):
        self.slave = slave
        self.on_leave = on_leave
        self.waiting = bytearray()
        self.transport = None

    def connection_made(self, transport):
        self.transport = transport
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        before, self.slave.wire = self.slave.wire, self
        if before:
            before.transport.close()
        self.slave.frame = None
        self.tell(self.slave.level)

    def connection_lost(self, exc):
        if self.slave.wire is self:
            self.slave.wire = None
            if self.on_leave:
                self.on_leave()

    def tell(self, level):
        self.transport.write(bytes((level,)))

    def data_received(self, data):
        if self.slave.wire is not self:
            return
        self.waiting += data
        while self.waiting and self.frame():
            pass

    def frame(self):
        """Do the first frame; False when it is not whole."""
        kind = self.waiting[0]
        if kind < 2:
            del self.waiting[0]
            if kind:
                self.slave.deselect()
                self.transport.write(bytes((4 + self.slave.level,)))
            else:
                self.slave.select()
            return True
        count = int.from_bytes(self.waiting[1:3], "little")
        if len(self.waiting) < (3 + count if kind == 2 else 3):
            return False
        if kind == 2:
            self.slave.written(self.waiting[3:3 + count])
            del self.waiting[: 3 + count]
        elif kind == 3:
            del self.waiting[:3]
            self.transport.write(b"\2" + self.slave.read(count))
        else:
            self.transport.close()
            return False
        return True


async def serve_spi(line, host, port, on_leave=None):
    """Listen for the host's bus."""
    slave = Slave(line)
    return await asyncio.get_running_loop().create_server(lambda: Wire(slave, on_leave), host, port, reuse_address=True)
