"""Sleep modes and what wakes the module: AT+SLEEP, AT+SLEEPWKCFG, AT+GSLP."""
import time

from sim.talk import Host


def test_modem_sleep_changes_nothing_for_the_host(joined):
    joined.ok("AT+SLEEP=1")
    assert joined.ask("AT") == b"\r\nOK\r\n"
    joined.ok("AT+SLEEP=3")
    assert joined.ask("AT+SLEEP?") == b"+SLEEP:3\r\n\r\nOK\r\n"
    joined.ok("AT+SLEEP=0")


def test_light_sleep_does_not_hear_the_host(sim, joined):
    assert joined.ask("AT+SLEEP=2") == b"\r\nOK\r\n"
    joined.write(b"AT\r\n")
    assert joined.silent(0.2) == b""
    sim.call(sim.module.board.set_pin, 12, 0)
    joined.write(b"AT\r\n")
    assert joined.silent(0.2) == b""  # no wake-up source was set: only a reset helps
    sim.restart()
    joined.read(b"WIFI GOT IP\r\n")
    joined.ok("ATE0")
    assert joined.ask("AT+SLEEP?") == b"+SLEEP:1\r\n\r\nOK\r\n"


def test_a_pin_wakes_the_module(sim, joined):
    board = sim.module.board
    joined.ok("AT+SLEEPWKCFG=2,12,0")
    joined.ok("AT+SLEEP=2")
    joined.write(b"AT\r\n")
    assert joined.silent(0.1) == b""
    sim.call(board.set_pin, 13, 0)
    joined.write(b"AT\r\n")
    assert joined.silent(0.1) == b""
    sim.call(board.set_pin, 12, 0)
    assert joined.ask("AT+SLEEP?") == b"+SLEEP:2\r\n\r\nOK\r\n"  # what came before is lost
    assert joined.ask("AT") == b"\r\nOK\r\n"
    sim.call(board.set_pin, 12, 1)
    joined.write(b"AT\r\n")
    assert joined.silent(0.1) == b""
    sim.call(board.set_pin, 12, 0)
    joined.ok("AT+SLEEP=0")
    sim.call(board.set_pin, 12, 1)
    assert joined.ask("AT") == b"\r\nOK\r\n"


def test_the_pin_is_let_go_while_a_command_runs(sim, make):
    sim = make(turnaround=0.2)
    with Host(sim) as host:
        host.ok("ATE0")
        host.ok("AT+SLEEPWKCFG=2,4,1")
        sim.call(sim.module.board.set_pin, 4, 1)
        host.ok("AT+SLEEP=2")
        host.write(b"AT\r\n")
        time.sleep(0.05)
        sim.call(sim.module.board.set_pin, 4, 0)
        assert host.read(b"OK\r\n") == b"\r\nOK\r\n"
        host.write(b"AT\r\n")
        assert host.silent(0.4) == b""


def test_the_network_still_reports_in_light_sleep(sim, connected):
    host, peer = connected
    host.ok("AT+SLEEP=2")
    peer.sendall(b"test")
    assert host.read(b"test\r\n") == b"\r\n+IPD,4:test\r\n"
    host.write(b"AT\r\n")
    assert host.silent(0.1) == b""


def test_not_with_a_softap(host):
    host.ok("ATE0")
    host.ok("AT+SYSLOG=1")
    host.ok("AT+CWMODE=3")
    for mode in (1, 2, 3):
        assert host.ask(f"AT+SLEEP={mode}") == b"ERR CODE:0x010a0000\r\n\r\nERROR\r\n"
    host.ok("AT+SLEEP=0")
    assert host.ask("AT+SLEEP=4") == b"ERR CODE:0x01070000\r\n\r\nERROR\r\n"
    assert host.ask("AT+SLEEPWKCFG=0,1000") == b"ERR CODE:0x010a0000\r\n\r\nERROR\r\n"
    assert host.ask("AT+SLEEPWKCFG=2,12,2") == b"ERR CODE:0x01070002\r\n\r\nERROR\r\n"
    assert host.ask("AT+SLEEPWKCFG=3,12") == b"ERR CODE:0x01070000\r\n\r\nERROR\r\n"


def test_deep_sleep_loses_everything_but_flash(joined):
    joined.ok("AT+SYSSTORE=0")
    start = time.monotonic()
    joined.write(b"AT+GSLP=300\r\n")
    assert joined.read(b"ready\r\n") == b"300\r\n\r\nOK\r\n\r\nready\r\n"
    assert time.monotonic() - start >= 0.3
    joined.read(b"WIFI GOT IP\r\n")
    assert joined.lines("AT+SYSSTORE?") == ["AT+SYSSTORE?", "+SYSSTORE:1", "OK"]


def test_a_reset_ends_deep_sleep(sim, host):
    host.ok("ATE0")
    assert host.ask("AT+GSLP=3600000") == b"3600000\r\n\r\nOK\r\n"
    host.write(b"AT\r\n")
    assert host.silent(0.1) == b""
    sim.restart()
    host.read(b"ready\r\n")
    host.ok("AT")


def test_old_firmware(make):
    with Host(make("nonos-1.7")) as host:
        host.ok("ATE0")
        host.ok("AT+CWMODE=1")
        assert host.ask("AT+SLEEP?") == b"+SLEEP:2\r\n\r\nOK\r\n"
        host.ok("AT+SLEEP=1")  # light sleep there
        host.write(b"AT\r\n")
        assert host.silent(0.1) == b""
