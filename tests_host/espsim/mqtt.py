"""An MQTT 3.1.1 client on a Wire, with the limits of the module's own."""
import asyncio
import dataclasses
import struct

CONNECT, CONNACK, PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP = 1, 2, 3, 4, 5, 6, 7
SUBSCRIBE, SUBACK, UNSUBSCRIBE, UNSUBACK, PINGREQ, PINGRESP, DISCONNECT = 8, 9, 10, 11, 12, 13, 14
BUFFER = 1024  # receive buffer: a longer message is handed on in pieces
REFUSED = 0x80


@dataclasses.dataclass
class Session:
    """What CONNECT says."""

    client: bytes = b""
    user: bytes = b""
    password: bytes = b""
    keep_alive: int = 120
    clean: bool = True
    will_topic: bytes = b""
    will_message: bytes = b""
    will_qos: int = 0
    will_retain: int = 0

    def packet(self):
        flags = self.clean << 1
        payload = field(self.client)
        if self.will_topic:
            flags |= 4 | self.will_qos << 3 | self.will_retain << 5
            payload += field(self.will_topic) + field(self.will_message)
        if self.user:
            flags |= 0x80
            payload += field(self.user)
        if self.password:
            flags |= 0x40
            payload += field(self.password)
        return packet(CONNECT << 4, field(b"MQTT") + struct.pack("!BBH", 4, flags, self.keep_alive) + payload)


def field(data):
    return struct.pack("!H", len(data)) + data


def packet(first, body=b""):
    size, head = len(body), bytearray([first])
    while True:
        size, digit = size >> 7, size & 127
        head.append(digit | (0x80 if size else 0))
        if not size:
            return bytes(head) + body


class Client:
    """One connection. on_message(topic, data): a message or a piece of one (later pieces: empty topic); on_lost()."""

    def __init__(self, wire, session, on_message, on_lost):
        self.wire = wire
        self.session = session
        self.on_message = on_message
        self.on_lost = on_lost
        self.number = 0
        self.waiting = {}  # (packet type, packet id) -> future
        self.alive = True
        self.answered = True  # the last ping
        self.tasks = []

    async def connect(self):
        """OSError if the broker does not let us in."""
        await self.wire.send(self.session.packet())
        try:
            first, size, _ = await self._head()
            answer = await self.wire.exactly(size)
        except EOFError as error:
            raise OSError("closed by the broker") from error
        if first >> 4 != CONNACK or len(answer) != 2 or answer[1]:
            raise OSError(f"refused: {answer.hex()}")

    def start(self, spawn):
        self.tasks = [spawn(self._run()), spawn(self._ping())]

    # reading

    async def _head(self):
        """First byte, remaining length, and how many bytes the head had."""
        first, size, shift = (await self.wire.exactly(1))[0], 0, 0
        while True:
            digit = (await self.wire.exactly(1))[0]
            size |= (digit & 127) << shift
            shift += 7
            if not digit & 0x80:
                return first, size, 1 + shift // 7
            if shift > 21:
                raise OSError("bad length")

    async def _run(self):
        try:
            while True:
                first, size, head = await self._head()
                if first >> 4 == PUBLISH:
                    await self._publish(first, size, head)
                else:
                    await self._answer(first >> 4, await self.wire.exactly(size))
        except (OSError, EOFError, struct.error):
            self.lost()

    async def _publish(self, first, size, head):
        qos, left = first >> 1 & 3, size
        length = struct.unpack("!H", await self.wire.exactly(2))[0]
        topic = await self.wire.exactly(length)
        left -= 2 + length
        number = await self.wire.exactly(2) if qos else b""
        left -= len(number)
        room = BUFFER - head - (size - left)
        if left < 0:
            raise OSError("bad length")
        data = await self.wire.exactly(min(left, max(0, room)))
        left -= len(data)
        await self.on_message(topic, data)
        while left:
            data = await self.wire.some(min(left, BUFFER))
            if not data:
                raise EOFError
            left -= len(data)
            await self.on_message(b"", data)
        if qos:
            await self.wire.send(packet((PUBACK if qos == 1 else PUBREC) << 4, number))

    async def _answer(self, kind, body):
        if kind == PINGRESP:
            self.answered = True
        elif kind == PUBREL:
            await self.wire.send(packet(PUBCOMP << 4, body[:2]))
        elif kind == PUBREC:
            await self.wire.send(packet(PUBREL << 4 | 2, body[:2]))
        else:
            future = self.waiting.get((kind, body[:2]))
            if future and not future.done():
                future.set_result(body[2:])

    async def _ping(self):
        try:
            while True:
                await asyncio.sleep(self.session.keep_alive / 2)
                if not self.answered:
                    break
                self.answered = False
                await self.wire.send(packet(PINGREQ << 4))
        except OSError:
            pass
        self.lost()

    def lost(self):
        if self.alive:
            self.stop()
            self.on_lost()

    def stop(self):
        """End without a word to the broker."""
        self.alive = False
        for task in self.tasks:
            if task is not asyncio.current_task():
                task.cancel()
        for future in self.waiting.values():
            if not future.done():
                future.set_exception(OSError("connection lost"))
        self.wire.close()

    # asking

    async def _ask(self, first, build, answer, limit):
        """Send a packet that has an id and wait for its answer; OSError if there is none."""
        self.number = self.number % 65535 + 1
        number = struct.pack("!H", self.number)
        future = self.waiting[answer, number] = asyncio.get_running_loop().create_future()
        try:
            await self.wire.send(packet(first, build(number)))
            return await asyncio.wait_for(future, limit)
        finally:
            del self.waiting[answer, number]

    async def publish(self, topic, data, qos, retain, limit):
        if qos == 0:
            await self.wire.send(packet(PUBLISH << 4 | retain, field(topic) + data))
            return
        answer = PUBACK if qos == 1 else PUBCOMP
        first = PUBLISH << 4 | qos << 1 | retain
        await self._ask(first, lambda number: field(topic) + number + data, answer, limit)

    async def subscribe(self, topic, qos, limit):
        """OSError if the broker refuses."""
        body = field(topic) + bytes([qos])
        answer = await self._ask(SUBSCRIBE << 4 | 2, lambda number: number + body, SUBACK, limit)
        if answer[:1] == bytes([REFUSED]):
            raise OSError("subscription refused")

    async def unsubscribe(self, topic, limit):
        await self._ask(UNSUBSCRIBE << 4 | 2, lambda number: number + field(topic), UNSUBACK, limit)

    async def close(self):
        """Say goodbye."""
        try:
            await self.wire.send(packet(DISCONNECT << 4))
        except OSError:
            pass
        self.stop()
