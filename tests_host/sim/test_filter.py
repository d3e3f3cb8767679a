"""Filters for the module's messages: AT+SYSMSGFILTER, AT+SYSMSGFILTERCFG."""
import pytest
from espsim.sieve import Filter
from sim.talk import PROMPT


def add(host, head, tail=b"", operation=1):
    host.write(b"AT+SYSMSGFILTERCFG=%d,%d,%d\r\n" % (operation, len(head), len(tail)))
    assert host.read(b">") == PROMPT
    host.write(head + tail)
    return host.read(b"\r\nOK\r\n")


def test_a_report_is_filtered(logged):
    assert logged.ask("AT+SYSMSGFILTER?") == b"+SYSMSGFILTER:0\r\n\r\nOK\r\n"
    assert add(logged, b"^WIFI CONNECTED\r\n") == b"\r\nOK\r\n"
    assert logged.ask("AT+SYSMSGFILTERCFG?") == b'+SYSMSGFILTERCFG:0,"^WIFI CONNECTED\r\n",""\r\n\r\nOK\r\n'
    logged.ok("AT+CWMODE=1")
    assert b"WIFI CONNECTED\r\n" in logged.ok('AT+CWJAP="espressif","1234567890"')  # not enabled yet
    logged.ok("AT+SYSMSGFILTER=1")
    assert logged.ask("AT+SYSMSGFILTER?") == b"+SYSMSGFILTER:1\r\n\r\nOK\r\n"
    logged.ok("AT+CWQAP")
    logged.silent(0.1)
    assert logged.ask('AT+CWJAP="espressif","1234567890"') == b"WIFI GOT IP\r\n\r\nOK\r\n"
    add(logged, b"^WIFI CONNECTED\r\n", operation=2)
    logged.ok("AT+CWQAP")
    logged.silent(0.1)
    assert logged.ask('AT+CWJAP="espressif","1234567890"') == b"WIFI CONNECTED\r\nWIFI GOT IP\r\n\r\nOK\r\n"


def test_final_results_are_messages_too(logged):
    add(logged, b"", b"\r\nOK\r\n$")
    logged.write(b"AT+SYSMSGFILTER=1\r\n")
    assert logged.silent(0.1) == b""
    logged.write(b"AT\r\n")
    assert logged.silent(0.1) == b""
    assert logged.ask("AT+NONE") == b"ERR CODE:0x01090000\r\n\r\nERROR\r\n"
    logged.write(b"AT+SYSMSGFILTERCFG=0\r\n")
    assert logged.read(b"OK\r\n") == b"\r\nOK\r\n"


def test_deleting_what_is_not_there_and_bad_expressions(logged):
    for operation, head in ((2, b"^none"), (1, b"[a"), (1, b"a\\")):
        logged.write(b"AT+SYSMSGFILTERCFG=%d,%d,0\r\n" % (operation, len(head)))
        logged.read(b">")
        logged.write(head)
        assert logged.read(b"ERROR\r\n") == b"ERR CODE:0x010a0000\r\n\r\nERROR\r\n"
    assert logged.ask("AT+SYSMSGFILTERCFG?") == b"\r\nOK\r\n"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("AT+SYSMSGFILTERCFG=1,0,0", 0x01070002),
        ("AT+SYSMSGFILTERCFG=1,65,0", 0x01070001),
        ("AT+SYSMSGFILTERCFG=3,1,1", 0x01070000),
        ("AT+SYSMSGFILTERCFG=0,1,1", 0x01060103),
        ("AT+SYSMSGFILTERCFG=1,1", 0x01060302),
        ("AT+SYSMSGFILTER=2", 0x01070000),
    ],
)
def test_arguments(logged, line, code):
    assert logged.ask(line) == b"ERR CODE:0x%08x\r\n\r\nERROR\r\n" % code


def test_a_restart_forgets_them(logged):
    add(logged, b"^x")
    logged.ok("AT+SYSMSGFILTER=1")
    logged.ok("AT+RST")
    logged.read(b"ready\r\n")
    logged.ok("ATE0")
    assert logged.ask("AT+SYSMSGFILTER?") == b"+SYSMSGFILTER:0\r\n\r\nOK\r\n"
    assert logged.ask("AT+SYSMSGFILTERCFG?") == b"\r\nOK\r\n"


@pytest.mark.parametrize(
    ("head", "tail", "message", "left"),
    [
        (b"^+HTTPCGET:[0-9]*,", b"\r\n$", b"+HTTPCGET:4,a\r\nb\r\n", b"a\r\nb"),
        (b"^+HTTPCGET:[0-9]*,", b"\r\n$", b"+HTTPCGET:4,abcd", None),  # both or nothing
        (b"^+HTTPCGET:[0-9]*,", b"", b"x+HTTPCGET:4,abcd", None),
        (b"^ab*c", b"", b"acd", b"d"),
        (b"a.c", b"", b"xa\ncy", b"xy"),
        (rb"^a\{2\}", b"", b"aaa", b"a"),
        (rb"^\(ab\)\1", b"", b"ababx", b"x"),
        (b"^a{2}", b"", b"a{2}b", b"b"),
        (b"^a+b?", b"", b"a+b?|", b"|"),
        (b"[^0-9]x", b"", b"1xax", b"1x"),
        (b"[[:digit:]]", b"", b"a1b", b"ab"),
        (b"^*a", b"", b"*ab", b"b"),
        (rb"\.$", b"", b"a.", b"a"),
        (b"a$b", b"", b"xa$by", b"xy"),
    ],
)
def test_basic_regular_expressions(head, tail, message, left):
    assert Filter(head, tail).apply(message) == left
