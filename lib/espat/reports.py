"""What the module says: the words it uses whatever the command is, and who wants to hear of which report. The words are
recognised where they lie: nothing here allocates.
"""

from micropython import const

_COLON = const(58)

READY = b"ready"
DONE = (b"OK", b"SEND OK", b"SET OK", b"WRITE OK", b"+MQTTPUB:OK")
REFUSALS = (b"ERROR", b"FAIL")
NOT_SENT = (b"SEND FAIL", b"+MQTTPUB:FAIL", b"SEND Canceled", b"SEND CANCELLED")  # what a payload may get


def equals(buf, a, b, text):
    """Whether buf[a:b] is text."""
    return b - a == len(text) and buf.startswith(text, a)


def one_of(buf, a, b, texts):
    """Whether buf[a:b] is one of texts."""
    for text in texts:
        if b - a == len(text) and buf.startswith(text, a):
            return True
    return False


def unpublished(buf, a, b):
    """Where in buf[a:b] the final +MQTTPUB:FAIL begins, -1 when the line does not end with it."""
    at = b - 13
    return at if at >= a and equals(buf, at, b, NOT_SENT[1]) else -1


def hexadecimal(buf, a, b):
    """The hexadecimal number that stands alone in buf[a:b], or -1 when it is none."""
    if a >= b:
        return -1
    value = 0
    while a < b:
        d = buf[a] - 48
        if d > 9:
            d = (buf[a] | 32) - 87
            if d < 10:
                return -1
        if not 0 <= d < 16:
            return -1
        value = value * 16 + d
        a += 1
    return value


def busy(buf, a, b):
    """Whether this is "busy p...", "busy s..." or an older kin of them."""
    return b - a > 5 and buf.startswith(b"busy ", a)


def error_code(buf, a, b):
    """The number in ERR CODE:0x010b0000, or -1 when this is no such line."""
    return hexadecimal(buf, a + 11, b) if b - a == 19 and buf.startswith(b"ERR CODE:0x", a) else -1


def ready(buf, a, b):
    """Whether the module says that it has started.

    It may stand glued to boot noise, but "ssid:ready" is none; some vendors' modules say "invalid".
    """
    if b - a >= 5 and buf.startswith(READY, b - 5):
        return not _is_field(buf, a, b)
    return equals(buf, a, b, b"invalid")


def booting(buf, a, b):
    """Whether this is the first line of an ESP8266's boot log, which comes long before "ready"."""
    return b - a > 20 and buf.startswith(b"ets J", a)


def _is_field(buf, a, b):
    # printable, with a colon in it
    colon = False
    while a < b:
        c = buf[a]
        if c < 32 or c > 126:
            return False
        colon = colon or c == _COLON
        a += 1
    return colon


class Reports:
    """The table of reports, by first byte and prefix, and of those who must know of a restart."""

    def __init__(self):
        self._reports = {}  # first byte -> [(prefix, function), ...]
        self._on_reset = []

    def on(self, prefix, function):
        """Call function(buf, a, b) for every report that begins with prefix; buf is lent for the call."""
        self._reports.setdefault(prefix[0], []).append((prefix, function))

    def off(self, prefix):
        """Forget what on() was told about this prefix."""
        row = self._reports.get(prefix[0], ())
        i = len(row)
        while i:
            i -= 1
            if row[i][0] == prefix:
                del row[i]

    def on_reset(self, function):
        """Call function() whenever the module has restarted."""
        self._on_reset.append(function)

    def report(self, buf, a, b):
        """Hand buf[a:b] to the one it is for; False when nobody has asked for such a report."""
        row = self._reports.get(buf[a]) if a < b else None
        if row:
            for prefix, function in row:
                if b - a >= len(prefix) and buf.startswith(prefix, a):
                    function(buf, a, b)
                    return True
        return False
