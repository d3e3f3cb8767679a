"""What every program needs of the module itself: at_basic (guide 3.1)."""

from calls import bounds, check, refuse, runner, twins
from checks import raises
from espat import at_basic
from espat.errors import AtAnswer
from fakeport import FakePort

OK = b"\r\nOK\r\n"
ERROR = b"\r\nERROR\r\n"
VERSION = (b"AT version:3.4.0.0(s-c31b833 - ESP32 - Jun  7 2024 03:48:17)", b"SDK version:v5.0.6",
           b"compile time(c31b833):Jun  7 2024 04:41:21", b"Bin version:v3.4.0.0(WROOM-32)")  # fmt: skip
NONOS_VERSION = (b"AT version:1.2.0.0(JuL  1 2016 20:04:45)", b"SDK version:1.5.4.1(39cb9a32)",
                 b"Ai-Thinker Technology Co Ltd.", b"Dec  2 2016 14:21:16")  # fmt: skip
ROWS = (
    (lambda at: at_basic.attention(at, 1000), b"", (), []),
    (lambda at: at_basic.echo(at, False), b"E0", (), []),
    (lambda at: at_basic.echo(at, True), b"E1", (), []),
    (lambda at: at_basic.version(at), b"+GMR", VERSION, list(VERSION)),
    (lambda at: at_basic.version(at), b"+GMR", b"\r\n".join(NONOS_VERSION) + b"\r\nOK\r\n", list(NONOS_VERSION)),
    (lambda at: at_basic.commands(at, lambda line: None), b"+CMD?", (b'+CMD:0,"AT",0,0,0,1', b'+CMD:1,"ATE0",0,0,0,1'), []),
    (lambda at: at_basic.restart(at), b"+RST", b"\r\nOK\r\n\r\nready\r\n", []),
    (lambda at: at_basic.restore(at), b"+RESTORE", b"\r\nOK\r\n\r\nready\r\n", []),
    (lambda at: at_basic.store(at, False), b"+SYSSTORE=0", (), []),
    (lambda at: at_basic.store(at, True), b"+SYSSTORE=1", (), []),
    (lambda at: at_basic.storing(at), b"+SYSSTORE?", (b"+SYSSTORE:1",), True),
    (lambda at: at_basic.storing(at), b"+SYSSTORE?", (b"+SYSSTORE:0",), False),
    (lambda at: at_basic.log(at, True), b"+SYSLOG=1", (), []),
    (lambda at: at_basic.log(at, False), b"+SYSLOG=0", (), []),
    (lambda at: at_basic.logging(at), b"+SYSLOG?", (b"+SYSLOG:1",), True),
    (lambda at: at_basic.logging(at), b"+SYSLOG?", (b"I (1234) wifi: 1", b"+SYSLOG:0"), False),
    (lambda at: at_basic.messages(at, 3), b"+SYSMSG=3", (), []),
    (lambda at: at_basic.get_messages(at), b"+SYSMSG?", b"+SYSMSG:4\r\nOK\r\n", 4),
    (lambda at: at_basic.get_messages(at), b"+SYSMSG?", b"+SYSMSG:2WIFI DISCONNECT\r\n\r\nOK\r\n", 2),
    (lambda at: at_basic.line(at, 115200), b"+UART_CUR=115200,8,1,0,0", (), []),
    (lambda at: at_basic.line(at, 921600, 3, 7, 3, 2), b"+UART_CUR=921600,7,3,2,3", (), []),
    (lambda at: at_basic.line(at, 9600, save=True), b"+UART_DEF=9600,8,1,0,0", (), []),
    (lambda at: at_basic.get_line(at), b"+UART_CUR?", (b"+UART_CUR:115207,8,1,0,1",), (115207, 8, 1, 0, 1)),
    (lambda at: at_basic.get_line(at, True), b"+UART_DEF?", (b"+UART_DEF:115200,8,1,0,3",), (115200, 8, 1, 0, 3)),
)  # fmt: skip
NONOS = (
    (lambda at: at_basic.messages(at, 3), b"+SYSMSG_CUR=3", (), []),
    (lambda at: at_basic.get_messages(at), b"+SYSMSG_CUR?", (b"+SYSMSG_CUR:2",), 2),
)  # fmt: skip


def test_rows():
    check(ROWS)


def test_rows_of_nonos():
    check(NONOS, nonos=b"_CUR")
    check(twins(NONOS), nonos=b"_DEF")


def test_nonos_stores_by_name():
    port = FakePort((b"AT\r\n", OK), (b"AT+SYSMSG_DEF=1\r\n", OK), (b"AT\r\n", OK), (b"AT+SYSMSG_CUR=1\r\n", OK))
    at = runner(port, b"_CUR")
    for on in (True, False):
        assert at_basic.store(at, on) == []
        at_basic.messages(at, 1)
    port.done()


def test_bounds():
    bounds((
        (lambda at, v: at_basic.messages(at, v), 0, 7),
        (lambda at, v: at_basic.line(at, v), 80, 5000000),
        (lambda at, v: at_basic.line(at, 9600, v), 0, 3),
        (lambda at, v: at_basic.line(at, 9600, 0, v), 5, 8),
        (lambda at, v: at_basic.line(at, 9600, 0, 8, v), 1, 3),
        (lambda at, v: at_basic.line(at, 9600, 0, 8, 1, v), 0, 2),
    ))  # fmt: skip


def test_bad_parameters():
    refuse((
        (lambda at: at_basic.messages(at, None), TypeError),
        (lambda at: at_basic.line(at, "9600"), TypeError),
    ))  # fmt: skip


def test_every_command_is_told_while_it_comes():
    told = []
    port = FakePort((b"AT+CMD?\r\n", b'+CMD:0,"AT",0,0,0,1\r\n+CMD:9,"AT+GMR",0,0,0,1\r\n' + OK))
    assert at_basic.commands(port.at(), told.append) == []
    assert told == [b'+CMD:0,"AT",0,0,0,1', b'+CMD:9,"AT+GMR",0,0,0,1']


def test_known_by_its_test_form_or_its_query_form():
    port = FakePort((b"AT+CWMODE_CUR=?\r\n", b"+CWMODE_CUR:(0-3)\r\n" + OK))
    assert at_basic.known(port.at(), b"+CWMODE_CUR") is True
    port.done()
    port = FakePort((b"AT+SYSLOG=?\r\n", ERROR), (b"AT+SYSLOG?\r\n", b"+SYSLOG:0\r\n" + OK))
    assert at_basic.known(port.at(), b"+SYSLOG") is True
    port.done()
    port = FakePort((b"AT+SYSSTORE=?\r\n", ERROR), (b"AT+SYSSTORE?\r\n", ERROR))
    assert at_basic.known(port.at(), b"+SYSSTORE") is False
    port.done()


def test_links_close_before_a_restore_is_done():
    port = FakePort((b"AT+RESTORE\r\n", b"AT+RESTORE\r\n1,CLOSED\r\n0,CLOSED\r\n\r\nOK\r\n\r\nready\r\n"))
    assert at_basic.restore(port.at()) == [b"1,CLOSED", b"0,CLOSED"]
    port.done()


def test_an_ok_alone_is_no_restart():
    port = FakePort((b"AT+RST\r\n", (OK, 500, b"\r\nready\r\n")))
    at_basic.restart(port.at())
    assert port.now >= 500


def test_answers_without_their_line_are_no_answers():
    calls = (at_basic.storing, b"+SYSSTORE?"), (at_basic.get_messages, b"+SYSMSG?"), (at_basic.get_line, b"+UART_CUR?")
    for call, text in calls:
        port = FakePort((b"AT" + text + b"\r\n", OK))
        raises(AtAnswer, call, runner(port))


def test_the_probe_is_a_query_that_bears_its_name():
    assert at_basic.PROBE == b"AT+UART_CUR?\r\n"
