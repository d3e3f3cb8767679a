"""What waits for reports: watch, provisioning, OTA, sleep, the clock; on a scripted port."""

import espat.bringup
import espat.net.clock
import espat.watch
from calls import PROMPT, runner, text
from checks import raises
from espat import ota, sleep
from espat.errors import AtRefused, AtTimeout
from espat.net import clock, provision
from espat.watch import Watch, restarted
from fakeport import FakePort

OK = text(())
NO = b"\r\nERROR\r\n"
GMR = (b"AT+GMR\r\n", text((b"AT version:3.5.0.0(x - ESP32 - y)",)))
CMDS = (b"AT+CMD?\r\n", text((b'+CMD:0,"AT",0,0,0,1',)))
READY = b"\r\nready\r\n"


def on(*steps, has=True):
    port = FakePort(*steps)
    at = runner(port)
    at.has = lambda name: has
    espat.watch.ticks_ms = port.ticks
    espat.net.clock.sleep_ms = lambda ms: port.wait(ms)
    return port, at


def test_watch():
    port, at = on()
    got = []
    watch = Watch(at, {b"+A:": "a", b"b": "b"}, lambda name, value: got.append((name, value)))
    port.say(b"+A:1,2\r\nother\r\nb\r\n")
    assert watch.poll() == "b" and got == [("a", b"1,2"), ("b", b"")] and watch.seen == ["a", "b"]
    assert watch.wait(("a",), 1) == "a"
    assert raises(OSError, watch.wait, ("c",), 1).args[0] == 110
    watch.stop()
    port.say(b"+A:3\r\n")
    assert watch.poll() is None


def test_commands_may_be_spoken_from_an_event():
    port, at = on((b"AT\r\n", OK))
    watch = Watch(at, {b"+A:": "a"}, lambda name, value: at.run(b""))
    port.say(b"+A:1\r\n")
    watch.poll()
    port.done()


def test_restarted():
    port, at = on()
    assert not restarted(at, at.engine.restarts, 1) and port.now >= 1000
    before = at.engine.restarts
    port.say(500, READY)
    assert restarted(at, before, 1)


# -- provisioning

HEARD = b"smartconfig type:ESPTOUCH_V2\r\nSmart get wifi info\r\nssid:my net, \"x\"\r\npassword:p,w\r\n+SCRD:6,a\r\nb\0c\r\n"


def test_smartconfig():
    port, at = on((b"AT+CWSTARTSMART=4,3\r\n", (OK, 1000, HEARD, 500, b"WIFI CONNECTED\r\nsmartconfig connected wifi\r\n")),
                  (b"AT+CWSTOPSMART\r\n", OK))  # fmt: skip
    got, hidden = [], []

    def each(name, value):
        got.append((name, value))
        hidden.append(port.hide)

    provision.smartconfig(at, each, 4, 3)
    port.done()
    assert got == [("type", b"ESPTOUCH_V2"), ("found", b"wifi info"), ("ssid", b'my net, "x"'), ("password", b"p,w"),
                   ("data", b"a\r\nb\0c"), ("joined", b" wifi")], got  # fmt: skip
    assert port.now > 7000 and False not in hidden and not port.hide


def test_smartconfig_in_vain():
    port, at = on((b"AT+CWSTARTSMART\r\n", OK), (b"AT+CWSTOPSMART\r\n", OK), (b"AT+CWSTARTSMART\r\n", NO),
                  (b"AT+CWSTOPSMART\r\n", OK))  # fmt: skip
    assert raises(OSError, provision.smartconfig, at, None, timeout=30).args[0] == 110 and port.now >= 30000
    raises(AtRefused, provision.smartconfig, at)
    port.done()
    assert not port.hide


def test_wps():
    states = [(b"AT+CWSTATE?\r\n", text((b'+CWSTATE:%d,"%s"' % s,))) for s in ((0, b""), (1, b"net"), (2, b"net"))]
    port, at = on((b"AT+WPS=1\r\n", OK), *states)
    got = []
    provision.wps(at, lambda name, value: got.append((name, value)))
    assert got == [("waiting", b""), ("joined", b"net")]
    port.done()
    port, at = on((b"AT+WPS=1,3\r\n", OK), (b"AT+CWJAP?\r\n", OK), (b"AT+CWJAP?\r\n", OK), (b"AT+WPS=0\r\n", OK), has=False)
    assert raises(OSError, provision.wps, at, None, 3, 1).args[0] == 110
    port.done()


def test_page():
    told = b"".join([b"+WEBSERVERRSP:%d\r\n" % n for n in (1, 2, 3, 4, 5)])
    port, at = on((b"AT+CWMODE=3\r\n", OK), (b'AT+CWSAP="My device","",1,0\r\n', OK), (b"AT+WEBSERVER=1,80,30\r\n", OK),
                  (b"AT+WEBSERVER=0\r\n", OK))  # fmt: skip
    got = []
    page = provision.portal(at, "My device", each=lambda name, value: got.append(name))
    port.say(100, told)
    assert page.wait(("firmware there",), 5) == "firmware there"
    assert got == ["joining", "joined", "firmware coming", "firmware there", "firmware failed"]
    page.stop()
    port.done()


# -- firmware


def test_update():
    stages = text([b"+CIPUPDATE:%d" % n for n in (1, 2, 3, 4)])
    port, at = on((b"AT+CIUPDATE=0\r\n", (stages, 2000, READY)), GMR, CMDS)
    got = []
    ota.update(at, got.append)
    assert got == ["server found", "connected", "version known", "done"] and at.firmware == (3, 5, 0, 0)
    port.done()
    port, at = on((b'AT+CIUPDATE=1,"v3.5.0.0","mqtt_ca"\r\n', stages), (b"AT+RST\r\n", OK + READY), GMR, CMDS)
    ota.update(at, None, "v3.5.0.0", True, "mqtt_ca")  # nothing restarts by itself
    port.done()
    port, at = on((b"AT+CIUPDATE=0\r\n", b"+CIPUPDATE:1\r\n" + NO))
    got = []
    raises(AtRefused, ota.update, at, got.append)
    assert got == ["server found"]


def test_update_from():
    port, at = on((b"AT+USEROTA=10\r\n", PROMPT), (b"http://h/x", (b"\r\nRecv 10 bytes\r\n", 30000, OK, 1000, READY)), GMR, CMDS)
    ota.update_from(at, "http://h/x")
    port.done()
    port, at = on((b"AT+USEROTA=10\r\n", PROMPT), (b"http://h/x", b"\r\nRecv 10 bytes\r\n" + NO))
    raises(AtRefused, ota.update_from, at, "http://h/x")


def test_rollback():
    port, at = on((b"AT+SYSROLLBACK\r\n", (OK, 500, READY)), GMR, CMDS)
    ota.rollback(at)
    port.done()
    port, at = on((b"AT+SYSROLLBACK\r\n", NO))
    raises(AtRefused, ota.rollback, at)


def test_update_in_the_background():
    command = b"AT+CIUPDATE=0,,,1\r\n"
    for end, good in ((b"+CIPUPDATE:4\r\n", True), (b"+CIPUPDATE:-1\r\n", False)):
        more = ((b"AT+RST\r\n", OK + READY), GMR, CMDS) if good else ()
        port, at = on((command, b"+CIPUPDATE:1\r\n" + OK + b"+CIPUPDATE:2\r\n"), (b"AT\r\n", OK), *more)
        got = []
        job = ota.Background(at, lambda stage, rest, got=got: got.append(stage))
        job.poll()
        at.run(b"")  # other work goes on
        port.say(500, b"+CIPUPDATE:3\r\n", 500, end)
        assert job.finish() is good
        assert got == ["server found", "connected", "version known", "done" if good else "failed"]
        port.done()
    port, at = on((command, NO))
    raises(AtRefused, ota.Background, at)


# -- sleep


def test_light_sleep():
    port, at = on((b"AT+SLEEPWKCFG=2,12,0\r\n", OK), (b"AT+SLEEP=2\r\n", OK), (b"AT+SLEEP=2\r\n", OK))
    sleep.light(at, 12)
    sleep.light(at)
    port.done()


def test_waking():
    """The first commands are not heard, then comes an answer to half a line."""

    class Pin:
        def value(self, level):
            self.level = level

    port, at = on((b"AT\r\n", b""), (b"AT\r\n", b"\x80"), (b"AT\r\n", NO), (b"AT\r\n", OK), (b"AT+SLEEP=0\r\n", OK))
    pin = Pin()
    sleep.awake(at, pin, 1)
    port.done()
    assert pin.level == 1
    port, at = on(*[(b"AT\r\n", b"")] * 4)
    raises(AtTimeout, sleep.wake, at, tries=4)
    port.done()


def test_deep_sleep():
    port, at = on((b"AT+GSLP=5000\r\n", (b"5000\r\n" + OK, 5200, READY)), (b"AT+GSLP=100\r\n", b"100\r\n" + OK))
    sleep.deep(at, 5000)
    assert port.now >= 5000
    raises(AtTimeout, sleep.deep, at, 100)


# -- time


def at_time(line):
    return b"AT+CIPSNTPTIME?\r\n", b"+CIPSNTPTIME:" + line + b"\n" + OK


class Rtc:
    def datetime(self, value):
        self.value = value


def test_sync():
    steps = ((b'AT+CIPSNTPCFG=1,8,"a","b"\r\n', OK), at_time(b"Thu Jan  1 00:00:01 1970"),
             at_time(b"Tue Nov 24 06:30:05 2026"), at_time(b"Tue Nov 24 06:30:05 2026"))  # fmt: skip
    port, at = on(*steps)
    rtc = Rtc()
    assert clock.sync(at, "a", "b", zone=8, rtc=rtc) == (2026, 11, 24, 6, 30, 5, 1)
    assert rtc.value == (2026, 11, 24, 1, 6, 30, 5, 0)
    port.done()
    port, at = on((b"AT+CIPSNTPCFG=1,0\r\n", OK), at_time(b"Tue Nov 24 06:30:05 2026"), at_time(b"Tue Nov 24 06:30:05 2026"))
    assert clock.sync(at, rtc=False)[0] == 2026


def test_sync_in_vain():
    port, at = on((b"AT+CIPSNTPCFG=1,0\r\n", OK), *[at_time(b"Thu Jan  1 00:00:01 1970")] * 4)
    assert raises(OSError, clock.sync, at, timeout=1).args[0] == 110
    port.done()
