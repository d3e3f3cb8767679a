"""Every finding of the check-up, from a line with that fault; on a clock of its own, so nothing is waited for."""

from espat import checkup
from espat.advice import ADVICE


class Bench:
    """A port with a module or a fault behind it. answers: function(text, bench) -> bytes that come back, called with
    every piece that is written; text at another rate than the module's is noise to both."""

    hide = False

    def __init__(self, answers=None, rate=115200, host=115200, room=1000, log=b""):
        self.answers = answers
        self.rate = rate  # the module's
        self.host = host
        self.room = room
        self.log = log  # comes by itself, once
        self.now = 0
        self.piped = self.reset = False
        self.flow = 0
        self.rx = b""
        self.boots = 0
        self.boot_text = b""
        checkup.ticks_ms = self.ticks
        checkup.sleep_ms = self.sleep

    def ticks(self):
        return self.now

    def sleep(self, ms):
        self.now += ms

    def any(self):
        if self.log and self.now > 20:
            self.rx += self.log
            self.log = b""
        return len(self.rx)

    def readinto(self, buf, n):
        buf[:n] = self.rx[:n]
        self.rx = self.rx[n:]
        return n

    def write(self, buf, off, n):
        n = min(n, self.room)
        text = bytes(buf[off : off + n])
        if self.answers and n:
            self.rx += self.answers(text, self) if self.rate == self.host else b"\x80\xf8\x1e"
        return n

    def wait(self, ms):
        self.now += ms

    def baud(self, rate):
        self.host = rate

    def value(self, level):  # the reset pin
        if level:
            self.boots += 1
            self.rx += self.boot_text


LIST = b"".join([b'+CMD:%d,"AT+N%d",0,0,0,1\r\n' % (i, i) for i in range(60)])


def module(text, bench):
    """A module in command mode."""
    if text == b"AT\r\n":
        return b"AT\r\r\n\r\nOK\r\n"  # echo is on
    if text == b"AT+UART_CUR?\r\n":
        return b"+UART_CUR:%d,8,1,0,%d\r\n\r\nOK\r\n" % (bench.rate, bench.flow)
    if text == b"AT+CMD?\r\n":
        return LIST + b"\r\nOK\r\n"
    return b"\r\nERROR\r\n"


def found(bench, **options):
    steps = []
    finding = checkup.examine(bench, tell=steps.append, **options)
    assert len(finding.advice()) > 30 and steps
    return finding


def test_a_good_module():
    bench = Bench(module)
    bench.flow = 3
    finding = found(bench, baud=115200)
    assert (finding.name, finding.rate, finding.flow, finding.ok()) == ("ok", 115200, 3, True)
    assert bench.now < 1000


def test_half_a_line_is_in_its_buffer():
    answers = [b"\r\nERROR\r\n"]
    bench = Bench(lambda text, bench: answers.pop() if answers else module(text, bench))
    assert found(bench).name == "ok"


def test_another_rate():
    finding = found(Bench(module, rate=9600), baud=115200)
    assert (finding.name, finding.rate, finding.ok()) == ("baud", 9600, True)
    assert "BAUD = 9600" in finding.advice()


def test_passthrough():
    def answers(text, bench):
        if bench.piped:
            bench.piped = text != b"+++"
            return b""
        return module(text, bench)

    bench = Bench(answers)
    bench.piped = True
    assert found(bench).name == "passthrough"


def test_passthrough_to_a_peer_that_sends_everything_back():
    def answers(text, bench):
        if bench.piped:
            bench.piped = text != b"+++"
            return text if bench.piped else b""
        return module(text, bench)

    bench = Bench(answers)
    bench.piped = True
    assert found(bench).name == "passthrough"


def test_busy_for_a_while_and_for_ever():
    left = [3]

    def answers(text, bench):
        if text == b"AT\r\n" and left[0]:
            left[0] -= 1
            return b"\r\nbusy p...\r\n"
        return module(text, bench)

    assert found(Bench(answers)).name == "ok"
    left[0] = 1000
    finding = found(Bench(answers))
    assert finding.name == "busy" and not finding.ok()


def test_a_hole_in_a_long_answer():
    def answers(text, bench):
        answer = module(text, bench)
        return answer[:500] + answer[560:] if len(answer) > 600 else answer

    finding = found(Bench(answers))
    assert finding.name == "losing" and finding.ok()


def test_a_long_answer_without_end():
    finding = found(Bench(lambda text, bench: module(text, bench)[:900]))
    assert finding.name == "losing"


def test_firmware_without_that_list():
    finding = found(Bench(lambda text, bench: b"\r\nERROR\r\n" if text != b"AT\r\n" else b"\r\nOK\r\n"))
    assert finding.name == "ok" and finding.flow is None


def test_flow_control_that_nobody_wired_on_the_module():
    def answers(text, bench):
        answer = module(text, bench)
        if text == b"AT+UART_CUR=115200,8,1,0,0\r\n" and bench.host == bench.rate:
            bench.flow = 0
            return b"\r\nOK\r\n"
        return b"" if bench.flow & 2 else answer

    bench = Bench(answers)
    bench.flow = 3
    finding = found(bench, baud=115200)
    assert (finding.name, finding.flow) == ("cts", 0)


def test_flow_control_that_nobody_wired_on_the_board():
    bench = Bench(module, room=0)
    assert found(bench).name == "blocked"
    bench = Bench()
    bench.txdone = lambda: False  # its buffer takes everything, and nothing leaves
    assert found(bench).name == "blocked"


def test_own_transmission():
    assert found(Bench(lambda text, bench: text)).name == "own echo"


def test_nothing():
    bench = Bench()
    finding = found(bench, baud=57600)
    assert (finding.name, finding.rate, finding.heard, finding.ok()) == ("silent", 57600, b"", False)
    assert bench.now < 30000 and bench.host == 57600


def test_noise():
    assert found(Bench(module, rate=74880)).name == "garbage"


def test_the_module_is_heard_only():
    assert found(Bench(log=b"\r\nready\r\nWIFI CONNECTED\r\n")).name == "deaf"
    bench = Bench()
    bench.boot_text = b"ets Jul 29 2019 12:21:46\r\nrst:0x1 (POWERON_RESET)\r\n"
    assert found(bench, reset=bench).name == "deaf" and bench.boots == 1


def test_the_reset_pin_helps():
    bench = Bench(lambda text, bench: module(text, bench) if bench.boots else b"")
    assert found(bench, reset=bench).name == "ok"


def test_what_a_boot_log_tells():
    assert found(Bench(log=b"boot:0x3 (DOWNLOAD_BOOT)\r\nwaiting for download\r\n")).name == "download"
    assert found(Bench(log=b"\r\nBrownout detector was triggered\r\n\r\nrst:0xc")).name == "brownout"


def test_every_finding_has_its_test():
    assert set(ADVICE) == {
        "ok", "baud", "passthrough", "busy", "losing", "cts", "blocked", "own echo", "deaf", "download", "brownout",
        "garbage", "silent",
    }  # fmt: skip
