"""What aioble programs do: everything waits in asyncio, nobody polls the modem."""

PROFILE = "5.0 esp32-3.4"
TIMEOUT = 240

import asyncio
import gc
import json
import sys

import shallow  # noqa: F401  (first)
import download
import play
import shape
from bluetooth import FLAG_INDICATE, FLAG_NOTIFY, FLAG_READ, FLAG_WRITE, UUID
from shape import ble

DUAL = play.modem.firmware >= (5,)
HEART, RATE, POINT = "180d", "2a37", "2a39"
NUS, TX = UUID("6e400001-b5a3-f393-e0a9-e50e24dcca9e"), "6e400003-b5a3-f393-e0a9-e50e24dcca9e"
SERVICES = [[HEART, [[RATE, 2 | 16, 1, "0048"], [POINT, 8, 2, "00"]]]]


async def ask(*request):
    """A request to the stage, while the other tasks go on."""
    play._file.write(json.dumps(request).encode() + b"\n")
    if not play.MICROPYTHON:
        play._file.flush()
    while not play._ready.poll(0):
        await asyncio.sleep(0.002)
    answer = json.loads(play._file.readline())
    if len(answer) > 1:
        raise RuntimeError("the stage says: " + answer[1])
    return answer[0]


def heap():
    """Bytes of the heap in use; 0 where nobody can tell."""
    gc.collect()
    return gc.mem_alloc() if hasattr(gc, "mem_alloc") else 0


def tables():
    """How much is in every table that a connection could leave something in."""
    at, conns = play.modem, ble.conns
    lists = at.kept, at.jobs, at.parser._counted, conns.jobs, conns.dials, conns.reports, sys.modules
    return [len(each) for each in lists], conns.table, len(conns._timers) > 2  # those of the test before may be there yet


class Phone:
    async def here(self, serve=False):
        self.handle, address = await ask("phone", None, None)
        self.address = bytes.fromhex(address)
        if serve:
            await ask("serve", self.handle, SERVICES)
            await ask("advertise", self.handle, "02010605096475636b")
        return self

    async def connect(self):
        self.link = await ask("connect", self.handle, play.hexed(ble.config("mac")[1]), False)

    async def do(self, what, *arguments):
        return await ask(what, self.handle, self.link, *arguments)


async def downloading(test):
    """A test, while a task of its own takes what is downloaded."""

    async def take():
        while True:
            download.read()
            await asyncio.sleep(0.005)

    task = asyncio.create_task(take())
    try:
        await test()
    finally:
        task.cancel()


def case(function):
    """A test of its own loop. Firmware before 5.0 is restarted, so that another role may be chosen."""

    def run():
        if not DUAL:
            before = play.modem.engine.restarts
            play.ask("restart")
            end = play.now() + 5000
            while play.modem.engine.restarts == before or not play.modem.idle():
                assert play.now() < end, "no restart"
                play.modem.wait()
            download.restarted()
        try:
            asyncio.run(downloading(function))
        finally:
            shape.stop()
            shape.Connection.up.clear()
            shape.Server.connections.clear()
            shape.Server.flag.clear()
            if play.MICROPYTHON:
                asyncio.new_event_loop()

    return run


@case
async def test_scan_and_find():
    phone = await Phone().here(True)
    async with shape.scan(3000, interval_us=30000, window_us=30000, active=True) as scanner:
        async for _, addr, _, _, data in scanner:
            if addr == phone.address:
                assert data[-4:] == b"duck"
                break
    async with shape.scan(300, 30000, 30000) as scanner:
        async for _ in scanner:
            pass
    assert scanner.done


@case
async def test_read_write_subscribe():
    phone = await Phone().here(True)
    connection = await shape.Device(0, phone.address).connect()
    service = await connection.service(UUID(0x180D))
    assert service.uuid == UUID(0x180D)
    assert await connection.service(UUID(0x1815)) is None
    rate = await service.characteristic(UUID(0x2A37))
    point = await service.characteristic(UUID(0x2A39))
    assert await rate.read() == b"\0\x48"
    await point.write(b"\1")
    assert (await ask("written", phone.handle, POINT))[-1] == "01"
    await rate.subscribe(notify=True)
    await ask("push", phone.handle, RATE, "0049")
    assert await rate.notified() == b"\0\x49"
    assert await connection.exchange_mtu(128) == 128
    await connection.disconnect()
    assert not connection.is_connected()


@case
async def test_connect_in_vain_and_cancelled():
    try:
        await shape.Device(0, b"\1\2\3\4\5\6").connect(timeout_ms=500)
    except asyncio.TimeoutError:
        pass
    else:
        raise AssertionError("connected to nobody")
    phone = await Phone().here()
    task = asyncio.create_task(shape.Device(0, phone.address).connect())
    await asyncio.sleep(0.05)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        pass
    else:
        raise AssertionError("connected already")
    await ask("advertise", phone.handle)  # now the module finds it
    for _ in range(400):
        if not ble.conns.dials and not ble.conns.jobs and ble.conns.table == [None] * 3:
            break
        await asyncio.sleep(0.02)
    connection = await shape.Device(0, phone.address).connect()
    await connection.disconnect()


@case
async def test_many_connections():
    """A hundred rounds; nothing is left behind."""
    phone = await Phone().here(True)
    before, sizes = None, []  # what is under way when it is measured comes and goes: the least of ten rounds counts
    for number in range(100):
        connection = await shape.Device(0, phone.address).connect()
        if number % 10 == 0:
            rate = await (await connection.service(UUID(0x180D))).characteristic(UUID(0x2A37))
            assert await rate.read() == b"\0\x48"
        await connection.disconnect()
        if 10 <= number < 20 or number >= 90:
            sizes.append(heap())
        before = tables() if number == 10 else before
    assert min(sizes[-10:]) - min(sizes[:10]) < 1024, sizes  # less than a block per round
    assert tables() == before and ble.conns.table == [None] * 3, (tables(), before)


@case
async def test_be_written_to_and_notify():
    uart = (NUS, ((UUID(TX), FLAG_NOTIFY | FLAG_INDICATE | FLAG_READ), (UUID(0x2A39), FLAG_WRITE), (UUID(0x2A3A), FLAG_WRITE)))
    ((tx, point, buffered),) = shape.register_services(uart)
    ble.gatts_set_buffer(buffered, 100, True)
    ble.gatts_write(tx, b"initial", False)
    phone = await Phone().here()
    advertising = asyncio.create_task(shape.advertise(30000, b"espat-duck", (NUS,)))
    await asyncio.sleep(0.05)
    await phone.connect()
    connection = await advertising
    await phone.do("discover")
    assert await phone.do("read", TX) == play.hexed(b"initial")
    for data in (b"a", b"b", b"c"):
        await phone.do("write", POINT, play.hexed(data))
    for data in (b"a", b"b", b"c"):
        assert (await shape.written(point, 1000))[1] == data
    await phone.do("write", "2a3a", "61")
    assert await shape.written(buffered, 1000) == (connection.handle, b"a")
    await phone.do("subscribe", TX)
    await asyncio.sleep(0.05)
    ble.gatts_notify(connection.handle, tx, b"one")
    ble.gatts_write(tx, b"two", True)
    assert await ask("received", phone.handle, 2) == [[TX, play.hexed(b"one")], [TX, play.hexed(b"two")]]
    await phone.do("unsubscribe", TX)
    await phone.do("subscribe", TX, False)
    await asyncio.sleep(0.05)
    await shape.indicate(tx, connection.handle, b"three", 2000)
    assert await ask("received", phone.handle, 1) == [[TX, play.hexed(b"three")]]
    await phone.do("disconnect")
    await connection.disconnected(3000)
    assert not connection.is_connected()


@case
async def test_advertise_and_give_up():
    try:
        await shape.advertise(30000, b"nobody", (UUID(0x180D), UUID(0x180F)), timeout_ms=100, manufacturer=(0xFFFF, b"espat"))
    except asyncio.TimeoutError:
        pass
    else:
        raise AssertionError("who was that?")
    adv, resp = shape.advertisement(b"a name that is too long", (NUS,))
    assert len(adv) <= 31 and resp
    phone = await Phone().here()
    advertising = asyncio.create_task(shape.advertise(30000, b"a name that is too long", (NUS,)))
    await asyncio.sleep(0.05)
    await phone.connect()
    connection = await advertising
    assert connection.device.addr == phone.address
    await connection.disconnect()


@case
async def test_many_visitors():
    phone = await Phone().here()
    before, sizes = None, []  # what is under way when it is measured comes and goes: the least of ten rounds counts
    for number in range(100):
        advertising = asyncio.create_task(shape.advertise(20000, b"door"))
        await asyncio.sleep(0)
        await phone.connect()
        connection = await advertising
        if number % 2:
            await phone.do("disconnect")
            await connection.disconnected(3000)
        else:
            await connection.disconnect()
        if 10 <= number < 20 or number >= 90:
            sizes.append(heap())
        before = tables() if number == 10 else before
    assert min(sizes[-10:]) - min(sizes[:10]) < 1024, sizes  # less than a block per round
    assert tables() == before and ble.conns.table == [None] * 3, (tables(), before)


@case
async def test_pair():
    shape.register_services((UUID(0x180D), ((UUID(0x2A37), FLAG_READ),)))
    ble.config(bond=True, mitm=False, io=3, le_secure=True)
    phone = await Phone().here()
    advertising = asyncio.create_task(shape.advertise(20000, b"lock"))
    await asyncio.sleep(0.05)
    await phone.connect()
    connection = await advertising
    await connection.pair()
    assert connection.encrypted and connection.bonded
    await connection.disconnect()
