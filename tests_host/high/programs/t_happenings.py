"""Provisioning, new firmware, time and sleep: what the module tells by itself."""

import high
import play
from espat import at_basic, ota, sleep
from espat.net import at_ip, at_wifi, clock, provision
from high import ask, modem

TIMEOUT = 200


def station():
    at_wifi.mode(modem, 1)
    try:
        at_wifi.leave(modem)
    except OSError:
        pass


def brief(rests):
    """A Watch whose rests are noted and take little time."""

    class Brief(provision.Watch):
        def rest(self, ms):
            rests.append(ms)
            super().rest(300)

    return Brief


def has_address():
    return at_ip.address(modem)[0] != "0.0.0.0"


def test_smartconfig():
    station()
    got, rests = [], []
    watch, provision.Watch = provision.Watch, brief(rests)
    ask("phone", "1234567890")
    try:
        provision.smartconfig(modem, lambda name, value: got.append((name, value)), timeout=20)
    finally:
        provision.Watch = watch
    assert rests == [6500], "the module needs 6 s to tell the phone: guide 3.2.22"
    names = [name for name, _ in got]
    assert names == ["type", "found", "ssid", "password", "joined"], got
    assert got[2][1] == b"espressif" and got[3][1] == b"1234567890" and has_address()
    high.ready()


def test_smartconfig_with_a_wrong_password():
    station()
    ask("phone", "wrong password")
    play.fails(110, provision.smartconfig, modem, None, None, None, None, 3)
    assert not has_address()
    high.ready()


def test_wps():
    station()
    got = []
    ask("button")
    provision.wps(modem, lambda name, value: got.append((name, value)), timeout=20)
    assert got == [("waiting", b""), ("joined", b"espressif")] and has_address()
    high.ready()


def test_portal():
    """A phone joins, a browser tells the network and brings new firmware."""
    station()
    got = []
    page = provision.portal(modem, "My device", each=lambda name, value: got.append(name))
    ask("browse", 80, "captive", "form", "firmware")
    page.wait(("firmware there",), 20)
    page.stop()
    assert got == ["joining", "joined", "firmware coming", "firmware there"], got
    assert ask("sent_to") == [302, "http://192.168.4.1/"] and has_address()
    at_basic.restart(modem)
    assert any("v9.9.9.0" in str(line, "utf-8") for line in at_basic.version(modem))
    ota.rollback(modem)
    at_wifi.mode(modem, 1)
    high.ready()


def running():
    for line in at_basic.version(modem):
        if line.startswith(b"Bin version"):
            return str(line, "utf-8").split(":")[1].split("(")[0]


def test_firmware():
    play.join()
    old = running()
    got = []
    url = ask("firmware", "v9.1.0.0")
    ota.update(modem, got.append)
    assert got == ["server found", "connected", "version known", "done"] and running() == "v9.1.0.0", (got, running())
    ota.rollback(modem)
    assert running() == old
    play.join()
    ask("firmware", "v9.2.0.0")
    ota.update_from(modem, url + "/ota")
    assert running() == "v9.2.0.0"
    ota.rollback(modem)
    play.join()
    high.refused(ota.update_from, modem, url + "/nothing")
    ask("firmware", "v9.3.0.0")
    got = []
    job = ota.Background(modem, lambda stage, rest: got.append(stage))
    assert has_address()  # other work goes on
    assert job.finish() and running() == "v9.3.0.0", got
    ota.rollback(modem)
    assert running() == old
    high.ready()


def test_firmware_that_cannot_be_had():
    play.join()
    ask("name", "iot.espressif.cn", "127.0.0.1")
    got = []
    high.refused(ota.update, modem, got.append)
    job = ota.Background(modem)
    assert job.finish() is False
    high.ready()


class Rtc:
    def datetime(self, value):
        self.value = value


def test_time():
    play.join()
    ask("ntp")
    rtc = Rtc()
    now = clock.sync(modem, "pool.ntp.org", zone=8, rtc=rtc)
    assert now[0] >= 2021 and rtc.value[:3] == now[:3] and rtc.value[3] == now[6]


class Pin:
    """The board's pin, wired to the module's pin 12."""

    def value(self, level):
        ask("pin", 12, level)


def test_sleep():
    play.join()
    pin = Pin()
    pin.value(1)
    sleep.light(modem, 12, 0)
    sleep.awake(modem, pin, 0)
    pin.value(1)
    high.ready()
    assert has_address()
    sleep.light(modem, 12, 0)
    before = play.now()
    try:
        sleep.wake(modem, tries=2)
    except OSError as error:
        assert error.args[0] == 110
    assert play.now() - before < 5000
    sleep.awake(modem, pin, 0)
    high.ready()


def test_deep_sleep():
    before = play.now()
    sleep.deep(modem, 800)
    assert 700 < play.now() - before < 5000
    high.ready()
    play.join()
