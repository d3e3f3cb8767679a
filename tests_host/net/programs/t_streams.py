"""MicroPython's asyncio streams over sockets of the library: its own open_connection(), unchanged."""

import asyncio

import play
from play import case

ONLY = ("mp64", "mp32")

play.join()


async def open_pair():
    reader, writer = await asyncio.open_connection(*play.listener().address)
    play._made.append(reader.s)
    return reader, writer, play.listener().accept()


def run(main):
    """A test whose body is a coroutine."""

    def test():
        asyncio.run(asyncio.wait_for(main(), 10))

    return case(test)


@run
async def test_write_and_read():
    reader, writer, peer = await open_pair()
    writer.write(b"hello ")
    writer.write(b"there")
    await writer.drain()
    assert peer.recv(11) == b"hello there"
    peer.send(b"abc")
    assert await reader.read(10) == b"abc"
    peer.send(b"late", 0.1)
    assert await reader.read(2) == b"la"
    assert await reader.read(2) == b"te"
    writer.close()
    await writer.wait_closed()
    assert peer.recv(1) == b""


@run
async def test_reads_of_all_kinds():
    reader, writer, peer = await open_pair()
    peer.send(b"first line\nsecond")
    peer.send(b" line\n0123456789rest", 0.1)
    assert await reader.readline() == b"first line\n"
    assert await reader.readline() == b"second line\n"
    assert await reader.readexactly(10) == b"0123456789"
    buf = bytearray(10)
    assert await reader.readinto(buf) == 4 and buf[:4] == b"rest"
    peer.send(b"tail")
    peer.close()
    assert await reader.read(-1) == b"tail"
    assert await reader.read(10) == b"" and await reader.readline() == b""
    try:
        await reader.readexactly(1)
        raise AssertionError("no EOFError")
    except EOFError:
        pass


@run
async def test_others_run_meanwhile():
    reader, writer, peer = await open_pair()
    ticks = []

    async def count():
        while True:
            await asyncio.sleep(0.01)
            ticks.append(1)

    task = asyncio.create_task(count())
    peer.send(b"x", 0.3)
    assert await reader.read(1) == b"x"
    task.cancel()
    assert 15 < len(ticks) < 40, len(ticks)


@run
async def test_time_out_and_cancellation():
    reader, writer, peer = await open_pair()
    ms = play.now()
    try:
        await asyncio.wait_for(reader.read(10), 0.1)
        raise AssertionError("no TimeoutError")
    except asyncio.TimeoutError:
        ms = play.now() - ms
    assert 80 <= ms < 1000, ms
    peer.send(b"fine")
    assert await reader.read(10) == b"fine"
    task = asyncio.create_task(reader.readline())
    await asyncio.sleep(0.05)
    task.cancel()
    try:
        await task
        raise AssertionError("no CancelledError")
    except asyncio.CancelledError:
        pass
    peer.send(b"on\n")
    assert await reader.readline() == b"on\n"


@run
async def test_five_at_once():
    opened = []
    for _ in range(5):
        opened.append(await open_pair())

    async def echo(i, reader, writer):
        for _ in range(5):
            writer.write(await reader.readline())
            await writer.drain()

    async def talk():
        for n in range(5):
            for i, (_, _, peer) in enumerate(opened):
                peer.send(b"%d to %d\n" % (n, i))
                await asyncio.sleep(0)
        for n in range(5):
            for i, (_, _, peer) in enumerate(opened):
                line = b"%d to %d\n" % (n, i)
                while not play.ask("arrived", peer.handle, 0)[0]:
                    await asyncio.sleep(0.01)
                assert peer.recv(len(line)) == line

    await asyncio.gather(talk(), *[echo(i, r, w) for i, (r, w, _) in enumerate(opened)])


@run
async def test_much_both_ways():
    reader, writer, peer = await open_pair()
    play.ask("send_pattern", peer.handle, 40000)
    data = play.pattern(40000)

    async def send():
        for at in range(0, 40000, 1000):
            writer.write(data[at : at + 1000])
            await writer.drain()

    async def receive():
        got = 0
        while got < 40000:
            piece = await reader.read(700)
            assert piece == data[got : got + len(piece)]
            got += len(piece)

    await asyncio.gather(send(), receive())
    assert peer.recv_pattern(40000) == 40000


@run
async def test_failures():
    # MicroPython's open_connection() does not look how it went: the first read or write tells
    reader, writer = await asyncio.open_connection(*play.unused())
    play._made.append(reader.s)
    try:
        await reader.read(1)
        raise AssertionError("connected to nobody")
    except OSError as e:
        assert e.errno == play.ECONNREFUSED, e
    play.ask("dns", False)
    try:
        await asyncio.open_connection("server.nowhere.test", 80)
        raise AssertionError("connected to nobody")
    except OSError as e:
        assert e.errno == -2, e
    finally:
        play.ask("dns", True)


@run
async def test_reset_does_not_kill_the_loop():
    reader, writer, peer = await open_pair()
    other, _, far = await open_pair()
    waiting = asyncio.create_task(reader.read(10))
    await asyncio.sleep(0.05)
    peer.reset()
    try:
        assert await waiting == b""
    except OSError as e:
        assert e.errno == play.ECONNRESET
    far.send(b"alive")
    assert await other.read(5) == b"alive"


@run
async def test_closed_under_a_waiting_task():
    reader, writer, peer = await open_pair()
    waiting = asyncio.create_task(reader.read(10))
    await asyncio.sleep(0.05)
    reader.s.close()
    try:
        await waiting
        raise AssertionError("no OSError")
    except OSError as e:
        assert e.errno == play.EBADF


@run
async def test_module_restarts_under_a_waiting_task():
    reader, writer, peer = await open_pair()
    waiting = asyncio.create_task(reader.read(10))
    await asyncio.sleep(0.05)
    play.ask("restart")
    try:
        await waiting
        raise AssertionError("no OSError")
    except OSError as e:
        assert e.errno == play.ECONNRESET
    while not play.wlan.isconnected():
        await asyncio.sleep(0.01)
    reader, writer, peer = await open_pair()
    peer.send(b"again")
    assert await reader.readexactly(5) == b"again"
