"""Basic commands and what survives a restart."""
import asyncio
import json
import re
import time

import pytest
from espsim import Sim
from espsim.store import Store
from sim.talk import Host


@pytest.fixture
def plain(host):
    host.ok("ATE0")
    return host


def test_answers_without_their_own_line_end(plain):
    assert re.fullmatch(rb"\+SYSRAM:\d+,\d+\r\nOK\r\n", plain.ask("AT+SYSRAM?"))
    assert plain.ask("AT+SYSMSG?") == b"+SYSMSG:0\r\nOK\r\n"
    assert re.fullmatch(rb"\+SYSTIMESTAMP:\d+\r\nOK\r\n", plain.ask("AT+SYSTIMESTAMP?"))


def test_clock(plain):
    assert int(plain.ask("AT+SYSTIMESTAMP?").split(b"\r\n")[0].split(b":")[1]) < 1000
    plain.ok("AT+SYSTIMESTAMP=1565853509")
    assert 1565853509 <= int(plain.ask("AT+SYSTIMESTAMP?").split(b"\r\n")[0].split(b":")[1]) <= 1565853512


def test_heap_shrinks_with_what_waits(connected):
    host, peer = connected
    before = [int(value) for value in re.findall(rb"\d+", host.ask("AT+SYSRAM?"))]
    host.ok("AT+CIPRECVTYPE=1")
    peer.sendall(bytes(3000))
    host.silent(0.1)
    after = [int(value) for value in re.findall(rb"\d+", host.ask("AT+SYSRAM?"))]
    assert after[0] <= before[0] - 3000 and after[1] <= after[0]


def test_sleep(plain):
    assert plain.ask("AT+SLEEP?") == b"+SLEEP:1\r\n\r\nOK\r\n"
    plain.ok("AT+SLEEP=3")
    assert plain.ask("AT+SLEEP?") == b"+SLEEP:3\r\n\r\nOK\r\n"
    assert plain.ask("AT+SLEEP=4") == b"\r\nERROR\r\n"
    plain.ok("AT+SLEEPWKCFG=2,12,0")
    assert plain.ask("AT+SLEEPWKCFG=1,12,0") == b"\r\nERROR\r\n"
    plain.ok("AT+CWMODE=2")
    assert plain.ask("AT+SLEEP=1") == b"\r\nERROR\r\n"


def test_deep_sleep(plain):
    begin = time.monotonic()
    plain.write(b"AT+GSLP=200\r\n")
    assert plain.read(b"ready\r\n") == b"200\r\n\r\nOK\r\n\r\nready\r\n"
    assert 0.2 <= time.monotonic() - begin < 1


def test_registers(plain):
    assert plain.ask("AT+SYSREG=0,0x3FF44004") == b"+SYSREG:0x0\r\n\r\nOK\r\n"
    plain.ok("AT+SYSREG=1,0x3FF44004,0xAB")
    assert plain.ask("AT+SYSREG=0,1072971780") == b"+SYSREG:0xab\r\n\r\nOK\r\n"


def test_radio_power(plain):
    assert plain.ask("AT+RFPOWER?") == b"\r\nERROR\r\n"
    plain.ok("AT+CWMODE=1")
    assert plain.ask("AT+RFPOWER?") == b"+RFPOWER:78,0,0,0\r\n\r\nOK\r\n"
    for wanted, real in ((40, 34), (43, 34), (44, 44), (59, 56), (77, 72), (84, 78)):
        plain.ok(f"AT+RFPOWER={wanted}")
        assert plain.lines("AT+RFPOWER?")[0].startswith(f"+RFPOWER:{real},")
    assert plain.ask("AT+RFPOWER=39") == b"\r\nERROR\r\n"


def test_temperature_where_the_chip_has_it(make):
    with Host(make("c3-3.3")) as host:
        host.ok("ATE0")
        assert re.fullmatch(rb"\+SYSTEMP:-?\d+\.\d\d\r\nOK\r\n", host.ask("AT+SYSTEMP?"))


def test_roll_back_has_nothing_to_roll_back_to(plain):
    assert plain.ask("AT+SYSROLLBACK") == b"\r\nERROR\r\n"


# what survives


def test_sysstore_decides(sim, plain):
    plain.ok("AT+CWMODE=1")
    plain.ok("AT+SYSSTORE=0")
    plain.ok("AT+CWMODE=3")
    plain.ok("AT+SYSMSG=2")
    assert plain.lines("AT+CWMODE?")[0] == "+CWMODE:3"
    sim.restart()
    plain.read(b"ready\r\n")
    plain.ok("ATE0")
    assert plain.lines("AT+CWMODE?")[0] == "+CWMODE:1"
    assert plain.ask("AT+SYSMSG?") == b"+SYSMSG:0\r\nOK\r\n"


def test_autoconnect_is_always_stored_and_mode_never(sim, plain):
    plain.ok("AT+SYSSTORE=0")
    plain.ok("AT+CWAUTOCONN=0")
    plain.ok("AT+CIPMODE=1")
    plain.ok("AT+CIPMODE=0")
    plain.ok("AT+CIPMUX=1")
    sim.restart()
    plain.read(b"ready\r\n")
    plain.ok("ATE0")
    assert plain.ask("AT+CWAUTOCONN?") == b"+CWAUTOCONN:0\r\nOK\r\n"
    assert plain.lines("AT+CIPMUX?")[0] == "+CIPMUX:0"


def test_restore(sim, plain):
    plain.ok("AT+CWMODE=3")
    plain.ok('AT+CIPSTAMAC="1a:fe:35:98:d3:7b"')
    plain.write(b"AT+RESTORE\r\n")
    assert plain.read(b"ready\r\n") == b"\r\nOK\r\n\r\nready\r\n"
    assert plain.lines("AT+CWMODE?")[1] == "+CWMODE:0"
    assert sim.module.store.section("nvs") == {}


def test_state_file(tmp_path, air):
    path = str(tmp_path / "flash.json")
    with Sim(state=path, air=air) as first, Host(first) as host:
        host.join()
        host.ok('AT+CWJAP="comma\\,comma","1234567890"')
    saved = json.loads((tmp_path / "flash.json").read_text())
    assert saved["nvs"]["cwmode"] == 1
    with Sim(state=path, air=air) as second, Host(second) as host:
        deadline = time.monotonic() + 3
        while b'"comma,comma"' not in host.ask("AT+CWJAP?") and time.monotonic() < deadline:
            time.sleep(0.02)
        assert b'"comma,comma"' in host.ask("AT+CWJAP?")


def test_store_keeps_bytes_and_sections(tmp_path):
    path = str(tmp_path / "flash")
    store = Store(path)
    store.put("ssid", bytes(range(256)))
    store.put("key", [1, "x"], section="mfg")
    again = Store(path)
    assert again.get("ssid") == bytes(range(256)) and again.get("key", section="mfg") == [1, "x"]
    again.erase()
    assert Store(path).get("ssid") is None and Store(path).get("key", section="mfg") == [1, "x"]


def test_a_restart_ends_what_does_not_hear_the_first_time(sim, host):
    """A task in the background that swallows one cancellation, as wait_for() of Python 3.11 may, is ended all the same."""
    ends = []

    async def stubborn():
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                ends.append(1)
                if len(ends) == 2:
                    raise

    sim.call(lambda: sim.module.spawn(stubborn()))
    host.ok("AT")
    host.write(b"AT+RST\r\n")
    host.read(b"ready\r\n")
    assert len(ends) == 2
