"""One command at a time, echo, line limits, error codes, restart: the rules of the command port."""
import time

import pytest
from sim.talk import Host


def test_echo_is_on_and_can_be_switched(host):
    assert host.ask("AT") == b"AT\r\n\r\nOK\r\n"
    assert host.ask("ATE0") == b"ATE0\r\n\r\nOK\r\n"
    assert host.ask("AT") == b"\r\nOK\r\n"
    assert host.ask("ATE1") == b"\r\nOK\r\n"
    assert host.ask("AT") == b"AT\r\n\r\nOK\r\n"


def test_echo_comes_back_with_a_restart(sim, host):
    host.ok("ATE0")
    assert host.ask("AT+RST") == b"\r\nOK\r\n"
    assert host.read(b"ready\r\n") == b"\r\nready\r\n"
    assert host.ask("AT") == b"AT\r\n\r\nOK\r\n"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("AT+FAKE", 0x01090000),
        ("AT+CWMODE=1=", 0x01080000),
        ("at", 0x01030000),
        ("", 0x01030000),
        (" AT", 0x01030000),
        ("ATX", 0x01090000),
        ("AT+cwmode?", 0x01090000),
        ("AT+RST?", 0x010C0000),
        ("AT+GMR=1", 0x010C0000),
        ("AT+SYSLOG", 0x010C0000),
        ("AT+CWMODE=4", 0x01070000),
        ("AT+CWMODE=", 0x01060100),
        ("AT+CWMODE=1,1,1", 0x01060203),
        ('AT+CWMODE="1"', 0x01050000),
        ('AT+CWJAP="x', 0x01080000),
        ('AT+CWJAP="123456789012345678901234567890123","1"', 0x01040000),
    ],
)
def test_error_codes(host, line, code):
    host.ok("ATE0")
    assert host.ask(line) == b"\r\nERROR\r\n"
    host.ok("AT+SYSLOG=1")
    assert host.ask(line) == b"ERR CODE:0x%08x\r\n\r\nERROR\r\n" % code


def test_syslog_is_off_after_a_restart(host):
    host.ok("AT+SYSLOG=1")
    host.ok("AT+RST")
    host.read(b"ready\r\n")
    assert host.lines("AT+SYSLOG?") == ["AT+SYSLOG?", "+SYSLOG:0", "OK"]


def test_a_line_may_have_256_bytes_with_its_end(host):
    host.ok("ATE0")
    host.ok("AT+SYSLOG=1")
    head, tail = 'AT+CIPDOMAIN="', '"'
    longest = head + "a" * (254 - len(head + tail)) + tail
    assert host.ask(longest) == b"ERR CODE:0x010a0000\r\n\r\nERROR\r\n"  # understood, but there is no network
    assert host.ask(longest + "x") == b"ERR CODE:0x01020000\r\n\r\nERROR\r\n"
    assert host.ask("AT" + "x" * 100000) == b"ERR CODE:0x01020000\r\n\r\nERROR\r\n"
    assert host.ask("AT") == b"\r\nOK\r\n"


def test_only_cr_lf_ends_a_line(host):
    host.write(b"AT\r")
    assert host.silent() == b""
    host.write(b"\n")
    assert host.read(b"OK\r\n") == b"AT\r\n\r\nOK\r\n"
    host.write(b"AT\n")
    assert host.silent() == b""
    assert host.ask("AT") == b"AT\nAT\r\n\r\nERROR\r\n"


def test_a_command_sent_byte_by_byte(host):
    for byte in b"AT+CWMODE?\r\n":
        host.write(bytes([byte]))
        time.sleep(0.002)
    assert host.read(b"OK\r\n") == b"AT+CWMODE?\r\n+CWMODE:0\r\n\r\nOK\r\n"


def test_a_command_while_one_runs_is_refused_without_echo(make):
    sim = make(turnaround=0.1)
    with Host(sim) as host:
        host.write(b"AT\r\nAT+GMR\r\n")
        assert host.read(b"OK\r\n") == b"AT\r\n\r\nbusy p...\r\n\r\nOK\r\n"
        assert host.silent(0.2) == b""


def test_a_refused_command_shows_its_code_with_syslog(make):
    sim = make(turnaround=0.05)
    with Host(sim) as host:
        host.ok("AT+SYSLOG=1")
        host.write(b"AT\r\nAT\r\n")
        assert host.read(b"OK\r\n") == b"AT\r\nERR CODE:0x010b0000\r\n\r\nbusy p...\r\n\r\nOK\r\n"


def test_a_line_that_meets_the_end_of_the_command_runs(make):
    sim = make(turnaround=0.1)
    with Host(sim) as host:
        host.write(b"AT\r\nAT+CWMO")
        host.read(b"\r\nOK\r\n")
        host.write(b"DE?\r\n")
        assert host.read(b"OK\r\n") == b"AT+CWMODE?\r\n+CWMODE:0\r\n\r\nOK\r\n"


def test_reset_is_heard_while_busy(make, air):
    air.add("mute", silent=True)
    with Host(make()) as host:
        host.ok("ATE0")
        host.ok("AT+CWMODE=1")
        host.write(b'AT+CWJAP="mute","1234567890"\r\n')
        time.sleep(0.05)
        host.write(b"AT\r\n")
        assert host.read(b"...\r\n") == b"\r\nbusy p...\r\n"
        host.write(b"AT+RST\r\n")
        assert host.read(b"ready\r\n") == b"\r\nWill force to restart!!!\r\n\r\nready\r\n"
        assert host.ask("AT") == b"AT\r\n\r\nOK\r\n"


def test_a_module_that_starts_is_deaf(make):
    sim = make(boot_time=0.2)
    with Host(sim) as host:
        host.write(b"AT+RST\r\n")
        host.read(b"OK\r\n")
        host.write(b"AT\r\n")
        assert host.read(b"ready\r\n") == b"\r\nready\r\n"
        assert host.silent(0.1) == b""


def test_command_list_names_what_exists(host):
    host.ok("ATE0")
    listed = host.lines("AT+CMD?")[:-1]
    assert listed[0] == '+CMD:0,"AT",0,0,0,1'
    assert [int(line.split(":")[1].split(",")[0]) for line in listed] == list(range(len(listed)))
    forms = {line.split('"')[1]: line.rpartition('",')[2] for line in listed}
    assert forms["AT+CWMODE"] == "1,1,1,0"
    assert forms["AT+CIPSEND"] == "0,0,1,1"
    assert forms["ATE0"] == "0,0,0,1"
    assert "AT+CIPRECVTYPE" in forms and "AT+CIPSENDBUF" not in forms
    for name, flags in forms.items():
        if flags.split(",")[1] == "1" and name not in ("AT+CMD",):
            assert "ERR CODE:0x010c" not in host.ask(f"{name}?").decode("latin-1"), name


def test_a_new_client_finds_the_module_as_it_was(sim, host):
    host.ok("ATE0")
    host.ok("AT+CWMODE=3")
    host.close()
    with Host(sim) as again:
        assert again.ask("AT+CWMODE?") == b"+CWMODE:3\r\n\r\nOK\r\n"


def test_a_second_client_takes_the_line_over(sim, host):
    host.ok("AT")
    with Host(sim) as other:
        other.ok("AT")
        assert host.sock.recv(100) == b""


def test_injected_bytes_reach_the_host(sim, host):
    host.ok("ATE0")
    sim.inject(b"\x00noise")
    assert host.read(b"noise") == b"\x00noise"
    assert sim.trace.bytes("rx").endswith(b"\x00noise")


def test_power_cut(sim, host):
    host.ok("AT+SYSSTORE=0")
    host.ok("AT+CWMODE=1")
    sim.restart()
    assert host.read(b"ready\r\n") == b"\r\nready\r\n"
    assert host.lines("AT+CWMODE?")[1] == "+CWMODE:0"
    assert host.lines("AT+SYSSTORE?")[1] == "+SYSSTORE:1"


def test_many_modules_start_quickly(make):
    begin = time.perf_counter()
    for _ in range(10):
        make()
    assert time.perf_counter() - begin < 0.5
