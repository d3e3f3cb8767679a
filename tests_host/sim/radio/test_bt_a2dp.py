"""Audio of classic Bluetooth: sink and source."""
import time

import pytest
from sim.ble_tools import Phone, eventually, listen_audio, play_to
from sim.radio.test_bt import BtHost


@pytest.fixture
def sink(make):
    with BtHost(make(), "AT+BTA2DPINIT=2", "AT+BTSCANMODE=2") as host:
        yield host


@pytest.fixture
def source(make):
    with BtHost(make(), "AT+BTA2DPINIT=1") as host:
        yield host


def test_init(make):
    with BtHost(make()) as host:
        assert host.ask("AT+BTA2DPINIT?") == b"+BTA2DPINIT:0\r\n\r\nOK\r\n"
        host.error('AT+BTA2DPCONN=0,"24:0a:c4:09:34:23"')
        host.ok("AT+BTA2DPINIT=2")
        assert host.ask("AT+BTA2DPINIT?") == b"+BTA2DPINIT:2\r\n\r\nOK\r\n"
        host.error("AT+BTA2DPINIT=1")
        host.error("AT+BTA2DPINIT=3")
        assert host.ask("AT+BTA2DPCONN?") == b"\r\nOK\r\n"
        host.error("AT+BTA2DPDISCONN=0")
        host.error("AT+BTA2DPCTRL=0,1")
        host.ok("AT+BTA2DPINIT=0")
        host.ok("AT+BTA2DPINIT=1")
        assert host.ask("AT+BTA2DPINIT?") == b"+BTA2DPINIT:1\r\n\r\nOK\r\n"


def test_sink(sink, air):
    with Phone(air) as phone:
        stream, remote = play_to(phone, sink.address)
        assert sink.line() == f'+BTA2DPCONN:0,"{phone.address}"'.encode()
        assert sink.ask("AT+BTA2DPCONN?") == f'+BTA2DPCONN:0,"{phone.address}"\r\n\r\nOK\r\n'.encode()
        phone.call(stream.start)
        eventually(lambda: sink.sim.module.a2dp.audio.heard > 3)
        for action in range(6):
            sink.ok(f"AT+BTA2DPCTRL=0,{action}")
        assert remote.keys == ["STOP", "PLAY", "FORWARD", "BACKWARD", "FAST_FORWARD"]
        sink.error("AT+BTA2DPCTRL=0,6")
        sink.error("AT+BTA2DPCTRL=1,1")
        assert sink.ask("AT+BTA2DPDISCONN=0") == b"\r\nOK\r\n"
        assert sink.line() == f'+BTA2DPDISCONN:0,"{phone.address}"'.encode()
        sink.error("AT+BTA2DPCTRL=0,1")


def test_the_phone_leaves(sink, air):
    with Phone(air) as phone:
        play_to(phone, sink.address)
        sink.line()
        phone.vanish()
        assert sink.line() == f'+BTA2DPDISCONN:0,"{phone.address}"'.encode()


def test_source(source, air):
    with Phone(air) as phone:
        packets = listen_audio(phone)
        url = "https://dl.espressif.com/dl/audio/ff-16b-2c-44100hz.mp3"
        assert source.ask("AT+BTA2DPSRC?") == b"+BTA2DPSRC:NULL,NULL\r\n\r\nOK\r\n"
        source.ok(f'AT+BTA2DPSRC=0,"{url}"')
        assert source.ask("AT+BTA2DPSRC?") == f"+BTA2DPSRC:{url},mp3\r\n\r\nOK\r\n".encode()
        assert source.ask(f'AT+BTA2DPCONN=0,"{phone.address}"') == f'+BTA2DPCONN:0,"{phone.address}"\r\n\r\nOK\r\n'.encode()
        source.error(f'AT+BTA2DPCONN=0,"{phone.address}"')
        source.error("AT+BTA2DPCTRL=0,0")  # nothing plays
        source.ok("AT+BTA2DPCTRL=0,1")
        source.error("AT+BTA2DPCTRL=0,1")
        started = time.monotonic()
        eventually(lambda: len(packets) > 10)
        assert time.monotonic() - started > 0.1  # 14.5 ms each
        source.ok("AT+BTA2DPCTRL=0,2")
        time.sleep(0.1)
        played = len(packets)
        time.sleep(0.1)
        assert len(packets) == played
        source.ok("AT+BTA2DPCTRL=0,1")
        source.ok("AT+BTA2DPCTRL=0,0")
        source.error("AT+BTA2DPCTRL=0,3")
        source.ok("AT+BTA2DPDISCONN=0")
        assert source.line() == f'+BTA2DPDISCONN:0,"{phone.address}"'.encode()


def test_source_to_a_module(source, sink):
    source.ok('AT+BTA2DPSRC=0,"flash://spiffs/zhifubao.mp3"')
    source.ok(f'AT+BTA2DPCONN=0,"{sink.address}"')
    assert sink.line() == f'+BTA2DPCONN:0,"{source.address}"'.encode()
    source.ok("AT+BTA2DPCTRL=0,1")
    eventually(lambda: sink.sim.module.a2dp.audio.heard > 3)
    sink.ok("AT+BTA2DPDISCONN=0")
    assert source.line().startswith(b"+BTA2DPDISCONN:0,")


def test_nobody_to_play_to(source, make):
    assert source.ask('AT+BTA2DPCONN=0,"24:0a:c4:09:34:23"') == b"+BTA2DPCONN:0,-1\r\n\r\nERROR\r\n"
    with BtHost(make(), "AT+BTSCANMODE=2") as deaf:
        assert source.ask(f'AT+BTA2DPCONN=0,"{deaf.address}"') == b"+BTA2DPCONN:0,-1\r\n\r\nERROR\r\n"
    source.error('AT+BTA2DPSRC=0,"ftp://x/y.mp3"')
    source.error('AT+BTA2DPSRC=1,"http://x/y.mp3"')
