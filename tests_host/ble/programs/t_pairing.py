"""Pairing with phones of every kind, from both sides; bonds."""

PROFILE = "esp32-3.4 5.0"
TIMEOUT = 120

import air
import play
from air import ble, case, modem
from bluetooth import FLAG_READ, UUID
from espat.ble import at_sec

KEY = 123456
READ_ENCRYPTED = 0x0200
INPUT, DISPLAY, COMPARE = 2, 3, 4
phones = [air.Phone(None, capability) for capability in range(5)]
for one in phones:
    one.do("user", KEY)


def advertise():
    ble.gap_advertise(20000, b"\2\1\6")


def finish(n, phone, agrees=True):
    """Play the user's part until pairing is over: (event 28, the actions asked for)."""
    asked = []
    while True:
        air.until(lambda: any(e in (air.PASSKEY, air.ENCRYPTION) for e, _ in air.events))
        event, data = [e for e in air.events if e[0] in (air.PASSKEY, air.ENCRYPTION)][0]
        air.events.remove((event, data))
        assert data[0] == n
        if event == air.ENCRYPTION:
            return data, asked
        asked.append(data[1])
        if data[1] == INPUT:
            ble.gap_passkey(n, INPUT, KEY if phone is phones[2] else phone.do("shown"))
        elif data[1] == COMPARE:
            assert phone.do("shown") == data[2]
            ble.gap_passkey(n, COMPARE, agrees)
        else:
            assert data[1:] == (DISPLAY, KEY)
            ble.gap_passkey(n, DISPLAY, KEY)


def forget():
    """No bonds on our side."""
    ble.need(2)
    at_sec.forget(modem)


@case
def test_every_capability_begun_by_the_phone():
    forget()
    at_sec.set_key(modem, KEY)
    for io in range(5):
        ble.config(bond=True, mitm=True, le_secure=True, io=io)
        for capability, phone in enumerate(phones):
            advertise()
            n = phone.connect()
            future = phone.do("pair", phone.link)
            done, asked = finish(n, phone)
            assert done == (n, 1, bool(asked), True, 16), (io, capability, done)
            assert play.ask("outcome", future) is None, (io, capability)
            if 3 in (io, capability):
                assert asked == [], (io, capability, asked)
            phone.disconnect()
            air.wait(air.DISCONNECT)
    assert len(at_sec.bonded(modem)) == 5
    at_sec.forget(modem, 0)
    assert len(at_sec.bonded(modem)) == 4
    forget()
    assert at_sec.bonded(modem) == []


@case
def test_begun_by_us():
    forget()
    ble.config(bond=True, mitm=False, le_secure=True, io=3)
    phone = phones[3]
    advertise()
    n = phone.connect()
    ble.gap_pair(n)
    assert air.wait(air.ENCRYPTION) == (n, True, False, True, 16)
    phone.disconnect()
    air.wait(air.DISCONNECT)
    forget()


@case
def test_the_user_says_no():
    forget()
    ble.config(bond=True, mitm=True, le_secure=True, io=1)
    phone = phones[1]
    advertise()
    n = phone.connect()
    future = phone.do("pair", phone.link)
    done, asked = finish(n, phone, False)
    assert done == (n, False, False, False, 0) and asked == [COMPARE]
    assert play.ask("outcome", future)
    phone.disconnect()
    air.wait(air.DISCONNECT)


@case
def test_values_that_want_encryption():
    forget()
    ble.config(bond=False, mitm=False, le_secure=True, io=3)
    ((handle,),) = ble.gatts_register_services(((UUID(0x180D), ((UUID(0x2A37), FLAG_READ | READ_ENCRYPTED),)),))
    ble.gatts_write(handle, b"secret")
    phone = phones[3]
    advertise()
    phone.connect()
    phone.discover()
    try:
        phone.read("2a37")
    except RuntimeError as e:
        assert "ATT_Error" in str(e), e
    else:
        raise AssertionError("read without pairing")
    future = phone.do("pair", phone.link)
    air.wait(air.ENCRYPTION)
    assert play.ask("outcome", future) is None
    assert phone.read("2a37") == b"secret"
    phone.disconnect()
    air.wait(air.DISCONNECT)


@case
def test_the_phone_vanishes_while_it_pairs():
    forget()
    ble.config(bond=True, mitm=True, le_secure=True, io=2)
    phone = air.Phone(None, 0)
    advertise()
    n = phone.connect()
    phone.do("pair", phone.link)
    assert air.wait(air.PASSKEY)[:2] == (n, INPUT)
    phone.do("leave")
    assert air.wait(air.DISCONNECT)[0] == n
    for e, data in air.events:
        assert e != air.ENCRYPTION or not data[1]
    try:
        ble.gap_passkey(n, INPUT, KEY)
    except OSError:
        pass
    else:
        raise AssertionError("there was nobody to tell")
    advertise()
    phones[3].connect()
