"""bluetooth.BLE: own services and their values, a peer's services."""

from calls import text
from checks import raises
from espat.ble.bluetooth import FLAG_INDICATE, FLAG_NOTIFY, FLAG_READ, FLAG_WRITE, UUID
from radio import ADDR, BLUEDROID, ERROR, NIMBLE, OK, OLD, Radio

HEART = ((UUID(0x180D), ((UUID(0x2A37), FLAG_READ | FLAG_NOTIFY), (UUID(0x2A39), FLAG_WRITE, ((UUID(0x2901), FLAG_READ),)))),)
ROWS = (
    "0,16,0x2800,0x01,2,2,180D", "1,16,0x2803,0x01,1,1,12", "2,16,0x2A37,0x01,512,1,00", "3,16,0x2902,0x11,2,2,0000",
    "4,16,0x2803,0x01,1,1,08", "5,16,0x2A39,0x10,512,1,00", "6,16,0x2901,0x01,512,1,00",
)  # fmt: skip
SERVICES = text((b"+BLEGATTSSRV:1,1,0x180D,1",))
CHARACTERISTICS = text((
    b'+BLEGATTSCHAR:"char",1,1,0x2A37,0x12', b'+BLEGATTSCHAR:"desc",1,1,1,0x2902', b'+BLEGATTSCHAR:"char",1,2,0x2A39,0x08',
    b'+BLEGATTSCHAR:"desc",1,2,1,0x2901',
))  # fmt: skip
RATE = 1 << 10 | 1 << 4
CONTROL = 1 << 10 | 2 << 4
PROMPT = b"\r\nOK\r\n\r\n>"


def flash(port, kept, wanted=ROWS):
    """What registering asks the flash that keeps these rows, {number: row}, and writes into it."""
    keys = [b'+SYSMFG:"ble_data","cfg%d",7' % i for i in sorted(kept)]
    port.expect(b'AT+SYSMFG=1,"ble_data"\r\n', text(keys) if kept else ERROR)
    for i in range(len(wanted)):
        if i in kept:
            answer = b'+SYSMFG:"ble_data","cfg%d",7,%d,%s\r\n\r\nOK\r\n' % (i, len(kept[i]), kept[i].encode())
            port.expect(b'AT+SYSMFG=1,"ble_data","cfg%d"\r\n' % i, answer)


def changes(port, kept, wanted=ROWS):
    """The rows that are written and erased then."""
    for i, row in enumerate(wanted):
        if kept.get(i) != row:
            port.expect(b'AT+SYSMFG=2,"ble_data","cfg%d",7,%d\r\n' % (i, len(row)), PROMPT)
            port.expect(row.encode(), OK)
    for i in sorted(kept):
        if i >= len(wanted):
            port.expect(b'AT+SYSMFG=0,"ble_data","cfg%d"\r\n' % i, OK)


def offered(port, services=SERVICES, characteristics=CHARACTERISTICS):
    """What the module then says it offers."""
    port.expect(b"AT+BLEGATTSSRV?\r\n", services)
    port.expect(b"AT+BLEGATTSCHAR?\r\n", characteristics)


def serving(names=NIMBLE, dual=True):
    """A radio that offers HEART; nothing had to be written."""
    r = Radio(names, dual=dual)
    flash(r.port, dict(enumerate(ROWS)))
    if names is BLUEDROID:
        r.port.expect(b"AT+BLEINIT=0\r\n", OK)
        for line in (b"INIT=3", b"GATTSSRVCRE", b"GATTSSRVSTART"):
            r.port.expect(b"AT+BLE" + line + b"\r\n", OK)
    offered(r.port)
    assert r.ble.gatts_register_services(HEART) == ((RATE, CONTROL, CONTROL | 1),)
    r.done()
    return r


# -- services at run time


def test_an_empty_flash():
    r = Radio(NIMBLE)
    flash(r.port, {})
    r.port.expect(b"AT+BLEINIT=0\r\n", OK)
    changes(r.port, {})
    r.port.expect(b"AT+BLEINIT=3\r\n", OK)
    offered(r.port)
    assert r.ble.gatts_register_services(HEART) == ((RATE, CONTROL, CONTROL | 1),)
    r.done()


def test_only_differences_are_written():
    kept = dict(enumerate(ROWS))
    kept[2] = "2,16,0x2A38,0x01,512,1,00"
    kept[7] = kept[8] = "7,16,0x2800,0x01,2,2,180F"
    del kept[5]
    r = Radio(NIMBLE)
    flash(r.port, kept)
    r.port.expect(b"AT+BLEINIT=0\r\n", OK)
    changes(r.port, kept)
    r.port.expect(b"AT+BLEINIT=3\r\n", OK)
    offered(r.port)
    r.ble.gatts_register_services(HEART)
    r.done()
    assert len(r.port.written) < 700


def test_nothing_is_written_where_nothing_changes():
    r = serving()
    flash(r.port, dict(enumerate(ROWS)))
    offered(r.port)
    r.ble.gatts_register_services(HEART)
    r.done()


def test_bluedroid_creates_and_starts_them():
    r = serving(BLUEDROID)
    assert [k[0] for k in r.at.kept] == [b"+BLEINIT=3", b"+BLEGATTSSRVCRE", b"+BLEGATTSSRVSTART"]
    r.port.expect(b"AT+BLEINIT=0\r\n", OK)
    r.ble.active(False)
    r.port.expect(b"AT+BLEINIT?\r\n", text((b"+BLEINIT:0",)))
    for line in (b"INIT=3", b"GATTSSRVCRE", b"GATTSSRVSTART"):
        r.port.expect(b"AT+BLE" + line + b"\r\n", OK)
    r.ble.active(True)
    r.done()


def test_connections_end_when_services_change():
    r = Radio(NIMBLE)
    r.connect()
    flash(r.port, {})
    r.port.expect(b"AT+BLEINIT=0\r\n", OK)
    changes(r.port, {})
    r.port.expect(b"AT+BLEINIT=3\r\n", OK)
    offered(r.port)
    r.ble.gatts_register_services(HEART)
    assert r.take() == [(2, (0, 0, ADDR))]


def test_a_peer_reads():
    """The module does not tell what was read: an event comes where it can have been one value only."""
    r = serving()
    r.connect()
    r.say(b'+READ:0,"24:0a:c4:09:34:23"\r\n')
    assert r.take() == []
    rows = dict(enumerate(ROWS[:4]))
    flash(r.port, rows, ROWS[:4])
    offered(r.port, SERVICES, text((b'+BLEGATTSCHAR:"char",1,1,0x2A37,0x12', b'+BLEGATTSCHAR:"desc",1,1,1,0x2902')))
    r.ble.gatts_register_services(((UUID(0x180D), ((UUID(0x2A37), FLAG_READ | FLAG_NOTIFY),)),))
    r.say(b'+READ:0,"24:0a:c4:09:34:23"\r\n+READ:x,"24"\r\n+READ:\r\n')
    assert r.take() == [(4, (0, RATE))]
    r.done()


def test_rows_of_all_kinds():
    uuid = "6e400001-b5a3-f393-e0a9-e50e24dcca9e"
    digits = "6E400001B5A3F393E0A9E50E24DCCA9E"
    services = (
        (UUID(uuid), ((UUID(uuid), FLAG_READ | 0x0200), (UUID(1), FLAG_WRITE | 4 | 0x2000),
                      (UUID(2), FLAG_READ | FLAG_WRITE | 0x5C00))),
        (UUID(0x180F), ((UUID(0x2A19), FLAG_INDICATE),)),
    )  # fmt: skip
    rows = (
        "0,16,0x2800,0x01,16,16," + digits, "1,16,0x2803,0x01,1,1,02", "2,128,0x%s,0x02,512,1,00" % digits,
        "3,16,0x2803,0x01,1,1,0C", "4,16,0x0001,0x40,512,1,00", "5,16,0x2803,0x01,1,1,0A", "6,16,0x0002,0x624,512,1,00",
        "7,16,0x2800,0x01,2,2,180F", "8,16,0x2803,0x01,1,1,20", "9,16,0x2A19,0x00,512,1,00", "10,16,0x2902,0x11,2,2,0000",
    )  # fmt: skip
    r = Radio(NIMBLE)
    flash(r.port, {}, rows)
    r.port.expect(b"AT+BLEINIT=0\r\n", OK)
    changes(r.port, {}, rows)
    r.port.expect(b"AT+BLEINIT=3\r\n", OK)
    offered(r.port, text((b"+BLEGATTSSRV:1,1,0x%s,1" % digits.encode(), b"+BLEGATTSSRV:2,1,0x180F,1")), text((
        b'+BLEGATTSCHAR:"char",1,1,0x%s,0x02' % digits.encode(), b'+BLEGATTSCHAR:"char",1,2,0x0001,0x0c',
        b'+BLEGATTSCHAR:"char",1,3,0x0002,0x0a', b'+BLEGATTSCHAR:"char",2,1,0x2A19,0x20')))  # fmt: skip
    assert r.ble.gatts_register_services(services) == ((1040, 1056, 1072), (2064,))
    r.done()


def test_firmware_whose_services_are_flashed():
    """What is there can be had, whatever else is there; anything else is one error that says why."""
    everything = text((b"+BLEGATTSSRV:1,1,0xA002,1", b"+BLEGATTSSRV:2,1,0x180D,1"))
    places = text((b'+BLEGATTSCHAR:"char",1,1,0x2A37,0x12', b'+BLEGATTSCHAR:"char",2,1,0xC300,0x02',
                   b'+BLEGATTSCHAR:"char",2,2,0x2A37,0x12', b'+BLEGATTSCHAR:"desc",2,2,1,0x2901',
                   b'+BLEGATTSCHAR:"desc",2,2,2,0x2902', b'+BLEGATTSCHAR:"char",2,3,0x2A39,0x08',
                   b'+BLEGATTSCHAR:"desc",2,3,1,0x2901'))  # fmt: skip
    r = Radio(OLD, dual=False, firmware=(2, 4, 0, 0))
    for line in (b"INIT=2", b"GATTSSRVCRE", b"GATTSSRVSTART"):
        r.port.expect(b"AT+BLE" + line + b"\r\n", OK)
    offered(r.port, everything, places)
    assert r.ble.gatts_register_services(HEART) == ((2 << 10 | 2 << 4, 2 << 10 | 3 << 4, 2 << 10 | 3 << 4 | 1),)
    for wanted in (
        ((UUID(0x180F), ()),), ((UUID(0x180D), ((UUID(0x2A38), FLAG_READ),)),), ((UUID(0x180D), ((UUID(0x2A37), FLAG_READ),)),),
        ((UUID(0x180D), ((UUID(0x2A39), FLAG_WRITE, ((UUID(0x2904), FLAG_READ),)),)),), HEART + HEART,
    ):  # fmt: skip
        offered(r.port, everything, places)
        error = raises(OSError, r.ble.gatts_register_services, wanted)
        assert error.args[0] == 95 and "3.1" in error.args[1] and "2.4.0.0" in error.args[1]
    r.done()


def test_a_flash_that_cannot_be_written():
    r = Radio(NIMBLE)
    flash(r.port, {})
    r.port.expect(b"AT+BLEINIT=0\r\n", OK)
    r.port.expect(b'AT+SYSMFG=2,"ble_data","cfg0",7,%d\r\n' % len(ROWS[0]), ERROR)
    raises(OSError, r.ble.gatts_register_services, HEART)
    r.done()


# -- values


def test_write_and_read():
    r = serving()
    assert r.ble.gatts_read(RATE) == b""
    r.port.expect(b"AT+BLEGATTSSETATTR=1,1,2\r\n", b">")
    r.port.expect(b"\r\n", OK)
    r.ble.gatts_write(RATE, b"\r\n")
    assert r.ble.gatts_read(RATE) == b"\r\n" == r.ble.gatts_read(RATE)
    r.port.expect(b"AT+BLEGATTSSETATTR=1,1,30\r\n", b">")
    r.port.expect(b"x" * 30, OK)
    r.ble.gatts_write(RATE, "x" * 30)
    r.connect()
    r.say(b"+WRITE:0,1,1,,30," + b"y" * 30)
    assert r.take() == [(3, (0, RATE))]
    assert r.ble.gatts_read(RATE) == b"y" * 30
    r.done()


def test_handles_that_do_not_exist():
    r = serving()
    for call in (lambda: r.ble.gatts_read(1), lambda: r.ble.gatts_write(1, b"x"), lambda: r.ble.gatts_set_buffer(1, 5),
                 lambda: r.ble.gatts_read(RATE | 1), lambda: r.ble.gatts_set_buffer(RATE, 513)):  # fmt: skip
        assert raises(OSError, call).args[0] == 22
    assert raises(OSError, r.ble.gatts_notify, 0, RATE, b"x").args[0] == 107
    r.connect()
    assert raises(OSError, r.ble.gatts_notify, 0, 1).args[0] == 22
    raises(ValueError, r.ble.gatts_write, RATE, b"")
    r.done()


def test_descriptors():
    r = serving()
    assert raises(OSError, r.ble.gatts_write, CONTROL | 1, b"x").args[0] == 95
    r = serving(BLUEDROID)
    r.port.expect(b"AT+BLEGATTSSETATTR=1,2,1,1\r\n", b">")
    r.port.expect(b"x", OK)
    r.ble.gatts_write(CONTROL | 1, b"x")
    r.done()


def test_a_peer_writes():
    r = serving()
    r.connect()
    r.say(b"+WRITE:0,1,2,,3,a\r\n" + b"+WRITE:0,1,2,,1,b")
    seen = []
    r.ble.irq(lambda event, data: seen.append(r.ble.gatts_read(data[1])))
    r.say(b"+WRITE:0,1,2,,1,c+WRITE:0,1,2,,1,d")
    assert r.events == [(3, (0, CONTROL)), (3, (0, CONTROL))] and seen == [b"c", b"d"]
    r.ble.irq(r.note)
    r.say(b"+WRITE:0,1,2,,25," + b"z" * 25)
    assert r.ble.gatts_read(CONTROL) == b"z" * 20
    r.say(b"+WRITE:0,9,9,,1,x")
    assert r.take()[2:] == [(3, (0, CONTROL))]


def test_writes_that_are_joined():
    r = serving()
    r.connect()
    r.ble.gatts_set_buffer(CONTROL, 7, True)
    r.say(b"+WRITE:0,1,2,,3,abc+WRITE:0,1,2,,3,def+WRITE:0,1,2,,3,ghi")
    assert r.ble.gatts_read(CONTROL) == b"abcdefg" and r.ble.gatts_read(CONTROL) == b""
    r.ble.gatts_set_buffer(CONTROL, 100)
    r.say(b"+WRITE:0,1,2,,50," + b"z" * 50)
    assert r.ble.gatts_read(CONTROL) == b"z" * 50 == r.ble.gatts_read(CONTROL)


def test_values_are_told_again_after_a_restart():
    r = serving()
    r.port.expect(b"AT+BLEGATTSSETATTR=1,1,2\r\n", b">")
    r.port.expect(b"hi", OK)
    r.ble.gatts_write(RATE, b"hi")
    r.port.expect(b"AT+BLEINIT=3\r\n", OK)
    r.port.expect(b"AT+BLEGATTSSETATTR=1,1,2\r\n", b">")
    r.port.expect(b"hi", OK)
    r.say(b"\r\nready\r\n")
    r.run(200)
    r.done()


def test_a_subscription_of_one_byte():
    r = serving()
    r.connect()
    r.say(b"+WRITE:0,1,1,1,1,1\r\n+WRITE:0,1,1,1,0,\r\n")
    assert r.take() == [] and r.conns.table[0].subscribed == {RATE: 1}
    r.say(b"+WRITE:0,1,1,1,1,\2\r\n")
    assert r.take() == [] and r.conns.table[0].subscribed == {RATE: 2}
    r.done()


def test_values_are_told_again_when_the_radio_is_switched_on_again():
    """The module has those of its table by then."""
    r = serving()
    r.port.expect(b"AT+BLEGATTSSETATTR=1,1,2\r\n", PROMPT)
    r.port.expect(b"ab", OK)
    r.ble.gatts_write(RATE, b"ab")
    r.port.expect(b"AT+BLEINIT=0\r\n", OK)
    r.ble.active(False)
    r.port.expect(b"AT+BLEINIT?\r\n", text((b"+BLEINIT:0",)))
    r.port.expect(b"AT+BLEINIT=3\r\n", OK)
    r.port.expect(b"AT+BLEGATTSSETATTR=1,1,2\r\n", PROMPT)
    r.port.expect(b"ab", OK)
    r.ble.active(True)
    r.run()
    assert r.ble.gatts_read(RATE) == b"ab"
    r.done()


def test_subscriptions():
    """Both as raw bytes and as the hexadecimal digits of NimBLE firmware."""
    for on, off in ((b"\1\0", b"\0\0"), (b"01", b"00")):
        r = serving()
        r.connect()
        r.say(b"+WRITE:0,1,1,1,2," + on)
        assert r.take() == [] and r.conns.table[0].subscribed == {RATE: 1}
        r.port.expect(b"AT+BLEGATTSSETATTR=1,1,2\r\n", b">")
        r.port.expect(b"72", OK)
        r.port.expect(b"AT+BLEGATTSNTFY=0,1,1,2\r\n", b">")
        r.port.expect(b"72", OK)
        r.ble.gatts_write(RATE, b"72", True)
        r.say(b"+WRITE:0,1,1,1,2," + off)
        r.port.expect(b"AT+BLEGATTSSETATTR=1,1,2\r\n", b">")
        r.port.expect(b"73", OK)
        r.ble.gatts_write(RATE, b"73", True)
        r.done()


def test_notify():
    r = serving()
    r.connect()
    r.port.expect(b"AT+BLEGATTSNTFY=0,1,1,2\r\n", b">")
    r.port.expect(b"hi", ERROR)
    r.ble.gatts_notify(0, RATE, b"hi")  # others get nothing: that is no error
    r.say(b"+WRITE:0,1,1,1,2,\1\0")
    r.port.expect(b"AT+BLEGATTSNTFY=0,1,1,2\r\n", ERROR)
    raises(OSError, r.ble.gatts_notify, 0, RATE, b"hi")
    r.done()


def test_indicate():
    r = serving()
    r.connect()
    for answer, status in ((OK, 0), (ERROR, 14)):
        r.port.expect(b"AT+BLEGATTSIND=0,1,1,2\r\n", b">")
        r.port.expect(b"hi", (500, answer))
        r.ble.gatts_indicate(0, RATE, b"hi")
        assert not r.events
        assert r.take(600) == [(20, (0, RATE, status))]
    r.say(b"+WRITE:0,1,1,1,2,\2\0")
    r.port.expect(b"AT+BLEGATTSSETATTR=1,1,2\r\n", b">")
    r.port.expect(b"yo", OK)
    r.port.expect(b"AT+BLEGATTSIND=0,1,1,2\r\n", b">")
    r.port.expect(b"yo", OK)
    r.ble.gatts_write(RATE, b"yo", True)
    assert r.take() == [(20, (0, RATE, 0))]
    r.port.expect(b"AT+BLEGATTSIND=0,1,1,2\r\n", b">")
    r.port.expect(b"yo", OK)
    r.ble.gatts_indicate(0, RATE)
    assert r.take() == [(20, (0, RATE, 0))]
    r.done()


# -- a peer's services


def client():
    """A radio that has connected to a peer."""
    r = Radio(NIMBLE, (b'AT+BLECONN=2,"24:0a:c4:09:34:23",0,3\r\n', b'+BLECONN:2,"24:0a:c4:09:34:23"\r\n' + OK))
    r.ble.gap_connect(0, ADDR)
    assert r.take() == [(7, (2, 0, ADDR))]
    return r


PRIMARY = text((b"+BLEGATTCPRIMSRV:2,1,0x1801,1", b"+BLEGATTCPRIMSRV:2,2,0x180D,1"))
CHAR2 = text((b'+BLEGATTCCHAR:"char",2,2,1,0x2A37,0x12',
              b'+BLEGATTCCHAR:"desc",2,2,1,1,0x2902', b'+BLEGATTCCHAR:"char",2,2,2,0x2A39,0x08'))


def test_discover():
    r = client()
    r.port.expect(b"AT+BLEGATTCPRIMSRV=2\r\n", PRIMARY)
    r.ble.gattc_discover_services(2)
    assert r.take() == [(9, (2, 1024, 2047, UUID(0x1801))), (9, (2, 2048, 3071, UUID(0x180D))), (10, (2, 0))]
    r.port.expect(b"AT+BLEGATTCPRIMSRV=2\r\n", PRIMARY)
    r.ble.gattc_discover_services(2, UUID(0x180D))
    assert r.take() == [(9, (2, 2048, 3071, UUID(0x180D))), (10, (2, 0))]
    r.port.expect(b"AT+BLEGATTCCHAR=2,2\r\n", CHAR2)
    r.ble.gattc_discover_characteristics(2, 2048, 3071)
    assert r.take() == [(11, (2, 2079, 2064, 0x12, UUID(0x2A37))), (11, (2, 2095, 2080, 8, UUID(0x2A39))), (12, (2, 0))]
    r.port.expect(b"AT+BLEGATTCCHAR=2,2\r\n", CHAR2)
    r.ble.gattc_discover_characteristics(2, 2048, 3071, UUID(0x2A39))
    assert r.take() == [(11, (2, 2095, 2080, 8, UUID(0x2A39))), (12, (2, 0))]
    r.port.expect(b"AT+BLEGATTCCHAR=2,2\r\n", CHAR2)
    r.ble.gattc_discover_descriptors(2, 2064, 2079)
    assert r.take() == [(13, (2, 2065, UUID(0x2902))), (14, (2, 0))]
    r.done()


def test_discover_everything_at_once():
    r = client()
    r.port.expect(b"AT+BLEGATTCPRIMSRV=2\r\n", PRIMARY)
    r.ble.gattc_discover_services(2)
    r.take()
    r.port.expect(b"AT+BLEGATTCCHAR=2,1\r\n", OK)
    r.port.expect(b"AT+BLEGATTCCHAR=2,2\r\n", CHAR2)
    r.ble.gattc_discover_characteristics(2, 1, 0xFFFF)
    assert [event for event, _ in r.take()] == [11, 11, 12]
    r.ble.gattc_discover_characteristics(2, 5 << 10, 6 << 10)
    assert r.take() == [(12, (2, 0))]
    r.done()


def test_discover_in_vain():
    r = client()
    found = r.conns.table[2]
    for sent, call, event in (
        (b"PRIMSRV=2", lambda: r.ble.gattc_discover_services(2), 10),
        (b"CHAR=2,2", lambda: r.ble.gattc_discover_characteristics(2, 2048, 3071), 12),
        (b"CHAR=2,2", lambda: r.ble.gattc_discover_descriptors(2, 2064, 2079), 14),
    ):
        found.services = {2: False}
        r.port.expect(b"AT+BLEGATTC" + sent + b"\r\n", ERROR)
        call()
        assert r.take() == [(event, (2, 14))]
        found.services = {2: False}
        r.port.expect(b"AT+BLEGATTC" + sent + b"\r\n", text((b"+BLEGATTCPRIMSRV:2", b"+BLEGATTCCHAR:x")))
        call()
        assert r.take() == [(event, (2, 14))]
    r.done()


def test_services_of_a_peer_that_came_by_itself():
    r = Radio(NIMBLE)
    r.connect()
    r.port.expect(b'AT+BLECONN=0,"24:0a:c4:09:34:23"\r\n', OK)
    for _ in range(2):
        r.port.expect(b"AT+BLEGATTCPRIMSRV=0\r\n", OK)
        r.ble.gattc_discover_services(0)
        assert r.take() == [(10, (0, 0))]
    r.done()


def test_what_no_module_takes():
    """It is said at once, not inside a step, where it would hit whoever steps."""
    r = Radio(NIMBLE)
    r.connect()
    for handle in (0, 5, 16, 1 << 16 | 16, -1):
        assert raises(OSError, r.ble.gattc_read, 0, handle).args[0] == 22, handle
        assert raises(OSError, r.ble.gattc_write, 0, handle, b"x").args[0] == 22, handle
    for data in (b"", bytes(513)):
        raises(ValueError, r.ble.gattc_write, 0, RATE, data)
    assert r.take() == []
    r.done()


def test_numbers_that_no_handle_has_room_for():
    """Services, values and descriptors are left out rather than taken for others."""
    r = Radio(NIMBLE)
    r.ble.gap_connect(0, ADDR)
    r.port.expect(b'AT+BLECONN=2,"24:0a:c4:09:34:23",0,3\r\n', b'+BLECONN:2,"24:0a:c4:09:34:23"\r\n' + OK)
    r.take()
    rows = [b"+BLEGATTCPRIMSRV:2,%d,0x180D,1" % n for n in (0, 1, 64, 300)]
    r.port.expect(b"AT+BLEGATTCPRIMSRV=2\r\n", text(rows))
    r.ble.gattc_discover_services(2)
    assert r.take() == [(9, (2, 0x400, 0x7FF, UUID(0x180D))), (10, (2, 0))]
    rows = (b'+BLEGATTCCHAR:"char",2,1,64,0x2A38,0x12', b'+BLEGATTCCHAR:"char",2,1,63,0x2A37,0x12',
            b'+BLEGATTCCHAR:"desc",2,1,63,16,0x2902', b'+BLEGATTCCHAR:"desc",2,1,63,15,0x2902')  # fmt: skip
    for discover, found in ((r.ble.gattc_discover_characteristics, [(11, (2, 0x7FF, 0x7F0, 0x12, UUID(0x2A37))), (12, (2, 0))]),
                            (r.ble.gattc_discover_descriptors, [(13, (2, 0x7FF, UUID(0x2902))), (14, (2, 0))])):  # fmt: skip
        r.port.expect(b"AT+BLEGATTCCHAR=2,1\r\n", text(rows))
        discover(2, 1, 0xFFFF)
        assert r.take() == found
    r.done()


def test_handles_of_an_earlier_connection():
    """A program may keep them; the module must have looked at the peer's services in this one."""
    r = client()
    r.port.expect(b"AT+BLEGATTCPRIMSRV=2\r\n", text((b"+BLEGATTCPRIMSRV:2,1,0x1801,1", b"+BLEGATTCPRIMSRV:2,2,0x180D,1")))
    r.port.expect(b"AT+BLEGATTCCHAR=2,2\r\n", text((b'+BLEGATTCCHAR:"char",2,2,1,0x2A37,0x12',)))
    for _ in range(2):
        r.port.expect(b"AT+BLEGATTCRD=2,2,1\r\n", b"+BLEGATTCRD:2,1,x\r\n\r\nOK\r\n")
        r.ble.gattc_read(2, 2064)
        assert r.take(100) == [(15, (2, 2064, b"x")), (16, (2, 2064, 0))]
    r.port.expect(b"AT+BLEGATTCCHAR=2,1\r\n", ERROR)
    r.ble.gattc_write(2, 1040, b"x", 1)
    assert r.take() == [(17, (2, 1040, 14))]
    r.port.expect(b"AT+BLEGATTCPRIMSRV=2\r\n", ERROR)  # from the beginning
    r.ble.gattc_read(2, 1040)
    assert r.take() == [(16, (2, 1040, 14))]
    for handle in (2048, 1024, 0):
        assert raises(OSError, r.ble.gattc_read, 2, handle).args[0] == 22
    r.done()


def test_read_and_write():
    r = client()
    r.conns.table[2].services = {2: True}
    value = b"\r\nOK\r\n"
    r.port.expect(b"AT+BLEGATTCRD=2,2,1\r\n", b"+BLEGATTCRD:2,6," + value + b"\r\n\r\nOK\r\n")
    r.ble.gattc_read(2, 2064)
    assert r.take() == [(15, (2, 2064, value)), (16, (2, 2064, 0))]
    r.port.expect(b"AT+BLEGATTCRD=2,2,1,1\r\n", ERROR)
    r.ble.gattc_read(2, 2065)
    assert r.take() == [(16, (2, 2065, 14))]
    for mode in (False, True):
        r.port.expect(b"AT+BLEGATTCWR=2,2,1,1,2\r\n", b">")
        r.port.expect(b"\1\0", OK)
        data = bytearray(b"\1\0")
        r.ble.gattc_write(2, 2065, data, mode)
        data[0] = 9  # it was taken as it was
        assert r.take() == ([(17, (2, 2065, 0))] if mode else [])
    r.port.expect(b"AT+BLEGATTCWR=2,2,2,,2\r\n", ERROR)
    r.ble.gattc_write(2, 2080, "xy", 1)
    assert r.take() == [(17, (2, 2080, 14))]
    r.done()


def test_nobody_there():
    r = Radio(NIMBLE)
    for call in (r.ble.gattc_discover_services, r.ble.gattc_exchange_mtu, lambda n: r.ble.gattc_read(n, 1040), r.ble.gap_pair,
                 lambda n: r.ble.gattc_write(n, 1040, b"x"), lambda n: r.ble.gattc_discover_characteristics(n, 1, 2),
                 lambda n: r.ble.gattc_discover_descriptors(n, 1, 2)):  # fmt: skip
        for n in (0, 3, 65535, -1):
            assert raises(OSError, call, n).args[0] == 107


def test_too_much_at_once():
    r = client()
    r.conns.table[2].services = {1: True}
    for _ in range(16):
        r.port.expect(b"AT+BLEGATTCRD=2,1,1\r\n", ERROR)
        r.ble.gattc_read(2, 1040)
    assert raises(OSError, r.ble.gattc_read, 2, 1040).args[0] == 12
    assert len(r.take(100)) == 16
    r.done()


def test_mtu():
    r = client()
    r.port.expect(b"AT+BLECFGMTU=2,256\r\n", OK + b"+BLECFGMTU:2,203\r\n")
    r.ble.gattc_exchange_mtu(2)
    assert r.take(5000) == [(21, (2, 203))]
    r.ble.config(mtu=100)
    r.port.expect(b"AT+BLECFGMTU=2,100\r\n", OK)
    r.port.expect(b"AT+BLECFGMTU?\r\n", text((b"+BLECFGMTU:2,203",)))
    r.ble.gattc_exchange_mtu(2)
    assert r.take(2900) == []
    assert r.take(300) == [(21, (2, 203))]
    r.port.expect(b"AT+BLECFGMTU=2,100\r\n", ERROR)
    r.ble.gattc_exchange_mtu(2)
    assert r.take() == [(21, (2, 203))]
    r.done()


def test_the_peer_goes_in_the_middle():
    for call, sent in (
        (lambda ble: ble.gattc_discover_services(2), b"AT+BLEGATTCPRIMSRV=2\r\n"),
        (lambda ble: ble.gattc_read(2, 2064), b"AT+BLEGATTCRD=2,2,1\r\n"),
    ):
        r = client()
        r.conns.table[2].services = {2: True}
        r.port.expect(sent, (200, b'+BLEDISCONN:2,"24:0a:c4:09:34:23"\r\n', 10, ERROR))
        call(r.ble)
        events = r.take(300)
        assert events[0] == (8, (2, 0, ADDR)) and events[1][1][-1] == 14 and len(events) == 2
        r.done()
