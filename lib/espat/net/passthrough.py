"""Passthrough: one link that takes all of the serial line (guide 3.1, 3.3, 4.2.9 to 4.2.11).

    with passthrough.connect(modem, "192.168.1.9", 8080) as pipe:
        pipe.write(b"any bytes at all")
        n = pipe.readinto(buf)

A pipe is a stream (see pipe.py). There can be no other link beside it, and no command until it is closed, which takes
about a second. With RTS/CTS it is the fastest way; without, the board must read in time. A link that is lost is opened
again by the module, and nothing tells that. Three plus signs in the data are no danger.
"""

from micropython import const

from espat import at_basic
from espat.at import Call
from espat.errors import AtError
from espat.net import at_links, at_passthrough, at_server, at_tcp, at_wifi, clients
from espat.pipe import Pipe
from espat.text import Texts
from espat.ticks import ticks_add, ticks_diff, ticks_ms

_OPENING = const(1)  # states of a link, see link.py
_OPEN = const(2)
_SHUT = const(3)
_PROMPTS = (b"\r\nOK\r\n\r\n>", b"\r\nOK\r\n> ", b"\r\nERROR\r\n")
_EIO = const(5)
_EBUSY = const(16)
_ETIMEDOUT = const(110)
_QUIT = const(3)  # AT+SYSMSG: tell when passthrough is left, and who connects


def connect(at, host, port, kind="TCP", more=None, before=None, room=2048):
    """Open a link to host and port and return it as a pipe. No other link may be open.

    kind: "TCP", "SSL", "UDP" (one datagram for what is written within 20 ms) or the same with v6. more: seconds of
    keep-alive of TCP and SSL, the local port of UDP. before: called before the link is opened, for at_tls's settings,
    which have no link number then.
    """
    pipe = Passthrough(at, room)
    pipe.occupy(kind)
    try:
        at_links.passive(at, False)
        at_links.multiplex(at, False)
        if before:
            before()
        # one link only: there is no number, so everything stands one place earlier
        text = at_tcp.start(kind, host, port, *((more, 0) if kind[:3] == "UDP" and more else (more,)))
        at.run(text[2:-2], timeout=75000)
        pipe.enter()
    except BaseException:
        pipe.restore()
        raise
    return pipe


def serve(at, port, kind="TCP", timeout=None, room=2048):
    """Wait for a client at this port and return it as a pipe. timeout: seconds until ETIMEDOUT."""
    pipe = Passthrough(at, room)
    pipe.serves = True
    pipe.occupy(kind)
    came = []
    at.links.table[0].state = _SHUT
    at.links.server = _Door(came)
    try:
        at_links.passive(at, False)
        at_server.set_most(at, 1)
        at_server.listen(at, port, None if kind == "TCP" else kind)
        end = None if timeout is None else ticks_add(ticks_ms(), int(timeout * 1000))
        while not came:
            at.wait()
            if end is not None and ticks_diff(end, ticks_ms()) <= 0:
                raise OSError(_ETIMEDOUT, "ETIMEDOUT")
        pipe.enter()
    except BaseException:
        pipe.restore()
        raise
    return pipe


def at_power_up(at, host, port, kind="TCP", more=None, timeout=40, room=2048):
    """Have the module open this pipe by itself after every start; restart it and return the pipe.

    Its network must be stored: at_basic.store(at, True) before joining. A Modem that finds such a module calls it out
    of passthrough; at_passthrough.not_at_power_up() ends it for good. timeout: seconds to join and connect.
    """
    if kind[:3] == "UDP":
        at_passthrough.at_power_up_udp(at, host, port, more, kind == "UDPv6")
    else:
        at_passthrough.at_power_up(at, host, port, kind, more)
    pipe = Passthrough(at, room)
    pipe.watch((b"\r\n>",), False)
    hook = [pipe.started]
    at.on_reset(lambda: hook and hook.pop()())
    at_basic.restart(at)
    end = ticks_add(ticks_ms(), int(timeout * 1000))
    while pipe.waits():
        at.wait()
        if ticks_diff(end, ticks_ms()) <= 0:
            pipe.close()
            raise OSError(_ETIMEDOUT, "ETIMEDOUT")
    return pipe


class _Door:
    """The links' server while one client is awaited; the link is kept for what comes before the pipe is there."""

    port = 0

    def __init__(self, came):
        self._came = came

    def incoming(self, link, report):
        """A client has opened a link."""
        link.state = _OPEN
        self._came.append(link)

    def close(self):
        """Nobody is kept waiting here."""


class _Switch(Call):
    # AT+CIPMODE=1: behind its OK all bytes are the peer's

    pipe = None

    def finished(self, outcome):
        """See Call.finished()."""
        super().finished(outcome)
        if outcome == 1:
            self.pipe.early()
            self.pipe.begin()


class Passthrough(Pipe):
    """A pipe into a link; made by the functions above. serves: the link is a client's of the module's server."""

    serves = False

    def occupy(self, kind):
        """Take link 0, and let no socket take another one."""
        links = self.at.links
        for link in links.table:
            if link.state:
                raise OSError(_EBUSY, "a link is open")
        links.occupy(links.table[0], kind).state = _OPEN
        for link in links.table[1:]:
            link.state, link.texts = _OPENING, None

    def started(self):
        """The module has started, and will open the pipe by itself."""
        self.occupy("TCP")
        self.begin()

    def early(self):
        """What has come framed before the link became a pipe."""
        rx = self.at.links.table[0].rx
        n = rx.take_into(self._chunk, len(self._chunk)) if rx else 0
        while n:
            self.ring.put(self._chunk, 0, n)
            n = rx.take_into(self._chunk, len(self._chunk))

    def enter(self):
        """Make the open link a pipe."""
        at = self.at
        if at.has(b"+SYSMSG"):
            clients.detailed(at, _QUIT)
        if at.has(b"+TRANSINTVL"):
            self.interval = at_passthrough.interval(at)
        text = Texts(at)
        at_links.mode(text, True)
        call = _Switch(at, text.texts[0], None, None, False)
        call.pipe = self
        while not at.launch(call, 5000):
            at.wait()
        while call.outcome is None:
            at.wait()
        call.result()
        found = self.tell(at_tcp.SEND[: at_tcp.SEND.find(b"=")] + b"\r\n", 5000, *_PROMPTS)
        if found not in (0, 1):
            self._leave()
            raise OSError(_EIO if found == 2 else _ETIMEDOUT, "the module does not enter passthrough")

    def _leave(self):
        # back to commands; the link stays
        text = Texts(self.at)
        at_links.mode(text, False)
        for _ in range(2):
            self.escape()
            if self.tell(b"AT%s\r\n" % text.texts[0], 1500, b"\r\nOK\r\n", b"\r\nERROR\r\n") == 0:
                break
        else:
            self.at.stale = 3  # whatever it is doing, it is asked until it is in step again
        self.end()

    def close(self):
        """Leave passthrough and close the link; what was received and not read is gone."""
        if self.open:
            self._leave()
            self.restore()

    def restore(self):
        """The table of links as it was before, and the module told so."""
        at = self.at
        links = at.links
        if self.open:
            self._leave()
        try:
            if self.serves:
                links.server = None
                at_server.unlisten(at, True)
            else:
                at.run(at_tcp.CLOSE[2 : at_tcp.CLOSE.find(b"=")])
        except OSError:
            pass  # it is closed
        for link in links.table:
            link.claimed = False
            link.release()
        links.modes = bytearray(b"11111")
        self._settings(at, links.polls or links.by_link)
        if at.has(b"+CWSTATE"):  # reports were kept back meanwhile
            line = b"WIFI GOT IP" if at_wifi.state(at)[0] == 2 else b"WIFI DISCONNECT"
            at.engine.report(line, 0, len(line))

    def _settings(self, at, passive):
        text = Texts(at)
        if self.serves:
            at_server.set_most(text, 5)
        at_links.multiplex(text, True)
        at_links.passive(text, passive)
        for line in text.texts:
            at.remember(line, 5000)
        try:
            for line in text.texts:
                at.run(line)
        except AtError:  # the link is still there, perhaps: nothing survives a restart, and all settings are told then
            at_basic.restart(at)
