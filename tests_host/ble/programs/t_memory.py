"""What a program with Bluetooth holds, with the library as .mpy files: what is done seldom has left the memory again."""

PROFILE = "5.0"
ONLY = ("mp32",)

import gc
import sys

import air
from air import ble, case
from bluetooth import FLAG_NOTIFY, FLAG_READ, FLAG_WRITE, UUID

BOTH = {"bluetooth", "conn", "conns", "at_values"}
SERVICES = ((UUID(0x180D), ((UUID(0x2A37), FLAG_READ | FLAG_NOTIFY), (UUID(0x2A39), FLAG_WRITE))),)
phone = air.Phone()


def loaded():
    """The files of espat.ble that are in memory."""
    return {name[10:] for name in sys.modules if name[:10] == "espat.ble."}


def visit(rate, point):
    """A phone comes, reads, writes, is notified, and goes."""
    ble.gap_advertise(20000, b"\2\1\6")
    n = phone.connect()
    phone.discover()
    phone.subscribe("2a37")
    phone.write("2a39", b"x")
    assert air.wait(air.WRITE) == (n, point)
    ble.gatts_notify(n, rate, b"y")
    assert phone.received() == [("2a37", b"y")]
    phone.do("mtu", phone.link, 100)
    assert air.wait(air.MTU) == (n, 100)
    phone.disconnect()
    air.wait(air.DISCONNECT)


@case
def test_peripheral():
    ((rate, point),) = ble.gatts_register_services(SERVICES)
    ble.config(gap_name="espat", mtu=100)
    ble.gatts_set_buffer(point, 10)
    visit(rate, point)
    assert loaded() == BOTH | {"gatts"}, loaded()


@case
def test_central():
    other = air.Phone()
    other.do("serve", [["180d", [["2a37", 2 | 16, 1, "0048"], ["2a39", 8, 2, "00"]]]])
    other.do("advertise")
    for _ in range(2):
        ble.gap_scan(0, 30000, 30000)
        air.wait(air.SCAN_RESULT)
        ble.gap_scan(None)
        air.wait(air.SCAN_DONE)
        ble.gap_connect(0, other.address, 30000)
        n = air.wait(air.PERIPHERAL_CONNECT)[0]
        ble.gattc_exchange_mtu(n)
        assert air.wait(air.MTU)[0] == n
        ble.gattc_discover_services(n, UUID(0x180D))
        air.wait(10)
        _, start, end, _ = air.wait(9)
        ble.gattc_discover_characteristics(n, start, end)
        air.wait(12)
        handles = {bytes(d[4]): d[2] for e, d in air.events if e == 11}
        ble.gattc_read(n, handles[bytes(UUID(0x2A37))])
        assert air.wait(15)[2] == b"\0\x48"
        ble.gattc_write(n, handles[bytes(UUID(0x2A39))], b"z", 1)
        assert air.wait(17)[2] == 0
        ble.gap_disconnect(n)
        air.wait(air.PERIPHERAL_DISCONNECT)
        air.events[:] = []
    other.do("stop_advertising")
    assert loaded() - {"gatts"} == BOTH | {"gattc"}, loaded()


@case
def test_nothing_grows():
    """Loaded and unloaded many times."""
    ((rate, point),) = ble.gatts_register_services(SERVICES)
    sizes = []
    for number in range(20):
        visit(rate, point)
        air.events[:] = []
        gc.collect()
        if number >= 4:
            sizes.append(gc.mem_alloc())
    assert min(sizes[-6:]) - min(sizes[:6]) < 256, sizes
