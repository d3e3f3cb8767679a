"""The module as peripheral, a phone as central."""

PROFILE = "esp32-3.4 c6-4.1 5.0"
TIMEOUT = 120

import air
import download
import play
from air import ble, case
from bluetooth import FLAG_INDICATE, FLAG_NOTIFY, FLAG_READ, FLAG_WRITE, FLAG_WRITE_NO_RESPONSE, UUID

NUS = "6e400001-b5a3-f393-e0a9-e50e24dcca9e"
RX = "6e400002-b5a3-f393-e0a9-e50e24dcca9e"
TX = "6e400003-b5a3-f393-e0a9-e50e24dcca9e"
UART = (UUID(NUS), ((UUID(TX), FLAG_READ | FLAG_NOTIFY), (UUID(RX), FLAG_WRITE | FLAG_WRITE_NO_RESPONSE)))
INFO = (UUID(0x180A), ((UUID(0x2A29), FLAG_READ), (UUID(0x2A24), FLAG_READ, ((UUID(0x2901), FLAG_READ),))))
TEMPERATURE = (UUID(0x181A), ((UUID(0x2A6E), FLAG_READ | FLAG_NOTIFY | FLAG_INDICATE),))

phone = air.Phone()


def advertise():
    ble.gap_advertise(30000, b"\x02\x01\x06\x06\x09espat")


def uart():
    """UART and INFO, advertised."""
    ((tx, rx), (maker, model, comment)) = ble.gatts_register_services((UART, INFO))
    advertise()
    return tx, rx, maker, model, comment


@case
def test_services_at_run_time():
    handles = ble.gatts_register_services((UART, INFO))
    assert [len(h) for h in handles] == [2, 3]
    advertise()
    phone.connect()
    found = dict(phone.discover())
    assert set(found) == {NUS, "180a", "1800", "1801"}, found
    assert [row[:2] for row in found[NUS]] == [[TX, FLAG_READ | FLAG_NOTIFY], [RX, FLAG_WRITE | FLAG_WRITE_NO_RESPONSE]]
    assert found[NUS][0][2] == ["2902"] and found["180a"][1][2] == ["2901"]


@case
def test_other_services_instead():
    ble.gatts_register_services((UART, INFO))
    before = play.ask("count", "AT+SYSMFG=2")
    ble.gatts_register_services((UART, INFO))
    assert play.ask("count", "AT+SYSMFG=2") == before, "the flash was written again"
    ((handle,),) = ble.gatts_register_services((TEMPERATURE,))
    advertise()
    phone.connect()
    found = [uuid for uuid, _ in phone.discover()]
    assert "181a" in found and NUS not in found and "180a" not in found, found
    ble.gatts_write(handle, b"\x10\x09")
    assert phone.read("2a6e") == b"\x10\x09"


@case
def test_names_full_of_commands():
    """Of our own, told and asked back."""
    for name in ('OK', 'a"b,c\\d', '+BLEDISCONN:0,"00:00:00:00:00"', "> ERROR", "\u00e4\u20ac"):
        ble.config(gap_name=name)
        assert ble.config("gap_name") == name.encode(), (name, ble.config("gap_name"))
    ble.config(gap_name="espat")


@case
def test_values():
    tx, rx, maker, model, comment = uart()
    n = phone.connect()
    ble.gatts_write(maker, b"espat")
    phone.discover()
    assert phone.read("2a29") == b"espat"
    awkward = b"a\r\nOK\r\n>\0\xff"
    for response in (True, False):
        phone.write(RX, awkward, response)
        assert air.wait(air.WRITE) == (n, rx)
        assert ble.gatts_read(rx) == awkward
    ble.gatts_set_buffer(rx, 100, True)
    phone.write(RX, b"abc")
    phone.write(RX, b"def")
    air.wait(air.WRITE), air.wait(air.WRITE)
    assert ble.gatts_read(rx) == b"abcdef" and ble.gatts_read(rx) == b""


@case
def test_notify():
    tx = uart()[0]
    n = phone.connect()
    ble.gatts_notify(n, tx, b"nobody listens")
    phone.discover()
    phone.subscribe(TX)
    air.quiet(50)
    ble.gatts_notify(n, tx, b"one\r\n")
    ble.gatts_write(tx, b"two", True)
    ble.gatts_write(tx, b"three")
    ble.gatts_notify(n, tx)
    assert phone.received(3) == [(TX, b"one\r\n"), (TX, b"two"), (TX, b"three")]
    phone.do("unsubscribe", phone.link, TX)
    air.quiet(50)
    ble.gatts_write(tx, b"four", True)
    ble.gatts_notify(n, tx, b"five")


@case
def test_indicate():
    ((handle,),) = ble.gatts_register_services((TEMPERATURE,))
    advertise()
    n = phone.connect()
    ble.gatts_indicate(n, handle, b"x")
    assert air.wait(air.INDICATE_DONE) == (n, handle, 14)
    phone.discover()
    phone.subscribe("2a6e", False)
    air.quiet(50)
    ble.gatts_indicate(n, handle, b"\1\2")
    assert air.wait(air.INDICATE_DONE) == (n, handle, 0)
    ble.gatts_write(handle, b"\3\4", True)
    assert air.wait(air.INDICATE_DONE) == (n, handle, 0)
    assert phone.received(2) == [("2a6e", b"\1\2"), ("2a6e", b"\3\4")]


@case
def test_mtu_and_long_values():
    tx, rx = uart()[:2]
    n = phone.connect()
    phone.discover()
    assert phone.do("mtu", phone.link, 203) > 100
    assert air.wait(air.MTU)[0] == n
    phone.subscribe(TX)
    air.quiet(50)
    long = bytes(range(100))
    ble.gatts_notify(n, tx, long)
    assert phone.received() == [(TX, long)]
    ble.gatts_set_buffer(rx, 100)
    phone.write(RX, long)
    assert air.wait(air.WRITE) == (n, rx) and ble.gatts_read(rx) == long


@case
def test_disconnect_from_either_side():
    uart()
    n = phone.connect()
    assert ble.gap_disconnect(n) is True
    assert air.wait(air.DISCONNECT)[0] == n
    assert ble.gap_disconnect(n) is False
    advertise()
    n = phone.connect()
    phone.disconnect()
    assert air.wait(air.DISCONNECT) == (n, 0, phone.address)


@case
def test_several_centrals():
    tx = uart()[0]
    others = [air.Phone(), air.Phone()]
    numbers = set()
    for one in [phone] + others:
        numbers.add(one.connect())
        one.discover()
        one.subscribe(TX)
        if len(numbers) < 3:
            advertise()
    air.quiet(50)
    ble.gatts_write(tx, b"all", True)
    for one in [phone] + others:
        assert one.received() == [(TX, b"all")]
        one.disconnect()
        air.wait(air.DISCONNECT)
    assert numbers == {0, 1, 2}


@case
def test_a_phone_that_vanishes():
    """Its connection ends after the supervision time-out."""
    uart()
    other = air.Phone()
    n = other.connect()
    other.do("leave")
    assert air.wait(air.DISCONNECT)[0] == n


@case
def test_advertising_stops():
    uart()
    ble.gap_advertise(None)
    try:
        phone.connect()
    except RuntimeError:
        pass
    else:
        raise AssertionError("it was still there")
    advertise()
    phone.connect()


@case
def test_the_module_restarts():
    """Services, values and advertising come back by themselves; the connection is told to be gone."""
    tx, rx, maker, _, _ = uart()
    ble.gatts_write(maker, b"espat")
    n = phone.connect()
    advertise()
    play.ask("restart")
    assert air.wait(air.DISCONNECT)[0] == n
    air.quiet(500)
    download.restarted()
    n = phone.connect()
    phone.discover()
    assert phone.read("2a29") == b"espat"
    phone.write(RX, b"hello")
    assert air.wait(air.WRITE) == (n, rx) and ble.gatts_read(rx) == b"hello"
