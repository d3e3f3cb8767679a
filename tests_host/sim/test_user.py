"""The user commands: RAM for the host, the guide's address, waking the host up."""
import time

import pytest
from sim.servers import until
from sim.talk import PROMPT, Host


def fail(host, line, code=0x010A0000):
    assert host.ask(line) == b"ERR CODE:0x%08x\r\n\r\nERROR\r\n" % code


def test_ram(logged):
    assert logged.ask("AT+USERRAM?") == b"+USERRAM:0\r\n\r\nOK\r\n"
    fail(logged, "AT+USERRAM=2,10")
    fail(logged, "AT+USERRAM=0")
    logged.ok("AT+USERRAM=1,1024")
    assert logged.ask("AT+USERRAM?") == b"+USERRAM:1024\r\n\r\nOK\r\n"
    fail(logged, "AT+USERRAM=1,1024")
    logged.write(b"AT+USERRAM=2,6,100\r\n")
    assert logged.read(b">") == PROMPT
    logged.write(b"\r\nOK\r\n")
    assert logged.read(b"WRITE OK\r\n") == b"\r\nWRITE OK\r\n"  # no OK after it
    logged.write(b"AT+USERRAM=3,8,99\r\n")
    wanted = b"+USERRAM:8,\0\r\nOK\r\n\0\r\nOK\r\n"
    assert logged.exactly(len(wanted)) == wanted
    logged.ok("AT+USERRAM=4")
    assert logged.ask("AT+USERRAM=3,2,100") == b"+USERRAM:2,\0\0\r\nOK\r\n"
    fail(logged, "AT+USERRAM=3,2,1023")
    fail(logged, "AT+USERRAM=2,1025")
    logged.ok("AT+USERRAM=0")
    assert logged.ask("AT+USERRAM?") == b"+USERRAM:0\r\n\r\nOK\r\n"


def test_long_reads_come_in_blocks_without_separator(logged):
    data = bytes(index * 3 & 255 for index in range(2500))
    logged.ok("AT+USERRAM=1,3000")
    logged.send("AT+USERRAM=2,2500,500", data)
    logged.write(b"AT+USERRAM=3,2500,500\r\n")
    blocks = [data[at : at + 1024] for at in (0, 1024, 2048)]
    wanted = b"".join(b"+USERRAM:%d," % len(block) + block for block in blocks) + b"\r\nOK\r\n"
    assert logged.exactly(len(wanted)) == wanted


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("AT+USERRAM=5,1", 0x01070000),
        ("AT+USERRAM=1", 0x01060201),
        ("AT+USERRAM=1,0", 0x01070001),
        ("AT+USERRAM=1,200000", 0x010A0000),
        ("AT+USERWKMCUCFG=1,3,18,1,10", 0x01070001),
        ("AT+USERWKMCUCFG=1,2,0,1,10", 0x01070002),
        ("AT+USERWKMCUCFG=1,1,18,2,10", 0x01070003),
        ("AT+USERWKMCUCFG=1,1,18,1,60001", 0x01070004),
        ("AT+USERMCUSLEEP=2", 0x01070000),
    ],
)
def test_arguments(logged, line, code):
    fail(logged, line, code)


def test_documents(make):
    with Host(make("c3-3.3")) as host:
        assert host.lines("AT+USERDOCS?")[1:] == [
            '+USERDOCS:"https://docs.espressif.com/projects/esp-at/en/latest/esp32c3/index.html"',
            '+USERDOCS:"https://docs.espressif.com/projects/esp-at/zh_CN/latest/esp32c3/index.html"', "OK",
        ]  # fmt: skip


# waking the host


@pytest.fixture
def asleep(sim, connected):
    """A host with a link that has said it sleeps; the module wakes it by pin 18, for at most 300 ms."""
    host, peer = connected
    host.ok("AT+USERWKMCUCFG=1,1,18,1,300")
    host.ok("AT+USERMCUSLEEP=1")
    return host, peer, sim.module.board


def test_a_report_waits_until_the_host_is_awake(asleep):
    host, peer, board = asleep
    peer.sendall(b"test")
    until(lambda: board.pins.get(18) == 1)
    assert host.silent(0.1) == b""
    assert host.ask("AT+USERMCUSLEEP=0") == b"\r\n+IPD,4:test\r\n\r\nOK\r\n"
    assert board.pins[18] == 0
    peer.sendall(b"more")
    assert host.read(b"more\r\n") == b"\r\n+IPD,4:more\r\n"  # awake: at once, without a signal
    assert board.pins[18] == 0


def test_after_the_delay_the_report_comes_anyway(asleep):
    host, peer, board = asleep
    start = time.monotonic()
    peer.sendall(b"test")
    assert host.read(b"test\r\n") == b"\r\n+IPD,4:test\r\n"
    assert 0.25 < time.monotonic() - start < 1
    until(lambda: board.pins[18] == 0)
    peer.sendall(b"more")  # it is taken to sleep still
    until(lambda: board.pins[18] == 1)
    assert host.read(b"more\r\n") == b"\r\n+IPD,4:more\r\n"


def test_answers_do_not_wait(asleep):
    host, _, board = asleep
    assert host.ask("AT+CIPMUX?") == b"+CIPMUX:0\r\n\r\nOK\r\n"
    assert 18 not in board.pins


def test_waking_by_uart_and_knowing_by_at_sleep(sim, connected):
    host, peer = connected
    host.ok("AT+USERWKMCUCFG=1,2,1,0x55,200,6")  # bits 1 and 2: AT+SLEEP tells, awake after the delay
    host.ok("AT+USERMCUSLEEP=1")  # without effect: bit 0 is not set
    peer.sendall(b"one")
    assert host.read(b"one\r\n") == b"\r\n+IPD,3:one\r\n"
    assert sim.module.board.serial == b""
    host.ok("AT+SLEEP=1")
    peer.sendall(b"two")
    assert host.read(b"two\r\n") == b"\r\n+IPD,3:two\r\n"
    assert sim.module.board.serial == b"\x55"
    peer.sendall(b"three")
    assert host.read(b"three\r\n", 0.15) == b"\r\n+IPD,5:three\r\n"
    assert sim.module.board.serial == b"\x55"
    host.ok("AT+USERWKMCUCFG=0")
    host.ok("AT+SLEEP=1")
    peer.sendall(b"four")
    assert host.read(b"four\r\n", 0.15) == b"\r\n+IPD,4:four\r\n"
