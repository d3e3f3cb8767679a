"""BluFi, with an app that was written without looking at the module's side."""
import pytest
from espsim.radio_bumble.blufi_phone import BlufiApp
from sim.ble_tools import BleHost, Phone


@pytest.fixture
def host(make):
    with BleHost(make()) as talker:
        yield talker


@pytest.fixture
def app(host, air):
    host.ok("AT+BLUFI=1")
    with Phone(air) as phone:
        app = BlufiApp(phone, host.address)
        assert host.line() == b"+BLUFICONN"
        yield app
        assert app.broken == []


def test_start_and_stop(host, make, air):
    assert host.ask("AT+BLUFI?") == b"+BLUFI:0\r\n\r\nOK\r\n"
    host.error("AT+BLUFI=0")
    host.ok("AT+BLUFI=1")
    assert host.ask("AT+BLUFI?") == b"+BLUFI:1\r\n\r\nOK\r\n"
    host.error("AT+BLUFI=1")
    host.error("AT+BLEINIT=1")
    host.ok("AT+BLUFI=0")
    host.ok("AT+BLUFI=1,3")
    host.ok("AT+BLUFI=0")
    host.ok("AT+BLEINIT=2")
    host.error("AT+BLUFI=1")
    for bad in ("2", "1,8", "0,1", ""):
        host.error(f"AT+BLUFI={bad}")


def test_name(host, make):
    assert host.ask("AT+BLUFINAME?") == b'+BLUFINAME:"BLUFI_DEVICE"\r\nOK\r\n'
    host.ok('AT+BLUFINAME="BLUFI_DEV"')
    assert host.ask("AT+BLUFINAME?") == b'+BLUFINAME:"BLUFI_DEV"\r\nOK\r\n'
    host.error('AT+BLUFINAME="' + "x" * 27 + '"')
    host.ok("AT+BLUFI=1")
    host.error('AT+BLUFINAME="late"')
    with BleHost(make(), role=1) as scanner:
        scanner.ok('AT+BLESCAN=1,30,2,"BLUFI_DEV"')
        assert host.address.encode() in scanner.line(timeout=5)


def test_provisioning(host, app):
    app.negotiate()
    assert app.provision("espressif", "1234567890") == (1, 0, "espressif")
    assert host.line() == b"WIFI CONNECTED"
    assert host.line() == b"WIFI GOT IP"
    assert host.ask("AT+CWJAP?").startswith(b'+CWJAP:"espressif"')
    host.sim.restart()  # the credentials are kept
    host.read(b"WIFI GOT IP\r\n")


def test_provisioning_in_the_clear_and_at_mtu_23(host, air):
    host.ok("AT+BLUFI=1")
    with Phone(air) as phone:
        app = BlufiApp(phone, host.address, mtu=None)
        assert app.provision("espressif", "1234567890") == (1, 0, "espressif")
        assert app.broken == []


def test_a_wrong_password(host, app):
    app.negotiate()
    assert app.provision("espressif", "wrong") == (1, 1, "")
    assert host.silent(0.05) == b""


def test_the_floor(host, air):
    """An access point below the floor is not joined."""
    host.ok("AT+BLUFI=1,6")
    with Phone(air) as phone:
        app = BlufiApp(phone, host.address)
        assert app.provision("espressif", "1234567890")[1] == 1
        assert app.provision("wpa3", "1234567890")[1:] == (0, "wpa3")


def test_custom_data_both_ways(host, app):
    app.negotiate()
    app.send(1, 0x13, b"123456")
    assert host.line() == b"+BLUFIDATA:6,123456"
    value = bytes(range(256)) * 2
    app.send(1, 0x13, value)
    assert host.exactly(15 + 512 + 2) == b"+BLUFIDATA:512," + value + b"\r\n"


def test_blufisend(host, app):
    app.negotiate()
    assert host.prompted("AT+BLUFISEND=4", b"1234") == b"\r\nOK\r\n"
    assert app.wait(1, 0x13) == b"1234"
    assert host.prompted("AT+BLUFISEND=600", bytes(600)) == b"\r\nOK\r\n"
    assert app.wait(1, 0x13) == bytes(600)
    for bad in ("601", "0", ""):
        host.error(f"AT+BLUFISEND={bad}")


def test_blufisend_without_a_phone(host):
    host.error("AT+BLUFISEND=4")
    host.ok("AT+BLUFI=1")
    host.error("AT+BLUFISEND=4")


def test_status_version_and_list(host, app):
    app.negotiate()
    app.send(0, 7)
    assert app.wait(1, 0x10) == b"\x01\x03"
    app.send(0, 5)
    assert app.wait(1, 0x0F) == bytes([0, 1, 0])
    app.send(0, 9)
    rows = app.wait(1, 0x11)
    names = []
    while rows:
        names.append(rows[2 : 1 + rows[0]])
        rows = rows[1 + rows[0] :]
    assert b"espressif" in names and b"hidden" not in names


def test_acknowledgement(host, app):
    app.send(0, 7, ack=True)
    assert app.wait(0, 0) == bytes([app.number - 1])


def test_frames_that_are_wrong(host, app):
    """Numbers out of order, bad checksums, torn frames: an error frame, and the module goes on."""
    app.negotiate()
    good = app.number
    app.raw(0x1C, b"", number=good + 5)
    assert app.wait(1, 0x12) == b"\0"
    app.raw(0x1C, b"x", number=good, spoil=True)
    assert app.wait(1, 0x12) == b"\1"
    app.phone.call(app.out.write_value, b"\x1c", with_response=True)
    assert app.wait(1, 0x12) == b"\x09"
    app.send(0, 7)
    assert app.wait(1, 0x10) == b"\x01\x03"


def test_it_can_be_found_again(host, app, air):
    app.phone.disconnect(app.connection)
    assert host.line() == b"+BLUFIDISCONN"
    again = BlufiApp(app.phone, host.address)
    assert host.line() == b"+BLUFICONN"
    again.send(0, 8)  # the app asks the module to hang up
    assert host.line() == b"+BLUFIDISCONN"
