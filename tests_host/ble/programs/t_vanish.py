"""Peers that vanish without a word in every step of discovery, of pairing, and of what follows: each time something is
said of it, the connection is told to be gone, and the radio goes on."""

PROFILE = "esp32-3.4"
ONLY = ("mp32",)
TIMEOUT = 240

import air
import download
import play
from air import ble, case, modem
from bluetooth import FLAG_INDICATE, FLAG_NOTIFY, FLAG_READ, FLAG_WRITE, UUID
from espat.ble import at_sec
from espat.errors import AtError

RATE, POINT = "2a37", "2a39"
SERVED = [["180d", [[RATE, 2 | 16, 1, "0048"], [POINT, 8, 2, "00"]]], ["180f", [["2a19", 2, 1, "64"]]]]
OURS = ((UUID(0x181A), ((UUID(0x2A6E), FLAG_READ | FLAG_NOTIFY | FLAG_INDICATE | FLAG_WRITE),)),)
INPUT, DISPLAY, COMPARE = 2, 3, 4


def role():
    """A restart lies between two roles."""
    play.ask("restart")
    air.quiet(700)
    download.restarted()


# -- as central

STEPS = (
    ("services", lambda n, h: ble.gattc_discover_services(n), 10),
    ("one service", lambda n, h: ble.gattc_discover_services(n, UUID(0x180F)), 10),
    ("characteristics", lambda n, h: ble.gattc_discover_characteristics(n, 0x400, 0xFFFF), 12),
    ("descriptors", lambda n, h: ble.gattc_discover_descriptors(n, 0x400, 0xFFFF), 14),
    ("reading", lambda n, h: ble.gattc_read(n, h), 16),
    ("writing", lambda n, h: ble.gattc_write(n, h + 16, b"x", 1), 17),
    ("subscribing", lambda n, h: ble.gattc_write(n, h + 1, b"\1\0", 1), 17),
    ("MTU", lambda n, h: ble.gattc_exchange_mtu(n), 21),
    ("pairing", lambda n, h: ble.gap_pair(n), 28),
)


def connected(explore):
    """(a phone that serves, the connection, the handle of its value); explore: its services are known."""
    phone = air.Phone()
    phone.do("serve", SERVED)
    phone.do("advertise")
    ble.gap_connect(0, phone.address, 30000)
    n = air.wait(air.PERIPHERAL_CONNECT)[0]
    handle = 0
    if explore:
        ble.gattc_discover_services(n)
        air.wait(10)
        ble.gattc_discover_characteristics(n, 0x400, 0xFFFF)
        air.wait(12)
        handle = [d[2] for e, d in air.events if e == 11 and d[4] == UUID(0x2A37)][0]
    air.events[:] = []
    return phone, n, handle


def gone(n, what, done):
    """The step has ended, and the connection is told to be gone, once."""
    air.until(lambda: any(e == air.PERIPHERAL_DISCONNECT for e, _ in air.events), 60)
    air.until(lambda: not ble.conns.jobs and modem.idle(), 60)
    air.quiet(20) if not air.events else None
    kinds = [e for e, _ in air.events]
    assert kinds.count(air.PERIPHERAL_DISCONNECT) == 1, (what, air.events)
    if done in (10, 12, 14, 16, 17):
        assert kinds.count(done) == 1, (what, air.events)
    air.events[:] = []
    assert ble.conns.table == [None] * 3 and not ble.conns.dials, what
    assert modem.run(b"+CWMODE?"), what


@case
def test_before_each_step():
    """It is out of reach already, only nobody knows."""
    role()
    for what, step, done in STEPS:
        phone, n, handle = connected(what not in ("services", "one service"))
        phone.do("leave")
        try:
            step(n, handle)
        except OSError as e:  # the connection was found to be gone by then
            assert e.args[0] == play.ENOTCONN, (what, e)
            done = 0
        gone(n, what, done)


@case
def test_in_each_step():
    """It leaves while the module is at it."""
    role()
    for what, step, done in STEPS:
        phone, n, handle = connected(what not in ("services", "one service"))
        step(n, handle)
        phone.do("leave")
        gone(n, what, done)


@case
def test_while_it_is_connected_to():
    role()
    phone = air.Phone()
    phone.do("advertise")
    play.ask("soon", 0.02, "leave", phone.handle)
    ble.gap_connect(0, phone.address, 3000)
    air.until(lambda: any(e in (air.PERIPHERAL_CONNECT, air.PERIPHERAL_DISCONNECT) for e, _ in air.events), 20)
    air.until(lambda: any(e == air.PERIPHERAL_DISCONNECT for e, _ in air.events), 20)
    assert ble.conns.table == [None] * 3 and not ble.conns.dials
    assert modem.run(b"+CWMODE?")


@case
def test_while_it_notifies():
    role()
    phone, n, handle = connected(True)
    ble.gattc_write(n, handle + 1, b"\1\0", 1)
    assert air.wait(17)[2] == 0
    phone.do("push_many", RATE, 20, 100)
    air.wait(air.NOTIFY)
    phone.do("leave")
    gone(n, "notifying", 0)


@case
def test_values_that_say_twenty_and_send_none():
    """What comes next is taken for the value, or nothing is. The download goes on, or fails if it was its bytes."""
    role()
    phone, n, handle = connected(True)
    for head in (b"+NOTIFY:%d,2,1,20,", b"+WRITE:%d,1,1,,20,", b"+NOTIFY:%d,2,1,999,"):
        head = head % n
        air.events[:] = []
        play.ask("inject", play.hexed(head))
        air.quiet(30)
        air.until(lambda: not modem.parser.block, 10)
        download.goes_on()
        ble.gattc_read(n, handle)
        assert air.wait(15) == (n, handle, b"\0\x48") and air.wait(16)[2] == 0, head
        kinds = {e for e, _ in air.events}
        assert kinds <= {air.NOTIFY, air.LOST}, (head, air.events[-9:])
    phone.do("hang_up")
    gone(n, "in the end", 0)


# -- as peripheral


def visitor(capability=3):
    """(a phone that has connected to us, the connection)."""
    phone = air.Phone(None, capability)
    ble.gap_advertise(20000, b"\2\1\6")
    return phone, phone.connect()


def left(n, what):
    air.until(lambda: any(e == air.DISCONNECT for e, _ in air.events), 60)
    air.until(lambda: not ble.conns.jobs and modem.idle(), 60)
    assert [d[0] for e, d in air.events if e == air.DISCONNECT] == [n], (what, air.events)
    assert not [d for e, d in air.events if e == air.ENCRYPTION and d[1]], (what, air.events)
    air.events[:] = []
    assert ble.conns.table == [None] * 3, what
    assert modem.run(b"+CWMODE?"), what


@case
def test_who_is_told_something():
    """A phone that has subscribed is gone when it is notified, indicated, written to."""
    role()
    ((value,),) = ble.gatts_register_services(OURS)
    for what in ("notify", "indicate", "update"):
        phone, n = visitor()
        phone.discover()
        phone.subscribe("2a6e", what != "indicate")
        air.quiet(50)
        phone.do("leave")
        try:
            if what == "notify":
                ble.gatts_notify(n, value, b"x")
            elif what == "indicate":
                ble.gatts_indicate(n, value, b"x")
            else:
                ble.gatts_write(value, b"x", True)
        except (AtError, OSError):
            pass  # it may be known by then
        left(n, what)


@case
def test_in_each_step_of_pairing():
    """As the key is asked for, shown or compared, and before anything is."""
    role()
    ble.config(bond=True, mitm=True, le_secure=True)
    ble.need(2)
    at_sec.set_key(modem, 123456)
    for io, capability, action in ((2, 0, INPUT), (0, 4, DISPLAY), (1, 1, COMPARE), (3, 3, 0)):
        ble.config(io=io)
        for begin in ("phone", "we"):
            phone, n = visitor(capability)
            if begin == "phone":
                phone.do("pair", phone.link)
            else:
                ble.gap_pair(n)
            if action:
                assert air.wait(air.PASSKEY)[:2] == (n, action), (io, begin)
                phone.do("leave")
                left(n, (io, begin))
                try:
                    ble.gap_passkey(n, action, 1)
                except (AtError, OSError):
                    continue
                assert action == DISPLAY, "there was nobody to tell"
            else:
                phone.do("leave")
                air.until(lambda: any(e == air.DISCONNECT for e, _ in air.events), 60)
                air.events[:] = []
    phone, n = visitor()
    phone.disconnect()
    left(n, "in the end")
