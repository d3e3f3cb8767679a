"""One command at a time: what an incoming line means for it, and which reports go to whom.

A line is tried as, in this order: echo of the command, final result, busy, error code, an answer
bearing the command's own name, a registered report, the module's restart; what is left is an
answer line of the command under way, or a stray. Sends nothing itself: what is to be written stands
in tx, tx_at, tx_n; and it has no clock: the runner looks at phase and calls finish() when time is up.
"""

from micropython import const

from espat.args import equals, hexadecimal, number

IDLE = const(0)
WAIT = const(1)  # written, or being written; waiting for the final result
PROMPT = const(2)  # waiting for the prompt
DATA = const(3)  # prompt seen, payload going out or gone

# outcome of the last command
OK = const(1)
REFUSED = const(2)
BUSY = const(3)
TIMEOUT = const(4)
RESET = const(5)

_BAD = (b"ERROR", b"FAIL")
_BAD_DATA = (b"SEND FAIL", b"+MQTTPUB:FAIL", b"SEND Canceled", b"SEND CANCELLED")  # what a payload may get
_STRAY = (b"OK", b"SEND OK", b"SET OK", b"WRITE OK", b"+MQTTPUB:OK")
_READY = b"ready"


def _is_text(buf, a, b):
    # printable and with a colon in it, unlike boot noise
    colon = False
    while a < b:
        c = buf[a]
        if c < 32 or c > 126:
            return False
        colon = colon or c == 58
        a += 1
    return colon


class Engine:
    """The command under way and the reports nobody asked for.

    tx, tx_at, tx_n: bytes waiting to be written. phase: IDLE, WAIT, PROMPT or DATA. outcome: how the
    last command ended. code: number that came with a refusal. on_line, on_prompt and on_cut serve the parser.
    """

    def __init__(self, parser):
        self.parser = parser
        self.phase = IDLE
        self.outcome = OK
        self.code = None
        self.busy = False  # the last word on the command was "busy p..."
        self.busies = 0
        self.taken = False  # the module has begun to answer: "busy p..." is no refusal any more
        self.cut = 0  # bytes of over-long lines lost so far
        self.restarts = 0
        self.stray = None  # called with (buf, a, b) for lines that belong to nothing
        self.tx = self.tx_ring = None  # a buffer, or a Ring whose oldest tx_n bytes are meant
        self.tx_at = self.tx_n = 0
        self._reports = {}  # first byte -> [(prefix, function), ...]
        self._on_reset = []
        self._cmd = b""
        self._name = 0  # length of "AT+NAME" in _cmd
        self._echo = 0  # bytes of an echo that a report has split
        self._each = None
        self._end = b"OK"
        self._data = None
        self._data_n = 0

    def on(self, prefix, function):
        """Call function(buf, a, b) for every report that begins with prefix; buf is lent for the call."""
        self._reports.setdefault(prefix[0], []).append((prefix, function))

    def off(self, prefix):
        """Forget what on() was told about this prefix."""
        row = self._reports.get(prefix[0], [])
        row[:] = [r for r in row if r[0] != prefix]

    def on_reset(self, function):
        """Call function() whenever the module has restarted."""
        self._on_reset.append(function)

    def start(self, cmd, n, each=None, data=None, data_n=0, end=b"OK"):
        """Make cmd[:n] (with its CR LF) the command under way.

        each: called with (buf, a, b) for every answer line. data, data_n: what follows the prompt (buffer
        or Ring), None without one, 0 bytes to stop at the prompt. end: the final result that means success.
        """
        self._cmd = cmd
        self._n = n
        at = 2
        while at < n and (cmd[at] > 63 or cmd[at] == 43 or 48 <= cmd[at] <= 57):
            at += 1  # letters, digits, + and _ are the name; = ? and CR end it
        self._name = at
        self._each = each
        self._end = end
        self._data = data
        self._data_n = data_n
        self.code = None
        self.busies = 0
        self._echo = 0
        self.again()

    def again(self):
        """Write the command under way once more."""
        self.phase = WAIT if self._data is None else PROMPT
        self.parser.prompt = self.phase == PROMPT
        self.busy = self.taken = False
        self.tx = self._cmd
        self.tx_ring = None
        self.tx_at = 0
        self.tx_n = self._n

    def expect(self, end):
        """From now on this final result means success."""
        self._end = end

    def name(self):
        """Name of the command under way or done last, such as b"+CWJAP"."""
        return bytes(self._cmd[2 : self._name])

    def finish(self, outcome):
        """End the command under way."""
        self.phase = IDLE
        self.outcome = outcome
        self.parser.prompt = False
        self.tx_n = 0
        self._each = self._data = None

    # -- what the parser calls

    def on_prompt(self):
        """The module waits for the payload."""
        self.phase = DATA
        self.busy = False
        if hasattr(self._data, "take_into"):
            self.tx_ring = self._data
        else:
            self.tx = self._data
        self.tx_at = 0
        self.tx_n = self._data_n
        if not self._data_n:
            self.finish(OK)

    def on_cut(self, n):
        """A line was n bytes too long."""
        self.cut += n

    def on_line(self, buf, a, b):
        """A whole line came in."""
        if self.phase:
            if self._end.startswith(b"+"):
                at = buf.find(b"+MQTTPUB:", a + 1, b)  # comes glued to +MQTTDISCONNECTED:0
                if at > 0:
                    self.on_line(buf, a, at)
                    a = at
            if self._is_echo(buf, a, b):
                self.taken = True
                self.busy = False
                return
            if self._is_final(buf, a, b):
                return
        if self._is_busy(buf, a, b):
            return
        if self.phase and self._is_own(buf, a, b):
            return
        if self._is_report(buf, a, b) or self._is_restart(buf, a, b):
            return
        if not self.phase:
            if self.stray:
                self.stray(buf, a, b)
        elif not self._is_stray(buf, a, b):
            self._answer(buf, a, b)

    def _answer(self, buf, a, b):
        self.busy = False
        if self._each:
            self._each(buf, a, b)

    def _is_echo(self, buf, a, b):
        # whole, cut short, behind noise, or split by a report that stands glued to its first part
        n = self._n - 2
        at = self._echo
        self._echo = 0
        if at and b - a == n - at == self._same(buf, a, b, at):
            return True
        if b - a > n > 4 and self._same(buf, b - n, b, 0) == n:
            return True
        p = self._same(buf, a, b, 0)
        self._echo = p
        if p == b - a:
            return True
        while p > 3 or p == n:
            if self._is_report(buf, a + p, b):
                self._echo = p
                return True
            p -= 1
        self._echo = 0
        return False

    def _same(self, buf, a, b, at):
        # how many bytes from a on equal the command's from at on
        n = self._n - 2 - at
        p = 0
        while p < n and a + p < b and buf[a + p] == self._cmd[at + p]:
            p += 1
        return p

    def _is_final(self, buf, a, b):
        # what comes before the command, or its payload, is written belongs to an earlier command
        if equals(buf, a, b, self._end) and self._end != _READY:
            if self.phase != PROMPT and not self.tx_n:
                self.finish(OK)
            self.busy = False  # an OK before the prompt only announces it
            return True
        for text in _BAD:
            if equals(buf, a, b, text):
                if self.phase == DATA or not self.tx_n:
                    self.finish(REFUSED)
                return True
        for text in _BAD_DATA:
            if equals(buf, a, b, text):
                if self.phase == DATA and not self.tx_n:
                    self.finish(REFUSED)
                return True
        return False

    def _is_stray(self, buf, a, b):
        for text in _STRAY:
            if equals(buf, a, b, text):
                if self.phase == PROMPT:
                    self.busy = False
                return True
        return False

    def _is_busy(self, buf, a, b):
        if buf.startswith(b"busy ", a) and b - a > 5:
            if self.phase and self.phase != DATA and not self.tx_n:
                self.busy = not self.taken
                self.busies += 1
                self.code = None  # it explained the "busy"
            return True
        if buf.startswith(b"ERR CODE:0x", a) and b - a == 19:
            code = hexadecimal(buf, a + 11, b)
            if self.code is None and code >= 0:
                self.code = code
            return True
        return False

    def _is_own(self, buf, a, b):
        n = self._name - 2
        if b - a <= n or buf[a + n] != 58:  # ":"
            return False
        i = 0
        while i < n:
            if buf[a + i] != self._cmd[2 + i]:
                return False
            i += 1
        code = number(buf, a + n + 1, b)
        if code >= 0:
            self.code = code  # +CWJAP:2 before its ERROR
        self.taken = True
        self._answer(buf, a, b)
        self._is_report(buf, a, b)  # +BLECONN is both, when AT+BLECONN runs
        return True

    def _is_report(self, buf, a, b):
        row = self._reports.get(buf[a]) if a < b else None
        if row:
            for prefix, function in row:
                if b - a >= len(prefix) and buf.startswith(prefix, a):
                    function(buf, a, b)
                    return True
        return False

    def _is_restart(self, buf, a, b):
        # "ready" may stand glued to boot noise, but "ssid:ready" is none; some vendors say "invalid"
        if b - a >= 5 and buf.startswith(_READY, b - 5) and not _is_text(buf, a, b) or equals(buf, a, b, b"invalid"):
            self.restarts += 1
            if self.phase:
                self.finish(OK if self._end == _READY else RESET)
            for function in self._on_reset:
                function()
            return True
        if self.phase and self._end != _READY and buf.startswith(b"ets J", a) and b - a > 20:
            self.finish(RESET)  # the first line of a boot log, long before "ready"
            return True
        return False
