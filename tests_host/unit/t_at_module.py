"""The module itself: at_system, at_sleep, at_user, at_filter, at_ota (guide 3.1, 3.3.23, 3.3.24, 3.14)."""

from calls import Data, bounds, check, refuse, runner, sizes, text
from checks import raises
from espat import at_filter, at_ota, at_sleep, at_system, at_user
from espat.errors import AtAnswer, AtRefused
from fakeport import FakePort

SYSTEM = (
    (lambda at: at_system.ram(at), b"+SYSRAM?", b"+SYSRAM:148408,84044\r\nOK\r\n", (148408, 84044)),
    (lambda at: at_system.ram(at), b"+SYSRAM?", b"+SYSRAM:30000\r\nOK\r\n", (30000,)),
    (lambda at: at_system.ram_of(at, 4), b"+SYSRAM=4", (b"+SYSRAM:4,3,2,1",), (4, 3, 2, 1)),
    (lambda at: at_system.clock(at), b"+SYSTIMESTAMP?", b"+SYSTIMESTAMP:1565853509\r\nOK\r\n", 1565853509),
    (lambda at: at_system.set_clock(at, 1565853509), b"+SYSTIMESTAMP=1565853509", (), []),
    (lambda at: at_system.register(at, 0x3FF44004), b"+SYSREG=0,0x3ff44004", (b"+SYSREG:0xff",), 255),
    (lambda at: at_system.set_register(at, 0x3FF44004, 0xFFFFFFFF), b"+SYSREG=1,0x3ff44004,0xffffffff", (), []),
    (lambda at: at_system.temperature(at), b"+SYSTEMP?", (b"+SYSTEMP:23.50",), 23.5),
    (lambda at: at_system.rf_power(at), b"+RFPOWER?", (b"+RFPOWER:78,0,1,2",), (78, 0, 1, 2)),
    (lambda at: at_system.rf_power(at), b"+RFPOWER?", (b"+RFPOWER:78",), (78,)),
    (lambda at: at_system.set_rf_power(at, 40), b"+RFPOWER=40", (), []),
    (lambda at: at_system.set_rf_power(at, 84, 0, 7, 3), b"+RFPOWER=84,0,7,3", (), []),
    (lambda at: at_system.calibrate(at), b"+RFCAL", (), []),
)  # fmt: skip
SLEEP = (
    (lambda at: at_sleep.mode(at), b"+SLEEP?", (b"+SLEEP:3",), 3),
    (lambda at: at_sleep.set_mode(at, 0), b"+SLEEP=0", (), []),
    (lambda at: at_sleep.set_mode(at, 3), b"+SLEEP=3", (), []),
    (lambda at: at_sleep.deep(at, 3600000), b"+GSLP=3600000", (b"3600000",), 3600000),
    (lambda at: at_sleep.deep(at, 0), b"+GSLP=0", (), None),
    (lambda at: at_sleep.wake_by(at, 2, 12, 0), b"+SLEEPWKCFG=2,12,0", (), []),
    (lambda at: at_sleep.wake_by(at, 0, 5000), b"+SLEEPWKCFG=0,5000", (), []),
    (lambda at: at_sleep.wake_host(at, 1, 18, 1, 10000, 3), b"+USERWKMCUCFG=1,1,18,1,10000,3", (), []),
    (lambda at: at_sleep.wake_host(at, 2, 1, 255, 0), b"+USERWKMCUCFG=1,2,1,255,0", (), []),
    (lambda at: at_sleep.wake_host_off(at), b"+USERWKMCUCFG=0", (), []),
    (lambda at: at_sleep.host_sleeps(at, True), b"+USERMCUSLEEP=1", (), []),
    (lambda at: at_sleep.host_sleeps(at, False), b"+USERMCUSLEEP=0", (), []),
)  # fmt: skip
BYTES = bytes(range(256))
USER = (
    (lambda at: at_user.size(at), b"+USERRAM?", (b"+USERRAM:1024",), 1024),
    (lambda at: at_user.allocate(at, 1024), b"+USERRAM=1,1024", (), []),
    (lambda at: at_user.release(at), b"+USERRAM=0", (), []),
    (lambda at: at_user.clear(at), b"+USERRAM=4", (), []),
    (lambda at: at_user.write(at, BYTES), b"+USERRAM=2,256", Data(BYTES, end=b"WRITE OK"), []),
    (lambda at: at_user.write(at, b"ab", 7), b"+USERRAM=2,2,7", Data(b"ab", end=b"WRITE OK"), []),
    (lambda at: at_user.read(at, 256), b"+USERRAM=3,256", b"+USERRAM:256," + BYTES + text(()), BYTES),
    (lambda at: at_user.read(at, 5, 100), b"+USERRAM=3,5,100", b"+USERRAM:3,abc+USERRAM:2,de" + text(()), b"abcde"),
    (lambda at: at_user.read(at, 5, 0, bytearray(5)), b"+USERRAM=3,5,0", b"+USERRAM:5,abcde" + text(()), 5),
    (lambda at: at_user.guide(at), b"+USERDOCS?", (b'+USERDOCS:"https://en"', b'+USERDOCS:"https://cn"'),
     ["https://en", "https://cn"]),
)  # fmt: skip
WIFI = b"^WIFI CONNECTED\r\n"
FILTER = (
    (lambda at: at_filter.filtering(at), b"+SYSMSGFILTER?", (b"+SYSMSGFILTER:1",), True),
    (lambda at: at_filter.enable(at, True), b"+SYSMSGFILTER=1", (), []),
    (lambda at: at_filter.enable(at, False), b"+SYSMSGFILTER=0", (), []),
    (lambda at: at_filter.add(at, WIFI), b"+SYSMSGFILTERCFG=1,17,0", Data(WIFI), []),
    (lambda at: at_filter.add(at, b"^+HTTPCGET:[0-9]*,", b"\r\n$"), b"+SYSMSGFILTERCFG=1,18,3",
     Data(b"^+HTTPCGET:[0-9]*,\r\n$"), []),
    (lambda at: at_filter.add(at, tail=b"\r\nOK\r\n$"), b"+SYSMSGFILTERCFG=1,0,7", Data(b"\r\nOK\r\n$"), []),
    (lambda at: at_filter.add(at, b"a", b"b", 1), b"+SYSMSGFILTERCFG=1,1,1,1", Data(b"ab"), []),
    (lambda at: at_filter.remove(at, WIFI), b"+SYSMSGFILTERCFG=2,17,0", Data(WIFI), []),
    (lambda at: at_filter.clear(at), b"+SYSMSGFILTERCFG=0", (), []),
    (lambda at: at_filter.filters(at), b"+SYSMSGFILTERCFG?", (), []),
    (lambda at: at_filter.filters(at), b"+SYSMSGFILTERCFG?",
     (b'+SYSMSGFILTERCFG:0,"' + WIFI + b'",""', b'+SYSMSGFILTERCFG:1,"","\r\nOK\r\n$"', b'+SYSMSGFILTERCFG:2,"a","b",1'),
     [(0, WIFI, b""), (1, b"", b"\r\nOK\r\n$"), (2, b"a", b"b")]),
)  # fmt: skip
URL = "http://192.168.3.5/at.bin"
STAGES = (b"+CIPUPDATE:1", b"+CIPUPDATE:2", b"+CIPUPDATE:3", b"+CIPUPDATE:4")
OTA = (
    (lambda at: at_ota.offered(at), b"+CIPFWVER?", (b'+CIPFWVER:"v3.4.0.0"',), "v3.4.0.0"),
    (lambda at: at_ota.stage(at), b"+CIUPDATE?", (b"+CIUPDATE:3",), 3),
    (lambda at: at_ota.stage(at), b"+CIUPDATE?", (b"+CIPUPDATE:-1",), -1),
    (lambda at: at_ota.update(at), b"+CIUPDATE", STAGES, [1, 2, 3, 4]),
    (lambda at: at_ota.update(at, each=lambda n: None), b"+CIUPDATE", STAGES, 4),
    (lambda at: at_ota.update(at, True), b"+CIUPDATE=1", STAGES, [1, 2, 3, 4]),
    (lambda at: at_ota.update(at, True, "v2.2.0.0", "mqtt_ca"), b'+CIUPDATE=1,"v2.2.0.0","mqtt_ca"', STAGES, [1, 2, 3, 4]),
    (lambda at: at_ota.update(at, True, background=True), b"+CIUPDATE=1,,,1", (), []),
    (lambda at: at_ota.update(at, True, None, "ota", True), b'+CIUPDATE=1,,"ota",1', (), []),
    (lambda at: at_ota.update_from(at, URL), b"+USEROTA=25", Data(URL.encode(), b"Recv 25 bytes"), [b"Recv 25 bytes"]),
    (lambda at: at_ota.rollback(at), b"+SYSROLLBACK", (), []),
    (lambda at: at_ota.firmwares(at), b"+SYSROLLBACK?", b'+SYSROLLBACK:0x10000,"v4.1",0x110000,"v4.0"\r\nOK\r\n',
     [0x10000, b"v4.1", 0x110000, b"v4.0"]),
)  # fmt: skip
BAD = (
    (lambda at: at_system.ram_of(at, -1), ValueError),
    (lambda at: at_system.set_clock(at, -1), ValueError),
    (lambda at: at_system.set_clock(at, "now"), TypeError),
    (lambda at: at_system.register(at, 1 << 32), ValueError),
    (lambda at: at_system.set_register(at, 0, 1 << 32), ValueError),
    (lambda at: at_system.set_rf_power(at, 39), ValueError),
    (lambda at: at_system.set_rf_power(at, 85), ValueError),
    (lambda at: at_system.set_rf_power(at, 60, 1), TypeError),
    (lambda at: at_system.set_rf_power(at, 60, 1, 2, 16), ValueError),
    (lambda at: at_sleep.set_mode(at, 4), ValueError),
    (lambda at: at_sleep.deep(at, -1), ValueError),
    (lambda at: at_sleep.wake_by(at, 3, 0), ValueError),
    (lambda at: at_sleep.wake_by(at, 2, 12), TypeError),
    (lambda at: at_sleep.wake_by(at, 2, 12, 2), ValueError),
    (lambda at: at_sleep.wake_host(at, 3, 1, 1, 0), ValueError),
    (lambda at: at_sleep.wake_host(at, 1, 18, 2, 0), ValueError),
    (lambda at: at_sleep.wake_host(at, 2, 0, 1, 0), ValueError),
    (lambda at: at_sleep.wake_host(at, 2, 1, 256, 0), ValueError),
    (lambda at: at_sleep.wake_host(at, 1, 18, 1, 60001), ValueError),
    (lambda at: at_sleep.host_sleeps(at, 2), ValueError),
    (lambda at: at_user.allocate(at, 0), ValueError),
    (lambda at: at_user.write(at, b""), ValueError),
    (lambda at: at_user.write(at, "text"), TypeError),
    (lambda at: at_user.read(at, 0), ValueError),
    (lambda at: at_user.read(at, 1, -1), ValueError),
    (lambda at: at_filter.enable(at, 2), ValueError),
    (lambda at: at_filter.add(at), ValueError),
    (lambda at: at_filter.add(at, bytes(65)), ValueError),
    (lambda at: at_filter.remove(at, b"", bytes(65)), ValueError),
    (lambda at: at_ota.update(at, 2), ValueError),
    (lambda at: at_ota.update(at, version=""), ValueError),
    (lambda at: at_ota.update_from(at, ""), ValueError),
    (lambda at: at_ota.update_from(at, "x" * 8193), ValueError),
)  # fmt: skip


def test_system():
    check(SYSTEM)


def test_sleep():
    check(SLEEP)


def test_user():
    check(USER)


def test_filter():
    check(FILTER)


def test_ota():
    check(OTA)


def test_bounds():
    bounds((
        (lambda at, v: at_system.ram_of(at, v), 0, 0xFFFFFFFF),
        (lambda at, v: at_system.set_clock(at, v), 0, 0x7FFFFFFFFFFF),
        (lambda at, v: at_system.register(at, v), 0, 0xFFFFFFFF),
        (lambda at, v: at_system.set_register(at, v, 0), 0, 0xFFFFFFFF),
        (lambda at, v: at_system.set_register(at, 0, v), 0, 0xFFFFFFFF),
        (lambda at, v: at_system.set_rf_power(at, v), 40, 84),
        (lambda at, v: at_system.set_rf_power(at, 60, v, 0, 0), 0, 15),
        (lambda at, v: at_system.set_rf_power(at, 60, 0, v, 0), 0, 15),
        (lambda at, v: at_system.set_rf_power(at, 60, 0, 0, v), 0, 15),
        (lambda at, v: at_sleep.set_mode(at, v), 0, 3),
        (lambda at, v: at_sleep.deep(at, v), 0, 0x7FFFFFFF),
        (lambda at, v: at_sleep.wake_by(at, v, 0, 0), 0, 2),
        (lambda at, v: at_sleep.wake_by(at, 2, v, 0), 0, 48),
        (lambda at, v: at_sleep.wake_by(at, 0, v), 0, 0x7FFFFFFF),
        (lambda at, v: at_sleep.wake_by(at, 2, 0, v), 0, 1),
        (lambda at, v: at_sleep.wake_host(at, v, 1, 0, 0), 1, 2),
        (lambda at, v: at_sleep.wake_host(at, 1, v, 0, 0), 0, 48),
        (lambda at, v: at_sleep.wake_host(at, 2, v, 0, 0), 1, 1),
        (lambda at, v: at_sleep.wake_host(at, 1, 1, v, 0), 0, 1),
        (lambda at, v: at_sleep.wake_host(at, 2, 1, v, 0), 0, 255),
        (lambda at, v: at_sleep.wake_host(at, 1, 1, 0, v), 0, 60000),
        (lambda at, v: at_sleep.wake_host(at, 1, 1, 0, 0, v), 0, 15),
        (lambda at, v: at_sleep.host_sleeps(at, v), 0, 1),
        (lambda at, v: at_user.allocate(at, v), 1, 0x7FFFFFFF),
        (lambda at, v: at_user.read(at, v), 1, 0x7FFFFFFF),
        (lambda at, v: at_user.read(at, 1, v), 0, 0x7FFFFFFF),
        (lambda at, v: at_user.write(at, b"x", v), 0, 0x7FFFFFFF),
        (lambda at, v: at_filter.enable(at, v), 0, 1),
        (lambda at, v: at_filter.add(at, b"x", b"", v), 0, 255),
        (lambda at, v: at_ota.update(at, v), 0, 1),
        (lambda at, v: at_ota.update(at, background=v), 0, 1),
    ))  # fmt: skip
    sizes((
        (lambda at, t: at_filter.add(at, t.encode()), 1, 64),
        (lambda at, t: at_filter.add(at, b"", t.encode()), 1, 64),
        (lambda at, t: at_filter.remove(at, b"x", t.encode()), 0, 64),
        (lambda at, t: at_ota.update(at, version=t), 1, 32),
        (lambda at, t: at_ota.update(at, name=t), 1, 32),
        (lambda at, t: at_ota.update_from(at, t), 1, 8192),
    ))  # fmt: skip


def test_bad_parameters():
    refuse(BAD)


def test_update_that_stops():
    stages = []
    port = FakePort((b"AT+CIUPDATE\r\n", b"+CIPUPDATE:1\r\n+CIPUPDATE:2\r\n+CIPUPDATE:3\r\n\r\nERROR\r\n"))
    raises(AtRefused, at_ota.update, runner(port), each=stages.append)
    assert stages == [1, 2, 3]


def test_answers_that_make_no_sense():
    for call, answer in (
        (at_system.clock, ()), (at_system.clock, (b"+SYSTIMESTAMP:soon",)), (at_system.ram, (b"+SYSRAM:,",)),
        (at_system.temperature, (b"+SYSTEMP:warm",)), (at_ota.offered, ()), (at_sleep.mode, (b"nothing",)),
    ):  # fmt: skip
        port = FakePort()
        at = runner(port)
        port.write = lambda buf, off, n, port=port, answer=answer: port.say(text(answer)) or n
        raises(AtAnswer, call, at)
        assert at.idle()
