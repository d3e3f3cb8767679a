"""The port over SPI, for modules whose ESP-AT firmware is built for it (ESP32-C2, C3, C5, C6, C61): see uart.py for the calls.

The module is the slave; a further line, the handshake, is its output. Chip select is low through each transaction, which
is a command, an address, a dummy byte, then data. To send: ask for it, wait for the handshake, read the status word
(the module takes bytes now), send, say that it is done. The module raises the handshake by itself when it has something:
status word (length), read, done. Asks and messages are numbered; a gap means that bytes are gone.
"""

from micropython import const

from espat.ring import Ring
from espat.ticks import sleep_ms, ticks_add, ticks_diff, ticks_ms

try:
    from machine import idle
except ImportError:
    idle = None

_MOST = const(4092)  # bytes of one message
_ASK = b"\x01\x00\x00"
_STATUS = b"\x02\x04\x00"
_SEND = b"\x03\x00\x00"
_TAKE = b"\x04\x00\x00"
_SENT = b"\x07\x00\x00"
_TAKEN = b"\x08\x00\x00"
_READABLE = const(1)  # states in the status word
_WRITABLE = const(2)

_PIECE = const(1024)  # bytes the bus moves at a time: this, or the half, quarter ... of it
_SOON = const(2)  # ms in which the module reacts, unless it is busy
_PATIENCE = const(3000)  # ms after which what was asked for is asked for once more
_REST = const(1200)  # ms of silence after an error: the parser gives up a block with a hole in it
_EIO = const(5)


class SpiError(OSError):
    """Bytes have been lost between module and board, or the status word makes no sense (errno EIO). Raised once, by whoever
    waits next; after more than a second of silence the port goes on with what the module says then."""

    def __init__(self, what, word):
        super().__init__(_EIO, "SPI: %s (%d bytes, number %d, state %d)" % (what, word[0] | word[1] << 8, word[2], word[3]))


class Spi:
    """Port over machine.SPI (mode 0, MSB first, at most 40 MHz).

    spi: the bus. cs: output pin at the module's CS, called with 0 or 1. handshake: input pin, with value().
    room: bytes written that wait for the module.
    """

    hide = False

    def __init__(self, spi, cs, handshake, room=1024):
        self._spi = spi
        self._cs = cs
        self._ready = handshake.value  # bound once: a look-up less per poll
        self._rx = Ring(4096)
        self._tx = Ring(room)
        piece = memoryview(bytearray(_PIECE))
        self._views = [piece]
        while len(piece) > 1:
            piece = piece[: len(piece) // 2]
            self._views.append(piece)
        self._ask = bytearray(_ASK + b"\x00\x00\x00\xfe")
        self._word = bytearray(4)
        self._got = -1  # number of the module's last message; -1: any may come
        self._number = self._asked = 0  # of the last request: its number, and its bytes while they are not sent
        self._due = self._rests = 0  # when it is repeated, when the silence after an error ends
        self._full = 0  # bytes that must be free before the module is looked at
        self._resting = self._inside = False
        self._well = True  # nothing has failed since the last message
        self._error = None
        cs(1)

    # -- what uart.py describes

    def any(self):
        """How many bytes can be read now, after having moved what can be moved."""
        self._serve()
        return self._rx.n

    def readinto(self, buf, n):
        """Read up to n bytes to the start of buf."""
        return self._rx.take_into(buf, n)

    def write(self, buf, off, n):
        """Take some of buf[off:off+n] for the module; returns the count."""
        n = self._tx.put(buf, off, n)
        if n:
            self._serve()
        return n

    def wait(self, ms):
        """Let the processor rest until an interrupt, a millisecond or so at most. Raises SpiError when bytes were lost."""
        error = self._error
        if error:
            self._error = None
            raise error
        if idle:
            idle()
        else:
            sleep_ms(1)

    def baud(self, rate):
        """SPI has no rate of the module's."""

    # -- what the module wants, or we

    def _serve(self):
        # one exchange with the module, if there is cause for one; a ticker may strike inside
        if self._inside:
            return
        self._inside = True
        try:
            if self._resting:
                if ticks_diff(self._rests, ticks_ms()) > 0:
                    return
                self._resting = False
            if self._tx.n:
                self._request()
            if self._ready() and self._rx.free() >= self._full:
                self._answer()
        finally:
            self._rx.retract()
            self._cs(1)
            self._inside = False

    def _request(self):
        now = ticks_ms()
        if self._asked:
            if ticks_diff(self._due, now) > 0:
                return
            self._number = 0  # it was not understood: start as a board does that was reset
        ask = self._ask
        self._asked = n = min(self._tx.n, _MOST)
        self._number = ask[5] = (self._number + 1) & 255
        ask[3] = n & 255
        ask[4] = n >> 8
        self._due = ticks_add(now, _PATIENCE)
        self._tell(ask)
        self._level(True)

    def _answer(self):
        # the module has raised the handshake: why?
        word = self._word
        self._cs(0)
        self._spi.write(_STATUS)
        self._spi.readinto(word)
        self._cs(1)
        n = word[0] | word[1] << 8
        if word[3] == _READABLE and 0 < n <= _MOST:
            self._take(n, word[2])
        elif word[3] == _WRITABLE:
            self._send(word[2])
        else:
            self._fail("no such status")

    def _take(self, n, number):
        if self._got >= 0 and number != (self._got + 1) & 255:
            if number != 1:
                self._got = -1
                self._fail("a message is missing")
                return
            self._number = self._asked = 0  # the module has restarted, and forgotten what we had asked for
            self._tx.clear()
        self._got = number - 1 & 255
        self._full = 0
        rx = self._rx
        if rx.free() < n:
            self._full = n
            return
        self._cs(0)
        self._spi.write(_TAKE)
        while n:
            view = self._view(n)
            self._spi.readinto(view)
            n -= rx.hold(view, 0, len(view))
        self._cs(1)
        self._got = number
        rx.show()
        self._end(_TAKEN)

    def _send(self, number):
        n = self._asked
        if not n or number != self._number:
            self._end(_SENT)  # what somebody before us has asked for, or another number than was asked for
            if n:
                self._fail("a request is missing")
            return
        self._asked = 0
        tx = self._tx
        self._cs(0)
        self._spi.write(_SEND)
        while n:
            view = self._view(tx.run(n))
            n -= tx.take_into(view, len(view))
            self._spi.write(view)
        self._cs(1)
        self._end(_SENT)

    def _view(self, n):
        # the longest piece of at most n bytes
        for view in self._views:
            if len(view) <= n:
                break
        return view

    def _tell(self, command):
        self._cs(0)
        self._spi.write(command)
        self._cs(1)

    def _end(self, command):
        # done: the handshake falls, and what is high afterwards is a new wish
        self._tell(command)
        self._well = True
        self._level(False)

    def _level(self, wanted):
        # wait a little until the handshake has this level
        end = ticks_add(ticks_ms(), _SOON)
        while bool(self._ready()) != wanted and ticks_diff(end, ticks_ms()) > 0:
            pass

    def _fail(self, what):
        if self._well:
            self._error = SpiError(what, self._word)
        self._well = False
        self._rests = ticks_add(ticks_ms(), _REST)
        self._resting = True
