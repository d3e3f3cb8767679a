"""Serial ports as streams: classic Bluetooth with and without passthrough, Bluetooth LE passthrough, both roles."""

TIMEOUT = 150

import asyncio
import select

import air
import download
import play
from air import ask, ble, modem
from bluetooth import FLAG_NOTIFY, FLAG_READ, FLAG_WRITE, UUID
from espat.ble import classic, spp
from play import fails

AWKWARD = bytes(range(256)) + b"\r\nOK\r\n+BTDATA:5,hello\r\nERROR\r\n> "
TX, RX = "6e400003-b5a3-f393-e0a9-e50e24dcca9e", "6e400002-b5a3-f393-e0a9-e50e24dcca9e"
UART = (UUID("6e400001-b5a3-f393-e0a9-e50e24dcca9e"), ((UUID(TX), FLAG_READ | FLAG_NOTIFY), (UUID(RX), FLAG_WRITE)))

phone = air.Phone()
port = spp.Port(modem, "espat", 12288)
pairing = classic.Pairing(modem, classic.NOTHING)


def accept():
    """(stream, handle of the phone's end); the phone connects."""
    port._be(2)
    serial = phone.do("serial_open")
    return port.accept(5), serial


def gone():
    air.until(lambda: port.peer is None)


def until_closed(stream):
    stream.close()
    gone()


def test_accept_and_talk():
    stream, serial = accept()
    assert stream.peer == ":".join(["%02x" % x for x in phone.address]) == port.peer
    assert stream.write(AWKWARD) == len(AWKWARD)
    ask("serial_wait", serial, play.hexed(AWKWARD))
    ask("serial_send", serial, play.hexed(AWKWARD))
    assert stream.read(len(AWKWARD)) == AWKWARD
    ask("serial_send", serial, play.hexed(b"line one\nline two\n"))
    assert stream.readline() == b"line one\n" and stream.readline() == b"line two\n"
    fails(play.ETIMEDOUT, port.accept, 0.1) if port._new else fails(16, port.accept, 0.1)
    until_closed(stream)
    fails(play.EBADF, stream.read, 1)


def test_who_speaks_at_once_is_heard():
    """Bytes that come before accept() is called are the stream's."""
    port._be(2)
    serial = phone.do("serial_open")
    ask("serial_send", serial, play.hexed(b"early"))
    air.until(lambda: port.link.rx and port.link.rx.n == 5)
    stream = port.accept(5)
    ask("serial_send", serial, play.hexed(b" bird"))
    assert stream.read(10) == b"early bird"
    until_closed(stream)
    serial = phone.do("serial_open")
    ask("serial_send", serial, play.hexed(b"early"))
    air.until(lambda: port.link.rx.n == 5)
    with download.paused(lambda: port.accept(5, True)) as stream:
        ask("serial_send", serial, play.hexed(b" bird"))
        assert stream.read(10) == b"early bird"
        until_closed(stream)


def test_what_the_last_one_has_left():
    """A stream is read to its end while the next peer is there already."""
    old, serial = accept()
    ask("serial_send", serial, play.hexed(b"bye"))
    ask("serial_close", serial)
    gone()
    new, serial = accept()
    assert old.read() == b"bye" and old.read() == b""
    old.close()
    ask("serial_send", serial, play.hexed(b"hello"))
    assert new.read(5) == b"hello"
    until_closed(new)


def test_plus_signs_are_data_in_normal_mode():
    stream, serial = accept()
    stream.write(b"+++")
    ask("serial_wait", serial, play.hexed(b"+++"))
    until_closed(stream)


def test_the_peer_hangs_up():
    stream, serial = accept()
    ask("serial_send", serial, play.hexed(b"bye"))
    ask("serial_close", serial)
    gone()
    assert stream.read() == b"bye"
    fails(play.EPIPE, stream.write, b"x")
    stream.close()


def test_polls():
    stream, serial = accept()
    stream.setblocking(False)
    assert stream.read(1) is None
    poller = select.poll() if play.MICROPYTHON else None
    if poller:
        poller.register(stream, select.POLLIN)
        assert not poller.poll(50)
    ask("serial_send", serial, "78")
    if poller:
        assert poller.poll(2000)
    else:
        air.until(lambda: stream.ioctl(3, 1) == 1)
    assert stream.read(1) == b"x"
    until_closed(stream)


def test_a_write_that_does_not_wait_takes_what_fits():
    stream, serial = accept()
    stream.setblocking(False)
    data = AWKWARD * 20
    n = stream.write(data)
    assert 0 < n < len(data), n
    stream.settimeout(10)
    assert stream.write(data[n:]) == len(data) - n
    ask("serial_wait", serial, play.hexed(data))
    until_closed(stream)


def test_asyncio():
    if not play.MICROPYTHON:
        return  # CPython's streams want a file descriptor; net/t_streams has the same gap

    async def echo(stream, count):
        reader = asyncio.StreamReader(stream)
        for _ in range(count):
            line = await reader.readline()
            reader.write(line)
            await reader.drain()

    stream, serial = accept()
    stream.setblocking(False)
    for i in range(3):
        ask("serial_send", serial, play.hexed(b"line %d\n" % i))
    asyncio.run(echo(stream, 3))
    ask("serial_wait", serial, play.hexed(b"line 0\nline 1\nline 2\n"))
    until_closed(stream)


def test_a_lot():
    stream, serial = accept()
    ask("serial_send_many", serial, 200, 50)
    for number in range(50):
        assert stream.read(200) == bytes([number]) * 200
    data = AWKWARD * 20
    stream.write(data)
    assert bytes.fromhex(ask("serial_take", serial, len(data))) == data
    until_closed(stream)


def test_more_than_there_is_room_for():
    """Nothing holds the peer back: a stream with a hole ends with an error, never silently."""
    stream, serial = accept()
    ask("serial_send_many", serial, 500, 40)
    air.until(lambda: stream.link.error)
    got = stream.read(12000)
    assert got[:500] == bytes(500)
    fails(105, stream.read)
    gone()
    stream.close()


def test_connect():
    serial = phone.do("serial_serve")
    fails(5, port.connect, "01:02:03:04:05:06")
    stream = port.connect(":".join(["%02x" % x for x in phone.address]))
    stream.write(b"hello")
    ask("serial_wait", serial, play.hexed(b"hello"))
    ask("serial_send", serial, "6869")
    assert stream.read(2) == b"hi"
    until_closed(stream)


def test_classic_pipe():
    port._be(2)
    serial = phone.do("serial_open")
    with download.paused(lambda: port.accept(5, True)) as stream:
        fails(16, modem.run, b"+CWSTATE?")
        stream.write(AWKWARD)
        ask("serial_wait", serial, play.hexed(AWKWARD))
        ask("serial_send", serial, play.hexed(AWKWARD))
        assert stream.read(len(AWKWARD)) == AWKWARD
        stream.write(b"+++")
        ask("serial_wait", serial, play.hexed(b"+++"))
        ask("serial_send_many", serial, 500, 40)
        for number in range(40):
            assert stream.read(500) == bytes([number]) * 500
        until_closed(stream)
        assert modem.run(b"+CWSTATE?")


def test_ble_pipe_as_server():
    ble.irq(air.note)
    ble.active(True)
    ((tx, rx),) = ble.gatts_register_services((UART,))
    ble.gap_advertise(20000, b"\2\1\6")
    phone.connect()
    phone.discover()
    phone.subscribe(TX)
    air.quiet(50)
    with download.paused(lambda: spp.over_ble(ble, tx, rx)) as stream:
        fails(16, modem.run, b"+CWSTATE?")
        stream.write(b"a\r\nOK\r\n")
        assert phone.received() == [(TX, b"a\r\nOK\r\n")]
        phone.write(RX, b"b\r\nERROR\r\n")
        assert stream.read(10) == b"b\r\nERROR\r\n"[:10]
        stream.write(b"+++")  # not in one go: that would end the pipe
        assert b"".join([value for _, value in phone.received(2)]) == b"+++"
        stream.close()
        assert ble.conns.table[0], "the connection outlives the pipe"
    phone.write(RX, b"c")
    air.until(lambda: any(e == air.WRITE for e, _ in air.events))
    phone.disconnect()
    air.wait(air.DISCONNECT)
    ble.active(False)


def test_a_pipe_that_nobody_listens_to():
    """A server's pipe wants a subscriber."""
    ble.active(True)
    ((tx, rx),) = ble.gatts_register_services((UART,))
    ble.gap_advertise(20000, b"\2\1\6")
    ble.irq(air.note)
    n = phone.connect()
    phone.discover()

    def refused():
        try:
            return spp.over_ble(ble, tx, rx)
        except OSError as e:
            if e.args[0] == 16:
                raise
            return e.args[0]

    with download.paused(refused) as error:
        assert error == 5
    phone.disconnect()
    assert air.wait(air.DISCONNECT)[0] == n
    ble.active(False)


def test_the_peer_goes_while_the_line_is_a_pipe():
    ble.irq(air.note)
    ble.active(True)
    ((tx, rx),) = ble.gatts_register_services((UART,))
    ble.gap_advertise(20000, b"\2\1\6")
    n = phone.connect()
    phone.discover()
    phone.subscribe(TX)
    air.quiet(50)
    with download.paused(lambda: spp.over_ble(ble, tx, rx)) as stream:
        phone.disconnect()
        stream.close()
    assert air.wait(air.DISCONNECT)[0] == n
    ble.active(False)
