"""What is wrong with the line to a module that does not answer, or answers badly; and what to do, in plain words.

Works on a bare port (see uart.py), before any Modem: examples/00_check_firmware.py and `python3 -m espat_host check` use it.
"""

from micropython import const

from espat import at_basic, uart
from espat.errors import AtRefused, AtTimeout
from espat.rescue import RATES
from espat.ticks import sleep_ms, ticks_add, ticks_diff, ticks_ms

_ANSWER = const(400)  # ms for the answer to AT
_GUARD = const(60)  # ms of silence before "+++"
_SETTLE = const(1100)  # ms until a module that has left passthrough listens again
_PULSE = const(50)  # ms the reset pin is low
_BOOT = const(2500)  # ms from a reset until it has said what it has to say
_PATIENCE = const(10)  # questions to a module that is busy
_KEEP = const(512)  # bytes of what was heard that are looked at

_FINAL = (b"\r\nOK\r\n", b"\r\nERROR\r\n")
_BUSY = b"busy p..."
_ANSWERS = _FINAL + (_BUSY,)
_BOOT_LOG = (b"rst:", b"boot:", b"ready\r\n", b"ESP-ROM", b"ets ")


class Finding:
    """name: a key of advice.ADVICE. rate: baud it answers at, None: not known. flow: AT+UART_CUR's flow control, None: not
    known. heard: the last bytes that came."""

    rate = flow = None
    heard = b""

    def __init__(self, name):
        self.name = name

    def ok(self):
        """Whether the module can be used now, as things stand."""
        return self.name in ("ok", "baud", "passthrough", "cts", "losing")

    def advice(self):
        """What it means and what to do, a few sentences."""
        from espat.advice import ADVICE

        return ADVICE[self.name].format(rate=self.rate)


def examine(port, baud=0, reset=None, tell=None):
    """Find out whether a module answers, and why not; gives a Finding.

    port: a UART or a port as in uart.py, at baud. baud: 0 when it is not known. reset: pin at the module's EN or RST,
    used when nothing else helps. tell: called with a sentence on each step. Takes 1 s with a good module, 30 s in the
    worst case; the module is left as it was found but for passthrough and its flow control.
    """
    line = _Line(uart.wrap(port))
    tell = tell or (lambda text: None)
    finding = Finding(_search(line, baud or RATES[0], reset, tell))
    finding.rate = line.rate or baud or None
    if finding.name in ("ok", "baud", "passthrough", "cts"):
        finding.flow = _flow(line)
        tell("asking for a long answer")
        if not _whole(line) and finding.name == "ok":
            finding.name = "losing"
    finding.heard = line.heard
    return finding


def _search(line, baud, reset, tell):
    tell("asking at the rate that is set")
    line.listen(100)
    if line.ask():
        return _patient(line)
    if line.stuck:
        return "blocked"
    echo = line.echoed()
    tell("calling it out of passthrough")
    line.escape()
    if line.ask():
        return "passthrough"
    if echo and line.echoed():
        return "own echo"
    tell("asking at other rates")
    for rate in RATES:
        line.turn(rate)
        if line.ask():
            return "baud" if rate != baud else _patient(line)
    tell("switching off its flow control, unseen")
    for rate in (baud, RATES[0], RATES[1]):
        line.turn(rate)
        at_basic.line(line, rate)
        if line.ask():
            return "cts"
    line.turn(baud)
    line.rate = None
    if reset:
        tell("restarting it by its pin")
        reset.value(0)
        sleep_ms(_PULSE)
        reset.value(1)
        line.listen(_BOOT)
        if line.ask():
            return "ok"
    return _guess(line.heard)


def _patient(line):
    # ok, or busy for too long
    for _ in range(_PATIENCE):
        if line.got.find(_BUSY) < 0:
            return "ok"
        line.listen(1000, _FINAL)
        line.ask()
    return "busy"


def _guess(heard):
    # from what came while nothing answered
    if not heard:
        return "silent"
    if heard.find(b"waiting for download") >= 0:
        return "download"
    if heard.find(b"rownout") >= 0:
        return "brownout"
    plain = sum([1 for c in heard if 32 <= c < 127 or c in (10, 13)])
    text = len(heard) > 8 and 20 * plain > 19 * len(heard)
    return "deaf" if text or [word for word in _BOOT_LOG if heard.find(word) >= 0] else "garbage"


def _flow(line):
    # the last of five numbers; None when the module does not tell
    try:
        return at_basic.get_line(line)[4]
    except (AtRefused, AtTimeout, ValueError, IndexError):
        return None


def _whole(line):
    # whether no line of a long answer is missing; firmware that does not know the list of commands has no such answer
    count = [0, True]

    def look(text):
        if text[:5] == b"+CMD:":
            count[1] = count[1] and text.startswith(b"%d," % count[0], 5) and text[-1:].isdigit() and text.count(b",") == 5
            count[0] += 1

    try:
        at_basic.commands(line, look)
    except (AtRefused, AtTimeout):
        return not count[0]
    return count[1]


class _Line:
    """got: what the last question brought. heard: the last that came at all. stuck: the port does not send. rate: set here."""

    def __init__(self, port):
        self.port = port
        self.got = self.heard = self.sent = b""
        self.stuck = False
        self.rate = None
        self._chunk = bytearray(256)
        self._gone = getattr(getattr(port, "uart", port), "txdone", None)  # only a real UART knows when the last byte has left

    def turn(self, rate):
        """Talk at another rate."""
        self.listen(20)
        self.port.baud(rate)
        self.rate = rate

    def _take(self):
        n = min(self.port.any(), len(self._chunk))
        n = self.port.readinto(self._chunk, n) if n else 0
        return bytes(self._chunk[:n])

    def listen(self, ms, until=()):
        """Take what comes for ms, or until one of these words is in it."""
        end = ticks_add(ticks_ms(), ms)
        self.got = b""
        while ticks_diff(end, ticks_ms()) > 0:
            piece = self._take()
            if not piece:
                self.port.wait(5)
                continue
            self.got = (self.got + piece)[-_KEEP:]
            self.heard = (self.heard + piece)[-_KEEP:]
            if self._has(until):
                return

    def _has(self, words):
        return max([self.got.find(word) for word in words] or [-1]) >= 0

    def _write(self, text):
        at = 0
        end = ticks_add(ticks_ms(), 1000)
        while at < len(text) or self._gone and not self._gone():
            if ticks_diff(end, ticks_ms()) <= 0:
                self.stuck = True
                return
            at += self.port.write(text, at, len(text) - at) if at < len(text) else 0
            sleep_ms(1)
        self.stuck = False

    def say(self, text, ms, until=()):
        """Send it and listen."""
        self.sent = text
        self._write(text)
        self.listen(ms, until)

    def ask(self):
        """Whether AT is answered; the first may meet half a line that is still there."""
        for _ in range(2):
            self.say(b"AT\r\n", _ANSWER, _ANSWERS)
            if self._has(_ANSWERS):
                return True
        return False

    def echoed(self):
        """Whether a nonsense line came back as it was, and nothing else: a module says ERROR to it."""
        self.say(b"~espat %d\r\n" % (ticks_ms() & 1023), _ANSWER)
        return self.got == self.sent

    def escape(self):
        """Three plus signs with silence around them; in command mode they do no harm."""
        self.listen(_GUARD)
        self.say(b"+++", _SETTLE)

    def keep(self, text):
        """Say it to a module that may be unable to answer, behind an end of line for what it has heard before."""
        self.say(b"\r\n", _GUARD)
        self.say(b"AT%s\r\n" % text, _ANSWER)

    def run(self, text, parse=None, timeout=2000, each=None):
        """Speak a command; parse(lines) or the lines. Raises AtTimeout, AtRefused."""
        self._write(b"AT%s\r\n" % text)
        lines = []
        rest = b""
        end = ticks_add(ticks_ms(), timeout)
        while ticks_diff(end, ticks_ms()) > 0:
            piece = self._take()
            if not piece:
                self.port.wait(5)
            rows = (rest + piece).split(b"\r\n")
            rest = rows.pop()[-_KEEP:]
            for row in rows:
                if row == b"ERROR":
                    raise AtRefused(text)
                if row == b"OK":
                    return parse([row for row in lines if row[:1] == b"+"]) if parse else lines
                (each or lines.append)(row)
        raise AtTimeout(text)
