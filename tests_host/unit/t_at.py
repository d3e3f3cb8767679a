"""The runner, on a scripted port with its own clock: time-outs, busy, being in step again, interrupts, secrets."""

from checks import raises
from espat import tap
from espat.block import Block
from espat.errors import AtAnswer, AtBusy, AtRefused, AtReset, AtTimeout
from espat.counted import Counted
from fakeport import FakePort

OK = b"\r\nOK\r\n"
PROMPT = b"\r\nOK\r\n\r\n>"
PROBE = b"AT+UART_CUR?\r\n"
PROBED = b"+UART_CUR:115200,8,1,0,0\r\n" + OK


def make(*steps, **options):
    """A port with these steps and a runner over it that probes after time-outs."""
    port = FakePort(*steps, **options)
    at = port.at()
    at.probe = PROBE
    return port, at


def rest(at, ms):
    """Let the runner work while its owner does nothing for so long."""
    end = at.port.now + ms
    while at.port.now < end:
        at.wait()


class Once:
    """A job that starts one command, and its owner."""

    def __init__(self, at, cmd, timeout=1000):
        self.at = at
        self.cmd = cmd
        self.timeout = timeout
        self.outcomes = []

    def job(self):
        if not self.cmd:
            return False
        cmd = self.cmd
        self.cmd = None
        self.at.begin(cmd, len(cmd), self, self.timeout)
        return True

    def finished(self, outcome):
        self.outcomes.append(outcome)


# -- the plain thing


def test_lines():
    port, at = make((b"AT+GMR\r\n", b"AT+GMR\r\nAT version:3\r\nSDK version:5\r\n" + OK))
    assert at.run(b"+GMR") == [b"AT version:3", b"SDK version:5"]
    port.done()


def test_parse():
    port, at = make((b"AT+CWMODE?\r\n", b"+CWMODE:1\r\n" + OK))
    assert at.run(b"+CWMODE?", lambda lines: lines[0][-1:]) == b"1"


def test_parse_that_fails():
    for mistake in (b"", b"+X\r\n"):
        port, at = make((b"AT+X?\r\n", mistake + OK))
        e = raises(AtAnswer, at.run, b"+X?", lambda lines: int(lines[0].split(b":")[1]))
        assert e.command == b"+X"


def test_each():
    port, at = make((b"AT+X\r\n", b"one\r\ntwo\r\n" + OK))
    got = []
    assert at.run(b"+X", each=got.append) == []
    assert got == [b"one", b"two"]


def test_refused():
    port, at = make((b"AT+X\r\n", b"ERR CODE:0x01090000\r\n\r\nERROR\r\n"), (PROBE, PROBED), (b"AT\r\n", OK))
    e = raises(AtRefused, at.run, b"+X")
    assert (e.command, e.code) == (b"+X", 0x01090000)
    assert at.run(b"") == []
    port.done()


def test_payload_written_in_small_pieces():
    for room in (1, 3, 1000):
        port, at = make((b"AT+CIPSEND=0,5\r\n", OK + b"\r\n>"), (b"hello", b"\r\nRecv 5 bytes\r\n\r\nSEND OK\r\n"), room=room)
        assert at.run(b"+CIPSEND=0,5", data=b"hello", end=b"SEND OK") == [b"Recv 5 bytes"]
        port.done()


def test_payload_from_a_ring():
    from espat.ring import Ring

    for room in (1, 7, 1000):
        ring = Ring(400)
        ring.put(bytes(350), 0, 350)
        ring.skip(349)
        data = bytes([i & 255 for i in range(300)])
        ring.put(data, 0, 300)  # across the seam
        ring.skip(1)
        port, at = make((b"AT+CIPSEND=0,300\r\n", OK + b"\r\n>"), (data, b"\r\nRecv 300 bytes\r\n\r\nSEND OK\r\n"), room=room)
        once = Once(at, None)
        at.begin(b"AT+CIPSEND=0,300\r\n", 18, once, 1000, None, ring, 300, b"SEND OK")
        rest(at, 100)
        assert once.outcomes == [1] and ring.n == 0
        port.done()


def test_block_is_known_during_its_command_only():
    got = []
    block = Counted(b"+FS:", sink=lambda buf, off, n: got.append(bytes(buf[off : off + n])))
    port, at = make((b"AT+FS\r\n", b"+FS:5,\r\nOK\n" + OK))
    at.run(b"+FS", block=block)
    assert b"".join(got) == b"\r\nOK\n"
    assert at.parser._counted == []


def test_many_answers_in_small_chunks():
    port = FakePort((b"AT+X\r\n", b"%s\r\n" % (b"y" * 100) * 20 + OK))
    at = port.at(chunk=7)
    assert at.run(b"+X") == [b"y" * 100] * 20


# -- time


def test_timeout():
    port, at = make((b"AT+X\r\n", b""), (PROBE, PROBED), (b"AT\r\n", OK))
    e = raises(AtTimeout, at.run, b"+X", timeout=700)
    assert e.command == b"+X" and e.errno == 110
    assert 700 <= port.now <= 710
    assert at.run(b"") == []
    port.done()


def test_timeout_is_not_the_probes_success():
    """The probe begins in the step that ends the command: its result is not the command's."""
    port, at = make((b"AT+X\r\n", b"first\r\n"), (PROBE, PROBED))
    raises(AtTimeout, at.run, b"+X", timeout=50)


def test_late_ok_is_not_the_next_commands():
    for late in (b"", b"+CWLAP:(3)\r\n", b"+UART:1\r\n", b"\r\nERROR\r\n"):
        port, at = make(
            (b"AT+CWLAP\r\n", b""),
            (PROBE, (late + OK, 40, PROBED)),
            (b"AT+CWMODE=1\r\n", b"\r\nERROR\r\n"),
        )
        raises(AtTimeout, at.run, b"+CWLAP", timeout=100)
        if late[2:3] == b"E":  # a late ERROR ends the probe: another one is needed
            port.steps.insert(1, (PROBE, PROBED))
            at.wait()
        raises(AtRefused, at.run, b"+CWMODE=1")
        port.done()


def test_late_ok_before_the_probe_is_written():
    port, at = make((b"AT+X\r\n", b""), (PROBE, PROBED), (b"AT+Y\r\n", b"\r\nERROR\r\n"))
    raises(AtTimeout, at.run, b"+X", timeout=100)
    port.say(OK)
    raises(AtRefused, at.run, b"+Y")
    port.done()


def test_probes_end_when_nobody_is_there():
    """A silent port: one probe, then the next command has its own time-out."""
    port, at = make((b"AT+X\r\n", b""), (PROBE, b""), (b"AT+Y\r\n", b""), (PROBE, b""))
    raises(AtTimeout, at.run, b"+X", timeout=100)
    raises(AtTimeout, at.run, b"+Y", timeout=100)
    assert 1700 <= port.now <= 1800
    rest(at, 5000)
    port.done()
    assert at.idle()


def test_probes_end_when_the_line_never_gets_in_step():
    noise = b"something else\r\n"
    port, at = make((b"AT+X\r\n", noise), *[(PROBE, noise)] * 3 + [(b"AT\r\n", OK)])
    raises(AtTimeout, at.run, b"+X", timeout=100)
    assert at.run(b"") == []
    port.done()


def test_probe_that_the_module_refuses():
    port, at = make((b"AT+X\r\n", b""), *[(PROBE, b"\r\nERROR\r\n")] * 3 + [(b"AT\r\n", OK)])
    raises(AtTimeout, at.run, b"+X", timeout=100)
    assert at.run(b"") == [] and port.now < 200
    port.done()


def test_without_a_probe():
    port, at = make((b"AT+X\r\n", b""), (b"AT\r\n", OK))
    at.probe = None
    raises(AtTimeout, at.run, b"+X", timeout=100)
    assert at.run(b"") == []


def _hurried(timeout, **options):
    port, at = make((b"AT+X=0123456789\r\n", b""), **options)
    at.probe = None
    once = Once(at, b"AT+X=0123456789\r\n", timeout)
    at.jobs.append(once.job)
    rest(at, 20)
    return port, at, once


def test_hurry():
    port, at, once = _hurried(10000)
    at.hurry(300)
    rest(at, 290)
    assert once.outcomes == []
    rest(at, 30)
    assert once.outcomes == [4]


def test_hurry_waits_until_all_is_written():
    port, at, once = _hurried(10000, room=0)
    at.hurry(100)
    rest(at, 450)
    assert once.outcomes == []
    port.room = 3
    rest(at, 90)
    assert once.outcomes == []
    rest(at, 30)
    assert once.outcomes == [4]
    port.done()


def test_hurry_never_prolongs():
    port, at, once = _hurried(200)
    at.hurry(5000)
    rest(at, 200)
    assert once.outcomes == [4]


def test_hurry_is_for_one_command():
    port, at, once = _hurried(10000, room=0)
    at.hurry(100)
    port.room = 100
    port.say(OK)
    rest(at, 20)
    port.expect(b"AT+Y\r\n", (400, OK))
    assert at.run(b"+Y") == []


class Eater(FakePort):
    """A module in a data phase: it waits for `missing` more bytes, whatever they are, then answers."""

    def __init__(self, missing, escapes):
        super().__init__()
        self.missing = missing
        self.escapes = escapes  # it knows "+++"
        self.eating = False
        self.ate = b""
        self.line = b""
        self.spoken = []

    def write(self, buf, off, n):
        data = bytes(buf[off : off + n])
        if self.eating and self.escapes and data == b"+++":
            self.eating = False
            self.say(b"\r\nSEND Canceled\r\n")
            return n
        if self.eating:
            self.ate += data[: self.missing - len(self.ate)]
            data = b""
            if len(self.ate) == self.missing:
                self.eating = False
                self.say(b"\r\nRecv 100 bytes\r\n\r\nSEND OK\r\n")
        self.line += data
        while b"\n" in self.line:
            line, _, self.line = self.line.partition(b"\n")
            self.answer(line)
        return n

    def answer(self, line):
        self.spoken.append(line)
        if line == b"AT+S=100\r":
            self.eating = True
            self.say(b"\r\nOK\r\n\r\n>")
        elif line + b"\n" == PROBE:
            self.say(PROBED)
        elif line[:2] == b"AT":
            self.say(OK)
        elif line != b"\r":
            self.say(b"\r\nERROR\r\n")


def test_a_send_that_lost_bytes_is_cancelled():
    port = Eater(130, True)
    at = port.at()
    at.probe = PROBE
    raises(AtTimeout, at.run, b"+S=100", data=b"x" * 100, end=b"SEND OK", timeout=500)
    assert at.run(b"") == []
    assert port.ate == b"x" * 100 and port.spoken == [b"AT+S=100\r", PROBE[:-1], b"AT\r"]
    assert port.now < 2000


def test_a_data_phase_that_lost_bytes_gets_padding():
    """Other data phases know no escape: they end when they have their bytes, and the module is heard again."""
    for lost in (1, 3, 20, 100):
        port = Eater(100 + lost, False)
        at = port.at()
        at.probe = PROBE
        raises(AtTimeout, at.run, b"+S=100", data=b"x" * 100, end=b"SEND OK", timeout=500)
        assert at.run(b"+Y") == []
        assert len(port.ate) == 100 + lost and port.spoken[-1] == b"AT+Y\r"
        assert port.now < 8000


def test_padding_ends():
    """A module that has died in a data phase gets as many bytes as it was promised, then the matter is closed."""
    port = Eater(100000, False)
    at = port.at()
    at.probe = PROBE
    raises(AtTimeout, at.run, b"+S=100", data=b"x" * 100, end=b"SEND OK", timeout=500)
    rest(at, 10000)
    assert at.idle()
    assert 200 <= len(port.ate) <= 200 + 3 + 3 * len(PROBE)
    raises(AtTimeout, at.run, b"+Y", timeout=100)
    assert len(port.ate) < 300
    rest(at, 5000)
    assert at.idle()


def test_restart_ends_the_padding():
    port = Eater(100000, False)
    at = port.at()
    at.probe = PROBE
    raises(AtTimeout, at.run, b"+S=100", data=b"x" * 100, end=b"SEND OK", timeout=500)
    rest(at, 700)
    port.eating = False
    port.say(b"\r\nready\r\n")
    assert at.run(b"+Y") == []
    assert port.now < 1300


def test_a_block_that_never_ends_is_given_up():
    """The length lied (bytes were lost on the line): what comes a while later is lines again."""
    port, at = make((b"AT+FS\r\n", (b"+FS:500,short", 1500, b"\r\n" + OK)), (b"AT\r\n", OK))
    assert at.run(b"+FS", block=Counted(b"+FS:")) == []
    assert at.engine.cut == 495
    assert at.run(b"") == []


def test_a_slow_block_is_not_given_up():
    got = []
    block = Counted(b"+FS:", sink=lambda buf, off, n: got.append(n))
    port, at = make((b"AT+FS\r\n", (b"+FS:4,a", 900, b"b", 900, b"c", 900, b"d" + OK)))
    at.run(b"+FS", block=block)
    assert sum(got) == 4 and at.engine.cut == 0


# -- busy


def test_busy_is_tried_again():
    busy = b"\r\nbusy p...\r\n"
    port, at = make((b"AT+X\r\n", busy), (b"AT+X\r\n", busy), (b"AT+X\r\n", b"+X:1\r\n" + OK), (PROBE, PROBED), (b"AT\r\n", OK))
    assert at.run(b"+X") == [b"+X:1"]
    assert 300 <= port.now < 350
    assert at.run(b"") == []
    port.done()


def test_busy_pauses_grow():
    busy = b"\r\nbusy p...\r\n"
    port, at = make(*[(b"AT+X\r\n", busy)] * 9 + [(PROBE, PROBED)])
    raises(AtBusy, at.run, b"+X", timeout=8000)
    assert len(port.steps) == 1  # 100 200 400 800 1600 1600 1600 ms


def test_busy_that_is_answered_after_all():
    port, at = make((b"AT+X\r\n", (b"ERR CODE:0x010b0000\r\n\r\nbusy p...\r\n", 50, b"+X:1\r\n" + OK)))
    assert at.run(b"+X") == [b"+X:1"]
    port.done()


def test_busy_after_the_echo_is_not_tried_again():
    """Noise makes the module say busy while it works: a second AT+CWJAP would be executed too."""
    port, at = make((b"AT+CWJAP\r\n", (b"AT+CWJAP\r\n", 100, b"\r\nbusy p...\r\n", 3000, b"WIFI GOT IP\r\n" + OK)))
    assert at.run(b"+CWJAP", timeout=15000) == [b"WIFI GOT IP"]
    port.done()


def test_refused_and_executed_later_all_the_same():
    """Two answers come for a command that was written twice; the second is not the next command's."""
    port, at = make(
        (b"AT+X\r\n", b"\r\nbusy p...\r\n"),
        (b"AT+X\r\n", b"+X:1\r\n" + OK),
        (PROBE, (b"+X:1\r\n" + OK, 20, PROBED)),
        (b"AT+Y\r\n", b"\r\nERROR\r\n"),
    )
    assert at.run(b"+X") == [b"+X:1"]
    raises(AtRefused, at.run, b"+Y")
    port.done()


def test_busy_for_ever():
    busy = b"\r\nbusy p...\r\n"
    port, at = make(*[(b"AT+X\r\n", busy)] * 4 + [(PROBE, busy)] * 3 + [(b"AT+Y\r\n", busy)] * 4)
    raises(AtBusy, at.run, b"+X", timeout=1000)
    e = raises(AtBusy, at.run, b"+Y", timeout=1000)
    assert e.errno == 16 and port.now < 7000


def test_busy_instead_of_a_prompt():
    port, at = make(
        (b"AT+S\r\n", b"\r\nbusy s...\r\n"), (b"AT+S\r\n", OK + b"\r\n>"), (b"hi", b"\r\nSEND OK\r\n"), (PROBE, PROBED)
    )  # fmt: skip
    at.run(b"+S", data=b"hi", end=b"SEND OK")
    rest(at, 50)
    port.done()


# -- restarts


def test_restart_ends_the_command():
    port, at = make((b"AT+X\r\n", b"some\r\n\r\nready\r\n"), (b"AT\r\n", OK))
    e = raises(AtReset, at.run, b"+X")
    assert e.errno == 104
    assert at.run(b"") == []
    port.done()


def test_what_was_kept_is_told_again():
    port, at = make((b"ATE0\r\n", OK), (b"AT+CIPMUX=0\r\n", OK), (b"AT+CIPMUX=1\r\n", OK), (b"AT+Z=1\r\n", b"\r\nERROR\r\n"))
    at.keep(b"E0")
    at.keep(b"+CIPMUX=0")
    at.keep(b"+CIPMUX=1")
    raises(AtRefused, at.keep, b"+Z=1")
    port.expect(PROBE, PROBED)
    port.expect(b"AT+X\r\n", b"\r\nready\r\n")
    port.expect(b"ATE0\r\n", b"ATE0\r\n" + OK)
    port.expect(b"AT+CIPMUX=1\r\n", OK)
    port.expect(b"AT+Y\r\n", b"+Y:1\r\n" + OK)
    raises(AtReset, at.run, b"+X")
    assert at.run(b"+Y") == [b"+Y:1"]
    port.done()


def test_an_echo_that_could_not_be_switched_off_is_no_restart():
    """A command that the restarted module has still heard is refused, and ATE0 seems to be; later it is told once more."""
    import espat.replay

    port, at = make((b"ATE0\r\n", OK))
    clock = espat.replay.ticks_ms
    espat.replay.ticks_ms = port.ticks
    at.keep(b"E0")
    port.expect(b"ATE0\r\n", b"AT+CIPRECVDATA=3,4096\r\nbusy p...\r\n\r\nERROR\r\n")
    port.expect(PROBE, b"AT+UART_CUR?\r\n" + PROBED)
    port.expect(b"AT+X\r\n", b"AT+X\r\n" + OK)
    port.say(b"ready\r\n")
    rest(at, 100)
    at.run(b"+X")
    assert at.engine.restarts == 1
    port.expect(b"ATE0\r\n", b"ATE0\r\n" + OK)
    rest(at, 21000)
    espat.replay.ticks_ms = clock
    port.done()
    port.expect(b"AT+X\r\n", b"AT+X\r\n" + OK)  # of a module whose restart nobody has heard
    port.expect(b"ATE0\r\n", OK)
    raises(AtReset, at.run, b"+X")
    assert at.engine.restarts == 2


def test_restart_while_it_is_told_again():
    port, at = make((b"ATE0\r\n", OK), (b"AT+B=1\r\n", OK))
    at.keep(b"E0")
    at.keep(b"+B=1")
    port.expect(b"ATE0\r\n", OK)
    port.expect(b"AT+B=1\r\n", b"\r\nready\r\n")
    port.expect(b"ATE0\r\n", OK)
    port.expect(b"AT+B=1\r\n", OK)
    port.say(b"\r\nready\r\n")
    rest(at, 50)
    port.done()
    assert at.idle()


def test_forget():
    port, at = make((b"AT+B=1\r\n", OK))
    at.keep(b"+B=1")
    at.forget(b"+B=7")
    port.say(b"ready\r\n")
    rest(at, 50)
    port.done()


def test_restart_ends_the_probing():
    port, at = make((b"AT+X\r\n", b""), (PROBE, b"\r\nready\r\n"), (b"AT\r\n", OK))
    raises(AtTimeout, at.run, b"+X", timeout=50)
    assert at.run(b"") == []
    port.done()


# -- turns


def test_jobs_run_while_idle():
    port, at = make((b"AT+A\r\n", OK), (b"AT+B\r\n", b"\r\nERROR\r\n"), (PROBE, PROBED))
    a, b = Once(at, b"AT+A\r\n"), Once(at, b"AT+B\r\n")
    at.jobs.extend([a.job, b.job])
    rest(at, 50)
    assert a.outcomes == [1] and b.outcomes == [2]
    port.done()


def test_jobs_stand_back_for_who_waits():
    port, at = make((b"AT+A\r\n", (50, OK)), (b"AT\r\n", OK), (b"AT+B\r\n", OK))
    a, b = Once(at, b"AT+A\r\n"), Once(at, b"AT+B\r\n")
    at.jobs.append(a.job)
    at.step()
    at.jobs.append(b.job)
    at.run(b"")
    rest(at, 20)
    port.done()
    assert a.outcomes == [1] and b.outcomes == [1]


def test_a_jobs_timeout_is_its_own():
    port, at = make((b"AT+A\r\n", b""), (PROBE, PROBED), (b"AT\r\n", OK))
    a = Once(at, b"AT+A\r\n", 100)
    at.jobs.append(a.job)
    at.step()
    assert at.run(b"") == []
    assert a.outcomes == [4]
    port.done()


def test_no_command_from_inside_a_report():
    port, at = make((b"AT\r\n", OK))
    seen = []

    def report(buf, a, b):
        seen.append(bytes(buf[a:b]))
        at.run(b"+X")

    at.on(b"WIFI ", report)
    port.say(b"WIFI GOT IP\r\nWIFI DISCONNECT\r\n")
    raises(RuntimeError, at.step)
    raises(RuntimeError, at.step)
    assert seen == [b"WIFI GOT IP", b"WIFI DISCONNECT"]
    at.off(b"WIFI ")
    assert at.run(b"") == []
    port.done()


def test_a_step_inside_a_step_does_nothing():
    port, at = make()
    seen = []
    at.on(b"WIFI ", lambda buf, a, b: seen.append(at.step()))
    port.say(b"WIFI GOT IP\r\n")
    assert at.step() and seen == [False]


def test_a_timer_may_strike_while_a_command_is_begun():
    """The ticker calls step() between any two bytecodes: nothing half begun may be seen by it."""
    port, at = make((b"AT+X\r\n", b"+X:1\r\n" + OK))
    begin = at.begin

    def struck(*args):
        at.step()
        begin(*args)
        at.step()

    at.begin = struck
    assert at.run(b"+X") == [b"+X:1"]
    port.done()


# -- interrupts


def _interrupted_wait(port, times=1):
    wait = port.wait
    left = [times]

    def interrupted(ms):
        left[0] -= 1
        if not left[0]:
            port.wait = wait
            raise KeyboardInterrupt
        wait(ms)

    port.wait = interrupted


def test_interrupt_while_waiting_for_the_answer():
    port, at = make((b"AT+X\r\n", (100, b"old\r\n" + OK)), (b"AT+Y\r\n", b"new\r\n" + OK))
    _interrupted_wait(port)
    raises(KeyboardInterrupt, at.run, b"+X")
    assert at.run(b"+Y") == [b"new"]
    port.done()
    assert at.claims == 0


def test_interrupt_while_waiting_for_ones_turn():
    port, at = make((b"AT+A\r\n", (100, OK)), (b"AT+B\r\n", OK))
    a, b = Once(at, b"AT+A\r\n"), Once(at, b"AT+B\r\n")
    at.jobs.append(a.job)
    at.step()
    _interrupted_wait(port, 3)
    raises(KeyboardInterrupt, at.run, b"+X")
    at.jobs.append(b.job)
    rest(at, 200)
    assert a.outcomes == [1] and b.outcomes == [1]
    port.done()


def test_interrupt_in_a_data_phase():
    port, at = make((b"AT+S\r\n", OK + b"\r\n>"), (b"hi", (100, b"\r\nSEND OK\r\n")), (b"AT\r\n", OK))
    _interrupted_wait(port)
    raises(KeyboardInterrupt, at.run, b"+S", data=b"hi", end=b"SEND OK")
    assert at.run(b"") == []
    port.done()


def test_block_of_an_interrupted_command():
    """Its bytes still come; as lines they could be taken for anything."""
    block = Counted(b"+FS:")
    port, at = make((b"AT+FS\r\n", (100, b"+FS:14,\r\nOK\r\nready\r\n" + OK)), (b"AT\r\n", OK))
    _interrupted_wait(port)
    raises(KeyboardInterrupt, at.run, b"+FS", block=block)
    assert at.run(b"") == [] and at.engine.restarts == 0
    assert at.parser._counted == []
    port.done()


def test_event_comes_again_behind_an_interrupt():
    port, at = make((b"AT+X\r\n", b"WIFI GOT IP\r\none\r\n" + OK), (b"AT\r\n", OK))
    heard = []

    def report(buf, a, b):
        heard.append(bytes(buf[a:b]))
        if len(heard) == 1:
            raise KeyboardInterrupt

    at.on(b"WIFI ", report)
    raises(KeyboardInterrupt, at.run, b"+X")
    assert at.run(b"") == []
    assert heard == [b"WIFI GOT IP"] * 2
    port.done()


def test_error_in_a_handler_loses_one_event():
    port, at = make((b"AT+X\r\n", b"WIFI GOT IP\r\none\r\n" + OK), (b"AT\r\n", OK))
    at.on(b"WIFI ", lambda buf, a, b: 1 // 0)
    raises(ZeroDivisionError, at.run, b"+X")
    assert at.run(b"") == []
    port.done()


# -- secrets


def _tapped(*steps):
    port = FakePort(*steps)
    text = []
    line = tap.Tap(port, text.append)
    at = port.at()
    at.port = line
    return port, at, text


def test_secret():
    port, at, text = _tapped((b'AT+CWJAP="me","pass"\r\n', b'AT+CWJAP="me","pass"\r\n' + OK), (b"AT\r\n", OK))
    at.run(b'+CWJAP="me","pass"', secret=True)
    at.run(b"")
    said = "".join(text)
    assert "pass" not in said and '"AT\\u000d' in said


def test_secret_of_an_interrupted_command():
    port, at, text = _tapped((b'AT+CWJAP="me","pass"\r\n', (50, b'AT+CWJAP="me","pass"\r\n' + OK)), (b"AT\r\n", OK))
    _interrupted_wait(port)
    raises(KeyboardInterrupt, at.run, b'+CWJAP="me","pass"', secret=True)
    at.run(b"")
    said = "".join(text)
    assert "pass" not in said and '"AT\\u000d' in said


def test_secret_of_a_command_that_is_refused_or_repeated():
    for answer in (b"\r\nERROR\r\n", b"\r\nbusy p...\r\n"):
        port, at, text = _tapped((b"AT+P=pass\r\n", answer), (b"AT+P=pass\r\n", b"\r\nERROR\r\n"))
        raises(AtRefused, at.run, b"+P=pass", secret=True)
        assert "pass" not in "".join(text) and not at.port.hide


def test_secret_that_is_told_again():
    port, at, text = _tapped((b"AT+P=pass\r\n", OK), (b"AT+P=pass\r\n", b"AT+P=pass\r\n" + OK))
    at.keep(b"+P=pass", secret=True)
    port.say(b"ready\r\n")
    rest_of = port.now + 50
    while port.now < rest_of:
        at.wait()
    port.done()
    assert "pass" not in "".join(text) and not at.port.hide


def test_secrets_are_not_in_errors():
    port, at = make((b"AT+P=pass\r\n", b"\r\nERROR\r\n"))
    e = raises(AtRefused, at.run, b"+P=pass", secret=True)
    assert "pass" not in repr(e) + str(e) + repr(e.args) and e.command == b"+P"


def test_a_secret_of_another_ends_nobodys():
    """While one waits for its turn, hiding belongs to the command that runs."""
    port, at, text = _tapped((b"AT+A=open\r\n", (50, b"answer\r\n" + OK)), (b"AT+P=pass\r\n", OK))
    a = Once(at, b"AT+A=open\r\n")
    at.jobs.append(a.job)
    at.step()
    at.run(b"+P=pass", secret=True)
    said = "".join(text)
    assert "open" in said and "answer" in said and "pass" not in said


# -- names


def test_has():
    port, at = make()
    assert not at.has(b"+X")

    class Names:
        def has(self, name):
            return name == b"+X"

    at.names = Names()
    assert at.has(b"+X") and not at.has(b"+Y")


# -- data that moves


def test_a_download_that_moves_is_not_late():
    """Five pieces, each nearly as late as the whole may be; then silence is too late after all."""
    pieces = []
    for n in range(5):
        pieces += [900, b"+FS:3,ab%d\r\n" % n]
    port, at = make((b"AT+FS\r\n", tuple(pieces + [900, OK])))
    block = Block(b"+FS:")
    assert at.run(b"+FS", block.value, 1000, block=block) == b"ab0ab1ab2ab3ab4"
    port, at = make((b"AT+FS\r\n", (900, b"+FS:3,abc\r\n", 1100, OK)), (PROBE, PROBED))
    raises(AtTimeout, at.run, b"+FS", None, 1000, block=Block(b"+FS:"))


def test_the_rest_of_a_block_that_never_comes():
    """It is given up after a second of silence, also by a port that cannot tell how many bytes there are."""

    class Generous(FakePort):
        def any(self):
            super().any()
            assert self.now < 10000
            return 4096

    for port in (FakePort(), Generous()):
        port.expect(b"AT+FS\r\n", b"+FS:100,abc\r\n")
        port.expect(PROBE, PROBED)
        port.expect(b"AT+X\r\n", OK)
        at = port.at()
        at.probe = PROBE
        raises(AtTimeout, at.run, b"+FS", None, 500, block=Block(b"+FS:"))
        assert at.run(b"+X") == [] and 1000 <= port.now < 2000
        port.done()


def test_lines_do_not_prolong():
    port, at = make((b"AT+X\r\n", (600, b"+X:1\r\n", 600, OK)), (PROBE, PROBED))
    raises(AtTimeout, at.run, b"+X", None, 1000)
    port, at = make((b"AT+FS\r\n", (600, b"+FS:2,ab\r\n", 600, b"+NOTE\r\n", 600, OK)), (PROBE, PROBED))
    raises(AtTimeout, at.run, b"+FS", None, 1000, block=Block(b"+FS:"))  # counted from the block's last byte


def test_an_upload_that_moves_is_not_late():
    """The line takes a byte every 100 ms: 5 s for what may be silent for 1 s."""
    data = bytes(50)
    port, at = make((b"AT+X\r\n", PROMPT), (data, (900, OK)), (b"AT\r\n", OK))
    write, next_at = port.write, [0]

    def slow(buf, off, n):
        if not at.engine.phase == 3:
            return write(buf, off, n)
        if port.now < next_at[0]:
            return 0
        next_at[0] = port.now + 100
        return write(buf, off, 1)

    port.write = slow
    at.run(b"+X", None, 1000, data)
    assert port.now >= 5000
    at.run(b"")


def test_no_command_while_the_line_is_a_pipe():
    port, at = make((b"AT\r\n", OK))
    calls = []
    at.pipe = lambda: calls.append(port.now)
    raises(AtBusy, at.run, b"")
    at.wait()
    assert calls and not port.written
    at.pipe = None
    at.run(b"")


# -- plus signs


def pieces_of(data, payload):
    """[(when, piece)] of what the port is given in a data phase."""
    port, at = make((b"AT+CIPSEND=0,1\r\n", PROMPT), (data, b"\r\nSEND OK\r\n"))
    pieces = []
    write = port.write

    def noted(buf, off, n):
        pieces.append((port.now, bytes(buf[off : off + n])))
        return write(buf, off, n)

    port.write = noted
    at.run(b"+CIPSEND=0,1", data=payload, end=b"SEND OK")
    port.done()
    return pieces


def test_three_plus_signs_are_no_burst_of_their_own():
    """In a data phase they would call the module out of it; wherever they stand, and whatever hands them over."""
    from espat.ring import Ring

    class Payload(Ring):
        def __len__(self):
            return self.n

    for size in (3, 256 + 3, 512 + 3, 4):
        data = bytes(size - 3) + b"+++"
        ring = Payload(600)
        ring.put(data, 0, size)
        for payload in (data, ring):
            pieces = pieces_of(data, payload)
            assert b"+++" not in [piece for _, piece in pieces]
            late = [now for now, piece in pieces if piece in (b"++", b"+")]
            assert not late or late[-1] - late[0] >= 25, pieces


def test_an_escape_is_not_torn():
    """The module is left in a data phase: now three plus signs are what it shall see."""
    port, at = make((b"AT+CIPSEND=0,5\r\n", PROMPT), (b"12345", b""), (b"+++", b"\r\nSEND Canceled\r\n"), (PROBE, PROBED))
    raises(AtTimeout, at.run, b"+CIPSEND=0,5", None, 500, b"12345", b"SEND OK")
    rest(at, 3000)
    port.done()
