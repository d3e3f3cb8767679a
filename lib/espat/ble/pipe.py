"""The line as a plain pipe to one Bluetooth peer; see spp.py."""

from micropython import const

from espat import engine as eng
from espat.at import Call
from espat.net.link import Link
from espat.net.sock import Socket
from espat.ring import Ring
from espat.ticks import sleep_ms, ticks_add, ticks_diff, ticks_ms

_OPEN = const(2)
_SHUT = const(3)
_GUARD = const(60)  # ms of silence around the escape
_SETTLE = const(1100)  # ms until the module listens again
_PAUSE = const(40)  # ms that make three plus signs data
_PLUS = const(43)


class Line:
    """One connection in the place of a table of links, for Socket. rx, tx: bytes of its rings."""

    def __init__(self, at, rx, tx):
        self.at = at
        self.link = Link(0)
        self.rx = rx
        self.tx = Ring(tx)

    def stream(self):
        """A socket for a connection that has come up."""
        self.link.occupy("SPP", self.rx)
        self.link.state = _OPEN
        self.tx.clear()
        sock = Socket(self)
        sock.link = self.link
        sock._serial = self.link.serial
        return sock

    def go(self, link=None):
        """A socket is used; nothing has to be done for it."""

    want = flush = go

    def room(self, link):
        """How many bytes can be gathered."""
        return self.tx.free()

    def gather(self, buf, off, n):
        """Take up to n bytes; returns the count."""
        return self.tx.put(buf, off, n)

    def sending(self, link):
        """Whether bytes are still on their way."""
        return self.tx.n > 0

    def fail(self, code):
        """The stream has a hole, or its end is unknown."""
        self.link.error = code
        self.link.state = _SHUT
        self.tx.clear()


class Pipe(Line):
    """The line as a plain pipe. enter: typed call that opens it. left: called when it is closed."""

    def __init__(self, at, enter, rx=2048, tx=2048, left=None):
        super().__init__(at, rx, tx)
        self._left = left
        self._buf = bytearray(256)
        self._out = bytearray(128)
        self._at = self._n = 0  # what of _out is still to be written
        self._pause = None
        enter(self)
        self.sock = self.stream()

    def run(self, text, parse=None, timeout=5000, data=None):
        """Speak the command that opens the pipe: what follows its prompt is data already."""
        self.link.occupy("SPP", self.rx)
        call = _Enter(self, text)
        self.at.claims += 1
        try:
            while not self.at.launch(call, timeout, data):
                self.at.wait()
            while call.outcome is None:
                self.at.wait()
        finally:
            self.at.claims -= 1
        return call.result()

    def open(self):
        """The module has opened the pipe (called behind its prompt)."""
        self.at.parser.raw = self.put
        self.at.pipe = self.move

    def stream(self):
        """Keep what has come before."""
        sock = Socket(self)
        self.link.state = _OPEN
        sock.link = self.link
        sock._serial = self.link.serial
        return sock

    def put(self, buf, off, n):
        """Bytes that came with the prompt."""
        self.link.rx.put(buf, off, n)

    def move(self):
        """Move bytes both ways; True when some have moved."""
        port = self.at.port
        rx = self.link.rx
        n = min(port.any(), rx.free(), len(self._buf))
        if n > 0:
            n = port.readinto(self._buf, n)
            rx.put(self._buf, 0, n)
        return self._write(port) or n > 0

    def _write(self, port):
        if self._pause:
            if ticks_diff(self._pause, ticks_ms()) > 0:
                return False
            self._pause = None
        if not self._n:
            self._at = 0
            self._n = self.tx.take_into(self._out, len(self._out))
        n = self._n
        if n == 3 and not self.tx.n and not self._at and self._out[0] == self._out[1] == self._out[2] == _PLUS:
            n = 1  # alone in one go these three would end the pipe
            self._pause = ticks_add(ticks_ms(), _PAUSE)
        if n:
            n = port.write(self._out, self._at, n)
            self._at += n
            self._n -= n
        return n > 0

    def sending(self, link):
        """Whether bytes are still on their way."""
        return self.tx.n + self._n > 0

    def close(self, link):
        """Leave the pipe; what comes meanwhile is lost."""
        at = self.at
        sleep_ms(_GUARD)
        at.port.write(b"+++", 0, 3)
        sleep_ms(_SETTLE)
        while at.port.any() and at.port.readinto(self._buf, min(at.port.any(), len(self._buf))):
            pass
        at.parser.raw = at.pipe = None
        link.claimed = False
        link.release()
        if self._left:
            self._left()


class _Enter(Call):
    def __init__(self, pipe, text):
        super().__init__(pipe.at, text, None, None, False)
        self._pipe = pipe

    def finished(self, outcome):
        """The command has ended."""
        super().finished(outcome)
        if outcome == eng.OK:  # at the prompt
            self._pipe.open()


def over_ble(ble, tx, rx, reconnect=False, size=2048):
    """A stream over two values of the first connection: write into tx, read from rx; handles as BLE gives them.

    A server sends by notifying those who have subscribed to tx (EIO: nobody has), a client by writing. ble: the radio; its
    events stand still meanwhile. size: bytes of each ring.
    """
    from espat.ble import at_blespp

    at_blespp.configure(ble.at, tx >> 10, tx >> 4 & 63, rx >> 10, rx >> 4 & 63, reconnect)
    return Pipe(ble.at, at_blespp.enter, size, size, lambda: _recount(ble)).sock


def _recount(ble):
    # what became of the connections while the line was a pipe
    from espat.ble import at_conn

    known = [n for n, _ in at_conn.connections(ble.at)]
    for n, conn in enumerate(ble.conns.table):
        if conn and n not in known:
            ble.conns.gone(n)
