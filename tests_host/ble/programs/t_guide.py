"""The guide's examples 4.3 and 4.9, and those of 4.10 with Bluetooth, as programs: a phone is at the other end.

The same word by word: sim/radio/test_ble_guide.py.
"""

PROFILE = "esp32-3.4"
TIMEOUT = 150

import air
import download
import play
from air import ask, ble, case, modem
from bluetooth import FLAG_INDICATE, FLAG_NOTIFY, FLAG_READ, FLAG_WRITE, UUID
from espat import at_basic, at_sleep, sleep
from espat.ble import a2dp, at_classic, at_conn, at_sec, classic, spp

SERVICE, VALUE, NOTES, SIGNS = "a002", "c300", "c305", "c306"
TABLE = ((UUID(0xA002), (
    (UUID(0xC300), FLAG_READ | FLAG_WRITE), (UUID(0xC305), FLAG_NOTIFY), (UUID(0xC306), FLAG_INDICATE))),)  # fmt: skip
KEY = 793718
INPUT, DISPLAY = 2, 3

server = air.Phone()
server.do("serve", [[SERVICE, [[VALUE, 2 | 8, 3, "30"], [NOTES, 16, 1, "30"], [SIGNS, 32, 1, "30"]]]])
server.do("advertise")
keyboard = air.Phone(None, 4)
visitor = air.Phone(None, 3)


def restart():
    at_basic.restart(modem)
    download.restarted()


def as_client(function):
    """Decorator like case: between two roles this firmware wants a restart."""

    def run():
        restart()
        case(function)()
        restart()

    return run


def connect():
    """Connected to the server that was found; gives the connection and {UUID: (end, handle)} of its service."""
    ble.gap_scan(0, 100000, 100000)
    air.until(lambda: any(e == air.SCAN_RESULT and bytes(d[1]) == server.address for e, d in air.events))
    ble.gap_scan(None)
    air.wait(air.SCAN_DONE)
    ble.gap_connect(0, server.address)
    n = air.wait(air.PERIPHERAL_CONNECT)[0]
    ble.gattc_discover_services(n)
    assert air.wait(10) == (n, 0)
    start, end = [d[1:3] for e, d in air.events if e == 9 and d[3] == UUID(0xA002)][0]
    ble.gattc_discover_characteristics(n, start, end)
    assert air.wait(12) == (n, 0)
    return n, {bytes(d[4]): d[1:3] for e, d in air.events if e == 11}


def attribute(found, uuid):
    """(end, handle) of a value."""
    return found[bytes(UUID(int(uuid, 16)))]


def bye(n):
    assert ble.gap_disconnect(n)
    assert air.wait(air.PERIPHERAL_DISCONNECT)[0] == n


def visited(phone=visitor, interval=20000):
    """The phone has connected to us, who advertise: gives the connection."""
    ble.gap_advertise(interval, b"\2\1\6")
    return phone.connect()


def gone(n, phone=visitor):
    phone.disconnect()
    assert air.wait(air.DISCONNECT)[0] == n


# 4.3, Bluetooth LE


@as_client
def test_4_3_2():
    """A client reads, writes, and is sent a value."""
    n, found = connect()
    value = attribute(found, VALUE)[1]
    ble.gattc_read(n, value)
    assert air.wait(15) == (n, value, b"0") and air.wait(16)[2] == 0
    ble.gattc_write(n, value, b"12", True)
    assert air.wait(17) == (n, value, 0)
    assert server.do("written", VALUE) == ["30", play.hexed(b"12")]
    end, signs = attribute(found, SIGNS)
    air.subscribe(n, end, signs, 2)
    server.do("push", SIGNS, play.hexed(b"hello"), True)
    assert air.wait(air.INDICATE) == (n, signs, b"hello")
    bye(n)


@case
def test_4_3_3():
    """A server sets a value, is written to, and notifies."""
    ((value, notes, _),) = ble.gatts_register_services(TABLE)
    n = visited()
    assert [uuid for uuid, _ in visitor.discover()].count(SERVICE) == 1
    ble.gatts_write(value, b"abcdef")
    assert visitor.read(VALUE) == b"abcdef"
    visitor.write(VALUE, b"\1\2")
    assert air.wait(air.WRITE) == (n, value) and ble.gatts_read(value) == b"\1\2"
    visitor.subscribe(NOTES)
    air.quiet(50)
    ble.gatts_notify(n, notes, b"hello")
    assert visitor.received() == [(NOTES, b"hello")]
    gone(n)


def encrypt(n, phone, io):
    """Pair as the guide does, with a key on one display; gives what event 28 says."""
    phone.do("user", KEY)
    ble.config(bond=True, mitm=True, le_secure=True, io=io)
    future = phone.do("pair", phone.link)
    _, action, key = air.wait(air.PASSKEY)
    if action == DISPLAY:
        assert key == KEY
    else:
        assert action == INPUT
        ble.gap_passkey(n, INPUT, phone.do("shown"))
    done = air.wait(air.ENCRYPTION)
    assert play.ask("outcome", future) is None
    return done


@case
def test_4_3_4():
    """One side has a keyboard, and types the key that the other shows."""
    ble.gatts_register_services(TABLE)
    at_sec.forget(modem)
    n = visited(keyboard)
    assert encrypt(n, keyboard, 2) == (n, 1, 1, 1, 16)
    assert len(at_sec.bonded(modem)) == 1
    gone(n, keyboard)
    at_sec.forget(modem)


@as_client
def test_4_3_5():
    """The line as a pipe to a server: a client writes, and is notified."""
    n, found = connect()
    end, notes = attribute(found, NOTES)
    air.subscribe(n, end, notes, 1)
    before = len(server.do("written", VALUE))
    with download.paused(lambda: spp.over_ble(ble, attribute(found, VALUE)[1], notes)) as pipe:
        pipe.write(b"client\r\n")
        written = []
        while b"".join(written) != b"client\r\n":
            written = [bytes.fromhex(x) for x in server.do("written", VALUE)[before:]]
        server.do("push", NOTES, play.hexed(b"server\r\n"))
        assert pipe.read(8) == b"server\r\n"
        pipe.close()
    bye(n)


@case
def test_4_3_6():
    """The line as a pipe to a phone, which has to listen first."""
    ((value, notes, _),) = ble.gatts_register_services(TABLE)
    n = visited()
    visitor.discover()
    visitor.subscribe(NOTES)
    air.quiet(50)
    with download.paused(lambda: spp.over_ble(ble, notes, value)) as pipe:
        pipe.write(b"module")
        assert visitor.received() == [(NOTES, b"module")]
        visitor.write(VALUE, b"phone")
        assert pipe.read(5) == b"phone"
        pipe.close()
    gone(n)


@case
def test_4_3_7():
    """A phone pairs: its user types what the module shows, once the key is known."""
    ble.gatts_register_services(TABLE)
    at_sec.forget(modem)
    at_sec.set_key(modem, KEY)
    n = visited(keyboard)
    assert encrypt(n, keyboard, 0) == (n, 1, 1, 1, 16)
    gone(n, keyboard)
    at_sec.forget(modem)


# 4.9, classic Bluetooth


ports = []


def port():
    """The module's serial port, of which there is one."""
    if not ports:
        ports.append(spp.Port(modem, "EXAMPLE"))
    return ports[0]


def serial(io, phone, user=None, accept=lambda: port().accept(5)):
    """(stream, the phone's end): the phone has opened the module's serial port. user: types what the phone shows."""
    asked = []
    pairing = classic.Pairing(modem, io, "9527", lambda kind, address, key: asked.append(kind))
    port()._be(2)
    if user:
        future = ask("secure", phone.handle, phone.do("classic_connect"))
        user(asked)
        assert ask("outcome", future) is None
    end = phone.do("serial_open")
    stream = accept()
    pairing.close()
    return stream, end


def talk(stream, end):
    stream.write(b"test")
    ask("serial_wait", end, play.hexed(b"test"))
    ask("serial_send", end, play.hexed(b"back"))
    assert stream.read(4) == b"back"
    stream.close()
    air.until(lambda: port().peer is None)


def test_4_9_1():
    talk(*serial(classic.NOTHING, visitor))


def test_4_9_2():
    pipes = download.paused(lambda: port().accept(5, True))
    talk(*serial(classic.NOTHING, visitor, accept=pipes.__enter__))
    pipes.__exit__()


def test_4_9_3():
    """The module has a keyboard only: its user types what the phone shows."""
    phone = air.Phone(None, 1)

    def type_it(asked):
        air.until(lambda: asked == ["key"])
        at_classic.reply_key(modem, phone.do("shown"))

    talk(*serial(classic.KEYBOARD, phone, type_it))


def test_4_9_4():
    """The module is the one that calls."""
    end = visitor.do("serial_serve")
    classic.Pairing(modem, classic.NOTHING, "9527").close()
    names = []
    at_classic.discover(modem, 3, each=lambda row: names.append(row[0]))
    who = ":".join(["%02x" % x for x in visitor.address])
    assert who in names, names
    talk(port().connect(who), end)


def test_4_9_5():
    sink = a2dp.Sink(modem, "EXAMPLE")
    stream = server.do("play_to")
    sink.wait(5)
    ask("start", stream)
    air.until(lambda: ask("heard") > 3)
    sink.stop()
    sink.play()
    assert ask("remote_keys", stream) == ["STOP", "PLAY"]
    sink.disconnect()
    air.until(lambda: sink.peer is None)
    sink.close()


def test_4_9_6():
    if not at_classic.started(modem):
        at_classic.init(modem)
    at_classic.forget(modem)
    talk(*serial(classic.NOTHING, air.Phone(None, 3)))
    if not at_classic.started(modem):
        at_classic.init(modem)
    assert len(at_classic.bonded(modem)) == 1
    at_classic.forget(modem, 0)
    assert at_classic.bonded(modem) == []


# 4.10, asleep with Bluetooth


class Pin:
    """The board's pin, wired to the module's wake-up pin."""

    def value(self, level):
        ask("pin", 12, level)


pin = Pin()


def fall_asleep(number):
    """The guide switches Wi-Fi off before: the download has to be whole by then, and another begins behind it."""
    download.goes_on()
    download.end()
    play.wlan.active(False)  # AT+CWMODE=0
    pin.value(1)
    if number == 2:
        sleep.light(modem, 12, 0)
    else:
        at_sleep.set_mode(modem, number)


def wake():
    sleep.wake(modem, pin, 0)
    at_sleep.set_mode(modem, 1)  # while Bluetooth is on, no sleep at all is not to be had
    download.begin()


def advertising_asleep(number):
    """Every second; who connects finds us."""
    ble.gap_advertise(1000000, b"\2\1\6")
    address = air.own()
    fall_asleep(number)
    n = visitor.connect(address)
    wake()
    gone(n)


def connected_asleep(number):
    """A packet every second."""
    n = visited()
    at_conn.set_params(modem, n, 800, 800, 0, 500)
    assert air.wait(air.PARAMS)[:2] == (n, 800)
    fall_asleep(number)
    wake()
    assert at_conn.connections(modem)[0][0] == n
    gone(n)


@case
def test_4_10_4():
    advertising_asleep(1)


@case
def test_4_10_5():
    connected_asleep(1)


@case
def test_4_10_6():
    advertising_asleep(2)


@case
def test_4_10_7():
    connected_asleep(2)
