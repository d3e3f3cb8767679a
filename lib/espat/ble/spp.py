"""Serial ports over Bluetooth as streams: sockets like those of TCP, or the line as a plain pipe.

    port = spp.Port(modem, "espat")                # classic Bluetooth: be found as "espat" ...
    stream = port.accept()                         # ... and wait for somebody, or port.connect("24:0a:c4:...")
    stream = spp.over_ble(ble, tx, rx)             # Bluetooth LE: over a pair of values of a connection

A pipe (over_ble() always, the others with pipe=True) has the line for itself: no other command can be spoken and no event
comes until it is closed, which takes a second; sockets must be closed before (EBUSY). It is faster, has flow control where
the line has RTS/CTS, and does not tell when the peer goes; see espat/pipe.py. Beside sockets go streams without pipe=True,
and over Bluetooth LE notifications and writes (examples/23_ble_uart.py).
"""

from micropython import const

from espat.ble import at_btspp, at_classic
from espat.ble.conn import Job, Jobs
from espat.ble.lines import address
from espat.ble.pipe import RadioPipe, over_ble  # noqa: F401  (programs find it here)
from espat.counted import Counted
from espat.errors import AtError
from espat.net.link import Link
from espat.net.sock import Socket
from espat.ring import Ring
from espat.ticks import ticks_add, ticks_diff, ticks_ms

_OPEN = const(2)  # states of a link, see net/link.py
_SHUT = const(3)
_PIECE = const(990)  # bytes sent at a time
_EIO = const(5)
_EBUSY = const(16)
_ENOBUFS = const(105)
_ETIMEDOUT = const(110)


class Line:
    """One connection in the place of a table of links, for Socket. rx, tx: bytes of its rings."""

    wanted = True  # there is nothing to be asked for: what comes is pushed
    queue = 0  # whose writers were refused, see net/survey.py; with one link nobody has to stand back

    def __init__(self, at, rx, tx):
        self.at = at
        self.link = Link(0)
        self.rx = rx
        self.tx = Ring(tx)

    def up(self):
        """A connection has come up: what its peer says is kept from now on, also before somebody wants the stream."""
        if self.link.claimed:
            self.link = Link(0)  # what the last one has left is its reader's
        self.link.occupy("SPP", self.rx)
        self.link.state = _OPEN
        self.tx.clear()

    def stream(self):
        """A socket for the connection that has come up."""
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


class _Piece:
    # what of a ring is sent with one command

    def __init__(self, ring):
        self.take_into = ring.take_into
        self._n = min(ring.n, _PIECE)

    def __len__(self):
        return self._n


class Port(Line, Jobs):
    """The serial port of classic Bluetooth, for one connection at a time.

    at: the modem. name: how others see us. rx: bytes of the receive ring: nothing holds a fast peer back, and when it is
    full the stream ends with ENOBUFS. tx: bytes gathered before they are sent.
    """

    def __init__(self, at, name=None, rx=4096, tx=2048):
        Line.__init__(self, at, rx, tx)
        Jobs.__init__(self, at)
        self.peer = None  # address of whoever is connected
        self._role = 0
        self._busy = self._new = False
        at.parser.register(Counted(b"+BTDATA:", 0, 1, self._data))
        at.on(b"+BTSPPCONN:", self._connected)
        at.on(b"+BTSPPDISCONN:", self._gone)
        at.on_reset(self._reset)
        if not at_classic.started(at):
            at_classic.init(at)
        if name:
            at_classic.set_name(at, name)

    def accept(self, timeout=None, pipe=False):
        """Wait for somebody to connect, at most timeout seconds (ETIMEDOUT); returns a stream."""
        self._be(2)
        deadline = None if timeout is None else ticks_add(ticks_ms(), int(timeout * 1000))
        while not self._new:
            self.at.wait()
            if deadline is not None and ticks_diff(deadline, ticks_ms()) <= 0:
                raise OSError(_ETIMEDOUT, "ETIMEDOUT")
        return self._open(pipe)

    def connect(self, address, security=0, pipe=False, timeout=40000):
        """Connect to a waiting port, "aa:bb:cc:dd:ee:ff"; returns a stream. security: see at_btspp.connect()."""
        self._be(1)
        at_btspp.connect(self.at, address, security, timeout)
        deadline = ticks_add(ticks_ms(), timeout)
        while not self._new:
            self.at.wait()
            if ticks_diff(deadline, ticks_ms()) <= 0:
                raise OSError(_ETIMEDOUT, "ETIMEDOUT")
        return self._open(pipe)

    def _be(self, role):
        if self.peer and not self._new:
            raise OSError(_EBUSY, "connected already")
        if role != self._role:
            if at_btspp.started(self.at):
                at_btspp.deinit(self.at)
            at_btspp.init(self.at, role)
            self._role = role
            if role == 2:
                at_classic.visible(self.at, True, True)
                at_btspp.start(self.at)

    def _open(self, pipe):
        stream = RadioPipe(self.at, at_btspp.enter, self.rx, self._hang_up, self.link.rx) if pipe else self.stream()
        self._new = False
        stream.peer = self.peer
        return stream

    def _data(self, buf, off, n):
        link = self.link
        if link.state == _OPEN and link.rx.put(buf, off, n) < n:
            self.fail(_ENOBUFS)
            self._hang_up()

    def _connected(self, buf, a, b):
        who = address(bytes(buf[a:b]))
        if who:
            self.peer = who
            self._new = True
            self.up()

    def _gone(self, buf, a, b):
        self._reset()

    def _reset(self):
        self.peer = None
        self._new = False
        self.link.release()

    def next_job(self):
        """Send what is gathered."""
        if self.tx.n and not self._busy and not self.jobs and self.link.state == _OPEN:
            self._busy = True
            at_btspp.send(Job(self, self._sent), _Piece(self.tx))
        return Jobs.next_job(self)

    def _sent(self, value):
        self._busy = False
        if isinstance(value, AtError) and self.link.state == _OPEN:
            self.fail(_EIO)

    def sending(self, link):
        """Whether bytes are still on their way."""
        return self._busy or self.tx.n > 0

    def close(self, link):
        """Hang up."""
        link.claimed = False
        link.release()
        if link is self.link:
            self._hang_up()

    def _hang_up(self):
        if self.peer:
            at_btspp.disconnect(Job(self, lambda value: self._reset()))
