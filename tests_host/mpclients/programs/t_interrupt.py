"""Ctrl-C in the middle of a transfer, again and again: no byte is lost, doubled or out of place, or the connection fails
with a named error; and the module goes on answering.

KeyboardInterrupt is raised at a moment that moves through the work. Boards look for it at every jump of their bytecode:
that is what a trace hook does here on CPython. Wrapped functions do it on MicroPython.
"""

import sys

import play
from play import ask, case

play.join()

from espat.net import at_ip
from espat.turn import owner

ONLY = ("cpython", "mp64", "mp32")
LIBRARY = "KeyboardInterrupt"
VERSION = ""
SCENARIOS = {"test_transfer": "at 200 points of a transfer both ways"}
TIMEOUT = 100
POINTS = 200
NAMED = (5, 11, 103, 104, 105, 107, 110, 113)
WANT = play.pattern(65536)
WANT += WANT[:2048]


def message(k):
    """Begins with 255, which stands nowhere else; world.py knows it too."""
    return b"\xff" + bytes([k // 250, k % 250]) + bytes([(k + i) % 250 for i in range(20 + k * 37 % 700)])


def state(s):
    """What to look at when nothing moves any more."""
    at, link = play.modem, s.link
    names = ("state", "waiting", "todo", "claimed", "error", "fetching")
    shown = [(n, getattr(link, n, None)) for n in names]
    return shown, link.rx.n, link.rx.held, at.engine.phase, at.stale, at.claims, at.links.tx.n


class Transfer:
    """A connection over which bytes go both ways. Each step forward is one statement, so that an interrupt falls between
    two of them; cut: messages whose sending was interrupted."""

    def __init__(self):
        self.k = 0
        self.errors = []
        self.buf = bytearray(1500)
        self.begin()

    def begin(self):
        self.s, self.peer = play.pair(8)
        self.pos = 0
        self.got = self.count = self.sending = None
        self.sent, self.cut = [], []
        ask("pump", self.peer.handle)
        ask("collect", self.peer.handle)

    def work(self):
        self.settle()
        if self.k % 2:
            self.got = self.s.recv(700)
        else:
            self.count = self.s.recv_into(self.buf)
        self.settle()
        self.k += 1
        if self.k % 3 == 0:
            self.send()

    def settle(self):
        got, n = self.got, self.count
        if n is not None:
            got = bytes(self.buf[:n])
        if got is None:
            return
        at = self.pos % 65536
        assert got and got == WANT[at : at + len(got)], "%d bytes from %d on are wrong: %r" % (len(got), self.pos, got[:20])
        self.pos += len(got)
        self.got = self.count = None

    def send(self):
        k = self.k
        text = message(k)
        self.sent.append(k)
        self.sending = k
        self.s.sendall(text)
        self.sending = None

    def interrupted(self):
        if self.sending is not None:
            self.cut.append(self.sending)
            self.sending = None

    def failed(self, error):
        """The connection has failed, with a name; another one goes on. Silence is no failure with a name."""
        assert error.args[0] in NAMED and error.args[1] != "ETIMEDOUT", state(self.s)
        self.errors.append(error.args)
        self.end()
        self.begin()

    def end(self, whole=False):
        self.interrupted()
        self.s.close()
        trouble = ask("collected", self.peer.handle, self.sent, self.cut, whole, work=True)
        assert trouble == "", trouble

    def some(self, rounds):
        for _ in range(rounds):
            try:
                self.work()
            except OSError as e:
                self.failed(e)


def chain(frame):
    """The functions of the library that have called each other up to here."""
    names = []
    while frame and "/espat/" in frame.f_code.co_filename:
        names.append(frame.f_code.co_name)
        frame = frame.f_back
    return " < ".join(names)


class Interrupts:
    """Raises KeyboardInterrupt at one moment of the library's work."""

    def __init__(self):
        self.left = 0
        self.struck = []  # where
        self.begin()

    def due(self):
        """Whether it is the moment."""
        if self.left > 0:
            self.left -= 1  # the ticker may strike before this: then it goes below 0, and the moment was the ticker's
            return self.left == 0
        return False

    def strike(self, transfer, point):
        self.left = 1 + point * 11
        self.on(True)
        try:
            while self.left > 0 or play.modem.struck:
                transfer.work()
        except KeyboardInterrupt:
            self.on(False)
            transfer.interrupted()
        except OSError as e:
            self.on(False)
            transfer.failed(e)
        finally:
            self.on(False)


class Trace(Interrupts):
    """CPython: where a function begins, and behind every jump, as MicroPython's boards do it."""

    def begin(self):
        import dis

        self.jumps = dis.hasjrel + dis.hasjabs

    def on(self, on):
        sys.settrace(self.trace if on else None)

    def trace(self, frame, event, arg):
        if "/espat/" not in frame.f_code.co_filename:
            return None
        if event == "call":
            frame.f_trace_opcodes = True
            frame.f_trace_lines = False
            self.jumped = False
            now = True
        else:
            now = event == "opcode" and self.jumped
            if event == "opcode":
                self.jumped = frame.f_code.co_code[frame.f_lasti] in self.jumps
        if now and self.due():
            sys.settrace(None)
            self.struck.append(chain(frame))
            raise KeyboardInterrupt
        return self.trace


class Wrapped(Interrupts):
    """MicroPython: where a function of the classes that move the bytes begins. (The unix port's own Ctrl-C falls
    between any two instructions of the interpreter itself, which no board's does.)"""

    def begin(self):
        from espat import at, engine, parser, ring, step
        from espat.net import link, links, reading, sock, traffic

        self.active = False
        classes = (step.Stepper, at.At, engine.Engine, parser.Parser, ring.Ring, link.Link, link.Data, links.Links,
                   traffic.Traffic, reading.Reading, sock.Socket)
        for cls in classes:
            for name in dir(cls):
                function = cls.__dict__.get(name)
                if type(function) is type(chain) and name[:2] != "__":
                    setattr(cls, name, self.wrapper(function, cls.__name__ + "." + name))

    def wrapper(self, function, name):
        def wrapped(*args, **more):
            if self.active and self.due():
                self.active = False
                self.struck.append(name)
                raise KeyboardInterrupt
            return function(*args, **more)

        return wrapped

    def on(self, on):
        self.active = on


@case
def test_transfer():
    transfer = Transfer()
    source = Wrapped() if play.MICROPYTHON else Trace()
    slow = 0
    for point in range(POINTS):
        source.strike(transfer, point)
        begun = play.now()
        try:
            transfer.some(3)
        except AssertionError:
            print("behind point", point, source.struck[-3:])
            raise
        slow += play.now() - begun > 1000
        if point % 20 == 0:
            assert at_ip.address(play.modem)[0].startswith("127.")
    assert owner[0] is None, "Ctrl-C has left the turn to a thread"
    transfer.some(50)
    transfer.end(True)
    print(POINTS, "interrupts:", len(transfer.errors), "connections failed", transfer.errors, slow, "slow recoveries")
    assert len(transfer.errors) <= POINTS // 10, transfer.errors
