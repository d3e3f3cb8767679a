"""Records what passes over a port, in the transcript format of the project's tests.

    modem = espat.Modem(tap.Tap(port, open("line.jsonl", "w").write))

Every piece becomes one line of JSON, {"ms": 12, "dir": "tx" or "rx", "data": "..."}, each character
one byte. While the modem sends or asks for something secret the data is replaced by "...".
"""

from espat.ticks import ticks_diff, ticks_ms


def escape(buf, a, b):
    """buf[a:b] as the inside of a JSON string, one character a byte."""
    out = []
    for i in range(a, b):
        c = buf[i]
        if c == 34 or c == 92:
            out.append("\\" + chr(c))
        elif 32 <= c < 127:
            out.append(chr(c))
        else:
            out.append("\\u%04x" % c)
    return "".join(out)


class Tap:
    """A port that forwards to another one and writes down what passes.

    port: the port underneath. emit: called with one line of text per piece.
    """

    def __init__(self, port, emit):
        self.port = port
        self.hide = False
        self._emit = emit
        self._t0 = ticks_ms()

    def _note(self, way, buf, a, b):
        text = "..." if self.hide else escape(buf, a, b)
        ms = ticks_diff(ticks_ms(), self._t0)
        self._emit('{"ms": %d, "dir": "%s", "data": "%s"}\n' % (ms, way, text))

    def any(self):
        """How many bytes wait to be read."""
        return self.port.any()

    def readinto(self, buf, n):
        """Read up to n bytes to the start of buf."""
        n = self.port.readinto(buf, n)
        if n:
            self._note("rx", buf, 0, n)
        return n

    def write(self, buf, off, n):
        """Write some of buf[off:off+n]."""
        n = self.port.write(buf, off, n)
        if n:
            self._note("tx", buf, off, off + n)
        return n

    def wait(self, ms):
        """Sleep until something may have come in."""
        self.port.wait(ms)

    def baud(self, rate):
        """Talk at this rate from now on."""
        self.port.baud(rate)
