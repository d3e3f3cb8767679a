"""The table of Bluetooth LE connections, and the queue of events: what the radio's facades stand on.

Events are told by step(), which stands in for the runner's own: when nothing is under way in it, and no blocking call
waits. Handlers may therefore call whatever they like, and no call hears of its own consequences. Commands that take long
are Jobs: spoken when the line is free, their outcome is an event.

Handles stand for the module's numbers: service << 10 | characteristic << 4 | descriptor (0: the value itself).
"""

from micropython import const

from espat.ble.conn import Conn, Jobs, Value, mac
from espat.ring import Ring
from espat.ticks import ticks_add, ticks_diff, ticks_ms
from espat.turn import turn

_CONNS = const(3)
_RESERVE = const(8)  # places in the queue that advertisements leave to others
_LONGEST = const(517)  # bytes of a value
_ROUNDS = const(8)  # steps in a row while something moves: notifications come faster than a ticker strikes
_PATIENCE = const(20)  # steps that are left out while a handler works and events wait

_CENTRAL_CONNECT = const(1)
_GATTS_WRITE = const(3)
_SCAN_RESULT = const(5)
_SCAN_DONE = const(6)
_PERIPHERAL_CONNECT = const(7)
_NOTIFY = const(18)
_INDICATE = const(19)
_REPORT = const(0)  # ours: (name, rest) of a report
_LOST = const(255)  # ours: (n,) events found no room, or reports could not be read


class Conns(Jobs):
    """The connections of a module's radio, and its events.

    at: the runner. size: how many events wait at most. Functions that others put here: handler(event, data); written(n,
    handle, value) when a peer has written, True: tell of it; other(name, rest) for reports +BLE<name>:<rest> that come
    seldom: the event that is to be told, (number, data), or None; a restart has no name. advertising: the command by
    which it was begun. scanning: the scan under way. own: type of our own address. dials: [n, kind, address, wanted, job] of
    the connections that are being made.
    """

    handler = written = advertising = other = None
    restarted = _telling = False
    scanning = None
    own = 0

    def __init__(self, at, size=32):
        Jobs.__init__(self, at)
        self.table = [None] * _CONNS
        self.dials = []
        self.lost = 0
        self.ring = Ring(_LONGEST)
        self.resize(size)
        self._timers = []  # (when, function)
        self._patience = 0
        self.reports = {b"CONN": self.connected, b"DISCONN": self.gone, b"SCANDONE": self.scanned}
        self._step = at.step
        at.step = self.step
        at.on(b"+BLE:"[:4], self._report)
        at.on_reset(self._reset)
        at.parser.register(Value(b"+NOTIFY:", 4, _NOTIFY, self))
        at.parser.register(Value(b"+INDICATE:", 4, _INDICATE, self))
        at.parser.register(Value(b"+WRITE:", 5, _GATTS_WRITE, self))

    def resize(self, size):
        """Hold so many events; those that wait are lost."""
        self._kinds = bytearray(size)
        self.events = [None] * size
        self._first = self._n = 0

    # -- events

    def push(self, event, data):
        """Let an event wait for its turn; a full queue counts it as lost."""
        size = len(self.events)
        if self._n >= (size - _RESERVE if event == _SCAN_RESULT else size):
            self.lost += 1
            return
        i = (self._first + self._n) % size
        self._kinds[i] = event
        self.events[i] = data
        self._n += 1

    def step(self):
        """Some of the runner's steps, and after each the events that may be told now."""
        if self._telling and self._patience and self._n and not self.at.claims:
            self._patience -= 1  # a ticker, while a handler works: more has to wait in the line
            return False
        rounds = 1 if self._telling else _ROUNDS
        done = False
        while rounds:
            moved = self._step()
            if (self._n or self.lost or self.restarted) and not (self.at.claims or self.at._in_step or self._telling):
                self._tell()
            if not moved:
                break
            done = True
            rounds -= 1
        return done

    def _tell(self):
        with turn:
            if self._telling:
                return  # another thread does
            self._telling = True
        try:
            if self.restarted:
                self.restarted = False
                if self.written:
                    self.other(b"", b"")
            while self._n:
                with turn:
                    i = self._first
                    event = self._kinds[i]
                    data = self.events[i]
                    self.events[i] = None
                    self._first = (i + 1) % len(self.events)
                    self._n -= 1
                    if event == _GATTS_WRITE:
                        event = event if self.written and self.written(*data) else None
                        data = data[:2]
                self._patience = _PATIENCE
                if event == _REPORT:
                    event, data = self._seldom(*data)
                self._call(event, data)
            if self.lost:
                n, self.lost = self.lost, 0
                self._call(_LOST, (n,))
        finally:
            self._telling = False

    def _seldom(self, name, rest):
        # outside of a step, for what sees to it may have to be loaded
        try:
            return self.other(name, rest) or (0, None)
        except (ValueError, IndexError, TypeError):
            self.lost += 1
            return 0, None

    def _call(self, event, data):
        if event and self.handler:
            try:
                self.handler(event, data)
            except Exception as error:  # as a board's own Bluetooth does: shown, and on it goes
                from espat.ble.trouble import show

                show(error)

    # -- commands

    def later(self, ms, function):
        """Call function() in so many ms, from inside a step: it may start Jobs."""
        self._timers.append((ticks_add(ticks_ms(), ms), function))

    def next_job(self):
        """Look at the timers, and start the next command."""
        for timer in self._timers:
            if ticks_diff(timer[0], ticks_ms()) <= 0:
                self._timers.remove(timer)
                timer[1]()
                break
        return Jobs.next_job(self)

    def get(self, n):
        """The connection with this number; raises OSError(ENOTCONN)."""
        conn = self.table[n] if 0 <= n < _CONNS else None
        if not conn:
            raise OSError(107, "no such connection")
        return conn

    # -- what the module tells

    def arrived(self, event, n, handle, size):
        """A value is in the ring; size -1: not all of it."""
        if self.ring.n != size or n >= _CONNS or not self.table[n] or handle < 1024 or not handle & 1008:
            self.ring.clear()
            self.lost += 1
        else:
            self.push(event, (n, handle, self.ring.take(size)))

    def _report(self, buf, a, b):
        name, _, rest = bytes(buf[a + 4 : b]).partition(b":")
        known = self.reports.get(name)
        fields = rest.replace(b'"', b"").split(b",")
        try:
            if b"-" in fields[0]:
                raise ValueError  # no number of a connection
            if known:
                known(*fields)
            elif self.other and name[:3] in (b"SEC", b"AUT", b"CFG", b"CON"):  # those that come seldom
                self.push(_REPORT, (name, rest))
        except (ValueError, IndexError, TypeError):
            self.lost += 1

    def connected(self, n, address, *_):
        """A connection has come up. n, address: text."""
        if address == b"-1":
            return  # the command's end tells
        n = int(n)
        address = mac(address)
        old = self.table[n]
        if old:
            if old.address == address:
                return
            self.gone(n)
        for dial in self.dials:
            if dial[2] == address:
                self.dials.remove(dial)
                conn = Conn(_PERIPHERAL_CONNECT if dial[3] else 0, dial[1], address)
                break
        else:
            # nothing tells whether the address is random; manufacturers' have these two bits clear
            conn = Conn(_CENTRAL_CONNECT, 1 if address[0] & 3 else 0, address)
            if self.advertising:  # that has ended it: a restarted module need not begin it again
                self.at.forget(self.advertising)
                self.advertising = None
        self.table[n] = conn
        if conn.came:
            self.push(conn.came, (n, conn.kind, address))

    def gone(self, n, *_):
        """A connection is no more."""
        n = int(n)
        conn = self.table[n]
        if conn:
            self.table[n] = None
            if conn.came:
                self.push(conn.came + 1, (n, conn.kind, conn.address))

    def _reset(self):
        self.clear()
        self.restarted = True

    def clear(self):
        """All has come to an end: the module has restarted, or its radio is off."""
        for n in range(_CONNS):
            self.gone(n)
        self.scanned()

    def scanned(self, *_):
        """The scan has ended."""
        if self.scanning:
            self.scanning = None
            self.reports.pop(b"SCAN", None)  # that function leaves the memory
            self.push(_SCAN_DONE, ())
