"""Bluetooth and Wi-Fi at once, over a line of 921600 baud: a download goes on through everything the radio does."""

PROFILE = "5.0 esp32-3.4"
SIM = {"baud": 921600}
TIMEOUT = 150
HEAP = "8M"
NO_DOWNLOAD = {
    "test_central": "it is about a download of its own, a faster one",
    "test_peripheral": "it is about a download of its own, a faster one",
    "test_the_peer_vanishes_in_the_middle": "it is about a download of its own, a faster one",
    "test_new_services_and_pairing": "it is about a download of its own, a faster one",
}

import air
import play
from air import ble, case, modem
from bluetooth import FLAG_NOTIFY, FLAG_READ, FLAG_WRITE, UUID

play.join()
SIZE = 200000
PATTERN = play.pattern(65536)
RATE = "2a37"
phone = air.Phone()
phone.do("serve", [["180d", [[RATE, 2 | 16, 1, "0048"]]]])
phone.do("advertise")
HERE = (UUID(0x181A), ((UUID(0x2A6E), FLAG_READ | FLAG_NOTIFY | FLAG_WRITE),))
DUAL = modem.firmware >= (5,)


def _expected(at, n):
    piece = PATTERN[at : at + n]
    return piece + PATTERN[: n - len(piece)]


class Download:
    """size bytes from a TCP peer, read whenever the radio leaves time; every byte is looked at."""

    def __init__(self, size):
        self.sock, self.peer = play.pair(0)
        self.left = size
        self.at = 0
        play.ask("send_pattern", self.peer.handle, size)

    def read(self):
        """Take what is there."""
        if self.left:
            data = self.sock.read(min(self.left, 1024))
            if data:
                assert data == _expected(self.at, len(data)), self.left
                self.at = (self.at + len(data)) % 65536
                self.left -= len(data)
                assert data, "the download has ended early"

    def finish(self):
        air.until(self.done, 30)
        self.sock.close()

    def done(self):
        self.read()
        return not self.left


def wait(event, download, seconds=20):
    """The data of the next event; the download goes on."""

    def there():
        download.read()
        return any(e == event for e, _ in air.events)

    air.until(there, seconds)
    return air.wait(event)


@case
def test_central():
    download = Download(SIZE)
    ble.gap_scan(0, 30000, 30000)
    wait(air.SCAN_RESULT, download)
    ble.gap_scan(None)
    ble.gap_connect(0, phone.address, 30000)
    n = wait(air.PERIPHERAL_CONNECT, download)[0]
    ble.gattc_discover_services(n, UUID(0x180D))
    wait(10, download)
    _, start, end, _ = wait(9, download)
    ble.gattc_discover_characteristics(n, start, end)
    wait(12, download)
    _, last, value, _, _ = wait(11, download)
    ble.gattc_discover_descriptors(n, value, last)
    wait(14, download)
    ble.gattc_write(n, wait(13, download)[1], b"\1\0", 1)
    assert wait(17, download)[2] == 0
    phone.do("push_many", RATE, 20, 200)
    for number in range(200):
        assert wait(air.NOTIFY, download)[2][:2] == bytes([0, number])
    for _ in range(20):
        ble.gattc_read(n, value)
        assert wait(16, download)[2] == 0
    ble.gap_disconnect(n)
    wait(air.PERIPHERAL_DISCONNECT, download)
    download.finish()
    assert not [e for e in air.events if e[0] == air.LOST]


@case
def test_peripheral():
    if not DUAL:
        play.ask("restart")  # another role
        air.quiet(700)
        play.until(play.wlan.isconnected, 10)
    ((value,),) = ble.gatts_register_services((HERE,))
    other = air.Phone()
    ble.gap_advertise(20000, b"\2\1\6")
    n = other.connect()
    other.discover()
    other.subscribe("2a6e")
    air.quiet(50)
    download = Download(SIZE)
    for number in range(60):
        ble.gatts_notify(n, value, b"%03d" % number)
        download.read()
    assert [v for _, v in other.received(60)] == [b"%03d" % number for number in range(60)]
    for number in range(20):
        other.write("2a6e", b"%02d" % number)
        assert wait(air.WRITE, download) == (n, value)
        assert ble.gatts_read(value) == b"%02d" % number
    other.disconnect()
    wait(air.DISCONNECT, download)
    download.finish()


@case
def test_the_peer_vanishes_in_the_middle():
    if not DUAL:
        play.ask("restart")
        air.quiet(700)
        play.until(play.wlan.isconnected, 10)
    download = Download(SIZE)
    other = air.Phone()
    other.do("serve", [["180d", [[RATE, 2 | 16, 1, "0048"]]]])
    other.do("advertise")
    ble.gap_connect(0, other.address, 30000)
    n = wait(air.PERIPHERAL_CONNECT, download)[0]
    ble.gattc_discover_services(n)
    other.do("leave")
    wait(10, download, 60)
    assert wait(air.PERIPHERAL_DISCONNECT, download)[0] == n
    download.finish()


@case
def test_new_services_and_pairing():
    """The radio starts anew with another table, a phone pairs, another one leaves in the midst of it."""
    if not DUAL:
        play.ask("restart")
        air.quiet(700)
        play.until(play.wlan.isconnected, 10)
    download = Download(SIZE)
    for uuid in (0x181B, 0x181C):
        ble.gatts_register_services(((UUID(uuid), ((UUID(0x2A6E), FLAG_READ),)),))
        download.read()
    ble.config(bond=False, mitm=False, le_secure=True, io=3)
    other = air.Phone(None, 3)
    ble.gap_advertise(20000, b"\2\1\6")
    n = other.connect()
    ble.gap_pair(n)
    assert wait(air.ENCRYPTION, download) == (n, 1, 0, 0, 16)
    assert other.discover()[-1][0] == "181c"
    other.disconnect()
    wait(air.DISCONNECT, download)
    ble.config(mitm=True, io=2)
    typist = air.Phone(None, 0)
    ble.gap_advertise(20000, b"\2\1\6")
    n = typist.connect()
    typist.do("pair", typist.link)
    assert wait(air.PASSKEY, download)[0] == n
    typist.do("leave")
    assert wait(air.DISCONNECT, download)[0] == n
    download.finish()
