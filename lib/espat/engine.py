"""One command at a time: what an incoming line means for it, and which reports go to whom.

A line is tried as, in this order: final result, echo of the command, busy, error code, an answer
bearing the command's own name, a registered report, the module's restart; what is left is an
answer line of the command under way, or a stray. Sends nothing itself: what is to be written stands
in tx, tx_at, tx_n; and it has no clock: the runner looks at phase and calls finish() when time is up.
"""

from micropython import const

from espat.args import number
from espat.reports import DONE, NOT_SENT, READY, REFUSALS, Reports, booting, busy, equals, error_code, one_of, ready, unpublished

_COLON = const(58)

_IDLE = const(0)  # phases
_WAIT = const(1)  # written, or being written; waiting for the final result
_PROMPT = const(2)  # waiting for the prompt
_DATA = const(3)  # prompt seen, payload going out or gone
_OK = const(1)  # outcomes of the last command; private like the phases, and written again where they are needed
_REFUSED = const(2)
_BUSY = const(3)
_TIMEOUT = const(4)
_RESET = const(5)


class Engine(Reports):
    """The command under way and the reports nobody asked for.

    tx, tx_at, tx_n: bytes waiting to be written. data_n: size of the payload. phase: _IDLE, 1 (written), _PROMPT or
    _DATA. outcome: how the last command ended. code: number that came with a refusal. end: the final result
    that means success. on_line, on_prompt and on_cut serve the parser.
    """

    def __init__(self, parser):
        super().__init__()
        self.parser = parser
        self.phase, self.outcome, self.code = _IDLE, _OK, None
        self.end = b"OK"
        self.busy = False  # the last word on the command was "busy p..."
        self.taken = False  # the module has begun to answer: "busy p..." is no refusal any more
        self.surplus = False  # the module has got more bytes than the payload
        self.busies = self.cut = self.restarts = 0  # cut: bytes of over-long lines lost
        self.done = None  # called with the outcome of every command, before the next line is looked at
        self.stray = None  # called with (buf, a, b) for lines that belong to nothing
        self.tx = self.tx_ring = None  # a buffer, or a Ring whose oldest tx_n bytes are meant
        self.tx_at = self.tx_n = self.data_n = 0
        self._cmd = b""
        self._n = self._name = self._echo = 0  # its length, that of "AT+NAME" in it, of an echo that a report has split
        self.quiet = self._echoed = False  # the module has been told not to echo; it has done so
        self._each = self._data = None

    def start(self, cmd, n, each=None, data=None, data_n=0, end=b"OK"):
        """Make cmd[:n] (with its CR LF) the command under way.

        each: called with (buf, a, b) for every answer line. data, data_n: what follows the prompt (buffer
        or Ring), None without one, 0 bytes to stop at the prompt. end: the final result that means success.
        """
        self._cmd, self._n, self._name = cmd, n, 0
        self._each = each
        self.end = end
        self._data, self.data_n = data, data_n
        self.code = None
        self.busies = self._echo = 0
        self.again()

    def again(self):
        """Write the command under way once more."""
        self.phase = _WAIT if self._data is None else _PROMPT
        self.parser.prompt = self.phase == _PROMPT
        self.busy = self.taken = False
        self.tx, self.tx_ring = self._cmd, None
        self.tx_at, self.tx_n = 0, self._n

    def _named(self):
        # length of "AT+NAME", found when it is needed: letters, digits, + and _ are the name; = ? and CR end it
        at = self._name
        if not at:
            cmd = self._cmd
            at = 2
            while at < self._n and (63 < cmd[at] < 127 or cmd[at] == 43 or 48 <= cmd[at] <= 57):
                at += 1
            self._name = at
        return at

    def name(self):
        """Name of the command under way or done last, such as b"+CWJAP"."""
        return bytes(self._cmd[2 : self._named()])

    def finish(self, outcome):
        """End the command under way."""
        echoed = self._echoed
        if echoed:  # by a module whose echo was off: it has restarted without our hearing of it
            self._echoed = False
            outcome = _RESET
        self.phase, self.outcome = _IDLE, outcome
        self.parser.prompt = False
        self.tx_n = 0
        self._each = self._data = None
        if self.done:
            self.done(outcome)
        if echoed:
            self.restarted()

    def on_prompt(self):
        """The module waits for the payload."""
        if self._early():
            self.parser.prompt = True
            return
        self.phase = _DATA
        self.busy = self.surplus = False
        if hasattr(self._data, "take_into"):
            self.tx_ring = self._data
        else:
            self.tx = self._data
        self.tx_at = 0
        self.tx_n = self.data_n
        if not self.data_n:
            self.finish(_OK)

    def on_cut(self, n):
        """A line was n bytes too long."""
        self.cut += n

    def on_line(self, buf, a, b):
        """A whole line came in."""
        if self.phase & 1 and not self.tx_n and equals(buf, a, b, self.end) and self.end != READY:  # 1: _WAIT, DATA
            self.busy = False
            return self.finish(_OK)
        if self.phase == _PROMPT and equals(buf, a, b, DONE[0]):
            return self._answer(buf, a, b)  # so far by the shortest way what every piece sent or received brings
        if self.phase == _DATA and self._each and buf.startswith(b"Recv ", a):
            return self._each(buf, a, b)
        if buf.startswith(b"+IPD,", a) and self.report(buf, a, b):
            return
        if self.phase == _DATA and unpublished(buf, a, b) > a:  # glued to +MQTTDISCONNECTED:0
            self.on_line(buf, a, b - 13)
            a = b - 13
        if self.phase and (self._is_final(buf, a, b) or self._is_echo(buf, a, b)):
            return
        if self._is_busy(buf, a, b) or self.phase and self._is_own(buf, a, b):
            return
        if self.report(buf, a, b) or self._is_restart(buf, a, b):
            return
        if self.phase:
            self._answer(buf, a, b)
        elif self.stray:
            self.stray(buf, a, b)

    def _answer(self, buf, a, b):
        self.busy = False
        if self._each and not one_of(buf, a, b, DONE):
            self._each(buf, a, b)

    def _is_echo(self, buf, a, b):
        # whole, cut short, behind noise, or split by a report
        n = self._n - 2
        at = self._echo
        p = self._echo = self._same(buf, a, b, 0)
        noisy = b - a > n > 4 and self._same(buf, b - n, b, 0) == n
        rest = at and b - a == n - at == self._same(buf, a, b, at)
        if p == b - a or noisy or rest or self._is_split(buf, a, b, p):
            self.taken = True  # a command that is refused as busy is not echoed
            self._echoed = self.quiet and (p == n == b - a or noisy and buf[a] != 43)  # 43: a name may end like it
            self.busy = False
            return True
        self._echo = 0
        return False

    def _is_split(self, buf, a, b, p):
        # a report stands glued to the first p bytes of the echo; both may have bytes in common
        while p > 3 or p == self._n - 2:
            if self.report(buf, a + p, b):
                self._echo = p
                return True
            p -= 1
        return False

    def _same(self, buf, a, b, at):
        # how many bytes from a on equal the command's from at on
        n = self._n - 2 - at
        p = 0
        while p < n and a + p < b and buf[a + p] == self._cmd[at + p]:
            p += 1
        return p

    def _early(self):
        # it is not all written yet: what comes belongs to an earlier command
        return self.tx_n and (self.phase == _DATA or not self.busies)

    def _is_final(self, buf, a, b):
        if equals(buf, a, b, self.end) and self.end != READY:
            if self.phase != _PROMPT and not self._early():
                self.finish(_OK)
            self.busy = False  # an OK before the prompt only announces it
            return True
        mine = self.phase == _DATA
        if one_of(buf, a, b, REFUSALS):
            mine = mine or not self._early()
        elif one_of(buf, a, b, NOT_SENT):
            mine = mine and not self._early()
        else:
            return False
        if mine:
            self.finish(_REFUSED)
        return True

    def _is_busy(self, buf, a, b):
        if busy(buf, a, b):
            if self.phase == _DATA:
                self.surplus = not self.tx_n
            elif self.phase and not self._early():
                self.busy = not self.taken
                self.busies += 1
                self.code = None  # it explained the "busy"
            return True
        code = error_code(buf, a, b)
        if code >= 0 and self.code is None:
            self.code = code
        return code >= 0

    def _is_own(self, buf, a, b):
        n = self._named() - 2
        if b - a <= n or buf[a + n] != _COLON or self._same(buf, a, b, 2) < n:
            return False
        code = number(buf, a + n + 1, b)
        if code >= 0:
            self.code = code  # +CWJAP:2 before its ERROR
        self.taken = True
        self._answer(buf, a, b)
        self.report(buf, a, b)  # +BLECONN is both, when AT+BLECONN runs
        return True

    def _is_restart(self, buf, a, b):
        if ready(buf, a, b):
            if self.phase:
                self.finish(_OK if self.end == READY else _RESET)
            self.restarted()
            return True
        if self.phase and self.end != READY and booting(buf, a, b):
            self.finish(_RESET)
            return True
        return False

    def restarted(self):
        """The module has restarted: tell whoever must know."""
        self.restarts += 1
        self.quiet = False
        for function in self._on_reset:
            function()
