"""What the library loads when something has happened finds the heap full: the program is told, and goes on where it was."""

import builtins
import sys

from checks import raises
from espat.errors import AtReset
from espat.modem import Modem
from espat.net.links import Links
from espat.net.server import Server
from espat.net.sock import Socket
from fakeport import FakePort

OK = b"\r\nOK\r\n"
PROBE = b"AT+UART_CUR?\r\n"
PROBED = b"+UART_CUR:115200,8,1,0,0\r\n" + OK


class FullHeap:
    """While it lasts, loading this module is a MemoryError. tries: how often that was tried."""

    def __init__(self, module):
        self.module = module
        self.tries = 0

    def __enter__(self):
        package, _, name = self.module.rpartition(".")
        sys.modules.pop(self.module, None)
        if hasattr(sys.modules[package], name):
            delattr(sys.modules[package], name)
        self._import = builtins.__import__
        builtins.__import__ = self._load
        return self

    def __exit__(self, *error):
        builtins.__import__ = self._import

    def _load(self, name, *more):
        if name == self.module:
            self.tries += 1
            raise MemoryError
        return self._import(name, *more)


def runner(*steps):
    port = FakePort(*steps)
    at = port.at()
    at.probe = PROBE
    return port, at


def test_restart():
    """Reports that came with it have arrived, commands wait, and the settings are told as soon as there is room."""
    port, at = runner((b"AT+B=1\r\n", OK))
    at.keep(b"+B=1")
    told = []
    at.on(b"+R:", lambda buf, a, b: told.append(bytes(buf[a:b])))
    with FullHeap("espat.replay") as heap:
        port.say(b"+R:1\r\nready\r\n+R:2\r\n")
        raises(MemoryError, at.step)
        port.say(b"+R:3\r\n")
        raises(MemoryError, at.run, b"+X")
        raises(MemoryError, at.step)
        assert heap.tries == 3 and told == [b"+R:1", b"+R:2", b"+R:3"]
        assert not at.idle()  # nothing is spoken before the settings
    port.done()
    port.expect(b"AT+B=1\r\n", OK)
    port.expect(b"AT+X\r\n", b"+X:1\r\n" + OK)
    assert at.run(b"+X") == [b"+X:1"]
    port.done()


def test_restart_inside_a_command():
    port, at = runner((b"AT+B=1\r\n", OK), (b"AT+X\r\n", b"\r\nready\r\n"))
    at.keep(b"+B=1")
    with FullHeap("espat.replay"):
        error = raises((AtReset, MemoryError), at.run, b"+X")
        assert isinstance(error, (AtReset, MemoryError))
        raises(MemoryError, at.step)
    port.expect(b"AT+B=1\r\n", OK)
    port.expect(b"AT+X\r\n", b"+X:1\r\n" + OK)
    assert at.run(b"+X") == [b"+X:1"]
    port.done()


def test_module_that_has_fallen_silent():
    """The command ends when the recovery can begin, and the recovery finds the module."""
    port, at = runner((b"AT+X\r\n", b""), (PROBE, b""))
    at.reset = None
    at.rescue = lambda busy: Modem.rescue(at, busy)
    with FullHeap("espat.rescue") as heap:
        error = None
        while not isinstance(error, MemoryError):
            try:
                at.run(b"+X", timeout=100) if error is None else at.wait()
            except (OSError, MemoryError) as e:
                error = e
        raises(MemoryError, at.step)
        assert heap.tries >= 2
    port.expect(b"+++", b"")
    port.expect(PROBE, PROBED)
    port.expect(b"AT+X\r\n", b"+X:1\r\n" + OK)
    assert at.run(b"+X") == [b"+X:1"]
    port.done()


def test_server_closes():
    """What makes the module listen is not needed to let it stop."""
    listens = b'+CIPSERVER:1,80,"TCP",0\r\n'
    port, at = runner((b"AT+CIPSERVER=1,80\r\n", OK), (b"AT+CIPSERVER?\r\n", listens + OK), (b"AT+CIPSTO=0\r\n", OK))
    at.firmware, at.chip = (3, 4), "ESP32"
    at.links = Links(at, 64, 64)
    s = Socket(at.links)
    s.bind(("", 80))
    s.listen()
    port.expect(b"AT+CIPSERVER=0\r\n", OK)
    with FullHeap("espat.net.listening"), FullHeap("espat.net.at_server"):
        s.close()
    assert not at.kept and not at.links.server
    port.done()


def test_server_closes_without_any_room():
    """Nothing can be said to the module: the socket is closed all the same."""
    port, at = runner()
    at.firmware, at.chip = (3, 4), "ESP32"
    server = object.__new__(Server)
    at.links = server.links = Links(at, 64, 64)
    server.waiting = []
    server._stop = b"+CIPSERVER=0"

    def run(text):
        raise MemoryError

    at.run = run
    s = Socket(at.links)
    s.server = at.links.server = server
    s.close()
    assert not at.links.server


class Owner:
    """Whom a command belongs to; the first time it is told of its end the heap is full."""

    told = 0

    def finished(self, outcome):
        self.told += 1
        if self.told == 1:
            raise MemoryError


def test_the_end_of_a_command_is_told_again():
    port, at = runner((b"AT+X\r\n", OK))
    owner = Owner()
    at.jobs.append(lambda: owner.told == 0 and not at.begin(b"AT+X\r\n", 6, owner, 1000))
    at.step()
    raises(MemoryError, at.step)
    at.step()
    assert owner.told == 2 and at.idle()
    port.done()
