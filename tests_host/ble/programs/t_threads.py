"""bluetooth.BLE from several threads at once: one notifies, one reads, writes and scans, one talks over TCP; one
steps, while the main one reads what a phone writes. Nothing is lost, mixed or told twice, and nobody waits for ever.

MicroPython's unix port has threads without a global interpreter lock, as the second core of an RP2040 (see usage.md).
"""

PROFILE = "5.0"
ONLY = ("cpython", "mp64")
TIMEOUT = 150

import _thread

import air
import download
import play
from air import ask, ble, case, modem
from bluetooth import FLAG_NOTIFY, FLAG_READ, FLAG_WRITE, UUID
from workers import PATIENCE, Worker

RATE, POINT, OURS = "2a37", "2a39", "2a6e"
TABLE = ((UUID(0x181A), ((UUID(0x2A6E), FLAG_NOTIFY | FLAG_READ | FLAG_WRITE),)),)

play.join()
peer = air.Phone()
peer.do("serve", [["180d", [[RATE, 2 | 16, 1, "0048"], [POINT, 2 | 8, 3, "00"]]]])
peer.do("advertise")
visitor = air.Phone()
other = air.Phone()
other.do("advertise")


class Events:
    """The radio's events; whichever thread steps the modem is the one that tells them."""

    def __init__(self):
        self.lock = _thread.allocate_lock()
        self.rows = []
        self.telling = 0  # how many handlers are at work
        ble.irq(self.note)

    def note(self, event, data):
        self.telling += 1
        assert self.telling == 1, "two events are told at once"
        row = event, tuple([bytes(x) if isinstance(x, memoryview) else x for x in data])
        with self.lock:
            self.rows.append(row)
        self.telling -= 1

    def take(self, event):
        """The data of the next event of this kind, None."""
        with self.lock:
            for i, (kind, data) in enumerate(self.rows):
                if kind == event:
                    del self.rows[i]
                    return data
        return None

    def wait(self, event):
        """The data of the next event of this kind."""
        end = play.now() + PATIENCE * 1000
        found = self.take(event)
        while found is None:
            assert play.now() < end, (event, self.rows[-9:])
            modem.wait()
            found = self.take(event)
        return found


def notify(n, handle, count):
    for number in range(count):
        ble.gatts_notify(n, handle, b"%05d" % number)


def explore(events, n, value, point, rounds):
    """A peer's value is read and another one written, again and again; now and then there is a scan."""
    for number in range(rounds):
        ble.gattc_read(n, value)
        assert events.wait(16) == (n, value, 0)
        assert events.take(15) == (n, value, b"\0\x48")
        ble.gattc_write(n, point, b"%03d" % number, 1)
        assert events.wait(17) == (n, point, 0)
        if number % 20 == 10:
            ble.gap_scan(0, 30000, 30000)
            events.wait(air.SCAN_RESULT)
            ble.gap_scan(None)
            events.wait(air.SCAN_DONE)


def talk(s, rounds):
    for number in range(rounds):
        text = (b"%03d " % number) * (1 + number * 13 % 40)
        assert s.write(text) == len(text)
        back = b""
        while len(back) < len(text):
            piece = s.recv(len(text) - len(back))
            assert piece, "the connection has ended"
            back += piece
        assert back == text, (back, text)


def connected(events):
    """(connection to the phone that serves, its two handles, connection of the one that visits, our handle)."""
    ((ours,),) = ble.gatts_register_services(TABLE)
    ble.gatts_set_buffer(ours, 512, True)
    ble.config(rxbuf=512 * 16)  # the phone writes faster than air would carry it
    ble.gap_connect(0, peer.address, 30000)
    n = events.wait(air.PERIPHERAL_CONNECT)[0]
    ble.gattc_discover_services(n, UUID(0x180D))
    events.wait(10)
    _, start, end, _ = events.wait(9)
    ble.gattc_discover_characteristics(n, start, end)
    events.wait(12)
    value, point = [events.take(11)[2] for _ in range(2)]
    ble.gap_advertise(20000, b"\2\1\6")
    visitor.link = ask("connect", visitor.handle, air.own(), False)
    m = events.wait(air.CONNECT)[0]
    visitor.discover()
    visitor.subscribe(OURS)
    end = play.now() + 5000
    while not ble.conns.table[m].subscribed:
        assert play.now() < end
        modem.wait()
    return n, value, point, m, ours


def write_and_read(ours):
    """The phone writes as much as is kept at most, while it is read: nothing is lost in between."""
    written = [b"%04d" % number for number in range(120)]
    future = visitor.do("write_many", visitor.link, OURS, [play.hexed(text) for text in written])
    found = b""
    end = play.now() + PATIENCE * 1000
    while len(found) < 480:
        assert play.now() < end, found
        found += ble.gatts_read(ours)
        modem.step()
        download.read()
    assert found == b"".join(written), found
    assert ask("outcome", future) is None


@case
def test_reading_beside_one_who_steps():
    events = Events()
    ours = connected(events)[-1]
    stop = []

    def step():
        while not stop:
            modem.step()

    worker = Worker(step)
    try:
        for _ in range(4):
            write_and_read(ours)
    finally:
        stop.append(True)
        worker.end()


@case
def test_all_at_once():
    events = Events()
    n, value, point, m, ours = connected(events)
    s, echo = play.pair(20)
    ask("echo", echo.handle)
    workers = [Worker(notify, m, ours, 150), Worker(explore, events, n, value, point, 60), Worker(talk, s, 80)]
    for worker in workers:
        worker.end()
    write_and_read(ours)
    assert [v for _, v in visitor.received(150)] == [b"%05d" % number for number in range(150)]
    assert peer.do("written", POINT)[1:] == [play.hexed(b"%03d" % number) for number in range(60)]
    left = {kind for kind, _ in events.rows} - {air.WRITE, air.SCAN_RESULT, 11}
    assert not left, left
    assert modem.claims == 0
    s.close()
