"""The engine: what a line means for the command under way, fed through the real parser."""

from checks import raises
import outcomes as eng
from espat.engine import Engine
from espat.counted import Counted
from espat.parser import Parser

OUTCOMES = {eng.OK: "OK", eng.REFUSED: "REFUSED", eng.BUSY: "BUSY", eng.TIMEOUT: "TIMEOUT", eng.RESET: "RESET"}


class Bench:
    """Parser and engine, and what they told: lines of the command, reports, strays, restarts."""

    def __init__(self, *reports):
        self.parser = Parser(None)
        self.engine = self.parser.owner = Engine(self.parser)
        self.lines = []
        self.reports = []
        self.strays = []
        self.resets = 0
        self.engine.stray = self._stray
        self.engine.on_reset(self._reset)
        for prefix in reports:
            self.engine.on(prefix, self._report)

    def _line(self, buf, a, b):
        self.lines.append(bytes(buf[a:b]))

    def _stray(self, buf, a, b):
        self.strays.append(bytes(buf[a:b]))

    def _report(self, buf, a, b):
        self.reports.append(bytes(buf[a:b]))

    def _reset(self):
        self.resets += 1

    def start(self, cmd, data=None, end=b"OK", written=True):
        """Make cmd the command under way; written: the port has taken it."""
        self.lines = []
        self.engine.start(cmd, len(cmd), self._line, data, len(data or b""), end)
        if written:
            self.engine.tx_n = 0
        return self

    def feed(self, *pieces):
        for piece in pieces:
            self.parser.feed(piece, len(piece))
        return self

    def outcome(self):
        """The outcome's name, None while the command is under way."""
        return None if self.engine.phase else OUTCOMES[self.engine.outcome]

    def write(self):
        """The port takes what waits to be written; returns it."""
        e = self.engine
        out = bytes(e.tx[e.tx_at : e.tx_at + e.tx_n])
        e.tx_n = 0
        return out


def run(cmd, answer, *reports, data=None, end=b"OK"):
    """A command and its answer: whole, in bytes and cut anywhere it must come out the same; gives the bench."""

    def once(*pieces):
        bench = Bench(*reports).start(cmd, data, end).feed(*pieces)
        return bench, (bench.outcome(), bench.lines, bench.reports, bench.strays, bench.resets, bench.engine.code)

    bench, whole = once(answer)
    assert once(*[answer[i : i + 1] for i in range(len(answer))])[1] == whole
    for i in range(1, len(answer)):
        assert once(answer[:i], answer[i:])[1] == whole, i
    return bench


# -- commands and names


def test_command_waits_to_be_written():
    e = Bench().start(b"AT+GMR\r\n", written=False).engine
    assert (e.phase, bytes(e.tx[e.tx_at : e.tx_at + e.tx_n])) == (1, b"AT+GMR\r\n")


def test_name():
    for cmd, name in (
        (b"AT\r\n", b""), (b"ATE0\r\n", b"E0"), (b"AT+GMR\r\n", b"+GMR"), (b"AT+CWJAP?\r\n", b"+CWJAP"),
        (b'AT+CWJAP="a","b"\r\n', b"+CWJAP"), (b"AT+UART_CUR=?\r\n", b"+UART_CUR"), (b"AT+CIPSTA\r\n", b"+CIPSTA"),
        (b"AT+\xc3\xa9\r\n", b"+"),
    ):  # fmt: skip
        assert Bench().start(cmd).engine.name() == name


def test_only_the_counted_part_of_a_command_buffer_is_meant():
    bench = Bench()
    bench.engine.start(bytearray(b"AT+CIPSEND=0,5\r\nleftover"), 16)
    assert bench.write() == b"AT+CIPSEND=0,5\r\n"
    assert bench.feed(b"AT+CIPSEND=0,5\r\n\r\nOK\r\n").outcome() == "OK" and bench.strays == []


# -- answers


def test_answer_lines():
    bench = run(b"AT+GMR\r\n", b"AT version:3.4.0.0\r\nSDK version:v5\r\n\r\nOK\r\n")
    assert bench.outcome() == "OK" and bench.lines == [b"AT version:3.4.0.0", b"SDK version:v5"]


def test_no_empty_line_before_ok():
    bench = run(b"AT+SYSRAM?\r\n", b"+SYSRAM:1,2\r\nOK\r\n")
    assert (bench.outcome(), bench.lines) == ("OK", [b"+SYSRAM:1,2"])


def test_after_the_final_lines_are_stray():
    bench = run(b"AT\r\n", b"\r\nOK\r\nlate\r\n\r\nOK\r\n")
    assert (bench.outcome(), bench.lines, bench.strays) == ("OK", [], [b"late", b"OK"])


def test_refusals():
    assert run(b"AT+X\r\n", b"\r\nERROR\r\n").outcome() == "REFUSED"
    assert run(b"AT+X\r\n", b"\r\nFAIL\r\n").outcome() == "REFUSED"


def test_words_that_only_begin_like_finals():
    bench = run(b"AT+X\r\n", b"OKAY\r\nERRORS\r\nFAILED\r\nOK2\r\n\r\nOK\r\n")
    assert bench.lines == [b"OKAY", b"ERRORS", b"FAILED", b"OK2"]


def test_other_ends():
    for end in (b"SET OK", b"WRITE OK", b"SEND OK"):
        bench = run(b"AT+X=5\r\n", b"\r\nOK\r\n\r\n%s\r\n" % end, end=end)
        assert (bench.outcome(), bench.lines) == ("OK", [])


def test_an_end_of_any_length():
    bench = run(b"AT+MINE\r\n", b"+MINE:this is how it always ends\r\n", end=b"+MINE:this is how it always ends")
    assert (bench.outcome(), bench.lines) == ("OK", [])


def test_end_may_change_while_it_runs():
    bench = Bench().start(b"AT+UART_CUR?\r\n", end=b"").feed(b"\r\nOK\r\n")
    assert bench.outcome() is None
    bench.engine.end = b"OK"
    assert bench.feed(b"\r\nOK\r\n").outcome() == "OK"


# -- codes


def test_error_code():
    bench = run(b"AT+X=1\r\n", b"ERR CODE:0x01090000\r\n\r\nERROR\r\n")
    assert (bench.outcome(), bench.engine.code, bench.lines) == ("REFUSED", 0x01090000, [])


def test_error_code_alone():
    assert Bench().start(b"AT+X\r\n").feed(b"ERR CODE:0x010a6001\r\n").engine.code == 0x010A6001


def test_broken_error_codes_are_lines():
    for text in (b"ERR CODE:0x0109000g", b"ERR CODE:0x0109 000", b"ERR CODE:0x010900001", b"ERR CODE:", b"ERR CODE:0x/:@`GG-1"):
        bench = run(b"AT+X\r\n", text + b"\r\n\r\nERROR\r\n")
        assert (bench.engine.code, bench.lines) == (None, [text])


def test_own_code():
    bench = run(b'AT+CWJAP="a","b"\r\n', b"+CWJAP:2\r\n\r\nERROR\r\n")
    assert (bench.outcome(), bench.engine.code, bench.lines) == ("REFUSED", 2, [b"+CWJAP:2"])


def test_own_code_says_more_than_err_code():
    assert run(b"AT+CWJAP\r\n", b"+CWJAP:2\r\nERR CODE:0x010a0000\r\n\r\nERROR\r\n").engine.code == 2
    assert run(b"AT+CWJAP\r\n", b"ERR CODE:0x010a0000\r\n+CWJAP:2\r\n\r\nERROR\r\n").engine.code == 2


def test_code_of_one_command_is_not_the_next_ones():
    bench = Bench().start(b"AT+X\r\n").feed(b"ERR CODE:0x01090000\r\n\r\nERROR\r\n")
    assert bench.start(b"AT+Y\r\n").feed(b"\r\nERROR\r\n").engine.code is None


# -- echo


def test_echo_is_no_answer():
    for echo in (b"AT+GMR\r\n", b"AT+GMR\r\r\n", b"\0AT+GMR\r\n", b"AT+\r\nAT+GMR\r\n", b"A\r\nAT+GMR\r\n"):
        bench = run(b"AT+GMR\r\n", echo + b"AT version:1\r\n\r\nOK\r\n")
        assert bench.lines == [b"AT version:1"], echo


def test_echo_behind_noise():
    bench = run(b"AT+BLEINIT=2\r\n", b"++++AT+BLEINIT=2\r\n\r\nOK\r\n")
    assert (bench.outcome(), bench.lines) == ("OK", [])
    assert bench.resets == 0
    for noise, resets in ((b"rea", 1), (b"\x8c\x9e", 1), (b"+", 0)):  # the rest of a "ready" that was cut short
        bench = Bench()
        bench.engine.quiet = True
        bench.start(b"AT+CIPMUX?\r\n")
        bench.feed(noise + b"AT+CIPMUX?\r\n+CIPMUX:0\r\n\r\nOK\r\n")
        assert bench.resets == resets, noise
    bench = run(b"AT\r\n", b"xxAT\r\n\r\nOK\r\n")  # two letters prove nothing
    assert bench.lines == [b"xxAT"]


def test_report_splits_the_echo():
    bench = run(b"AT+CIPSEND=0,98\r\n", b"AT+CIPSEND=0,1,CONNECT\r\n98\r\n\r\nOK\r\n", b"1,", end=b"OK")
    assert (bench.lines, bench.reports) == ([], [b"1,CONNECT"])


def test_report_that_begins_like_the_rest_of_the_echo():
    bench = run(b"AT+CIPSEND=0,100\r\n", b"AT+CIPSEND=0,1,CONNECT\r\n100\r\n\r\nOK\r\n", b"1,")
    assert (bench.lines, bench.reports) == ([], [b"1,CONNECT"])
    bench = run(b"AT+CIPCLOSE=1\r\n", b"AT+CIPCLOSE=1,CLOSED\r\n1\r\n\r\nOK\r\n", b"1,")
    assert (bench.lines, bench.reports) == ([], [b"1,CLOSED"])


def test_report_glued_behind_the_echo():
    bench = run(b"AT\r\n", b"ATWIFI GOT IP\r\n\r\nOK\r\n", b"WIFI ")
    assert (bench.outcome(), bench.lines, bench.reports) == ("OK", [], [b"WIFI GOT IP"])


def test_report_with_its_own_line_splits_the_echo():
    bench = run(b"AT+CIPSEND=0,98\r\n", b"AT+CIPSEND=0,\r\n98\r\n\r\nOK\r\n")
    assert bench.lines == []


def test_block_splits_the_echo():
    def once(*pieces):
        bench = Bench()
        bench.parser.register(Counted(b"+D:"))
        return bench.start(b"AT+CIPSEND=0,98\r\n").feed(*pieces)

    wire = b"AT+CIPSEND=0,\r\n+D:5,\r\nOK\n98\r\n\r\nERROR\r\n"
    for i in range(1, len(wire)):
        bench = once(wire[:i], wire[i:])
        assert (bench.outcome(), bench.lines) == ("REFUSED", []), i


def test_answer_that_looks_like_another_command():
    bench = run(b"AT+CIFSR\r\n", b"AT+CIPSTART\r\n\r\nOK\r\n")
    assert bench.lines == [b"AT+CIPSTART"]


def test_echo_in_lower_case_as_typed():
    bench = run(b"at+cwmode?\r\n", b"at+cwmode?\r\n+CWMODE:0\r\n\r\nOK\r\n")
    assert bench.lines == [b"+CWMODE:0"]


# -- busy


def test_busy_is_no_answer():
    bench = Bench().start(b"AT+X\r\n").feed(b"\r\nbusy p...\r\n")
    assert bench.outcome() is None and bench.engine.busy and bench.engine.busies == 1 and bench.lines == []


def test_busy_then_the_answer():
    bench = Bench().start(b"AT+X\r\n").feed(b"ERR CODE:0x010b0000\r\n\r\nbusy p...\r\n\r\nOK\r\n")
    assert bench.outcome() == "OK" and not bench.engine.busy


def test_busy_after_the_echo_refuses_nothing():
    bench = Bench().start(b"AT+CWJAP\r\n").feed(b"AT+CWJAP\r\n\r\nbusy p...\r\n")
    assert not bench.engine.busy and bench.engine.busies == 1


def test_busy_after_own_answer_refuses_nothing():
    bench = Bench().start(b"AT+PING\r\n").feed(b"+PING:1\r\n\r\nbusy p...\r\n")
    assert not bench.engine.busy


def test_busy_after_a_report_refuses():
    bench = Bench(b"WIFI ").start(b"AT+X\r\n").feed(b"WIFI GOT IP\r\n\r\nbusy p...\r\n")
    assert bench.engine.busy


def test_any_answer_takes_busy_back():
    for text in (b"something", b"AT+X"):
        bench = Bench().start(b"AT+X\r\n").feed(b"\r\nbusy p...\r\n%s\r\n" % text)
        assert not bench.engine.busy


def test_a_report_does_not_take_busy_back():
    assert Bench(b"WIFI ").start(b"AT+X\r\n").feed(b"\r\nbusy p...\r\nWIFI GOT IP\r\n").engine.busy


def test_again_writes_and_waits_anew():
    bench = Bench().start(b"AT+X\r\n").feed(b"ERR CODE:0x010b0000\r\nbusy p...\r\n")
    bench.engine.again()
    assert bench.write() == b"AT+X\r\n" and not bench.engine.busy
    assert bench.feed(b"ERR CODE:0x01090000\r\nERROR\r\n").outcome() == "REFUSED"
    assert bench.engine.code == 0x01090000


def test_answer_of_the_first_try_while_the_second_waits():
    bench = Bench().start(b"AT+X\r\n").feed(b"busy p...\r\n")
    bench.engine.again()
    assert bench.feed(b"\r\nOK\r\n").outcome() == "OK"


def test_busy_while_idle():
    bench = Bench().feed(b"\r\nbusy p...\r\n\r\nbusy s...\r\nERR CODE:0x010b0000\r\n")
    assert bench.strays == [] and not bench.engine.busy
    assert bench.start(b"AT\r\n").feed(b"\r\nOK\r\n").outcome() == "OK"


def test_a_line_that_only_begins_like_busy():
    assert run(b"AT+X\r\n", b"busy \r\nbusybody\r\n\r\nOK\r\n").lines == [b"busy ", b"busybody"]


# -- finals of earlier commands


def test_final_before_the_command_is_written():
    for late in (b"\r\nOK\r\n", b"\r\nERROR\r\n", b"\r\nFAIL\r\n", b"\r\nSEND FAIL\r\n"):
        bench = Bench().start(b"AT+X\r\n", written=False).feed(late)
        assert bench.outcome() is None and bench.lines == []
        assert bench.write() == b"AT+X\r\n"
        assert bench.feed(b"\r\nOK\r\n").outcome() == "OK"


def test_busy_before_the_command_is_written():
    assert not Bench().start(b"AT+X\r\n", written=False).feed(b"busy p...\r\n").engine.busy


def test_other_kinds_of_ok_do_not_end_a_command():
    bench = Bench().start(b"AT+X\r\n").feed(b"SEND OK\r\nSET OK\r\nWRITE OK\r\n+MQTTPUB:OK\r\n")
    assert bench.outcome() is None and bench.lines == []


def test_late_send_fail_does_not_end_another_command():
    for late in (b"SEND FAIL", b"SEND Canceled", b"SEND CANCELLED", b"+MQTTPUB:FAIL"):
        bench = Bench().start(b"AT+CIPSTATUS\r\n").feed(late + b"\r\n")
        assert bench.outcome() is None and bench.lines == []


def test_late_send_results_before_the_prompt():
    """SEND FAIL and then SEND OK have been seen for one send: neither is the next one's."""
    for late in (b"SEND FAIL", b"SEND OK"):
        bench = Bench().start(b"AT+CIPSEND=0,2\r\n", b"hi", b"SEND OK").feed(b"\r\n%s\r\n" % late)
        assert bench.outcome() is None
        bench.feed(b"\r\nOK\r\n\r\n>")
        assert bench.engine.phase == eng.DATA


def test_late_send_results_before_the_payload_is_written():
    for late in (b"SEND FAIL", b"SEND OK"):
        bench = Bench().start(b"AT+CIPSEND=0,2\r\n", b"hi", b"SEND OK").feed(b"\r\nOK\r\n\r\n>\r\n%s\r\n" % late)
        assert bench.outcome() is None and bench.write() == b"hi"
        assert bench.feed(b"\r\nRecv 2 bytes\r\n\r\nSEND OK\r\n").outcome() == "OK"


def test_a_prompt_before_the_command_is_written():
    bench = Bench().start(b"AT+CIPSEND=0,2\r\n", b"hi", b"SEND OK", written=False).feed(b"\r\n>")
    assert bench.write() == b"AT+CIPSEND=0,2\r\n"
    bench.feed(b"\r\nOK\r\n\r\n>")
    assert bench.write() == b"hi"


# -- data phases


def test_class_a():
    bench = Bench().start(b"AT+CIPSEND=0,4\r\n", b"test", b"SEND OK").feed(b"AT+CIPSEND=0,4\r\n\r\nOK\r\n")
    assert bench.engine.phase == eng.PROMPT and bench.engine.tx_n == 0
    bench.feed(b"\r\n>")
    assert bench.engine.phase == eng.DATA and bench.write() == b"test"
    bench.feed(b"\r\nRecv 4 bytes\r\n")
    assert bench.outcome() is None
    assert bench.feed(b"\r\nSEND OK\r\n").outcome() == "OK" and bench.lines == [b"Recv 4 bytes"]


def test_class_a_that_ends_with_ok():
    bench = Bench().start(b"AT+MQTTLONGPASSWORD=0,2\r\n", b"hi").feed(b"\r\nOK\r\n\r\n>")
    assert bench.outcome() is None and bench.write() == b"hi"
    assert bench.feed(b"\r\nOK\r\n").outcome() == "OK"


def test_class_b():
    bench = Bench().start(b"AT+FS=0,1,\"f\",0,2\r\n", b"hi").feed(b">")
    assert bench.write() == b"hi"
    assert bench.feed(b"\r\nOK\r\n").outcome() == "OK"


def test_nonos_prompt():
    bench = Bench().start(b"AT+CIPSEND=2\r\n", b"hi", b"SEND OK").feed(b"\r\nOK\r\n> ")
    assert bench.write() == b"hi"
    assert bench.feed(b"\r\nRecv 2 bytes\r\n\r\nSEND OK\r\n").outcome() == "OK"


def test_old_prompt_without_ok():
    bench = Bench().start(b"AT+CIPSEND=2,2\r\n", b"hi", b"SEND OK").feed(b"AT+CIPSEND=2,2\r\r\n> ")
    assert bench.write() == b"hi"
    assert bench.feed(b"busy s...\r\n\r\nSEND OK\r\n").outcome() == "OK" and bench.lines == []


def test_report_between_ok_and_prompt():
    bench = Bench(b"1,").start(b"AT+CIPSEND=0,2\r\n", b"hi", b"SEND OK").feed(b"\r\nOK\r\n1,CLOSED\r\n\r\n>")
    assert bench.write() == b"hi" and bench.reports == [b"1,CLOSED"]


def test_report_glued_to_the_prompt():
    bench = Bench(b"1,").start(b"AT+CIPSEND=0,2\r\n", b"hi", b"SEND OK").feed(b"\r\nOK\r\n\r\n>1,CLOSED\r\n")
    assert bench.write() == b"hi" and bench.reports == [b"1,CLOSED"]


def test_refused_instead_of_the_prompt():
    bench = Bench().start(b"AT+CIPSEND=0,2\r\n", b"hi", b"SEND OK").feed(b"link is not valid\r\n\r\nERROR\r\n")
    assert bench.outcome() == "REFUSED" and bench.lines == [b"link is not valid"]
    assert not bench.parser.prompt and bench.engine.tx_n == 0


def test_busy_instead_of_the_prompt():
    bench = Bench().start(b"AT+CIPSEND=0,2\r\n", b"hi", b"SEND OK").feed(b"\r\nbusy s...\r\n")
    assert bench.engine.busy and bench.parser.prompt
    bench.engine.again()
    assert bench.write() == b"AT+CIPSEND=0,2\r\n"
    assert bench.feed(b"\r\nOK\r\n\r\n>").write() == b"hi"


def test_busy_then_ok_and_prompt_after_all():
    bench = Bench().start(b"AT+CIPSEND=0,2\r\n", b"hi", b"SEND OK").feed(b"\r\nbusy p...\r\n\r\nOK\r\n")
    assert not bench.engine.busy
    assert bench.feed(b"\r\n>").write() == b"hi"


def test_send_fails():
    for text in (b"SEND FAIL", b"SEND Canceled", b"SEND CANCELLED", b"ERROR"):
        bench = Bench().start(b"AT+CIPSEND=0,2\r\n", b"hi", b"SEND OK").feed(b"\r\nOK\r\n\r\n>")
        bench.write()
        assert bench.feed(b"\r\n%s\r\n" % text).outcome() == "REFUSED", text


def test_error_in_the_middle_of_the_payload_stops_it():
    bench = Bench().start(b"AT+CIPSEND=0,2\r\n", b"hi", b"SEND OK").feed(b"\r\nOK\r\n\r\n>")
    assert bench.feed(b"\r\nERROR\r\n").outcome() == "REFUSED" and bench.engine.tx_n == 0


def test_publish():
    for text, outcome in ((b"+MQTTPUB:OK", "OK"), (b"+MQTTPUB:FAIL", "REFUSED")):
        bench = Bench().start(b'AT+MQTTPUBRAW=0,"t",2,0,0\r\n', b"hi", b"+MQTTPUB:OK").feed(b"\r\nOK\r\n\r\n>")
        bench.write()
        assert bench.feed(text + b"\r\n").outcome() == outcome


def test_publish_result_glued_to_a_report():
    """+MQTTDISCONNECTED:0 comes without CR LF."""
    bench = Bench(b"+MQTTDISCONNECTED:")
    for bench in (Bench(b"+MQTTDISCONNECTED:"), Bench()):
        bench.start(b'AT+MQTTPUBRAW=0,"t",2,0,0\r\n', b"hi", b"+MQTTPUB:OK").feed(b"\r\nOK\r\n\r\n>")
        bench.write()
        assert bench.feed(b"+MQTTDISCONNECTED:0+MQTTPUB:FAIL\r\n").outcome() == "REFUSED"
        assert bench.reports + bench.lines == [b"+MQTTDISCONNECTED:0"]


def test_stop_at_the_prompt():
    bench = Bench().start(b"AT+CIPSEND\r\n", b"").feed(b"\r\nOK\r\n")
    assert bench.outcome() is None
    assert bench.feed(b"\r\n>").outcome() == "OK" and bench.engine.tx_n == 0


def test_payload_from_a_ring():
    from espat.ring import Ring

    ring = Ring(8)
    ring.put(b"hi there", 0, 8)
    bench = Bench()
    bench.engine.start(b"AT+CIPSEND=0,2\r\n", 16, None, ring, 2, b"SEND OK")
    bench.write()
    bench.feed(b"\r\nOK\r\n\r\n>")
    assert bench.engine.tx_ring is ring and bench.engine.tx_n == 2
    bench.engine.tx_n = 0
    assert bench.feed(b"\r\nSEND OK\r\n").outcome() == "OK"
    assert bench.start(b"AT\r\n").engine.tx_ring is None


# -- reports


def test_reports_go_to_whom_they_belong():
    bench = Bench(b"WIFI ")
    others = []
    bench.engine.on(b"WEB", lambda buf, a, b: others.append(bytes(buf[a:b])))
    bench.feed(b"WIFI GOT IP\r\nWEBSERVER\r\nWIF\r\nW\r\n")
    assert bench.reports == [b"WIFI GOT IP"] and others == [b"WEBSERVER"] and bench.strays == [b"WIF", b"W"]


def test_reports_anywhere_in_an_answer():
    answer = b"WIFI CONNECTED\r\nAT+X?\r\nWIFI GOT IP\r\n+X:1\r\nWIFI DISCONNECT\r\n\r\nOK\r\n"
    bench = run(b"AT+X?\r\n", answer, b"WIFI ")
    assert bench.lines == [b"+X:1"] and len(bench.reports) == 3


def test_own_answer_that_is_a_report_too():
    bench = run(b"AT+BLECONN=0\r\n", b'+BLECONN:0,"mac"\r\n\r\nOK\r\n+BLECONN:1,"mac"\r\n', b"+BLECONN:")
    assert bench.lines == [b'+BLECONN:0,"mac"'] and bench.reports == [b'+BLECONN:0,"mac"', b'+BLECONN:1,"mac"']


def test_off():
    bench = Bench(b"WIFI ")
    bench.engine.off(b"WIFI ")
    bench.engine.off(b"never")
    assert bench.feed(b"WIFI GOT IP\r\n").strays == [b"WIFI GOT IP"]


def test_a_handler_that_fails_harms_nothing():
    bench = Bench()

    def fails(buf, a, b):
        raise ValueError

    bench.engine.on(b"bad", fails)
    bench.start(b"AT\r\n")
    wire = b"bad\r\n\r\nOK\r\n"
    raises(ValueError, bench.parser.feed, wire, len(wire))
    bench.parser.run()
    assert bench.outcome() == "OK"


# -- restarts


def test_ready():
    bench = Bench().feed(b"\r\nready\r\n")
    assert (bench.resets, bench.engine.restarts, bench.strays) == (1, 1, [])


def test_restart_ends_the_command():
    for when in range(len(b"+CWLAP:(1)\r\n\r\n")):
        cut = b"+CWLAP:(1)\r\n\r\n"[:when]
        bench = Bench().start(b"AT+CWLAP\r\n").feed(cut, b"\r\nready\r\n")
        assert (bench.outcome(), bench.resets) == ("RESET", 1), when


def test_restart_before_and_after_the_prompt():
    for seen in (b"", b"\r\nOK\r\n", b"\r\nOK\r\n\r\n>"):
        bench = Bench().start(b"AT+CIPSEND=0,2\r\n", b"hi", b"SEND OK").feed(seen, b"\r\nready\r\n")
        assert bench.outcome() == "RESET" and not bench.parser.prompt and bench.engine.tx_n == 0


def test_ready_behind_boot_noise():
    for noise in (b"\x8c\x9e\x82", b"xx\x80:x\xf8", b"rl\x00l", b"plain "):
        assert Bench().feed(noise + b"ready\r\n").resets == 1, noise


def test_ready_that_is_text():
    bench = Bench().feed(b"ssid:ready\r\npassword:get ready\r\nready!\r\nunready:\r\n")
    assert bench.resets == 0
    bench = run(b"AT+CWHOSTNAME?\r\n", b"+CWHOSTNAME:ready\r\n\r\nOK\r\n")
    assert (bench.outcome(), bench.resets) == ("OK", 0)
    bench = run(b"AT+BLENAME?\r\n", b"+BLENAME:\xc3\xa9ready\r\n\r\nOK\r\n")
    assert (bench.outcome(), bench.resets) == ("OK", 0)


def test_invalid_of_some_vendors():
    assert Bench().feed(b"\r\ninvalid\r\n").resets == 1
    assert Bench().feed(b"\r\ninvalid argument\r\n").resets == 0


def test_a_restart_that_was_asked_for():
    bench = Bench().start(b"AT+RST\r\n", end=b"ready").feed(b"\r\nOK\r\n\r\n ets Jan  8 2013,rst cause:1\r\nload 0x\r\n")
    assert bench.outcome() is None
    bench.feed(b"\x80\x9eready\r\n")
    assert (bench.outcome(), bench.resets) == ("OK", 1)


def test_boot_log_ends_the_command_early():
    bench = Bench().start(b"AT+X\r\n").feed(b"\r\n ets Jan  8 2013,rst cause:4, boot mode:(3,6)\r\nwdt reset\r\n")
    assert (bench.outcome(), bench.resets) == ("RESET", 0)
    assert bench.feed(b"\r\nready\r\n").resets == 1


# -- loss


def test_cut_lines_are_counted():
    bench = Bench().start(b"AT+X\r\n").feed(b"x" * 400 + b"\r\n\r\nOK\r\n")
    assert bench.outcome() == "OK" and bench.engine.cut == 81 and len(bench.lines[0]) == 320


def test_a_lie_about_a_length_can_be_given_up():
    bench = Bench()
    bench.parser.register(Counted(b"+D:"))
    bench.start(b"AT+D\r\n").feed(b"+D:100,short\r\n\r\nOK\r\n")
    assert bench.outcome() is None
    bench.parser.drop()
    assert bench.engine.cut == 100 - 13
    assert bench.feed(b"\r\nOK\r\n").outcome() == "OK"
