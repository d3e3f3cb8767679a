"""Bluetooth LE: pairing, HID, BluFi, passthrough (guide 3.4.31 to 3.4.47)."""

from calls import Data, bounds, check, refuse, runner, secret, sizes, text
from checks import raises
from espat.ble import at_blespp, at_blufi, at_hid, at_sec
from espat.errors import AtAnswer
from fakeport import FakePort

SECURITY = (
    (lambda at: at_sec.params(at), b"+BLESECPARAM?", b"+BLESECPARAM:13,2,16,3,3,0\n\r\nOK\r\n", (13, 2, 16, 3, 3, 0)),
    (lambda at: at_sec.set_params(at, 1, 4, 16, 3, 3, 0), b"+BLESECPARAM=1,4,16,3,3,0", (), []),
    (lambda at: at_sec.set_params(at, 13, 2), b"+BLESECPARAM=13,2,16,3,3", (), []),
    (lambda at: at_sec.encrypt(at, 0, 3), b"+BLEENC=0,3", (), []),
    (lambda at: at_sec.accept(at, 0), b"+BLEENCRSP=0,1", (), []),
    (lambda at: at_sec.accept(at, 1, False), b"+BLEENCRSP=1,0", (), []),
    (lambda at: at_sec.reply_key(at, 0, 649784), b"+BLEKEYREPLY=0,649784", (), []),
    (lambda at: at_sec.confirm(at, 0), b"+BLECONFREPLY=0,1", (), []),
    (lambda at: at_sec.confirm(at, 2, False), b"+BLECONFREPLY=2,0", (), []),
    (lambda at: at_sec.bonded(at), b"+BLEENCDEV?", (b'+BLEENCDEV:0,"24:0a:c4:09:34:23"', b'+BLEENCDEV:14,"00:11:22:33:44:55"'),
     [(0, "24:0a:c4:09:34:23"), (14, "00:11:22:33:44:55")]),
    (lambda at: at_sec.bonded(at), b"+BLEENCDEV?",
     b'+BLEENCDEV:0,"24:0a:c4:09:34:23"+BLEENCDEV:1,"00:11:22:33:44:55"\r\nOK\r\n',
     [(0, "24:0a:c4:09:34:23"), (1, "00:11:22:33:44:55")]),
    (lambda at: at_sec.bonded(at), b"+BLEENCDEV?", (), []),
    (lambda at: at_sec.forget(at), b"+BLEENCCLEAR", (), []),
    (lambda at: at_sec.forget(at, 14), b"+BLEENCCLEAR=14", (), []),
    (lambda at: at_sec.key(at), b"+BLESETKEY?", b"+BLESETKEY:123456\n\r\nOK\r\n", 123456),
    (lambda at: at_sec.key(at), b"+BLESETKEY?", (b"+BLESETKEY:-1",), -1),
    (lambda at: at_sec.set_key(at, 123456), b"+BLESETKEY=123456", (), []),
)  # fmt: skip
HID = (
    (lambda at: at_hid.started(at), b"+BLEHIDINIT?", (b"+BLEHIDINIT:0",), False),
    (lambda at: at_hid.started(at), b"+BLEHIDINIT?", (b"+BLEHIDINIT:1",), True),
    (lambda at: at_hid.start(at), b"+BLEHIDINIT=1", (), []),
    (lambda at: at_hid.stop(at), b"+BLEHIDINIT=0", (), []),
    (lambda at: at_hid.name(at), b"+BLEHIDNAME?", (b"+BLEHIDNAME:HID",), "HID"),
    (lambda at: at_hid.set_name(at, "my keys"), b'+BLEHIDNAME="my keys"', (), []),
    (lambda at: at_hid.keyboard(at, 0, 4), b"+BLEHIDKB=0,4,0,0,0,0,0", (), []),
    (lambda at: at_hid.keyboard(at, 255, 4, 5, 6, 7, 8, 9), b"+BLEHIDKB=255,4,5,6,7,8,9", (), []),
    (lambda at: at_hid.keyboard(at, 0), b"+BLEHIDKB=0,0,0,0,0,0,0", (), []),
    (lambda at: at_hid.mouse(at, 0, 10, 10), b"+BLEHIDMUS=0,10,10,0", (), []),
    (lambda at: at_hid.mouse(at, 1, -127, 0, -1), b"+BLEHIDMUS=1,-127,0,-1", (), []),
    (lambda at: at_hid.consumer(at, 233), b"+BLEHIDCONSUMER=233", (), []),
)  # fmt: skip
BLUFI = (
    (lambda at: at_blufi.started(at), b"+BLUFI?", (b"+BLUFI:0",), False),
    (lambda at: at_blufi.started(at), b"+BLUFI?", (b"+BLUFI:1",), True),
    (lambda at: at_blufi.start(at), b"+BLUFI=1", (), []),
    (lambda at: at_blufi.start(at, 3), b"+BLUFI=1,3", (), []),
    (lambda at: at_blufi.stop(at), b"+BLUFI=0", (), []),
    (lambda at: at_blufi.name(at), b"+BLUFINAME?", b'+BLUFINAME:"BLUFI_DEV"\r\nOK\r\n', "BLUFI_DEV"),
    (lambda at: at_blufi.set_name(at, "BLUFI_DEV"), b'+BLUFINAME="BLUFI_DEV"', (), []),
    (lambda at: at_blufi.send(at, b"1234"), b"+BLUFISEND=4", Data(b"1234", prompt=b">"), []),
)  # fmt: skip
PASSTHROUGH = (
    (lambda at: at_blespp.config(at), b"+BLESPPCFG?", b"+BLESPPCFG:3,5,3,7,1\r\nOK\r\n", (3, 5, 3, 7, 1)),
    (lambda at: at_blespp.configure(at, 3, 5, 3, 7), b"+BLESPPCFG=1,3,5,3,7", (), []),
    (lambda at: at_blespp.configure(at, 1, 7, 1, 5, False), b"+BLESPPCFG=1,1,7,1,5,0", (), []),
    (lambda at: at_blespp.reset(at), b"+BLESPPCFG=0", (), []),
    (lambda at: at_blespp.enter(at), b"+BLESPP", b"\r\nOK\r\n\r\n>", []),
)  # fmt: skip
BAD = (
    (lambda at: at_sec.set_params(at, 5, 0), ValueError),
    (lambda at: at_sec.set_params(at, 16, 0), ValueError),
    (lambda at: at_hid.keyboard(at, 0, 1, 2, 3, 4, 5, 6, 7), ValueError),
    (lambda at: at_blufi.send(at, b""), ValueError),
    (lambda at: at_blufi.send(at, bytes(601)), ValueError),
)  # fmt: skip


def test_security():
    check(SECURITY)


def test_hid():
    check(HID)


def test_blufi():
    check(BLUFI)


def test_passthrough():
    check(PASSTHROUGH)


def test_bad_parameters():
    refuse(BAD)


def test_bounds():
    bounds((
        (lambda at, v: at_sec.set_params(at, 0, v), 0, 4),
        (lambda at, v: at_sec.set_params(at, 0, 0, v), 7, 16),
        (lambda at, v: at_sec.set_params(at, 0, 0, 16, v), 0, 15),
        (lambda at, v: at_sec.set_params(at, 0, 0, 16, 3, v), 0, 15),
        (lambda at, v: at_sec.set_params(at, 0, 0, 16, 3, 3, v), 0, 1),
        (lambda at, v: at_sec.encrypt(at, v, 0), 0, 2),
        (lambda at, v: at_sec.encrypt(at, 0, v), 0, 3),
        (lambda at, v: at_sec.accept(at, v), 0, 2),
        (lambda at, v: at_sec.reply_key(at, v, 0), 0, 2),
        (lambda at, v: at_sec.reply_key(at, 0, v), 0, 999999),
        (lambda at, v: at_sec.confirm(at, v), 0, 2),
        (lambda at, v: at_sec.forget(at, v), 0, 14),
        (lambda at, v: at_sec.set_key(at, v), 0, 999999),
        (lambda at, v: at_hid.keyboard(at, v), 0, 255),
        (lambda at, v: at_hid.keyboard(at, 0, v), 0, 255),
        (lambda at, v: at_hid.mouse(at, v), 0, 255),
        (lambda at, v: at_hid.mouse(at, 0, v), -127, 127),
        (lambda at, v: at_hid.mouse(at, 0, 0, v), -127, 127),
        (lambda at, v: at_hid.mouse(at, 0, 0, 0, v), -127, 127),
        (lambda at, v: at_hid.consumer(at, v), 0, 0x3FF),
        (lambda at, v: at_blufi.start(at, v), 0, 7),
        (lambda at, v: at_blespp.configure(at, v, 1, 1, 1), 1, 255),
        (lambda at, v: at_blespp.configure(at, 1, v, 1, 1), 1, 255),
        (lambda at, v: at_blespp.configure(at, 1, 1, v, 1), 1, 255),
        (lambda at, v: at_blespp.configure(at, 1, 1, 1, v), 1, 255),
        (lambda at, v: at_blespp.configure(at, 1, 1, 1, 1, v), 0, 1),
    ))  # fmt: skip
    sizes(((lambda at, t: at_hid.set_name(at, t), 1, 32), (lambda at, t: at_blufi.set_name(at, t), 1, 26)))


def test_keys_never_show_in_a_tap():
    assert secret(lambda at: at_sec.reply_key(at, 0, 649784))
    assert secret(lambda at: at_sec.set_key(at, 123456))
    assert secret(at_sec.key, (b"+BLESETKEY:123456",))
    assert not secret(lambda at: at_sec.encrypt(at, 0, 3))


def test_unreadable_answers():
    for call, sent, answer in (
        (at_sec.params, b"+BLESECPARAM?", b"+BLESECPARAM:"),
        (at_sec.bonded, b"+BLEENCDEV?", b"+BLEENCDEV:0"),
        (at_sec.key, b"+BLESETKEY?", b"+BLESETKEY:none"),
        (at_hid.started, b"+BLEHIDINIT?", b"started"),
        (at_blespp.config, b"+BLESPPCFG?", b"+BLESPPCFG:a,b"),
    ):
        port = FakePort((b"AT" + sent + b"\r\n", text((answer,))))
        raises(AtAnswer, call, runner(port))
