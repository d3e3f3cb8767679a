"""Typed calls, one row each: what is called, the exact text sent, the answer, the value returned.

    ROWS = (
        (lambda at: at_sleep.mode(at), b"+SLEEP?", (b"+SLEEP:2",), 2),
        (lambda at: at_fs.write(at, "a", 0, b"xy"), b'+FS=0,1,"a",0,2', Data(b"xy", prompt=b">"), []),
    )

    def test_rows():
        calls.check(ROWS)

An answer is a tuple of lines (the module's OK follows), bytes as they come over the line, or Data. check()
plays every row through a real At: whole, byte by byte, and refused in every way (REFUSALS); and it makes sure that
the call hands on what the runner's run() gave it, which is what lets an asyncio runner use the same functions.
"""

from checks import raises
from espat import at_basic
from espat.errors import AtBusy, AtRefused, AtReset, AtTimeout
from fakeport import FakePort

PROMPT = b"\r\nOK\r\n\r\n>"


class Data:
    """A data phase: payload sent at the prompt, then `lines` and the final result `end`."""

    def __init__(self, payload, *lines, end=b"OK", prompt=PROMPT):
        self.payload = payload
        self.prompt = prompt
        self.after = text(lines, end)


def text(lines, end=b"OK"):
    """Answer lines and final result as the module sends them."""
    return b"".join([line + b"\r\n" for line in lines]) + b"\r\n" + end + b"\r\n"


class _Slow(FakePort):
    """Gives one byte at a time, and takes one."""

    def any(self):
        return min(1, FakePort.any(self))

    def readinto(self, buf, n):
        return FakePort.readinto(self, buf, 1)

    def write(self, buf, off, n):
        return FakePort.write(self, buf, off, min(n, 1))


class _Recorder:
    """A runner that only remembers: what it returns must come back unchanged."""

    nonos = b""

    def __init__(self):
        self.given = object()
        self.parser = self

    def has(self, name):
        return False

    def run(self, text, parse=None, timeout=5000, data=None, end=b"OK", each=None, block=None, secret=False):
        self.text = text
        self.timeout = timeout
        return self.given

    def keep(self, text, timeout=5000, secret=False):
        return self.run(text, timeout=timeout)

    def forget(self, text):
        pass

    def on(self, prefix, handler):
        pass

    def off(self, prefix):
        pass


def runner(port, nonos=b""):
    """An At over the port, as bring-up would leave it; nonos: b"_CUR" or b"_DEF" on ESP8266 NonOS."""
    at = port.at()
    at.nonos = nonos
    return at


def _steps(sent, answer):
    first = b"AT" + sent + b"\r\n"
    if isinstance(answer, Data):
        return [(first, answer.prompt), (answer.payload, answer.after)]
    return [(first, answer if isinstance(answer, bytes) else text(answer))]


def _play(port, call, value, nonos):
    at = runner(port, nonos)
    got = call(at)
    assert got == value, "%r instead of %r" % (got, value)
    port.done()
    assert at.idle() and not at.parser.block


PROBE = b"+UART_CUR:115200,8,1,0,0\r\n\r\nOK\r\n"
# what may come instead of the answer, and what the caller gets
REFUSALS = (
    (b"\r\nERROR\r\n", AtRefused),
    (b"\r\nFAIL\r\n", AtRefused),
    (b"ERR CODE:0x01090000\r\n\r\nERROR\r\n", AtRefused),  # this firmware does not have it
    (b"\r\nready\r\n", AtReset),
    (b"busy p...\r\n", AtBusy),  # for ever
    (b"", AtTimeout),
)


class _Stubborn(FakePort):
    """Says the same to one command, and to others what they want to hear; its clock runs fast while nothing is to be said."""

    engine = None

    def __init__(self, command, word):
        FakePort.__init__(self)
        self.answers = {b"AT\r\n": b"\r\nOK\r\n", at_basic.PROBE: PROBE}
        self.answers[command] = word

    def _step(self):
        line = bytes(self._part)
        assert line in self.answers, "nobody expects %r" % (line,)
        self._part = b""
        self.say(self.answers[line])
        return True

    def wait(self, ms):
        FakePort.wait(self, 1 if self.engine.tx_n else 1000)


def _refused(call, sent, nonos):
    for word, kind in REFUSALS:
        if word.endswith(b"ready\r\n") and sent in (b"+RST", b"+RESTORE"):
            continue  # what they wait for
        port = _Stubborn(b"AT" + sent + b"\r\n", word)
        at = runner(port, nonos)
        port.engine = at.engine
        at.probe = at_basic.PROBE
        error = raises(kind, call, at)
        assert type(error) is kind and sent.startswith(error.command), (word, error)
        if kind is AtRefused:
            assert (error.meaning == "this firmware does not have the command") == (b"0109" in word), error.meaning
        if sent:
            port.answers[b"AT" + sent + b"\r\n"] = b"\r\nERROR\r\n"  # the next one is answered, and told apart
            raises(AtRefused, call, at)
        port.answers[b"AT\r\n"] = b"\r\nOK\r\n"
        at.run(b"")
        assert at.idle() and not at.parser.block


def _handed_on(call, sent, nonos):
    recorder = _Recorder()
    recorder.nonos = nonos
    assert call(recorder) is recorder.given, "does not return what run() returned"
    assert recorder.text == sent
    assert 1000 <= recorder.timeout <= 3700000


def check(rows, nonos=b""):
    """Play every row; see the head of this file."""
    for call, sent, answer, value in rows:
        try:
            _play(FakePort(*_steps(sent, answer)), call, value, nonos)
            _play(_Slow(*_steps(sent, answer)), call, value, nonos)
            _refused(call, sent, nonos)
            _handed_on(call, sent, nonos)
        except Exception:
            print("in the row of", sent, answer)
            raise


def twins(rows):
    """ESP8266 NonOS' rows with _DEF, which keeps a setting in flash, where they say _CUR."""
    for call, sent, answer, value in rows:
        lines = [line.replace(b"_CUR", b"_DEF") for line in ((answer,) if isinstance(answer, bytes) else answer)]
        yield call, sent.replace(b"_CUR", b"_DEF"), lines[0] if isinstance(answer, bytes) else tuple(lines), value


def refuse(calls):
    """Every (call, exception) must raise that exception with nothing sent."""
    for i, (call, kind) in enumerate(calls):
        port = FakePort()
        try:
            raises(kind, call, runner(port))
        except Exception:
            print("in row", i, kind)
            raise
        assert not port.written


def bounds(rows, make=int):
    """Rows of (call(at, value), low, high): both ends are taken, what lies beyond them is refused."""
    for i, (call, low, high) in enumerate(rows):
        try:
            for n in (low, high):
                recorder = _Recorder()
                assert call(recorder, make(n)) is recorder.given
            for n in (low - 1, high + 1):
                if n >= 0 or make is int:
                    raises(ValueError, call, _Recorder(), make(n))
        except Exception:
            print("in row", i, low, high)
            raise


def sizes(rows):
    """The same for lengths of text in bytes."""
    bounds(rows, lambda n: "x" * n)


def secret(call, answer=()):
    """Whether a call hides what it sends."""
    port = FakePort()
    at = runner(port)
    hidden = []

    def write(buf, off, n):
        hidden.append(port.hide)
        port.say(text(answer))
        return n

    port.write = write
    call(at)
    return hidden[0]
