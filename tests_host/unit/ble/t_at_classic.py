"""Classic Bluetooth: finding and pairing, serial port, audio (guide 3.5)."""

from calls import Data, bounds, check, refuse, runner, secret, sizes, text
from checks import raises
from espat.ble import at_a2dp, at_btspp, at_classic
from espat.errors import AtAnswer, AtRefused
from fakeport import FakePort

MAC = "24:0a:c4:09:34:23"
URL = "https://dl.espressif.com/dl/audio/ff-16b-2c-44100hz.mp3"
CLASSIC = (
    (lambda at: at_classic.started(at), b"+BTINIT?", (b"+BTINIT:1",), True),
    (lambda at: at_classic.started(at), b"+BTINIT?", (b"+BTINIT:0",), False),
    (lambda at: at_classic.init(at), b"+BTINIT=1", (), []),
    (lambda at: at_classic.deinit(at), b"+BTINIT=0", (), []),
    (lambda at: at_classic.name(at), b"+BTNAME?", (b"+BTNAME:ESP32_AT",), "ESP32_AT"),
    (lambda at: at_classic.set_name(at, "EXAMPLE"), b'+BTNAME="EXAMPLE"', (), []),
    (lambda at: at_classic.visible(at, True, True), b"+BTSCANMODE=2", (), []),
    (lambda at: at_classic.visible(at, False, True), b"+BTSCANMODE=1", (), []),
    (lambda at: at_classic.visible(at, True, False), b"+BTSCANMODE=3", (), []),
    (lambda at: at_classic.visible(at, False, False), b"+BTSCANMODE=0", (), []),
    (lambda at: at_classic.discover(at, 10, 10), b"+BTSTARTDISC=0,10,10",
     (b'+BTSTARTDISC:"10:f6:05:f9:bc:4f",realme V11 5G,0x2,0x3,0x2d0,-34', b'+BTSTARTDISC:"24:0a:c4:09:34:23",,,,,-70'),
     [["10:f6:05:f9:bc:4f", "realme V11 5G", 2, 3, 0x2D0, -34], [MAC, "", None, None, None, -70]]),
    (lambda at: at_classic.discover(at, limited=True), b"+BTSTARTDISC=1,8,0",
     (b'+BTSTARTDISC:"24:0a:c4:09:34:23",a,b"c,0x1,0x2,0x3,-1',),
     [[MAC, 'a,b"c', 1, 2, 3, -1]]),
    (lambda at: at_classic.discover(at, 1), b"+BTSTARTDISC=0,1,0",
     (b'+BTSTARTDISC:"24:0a:c4:09:34:23",0x10,0x1,0x2,0x3,-1', b'+BTSTARTDISC:"24:0a:c4:09:34:23","",0x1,0x2,0x3,-1',
      b'+BTSTARTDISC:"24:0a:c4:09:34:23",\xff\xe4,0x1,0x2,0x3,-1'),
     [["24:0a:c4:09:34:23", name, 1, 2, 3, -1] for name in ("0x10", '""', "\xff\xe4")]),
    (lambda at: at_classic.discover(at, 1, each=lambda row: None), b"+BTSTARTDISC=0,1,0",
     (b'+BTSTARTDISC:"24:0a:c4:09:34:23",,,,,-70',), 1),
    (lambda at: at_classic.set_class(at, 6, 32, 32), b"+BTCOD=6,32,32", (), []),
    (lambda at: at_classic.power(at), b"+BTPOWER?", (b"+BTPOWER:5,6",), (5, 6)),
    (lambda at: at_classic.set_power(at, 5, 6), b"+BTPOWER=5,6", (), []),
    (lambda at: at_classic.security(at), b"+BTSECPARAM?", (b"+BTSECPARAM:3,1,9527",), (3, 1, "9527")),
    (lambda at: at_classic.security(at), b"+BTSECPARAM?", (b"+BTSECPARAM:3,1,a,b",), (3, 1, "a,b")),
    (lambda at: at_classic.set_security(at, 3, "9527"), b'+BTSECPARAM=3,1,"9527"', (), []),
    (lambda at: at_classic.set_security(at, 2), b'+BTSECPARAM=2,0,""', (), []),
    (lambda at: at_classic.reply_key(at, 123456), b"+BTKEYREPLY=0,123456", (), []),
    (lambda at: at_classic.reply_pin(at, "6688"), b'+BTPINREPLY=0,"6688"', (), []),
    (lambda at: at_classic.confirm(at), b"+BTSECCFM=0,1", (), []),
    (lambda at: at_classic.confirm(at, False), b"+BTSECCFM=0,0", (), []),
    (lambda at: at_classic.bonded(at), b"+BTENCDEV?", (b'+BTENCDEV:0,"24:0a:c4:09:34:23"', b'+BTENCDEV:1,"00:11:22:33:44:55"'),
     [(0, MAC), (1, "00:11:22:33:44:55")]),
    (lambda at: at_classic.bonded(at), b"+BTENCDEV?", (), []),
    (lambda at: at_classic.forget(at), b"+BTENCCLEAR", (), []),
    (lambda at: at_classic.forget(at, 0), b"+BTENCCLEAR=0", (), []),
)  # fmt: skip
SERIAL = (
    (lambda at: at_btspp.started(at), b"+BTSPPINIT?", (b"+BTSPPINIT:0",), False),
    (lambda at: at_btspp.started(at), b"+BTSPPINIT?", (b"+BTSPPINIT:1",), True),
    (lambda at: at_btspp.init(at, 2), b"+BTSPPINIT=2", (), []),
    (lambda at: at_btspp.deinit(at), b"+BTSPPINIT=0", (), []),
    (lambda at: at_btspp.start(at), b"+BTSPPSTART", (), []),
    (lambda at: at_btspp.connection(at), b"+BTSPPCONN?", (b'+BTSPPCONN:0,"24:0a:c4:09:34:23"',), MAC),
    (lambda at: at_btspp.connection(at), b"+BTSPPCONN?", (b"+BTSPPCONN:-1",), None),
    (lambda at: at_btspp.connect(at, MAC), b'+BTSPPCONN=0,0,"24:0a:c4:09:34:23"', (b'+BTSPPCONN:0,"24:0a:c4:09:34:23"',), MAC),
    (lambda at: at_btspp.connect(at, MAC, 0x36), b'+BTSPPCONN=0,54,"24:0a:c4:09:34:23"', (), None),
    (lambda at: at_btspp.disconnect(at), b"+BTSPPDISCONN=0", (b'+BTSPPDISCONN:0,"24:0a:c4:09:34:23"',),
     [b'+BTSPPDISCONN:0,"24:0a:c4:09:34:23"']),
    (lambda at: at_btspp.send(at, b"test"), b"+BTSPPSEND=0,4", Data(b"test", prompt=b">"), []),
    (lambda at: at_btspp.enter(at), b"+BTSPPSEND", b"\r\nOK\r\n\r\n>", []),
)  # fmt: skip
AUDIO = (
    (lambda at: at_a2dp.role(at), b"+BTA2DPINIT?", (b"+BTA2DPINIT:2",), 2),
    (lambda at: at_a2dp.init(at, 2), b"+BTA2DPINIT=2", (), []),
    (lambda at: at_a2dp.deinit(at), b"+BTA2DPINIT=0", (), []),
    (lambda at: at_a2dp.connection(at), b"+BTA2DPCONN?", (b'+BTA2DPCONN:0,"24:0a:c4:09:34:23"',), MAC),
    (lambda at: at_a2dp.connection(at), b"+BTA2DPCONN?", (), None),
    (lambda at: at_a2dp.connect(at, MAC), b'+BTA2DPCONN=0,"24:0a:c4:09:34:23"', (b'+BTA2DPCONN:0,"24:0a:c4:09:34:23"',), MAC),
    (lambda at: at_a2dp.connect(at, MAC), b'+BTA2DPCONN=0,"24:0a:c4:09:34:23"', (), None),
    (lambda at: at_a2dp.disconnect(at), b"+BTA2DPDISCONN=0", (), []),
    (lambda at: at_a2dp.source(at), b"+BTA2DPSRC?", (b"+BTA2DPSRC:" + URL.encode() + b",mp3",), (URL, "mp3")),
    (lambda at: at_a2dp.source(at), b"+BTA2DPSRC?", (b"+BTA2DPSRC:NULL,NULL",), None),
    (lambda at: at_a2dp.set_source(at, URL), b'+BTA2DPSRC=0,"' + URL.encode() + b'"', (), []),
    (lambda at: at_a2dp.set_source(at, "flash://spiffs/zhifubao.mp3"), b'+BTA2DPSRC=0,"flash://spiffs/zhifubao.mp3"', (), []),
    (lambda at: at_a2dp.control(at, 1), b"+BTA2DPCTRL=0,1", (), []),
)  # fmt: skip
BAD = (
    (lambda at: at_classic.set_power(at, 6, 5), ValueError),
    (lambda at: at_btspp.send(at, b""), ValueError),
    (lambda at: at_btspp.send(at, "x"), TypeError),
)  # fmt: skip


def test_classic():
    check(CLASSIC)


def test_serial():
    check(SERIAL)


def test_audio():
    check(AUDIO)


def test_bad_parameters():
    refuse(BAD)


def test_bounds():
    bounds((
        (lambda at, v: at_classic.discover(at, v), 1, 48),
        (lambda at, v: at_classic.discover(at, 8, v), 0, 255),
        (lambda at, v: at_classic.discover(at, 8, 0, v), 0, 1),
        (lambda at, v: at_classic.set_class(at, v, 0, 0), 0, 31),
        (lambda at, v: at_classic.set_class(at, 0, v, 0), 0, 63),
        (lambda at, v: at_classic.set_class(at, 0, 0, v), 0, 0x7FF),
        (lambda at, v: at_classic.set_power(at, v, max(v, 7)), 0, 7),
        (lambda at, v: at_classic.set_power(at, min(v, 0), v), 0, 7),
        (lambda at, v: at_classic.set_security(at, v), 0, 3),
        (lambda at, v: at_classic.reply_key(at, v), 0, 999999),
        (lambda at, v: at_classic.forget(at, v), 0, 14),
        (lambda at, v: at_btspp.init(at, v), 1, 2),
        (lambda at, v: at_btspp.connect(at, MAC, v), 0, 0xFFFF),
        (lambda at, v: at_a2dp.init(at, v), 1, 2),
        (lambda at, v: at_a2dp.control(at, v), 0, 5),
    ))  # fmt: skip
    sizes((
        (lambda at, t: at_classic.set_name(at, t), 1, 32),
        (lambda at, t: at_classic.set_security(at, 0, t), 1, 16),
        (lambda at, t: at_classic.reply_pin(at, t), 1, 16),
        (lambda at, t: at_btspp.connect(at, t), 17, 17),
        (lambda at, t: at_a2dp.connect(at, t), 17, 17),
        (lambda at, t: at_a2dp.set_source(at, t), 8, 230),
    ))  # fmt: skip


def test_keys_never_show_in_a_tap():
    assert secret(lambda at: at_classic.reply_key(at, 1))
    assert secret(lambda at: at_classic.reply_pin(at, "6688"))
    assert secret(lambda at: at_classic.set_security(at, 3, "9527"))
    assert secret(at_classic.security, (b"+BTSECPARAM:3,1,9527",))


def test_connections_that_fail():
    port = FakePort((b'AT+BTSPPCONN=0,0,"24:0a:c4:09:34:23"\r\n', b"+BTSPPCONN:-1\r\n\r\nERROR\r\n"))
    raises(AtRefused, at_btspp.connect, runner(port), MAC)
    port = FakePort((b'AT+BTA2DPCONN=0,"24:0a:c4:09:34:23"\r\n', b"+BTA2DPCONN:0,-1\r\n\r\nERROR\r\n"))
    raises(AtRefused, at_a2dp.connect, runner(port), MAC)


def test_unreadable_answers():
    for call, sent, answer in (
        (at_classic.discover, b"+BTSTARTDISC=0,8,0", b"+BTSTARTDISC:a,b"),
        (at_classic.security, b"+BTSECPARAM?", b"+BTSECPARAM:1"),
        (at_classic.bonded, b"+BTENCDEV?", b"+BTENCDEV:1"),
        (at_a2dp.source, b"+BTA2DPSRC?", b"nothing"),
    ):
        port = FakePort((b"AT" + sent + b"\r\n", text((answer,))))
        raises(AtAnswer, call, runner(port))


def test_switching_off_forgets():
    port = FakePort((b"AT+BTSPPINIT=2\r\n", text(())), (b"AT+BTSPPSTART\r\n", text(())), (b"AT+BTSPPINIT=0\r\n", text(())))
    at = runner(port)
    at_btspp.init(at, 2)
    at_btspp.start(at)
    assert len(at.kept) == 2
    at_btspp.deinit(at)
    assert not at.kept
