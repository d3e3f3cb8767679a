"""adafruit_ble, unchanged, over the module: scanning, connecting, Nordic's UART and device information, both ways."""

PROFILE = "5.0"
ONLY = ("cpython",)
TIMEOUT = 120

import air
import play
from air import modem
from espat.ble import bleio

bleio.install(modem)

import _bleio

assert _bleio is bleio

from adafruit_ble import BLERadio
from adafruit_ble.advertising import Advertisement
from adafruit_ble.advertising.standard import ProvideServicesAdvertisement
from adafruit_ble.services.nordic import UARTService
from adafruit_ble.services.standard.device_info import DeviceInfoService

NUS = "6e400001-b5a3-f393-e0a9-e50e24dcca9e"
RX = "6e400002-b5a3-f393-e0a9-e50e24dcca9e"
TX = "6e400003-b5a3-f393-e0a9-e50e24dcca9e"
SERVES = bytes([2, 1, 6, 17, 7]) + bytes(reversed(bytes.fromhex(NUS.replace("-", ""))))

radio = BLERadio()
phone = air.Phone()
phone.do("serve", [
    [NUS, [[RX, 4 | 8, 2, "00"], [TX, 16, 1, "00"]]],
    ["180a", [["2a29", 2, 1, play.hexed(b"Acme")], ["2a24", 2, 1, play.hexed(b"Anvil 3")]]],
])  # fmt: skip
phone.do("advertise", play.hexed(SERVES), play.hexed(b"\x05\x09duck"))


def ask(*request):
    return play.ask(*request, work=True)


def test_names_and_addresses():
    assert radio.name == "ESP-AT"
    radio.name = "espat"
    assert radio.name == "espat"
    assert play.hexed(reversed(radio.address_bytes)) == ask("address")
    assert not radio.connected and not radio.advertising and radio.connections == ()


def test_scan():
    found = {}
    for advertisement in radio.start_scan(timeout=1, interval=0.03, window=0.03, minimum_rssi=-127):
        found.setdefault(bytes(reversed(advertisement.address.address_bytes)), []).append(advertisement)
    mine = found[phone.address]
    assert any(a.scan_response and a.complete_name == "duck" for a in mine), mine
    assert any(not a.scan_response and a.connectable for a in mine)


def test_scan_for_a_service():
    for advertisement in radio.start_scan(ProvideServicesAdvertisement, timeout=5, interval=0.03, window=0.03, minimum_rssi=-127):
        assert UARTService in advertisement.services
        break
    else:
        raise AssertionError("not found")
    radio.stop_scan()
    assert list(radio.start_scan(Advertisement, timeout=0.3, minimum_rssi=100)) == []


def connect():
    for advertisement in radio.start_scan(ProvideServicesAdvertisement, interval=0.03, window=0.03, minimum_rssi=-127):
        if UARTService in advertisement.services:
            radio.stop_scan()
            return radio.connect(advertisement)


def test_central():
    connection = connect()
    assert radio.connected and connection.connected and len(radio.connections) == 1
    assert UARTService in connection and DeviceInfoService in connection
    info = connection[DeviceInfoService]
    assert info.manufacturer == "Acme" and info.model_number == "Anvil 3"
    uart = connection[UARTService]
    uart.write(b"hello\r\n")
    air.until(lambda: phone.do("written", RX)[-1] == play.hexed(b"hello\r\n"))
    phone.do("push", TX, play.hexed(b"line one\nline"))
    phone.do("push", TX, play.hexed(b" two\n"))
    assert uart.readline() == b"line one\n"
    assert uart.readline() == b"line two\n"
    assert uart.read(4) is None and uart.in_waiting == 0
    assert connection.connection_interval > 0
    connection.disconnect()
    air.until(lambda: not connection.connected)
    assert not radio.connected


def test_nobody_there():
    try:
        radio.connect(_bleio.Address(b"\6\5\4\3\2\1"), timeout=1)
    except _bleio.BluetoothError:
        return
    raise AssertionError("connected to nobody")


def test_peripheral():
    uart = UARTService()
    info = DeviceInfoService(
        manufacturer="espat", model_number="one", serial_number="7", software_revision="1", firmware_revision="2"
    )
    advertisement = ProvideServicesAdvertisement(uart)
    radio.start_advertising(advertisement)
    assert radio.advertising
    visitor = air.Phone()
    link = ask("connect", visitor.handle, ask("address"), False)
    air.until(lambda: radio.connected)
    assert not radio.advertising
    visitor.link = link
    services = {uuid for uuid, _ in visitor.discover()}
    assert {NUS, "180a"} <= services
    assert visitor.read("2a29") == b"espat" and visitor.read("2a24") == b"one"
    assert info.manufacturer == "espat"
    visitor.subscribe(TX)
    visitor.write(RX, b"knock")
    assert uart.read(5) == b"knock"
    uart.write(b"who is there?")
    assert visitor.received() == [(TX, b"who is there?")]
    connection = radio.connections[0]
    assert not connection.paired
    visitor.disconnect()
    air.until(lambda: not radio.connected)
    assert not connection.connected


def test_advertising_ends_in_time():
    radio.start_advertising(Advertisement(), timeout=1)
    assert radio.advertising
    air.until(lambda: not radio.advertising)
    radio.start_advertising(Advertisement())
    radio.stop_advertising()
    assert not radio.advertising
    try:
        _bleio.adapter.start_advertising(bytes(40))
    except ValueError:
        return
    raise AssertionError("40 bytes fit?")
