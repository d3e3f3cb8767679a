"""The serial line as a plain pipe to a Bluetooth peer; see spp.py."""

from micropython import const

from espat.at import Call
from espat.pipe import Pipe
from espat.turn import turn

_DONE = const(1)  # a command has succeeded, see engine.py
_STALE = const(3)
_EBUSY = const(16)
_SHUT = const(3)  # states of a link of TCP or UDP: 1 and 2 are those that something may still come for, see net/link.py
_OK = b"\r\nOK\r\n"


class RadioPipe(Pipe):
    """enter: typed call that opens it. left: called when it is closed. early: Ring with what has come before. peer: address of
    the other side, if it is known.

    Raises OSError(EBUSY) while a socket is connected or listens: the module would put its notices among the peer's bytes,
    and nobody could fetch what they announce.
    """

    peer = None

    def __init__(self, at, enter, room=2048, left=None, early=None):
        links = getattr(at, "_links", None)  # not `links`, which would make the table
        if links and (links.server or any(0 < link.state < _SHUT for link in links.table)):
            raise OSError(_EBUSY, "notices of sockets would come through the pipe: close them first, or do without a pipe")
        super().__init__(at, room)
        self._left = left
        self._early = early
        enter(self)

    def run(self, text, parse=None, timeout=5000, data=None):
        """Speak the command that opens the pipe: what follows its prompt is data already."""
        at = self.at
        call = _Enter(at, text, None, None, False)
        call.pipe = self
        with turn:
            at.claims += 1
        try:
            while not at.launch(call, timeout, data):
                at.wait()
            while call.outcome is None:
                at.wait()
        finally:
            with turn:
                at.claims -= 1
        return call.result()

    def begin(self):
        """From now on the line is a pipe."""
        if self._early:
            data = self._early.take(self._early.n)
            self.ring.put(data, 0, len(data))
        super().begin()

    def close(self):
        """Leave the pipe, which takes a second; what was received and not read is gone. The connection stays."""
        if not self.open:
            return
        for _ in range(2):
            self.escape()
            if self.tell(b"AT\r\n", 1500, _OK) == 0:
                break
        else:
            self.at.stale = _STALE  # whatever the module is doing, it is asked until it is in step again
        self.end()
        if self._left:
            self._left()


class _Enter(Call):
    pipe = None

    def finished(self, outcome):
        """See Call.finished()."""
        super().finished(outcome)
        if outcome == _DONE:
            self.pipe.begin()


def over_ble(ble, tx, rx, reconnect=False, room=2048):
    """A pipe over two values of the first connection: what is written goes into tx, what comes is rx's.

    tx, rx: handles as BLE gives them. A server sends by notifying those who have subscribed to tx (EIO: nobody has), a
    client by writing. ble: the radio; its events stand still meanwhile. room: bytes kept when nobody reads.
    """
    from espat.ble import at_blespp

    at_blespp.configure(ble.at, tx >> 10, tx >> 4 & 63, rx >> 10, rx >> 4 & 63, reconnect)
    return RadioPipe(ble.at, at_blespp.enter, room, lambda: _recount(ble))


def _recount(ble):
    # what became of the connections while the line was a pipe
    from espat.ble import at_conn

    known = [n for n, _ in at_conn.connections(ble.at)]
    for n, conn in enumerate(ble.conns.table):
        if conn and n not in known:
            ble.conns.gone(n)
