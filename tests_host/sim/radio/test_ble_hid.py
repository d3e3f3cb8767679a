"""The module as keyboard, mouse and consumer control."""
import pytest
from bumble.pairing import PairingDelegate
from espsim.radio_bumble import hid
from sim.ble_tools import BleHost, Phone, User

KEYBOARD, MOUSE, CONSUMER = 1, 2, 3


@pytest.fixture
def host(make):
    with BleHost(make()) as talker:
        yield talker


class Computer(Phone):
    """Pairs, finds the reports, listens to them: `reports` is a list of (report id, bytes)."""

    def join(self, address):
        link = self.connect(address)
        self.pair(link).result(5)
        self.discover(link)
        self.reports = []
        for service in link.gatt_client.services:
            for one in service.characteristics:
                if one.uuid.to_bytes() == b"\x4d\x2a":
                    reference = next(each for each in one.descriptors if each.type.to_bytes() == b"\x08\x29")
                    number = self.call(reference.read_value)[0]
                    self.call(one.subscribe, lambda value, number=number: self._arrived(number, value))
        return link


@pytest.fixture
def computer(host, air):
    host.ok("AT+BLEHIDINIT=1")
    with Computer(air, user=User(PairingDelegate.NO_OUTPUT_NO_INPUT)) as one:
        one.peer = one.join(host.address)
        assert host.line() == f'+BLECONN:0,"{one.address}"'.encode()
        yield one


def test_init(host):
    assert host.ask("AT+BLEHIDINIT?") == b"+BLEHIDINIT:0\r\n\r\nOK\r\n"
    host.error("AT+BLEHIDINIT=0")
    host.ok("AT+BLEHIDINIT=1")
    assert host.ask("AT+BLEHIDINIT?") == b"+BLEHIDINIT:1\r\n\r\nOK\r\n"
    host.error("AT+BLEHIDINIT=1")
    host.error("AT+BLEINIT=2")
    host.error("AT+BLUFI=1")
    host.error("AT+BLEADVSTART")
    host.ok("AT+BLEHIDINIT=0")
    host.ok("AT+BLEINIT=2")
    host.error("AT+BLEHIDINIT=1")


def test_nobody_connected(host):
    for line in ("AT+BLEHIDKB=0,4,0,0,0,0,0", "AT+BLEHIDMUS=0,10,10,0", "AT+BLEHIDCONSUMER=233"):
        host.error(line)
    host.ok("AT+BLEHIDINIT=1")
    host.error("AT+BLEHIDKB=0,4,0,0,0,0,0")


def test_keyboard(host, computer):
    host.ok("AT+BLEHIDKB=0,4,0,0,0,0,0")
    host.ok("AT+BLEHIDKB=2,5,6,7,8,9,10")
    host.ok("AT+BLEHIDKB=0,0,0,0,0,0,0")
    assert computer.wait_for(3) == [
        (KEYBOARD, bytes([0, 0, 4, 0, 0, 0, 0, 0])),
        (KEYBOARD, bytes([2, 0, 5, 6, 7, 8, 9, 10])),
        (KEYBOARD, bytes(8)),
    ]
    for bad in ("0,4,0,0,0,0", "256,4,0,0,0,0,0", "0,4,0,0,0,0,256", "0,4,0,0,0,0,0,0"):
        host.error(f"AT+BLEHIDKB={bad}")


def test_mouse(host, computer):
    host.ok("AT+BLEHIDMUS=0,10,10,0")
    host.ok("AT+BLEHIDMUS=1,-127,127,-1")
    assert computer.wait_for(2) == [(MOUSE, bytes([0, 10, 10, 0])), (MOUSE, bytes([1, 129, 127, 255]))]
    for bad in ("0,10,10", "0,128,0,0", "0,0,-128,0"):
        host.error(f"AT+BLEHIDMUS={bad}")


def test_consumer(host, computer):
    host.ok("AT+BLEHIDCONSUMER=233")
    assert computer.wait_for(2) == [(CONSUMER, b"\xe9\x00"), (CONSUMER, b"\x00\x00")]
    host.error("AT+BLEHIDCONSUMER=1024")


def test_reports_need_encryption(host, air):
    host.ok("AT+BLEHIDINIT=1")
    with Computer(air) as one:
        one.connect(host.address)
        host.line()
        host.error("AT+BLEHIDKB=0,4,0,0,0,0,0")


def test_it_advertises_again(host, computer):
    computer.disconnect(computer.peer)
    assert host.line() == f'+BLEDISCONN:0,"{computer.address}"'.encode()
    computer.connect(host.address)
    assert host.line().startswith(b"+BLECONN:0,")


def test_the_name(host, make):
    host.ok('AT+BLEHIDNAME="keys"')
    assert host.ask("AT+BLEHIDNAME?") == b"+BLEHIDNAME:keys\r\n\r\nOK\r\n"
    host.ok("AT+BLEHIDINIT=1")
    with BleHost(make(), role=1) as scanner:
        scanner.ok('AT+BLESCAN=1,30,2,"keys"')
        assert host.address.encode() in scanner.line(timeout=5)


def test_the_report_map_describes_the_reports():
    """Walk the HID descriptor's items: collections close, and each report's inputs add up to its size."""
    data, at, depth = hid.REPORT_MAP, 0, 0
    state, bits = {}, {}
    while at < len(data):
        head = data[at]
        size = (0, 1, 2, 4)[head & 3]
        value = int.from_bytes(data[at + 1 : at + 1 + size], "little")
        at += 1 + size
        item = head & 0xFC
        if item in (0x74, 0x84, 0x94):  # report size, id, count
            state[item] = value
        elif item == 0x80:  # input
            bits[state[0x84]] = bits.get(state[0x84], 0) + state[0x74] * state[0x94]
        depth += {0xA0: 1, 0xC0: -1}.get(item, 0)
        assert depth >= 0
    assert at == len(data) and depth == 0
    assert {number: count // 8 for number, count in bits.items()} == hid.SIZES
    assert all(count % 8 == 0 for count in bits.values())
