"""One command at a time: what an incoming line means for it, and which reports go to whom.

A line is tried as, in this order: echo of the command, final result, busy, error code, an answer
bearing the command's own name, a registered report, the module's restart; what is left is an
answer line of the command under way, or a stray. Sends nothing itself: what is to be written stands
in tx, tx_at, tx_n; and it has no clock: the runner looks at phase and calls finish() when time is up.
"""

from micropython import const

from espat.args import number

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

_BAD = (b"ERROR", b"FAIL", b"SEND FAIL", b"+MQTTPUB:FAIL", b"SEND Canceled", b"SEND CANCELLED")
_STRAY = (b"OK", b"SEND OK", b"SET OK", b"WRITE OK", b"+MQTTPUB:OK")


def equals(buf, a, b, text):
    """Whether buf[a:b] is text; allocates nothing."""
    return b - a == len(text) and buf.startswith(text, a)


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
        self.quiet = True  # nothing that looks like an answer has come yet
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
        self.busy = False
        self.quiet = True
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
        self.busy = self.quiet = False
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
        if self.phase and (self._is_echo(buf, a, b) or self._is_final(buf, a, b)):
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
        self.busy = self.quiet = False
        if self._each:
            self._each(buf, a, b)

    def _is_echo(self, buf, a, b):
        # whole, cut short, or split by a report that then stands glued to its first part
        if buf[a] != 65:  # "A"
            if self._echo:
                n = self._n - 2 - self._echo
                rest = b - a == n and self._same(buf, a, b, self._echo) == n
                self._echo = 0
                return rest
            return False
        p = self._same(buf, a, b, 0)
        if p == b - a or p == self._n - 2:
            return p == b - a or self._is_report(buf, a + p, b)
        if p > 3 and self._is_report(buf, a + p, b):
            self._echo = p
            return True
        return False

    def _same(self, buf, a, b, at):
        # how many bytes from a on equal the command's from at on
        n = self._n - 2 - at
        p = 0
        while p < n and a + p < b and buf[a + p] == self._cmd[at + p]:
            p += 1
        return p

    def _is_final(self, buf, a, b):
        if b - a > 14:
            return False
        if equals(buf, a, b, self._end):
            # an OK before the prompt only announces it; SEND OK there belongs to an earlier command
            if self.phase != PROMPT:
                self.finish(OK)
            self.busy = self.quiet = False
            return True
        for text in _BAD:
            if equals(buf, a, b, text):
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
            if self.phase and self.phase != DATA:
                self.busy = True
                self.busies += 1
            return True
        if buf.startswith(b"ERR CODE:0x", a) and b - a == 19:
            if self.code is None:
                self.code = int(bytes(buf[a + 11 : b]), 16)
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
        # "ready" may be glued to boot noise, but "ssid:ready" is none; vendor builds may say "invalid"
        if not (b - a >= 5 and buf.startswith(b"ready", b - 5) and buf.find(b":", a, b) < 0):
            if not equals(buf, a, b, b"invalid"):
                return False
        self.restarts += 1
        if self.phase:
            self.finish(RESET)
        for function in self._on_reset:
            function()
        return True
