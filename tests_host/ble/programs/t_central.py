"""The module as central, a phone as peripheral."""

PROFILE = "5.0 esp32-3.4 c6-4.1 esp32-2.4"
TIMEOUT = 120

import air
import download
import play
from air import ble, case, modem
from bluetooth import UUID
from espat.ble import at_conn

HEART, RATE, POINT, LONG, SECRET = "180d", "2a37", "2a39", "2a00", "2a1d"
UART, TX = "6e400001-b5a3-f393-e0a9-e50e24dcca9e", "6e400003-b5a3-f393-e0a9-e50e24dcca9e"
READ, WRITE_COMMAND, WRITE, NOTIFY, INDICATE = 2, 4, 8, 16, 32
READABLE, WRITABLE, ENCRYPTED = 1, 2, 4
AWKWARD = b"\r\nOK\r\n> +NOTIFY:0,1,1,5,\0\xff"
SERVICES = [
    [HEART, [[RATE, READ | NOTIFY, READABLE, "0048"], [POINT, WRITE, WRITABLE, "00"],
             [LONG, READ, READABLE, play.hexed(bytes(range(200)))], [SECRET, READ, ENCRYPTED, "00"]]],
    [UART, [[TX, NOTIFY | INDICATE | WRITE_COMMAND, READABLE | WRITABLE, play.hexed(AWKWARD)]]],
]  # fmt: skip
DATA = b"\x02\x01\x06\x05\x09duck"

phone = air.Phone()
phone.do("serve", SERVICES)
phone.do("advertise", play.hexed(DATA), "020a03")


def connect():
    """Connected to the phone."""
    ble.gap_connect(0, phone.address, 30000)
    n, kind, address = air.wait(air.PERIPHERAL_CONNECT)
    assert (kind, address) == (0, phone.address)
    return n


def connect_again():
    """The same after a restart. On a busy machine the phone may have missed it: then it advertises anew."""
    end = play.now() + 20000
    while True:
        ble.gap_connect(0, phone.address, 30000)
        air.until(lambda: any(e in (air.PERIPHERAL_CONNECT, air.PERIPHERAL_DISCONNECT) for e, _ in air.events))
        event, data = air.events.pop()
        if event == air.PERIPHERAL_CONNECT:
            return data[0]
        assert play.now() < end, (event, data)
        phone.do("stop_advertising")
        phone.do("advertise", play.hexed(DATA), "020a03")


def services(n):
    """{UUID: (start, end)} of all services."""
    ble.gattc_discover_services(n)
    assert air.wait(10) == (n, 0)
    return {bytes(d[3]): (d[1], d[2]) for e, d in air.events if e == 9}


def values(n, service):
    """{UUID: (end, value handle, properties)} of a service's characteristics."""
    start, end = services(n)[bytes(UUID(int(service, 16) if len(service) == 4 else service))]
    air.events[:] = []
    ble.gattc_discover_characteristics(n, start, end)
    assert air.wait(12) == (n, 0)
    return {bytes(d[4]): (d[1], d[2], d[3]) for e, d in air.events if e == 11}


def handle(n, service, uuid):
    """The handle of a value."""
    return values(n, service)[bytes(UUID(int(uuid, 16) if len(uuid) == 4 else uuid))][1]


def read(n, where):
    ble.gattc_read(n, where)
    status = air.wait(16)[2]
    return status or air.wait(15)[2]


def bye(n):
    ble.gap_disconnect(n)
    assert air.wait(air.PERIPHERAL_DISCONNECT)[0] == n


@case
def test_scan():
    ble.gap_scan(400, 30000, 30000, True)
    air.wait(air.SCAN_DONE)
    found = [d for e, d in air.events if e == 5 and d[1] == phone.address]
    assert DATA in [d[4] for d in found], found
    assert b"\x02\x0a\x03" in [d[4] for d in found if d[2] == 4], found
    assert all(d[0] == 0 and -127 <= d[3] < 20 for d in found)
    air.events[:] = []
    assert not air.quiet(300)


@case
def test_garbage_advertisements():
    """Bytes that are no advertisement, or pretend to be the module's words, arrive as they are."""
    other = air.Phone()
    for data in (b"\0", bytes([255] * 31), b"\x1f\x09short", b"\r\nOK\r\n+BLEDISCONN:0,-1\r\nERROR\r\n",
                 b"\x02\x01\x06\x10\x09\"\r\n+BLECONN:0,"):  # fmt: skip
        other.do("advertise", play.hexed(data), play.hexed(b'",1\r\nready\r\n"'))
        ble.gap_scan(0, 30000, 30000, True)
        air.until(lambda data=data: any(e == 5 and d[1] == other.address and d[2] != 4 and d[4] == data for e, d in air.events))
        air.until(lambda: any(e == 5 and d[1] == other.address and d[2] == 4 for e, d in air.events))
        ble.gap_scan(None)
        air.wait(air.SCAN_DONE)
        assert not [e for e, _ in air.events if e not in (5, air.LOST)], air.events
        other.do("stop_advertising")
        air.events[:] = []
    assert ble.conns.table == [None] * 3


@case
def test_scan_until_stopped():
    ble.gap_scan(0, 30000, 30000)
    air.wait(air.SCAN_RESULT)
    ble.gap_scan(None)
    air.wait(air.SCAN_DONE)
    air.quiet(50)
    assert not [e for e in air.quiet(300) if e[0] == 5]
    ble.gap_scan(0, 30000, 30000)
    air.wait(air.SCAN_RESULT)
    ble.gap_scan(None)
    air.wait(air.SCAN_DONE)


@case
def test_connect_and_disconnect():
    n = connect()
    bye(n)
    n = connect()
    phone.do("hang_up")
    assert air.wait(air.PERIPHERAL_DISCONNECT) == (n, 0, phone.address)


@case
def test_strength():
    """AT+BLERDRSSI's report, which is no event of MicroPython's."""
    n = connect()
    told = []
    ble.conns.reports[b"RDRSSI"] = lambda *values: told.append(values)
    assert at_conn.read_strength(modem, n) is None
    air.until(lambda: told)
    assert told == [(b"%d" % n, b"-40")], told
    del ble.conns.reports[b"RDRSSI"]
    bye(n)


@case
def test_nobody_there():
    ble.gap_connect(0, b"\1\2\3\4\5\6", 1000)
    assert air.wait(air.PERIPHERAL_DISCONNECT, 10) == (65535, 0, b"\1\2\3\4\5\6")


@case
def test_no_longer_wanted():
    ble.gap_connect(0, phone.address)
    ble.gap_connect(None)
    assert air.wait(air.PERIPHERAL_DISCONNECT)[0] == 65535
    air.until(lambda: not ble.conns.dials and not ble.conns.jobs)
    air.until(lambda: ble.conns.table == [None] * 3)
    assert not air.quiet(100)
    air.until(lambda: phone.do("connections") == 0)
    bye(connect())


@case
def test_discover():
    n = connect()
    found = services(n)
    assert {bytes(UUID(0x180D)), bytes(UUID(UART))} <= set(found)
    ble.gattc_discover_services(n, UUID(0x180D))
    assert air.wait(10) == (n, 0)
    air.events[:] = []
    here = values(n, HEART)
    assert here[bytes(UUID(0x2A37))][2] == READ | NOTIFY and len(here) == 4, here
    assert values(n, UART)[bytes(UUID(TX))][2] == NOTIFY | INDICATE | WRITE_COMMAND
    bye(n)


@case
def test_read():
    n = connect()
    here = values(n, HEART)
    assert read(n, here[bytes(UUID(0x2A37))][1]) == b"\0\x48"
    assert read(n, here[bytes(UUID(0x2A00))][1]) == bytes(range(200))
    assert read(n, here[bytes(UUID(0x2A1D))][1]) == 14
    assert read(n, here[bytes(UUID(0x2A37))][1] + 0x100) == 14
    bye(n)


@case
def test_write():
    n = connect()
    where = handle(n, HEART, POINT)
    for mode in (True, False):
        ble.gattc_write(n, where, AWKWARD[:15], mode)
    assert air.wait(17) == (n, where, 0)
    air.until(lambda: len(phone.do("written", POINT)) == 3)
    assert [bytes.fromhex(x) for x in phone.do("written", POINT)][1:] == [AWKWARD[:15]] * 2
    ble.gattc_write(n, where, bytes(100), 1)
    assert air.wait(17) == (n, where, 14)
    command = handle(n, UART, TX)
    ble.gattc_write(n, command, b"go")
    air.until(lambda: phone.do("written", TX)[-1] == play.hexed(b"go"))
    bye(n)


@case
def test_notify_and_indicate():
    n = connect()
    end, value, _ = values(n, HEART)[bytes(UUID(0x2A37))]
    air.subscribe(n, end, value, 1)
    phone.do("push", RATE, play.hexed(AWKWARD[:20]))
    assert air.wait(air.NOTIFY) == (n, value, AWKWARD[:20])
    air.subscribe(n, end, value, 0)
    air.events[:] = []
    phone.do("push", RATE, "00")
    assert not air.quiet(100)
    end, value, _ = values(n, UART)[bytes(UUID(TX))]
    air.subscribe(n, end, value, 2)
    phone.do("push", TX, "0102", True)
    assert air.wait(air.INDICATE) == (n, value, b"\1\2")
    bye(n)


@case
def test_many_notifications():
    """More than wait at once, as fast as they come."""
    n = connect()
    end, value, _ = values(n, HEART)[bytes(UUID(0x2A37))]
    air.subscribe(n, end, value, 1)
    phone.do("push_many", RATE, 20, 300)
    for number in range(300):
        data = air.wait(air.NOTIFY)
        assert data[2][:2] == bytes([number >> 8, number & 255]), (number, data)
    bye(n)


@case
def test_mtu():
    n = connect()
    ble.config(mtu=185)
    ble.gattc_exchange_mtu(n)
    assert air.wait(air.MTU) == (n, 185)
    where = handle(n, HEART, POINT)
    ble.gattc_write(n, where, bytes(range(150)), 1)
    assert air.wait(17) == (n, where, 0)
    assert bytes.fromhex(phone.do("written", POINT)[-1]) == bytes(range(150))
    ble.gattc_exchange_mtu(n)
    assert air.wait(air.MTU) == (n, 185)
    bye(n)


@case
def test_several_peripherals():
    others = [phone]
    for _ in range(2):
        others.append(air.Phone())
        others[-1].do("serve", SERVICES)
        others[-1].do("advertise")
    numbers = []
    for one in others:
        ble.gap_connect(0, one.address, 30000)
        numbers.append(air.wait(air.PERIPHERAL_CONNECT)[0])
    for n in numbers:
        assert read(n, handle(n, HEART, RATE)) == b"\0\x48"
    assert sorted(numbers) == [0, 1, 2]
    for n in numbers:
        bye(n)
    for one in others[1:]:
        one.do("stop_advertising")


@case
def test_the_peer_vanishes():
    other = air.Phone()
    other.do("serve", SERVICES)
    other.do("advertise")
    ble.gap_connect(0, other.address, 30000)
    n = air.wait(air.PERIPHERAL_CONNECT)[0]
    where = handle(n, HEART, RATE)
    other.do("leave")
    ble.gattc_read(n, where)
    assert air.wait(16, 40)[2] == 14
    assert air.wait(air.PERIPHERAL_DISCONNECT, 10)[0] == n


@case
def test_the_module_restarts():
    n = connect()
    ble.gattc_discover_services(n)
    play.ask("restart")
    assert air.wait(air.PERIPHERAL_DISCONNECT)[0] == n
    air.quiet(700)
    download.restarted()
    n = connect_again()
    assert read(n, handle(n, HEART, RATE)) == b"\0\x48"
    bye(n)
