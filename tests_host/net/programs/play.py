"""The program's side of the stage, for CPython and MicroPython: a board that is on the net, and peers to talk to.

    s, peer = play.pair()              a socket of espat, and the TCP peer it is connected to
    peer.send(b"..."), peer.close(), peer.reset() ...
    play.ask("restart")                see do_*() in stage.py

A test is decorated with @play.case: afterwards its sockets are closed, and all links of the module must be free.
"""

import json
import os
import select
import sys
import time

if sys.implementation.name == "micropython":
    import usocket as _socket
else:
    import socket as _socket

import espat_board

MICROPYTHON = sys.implementation.name == "micropython"
EAGAIN, EBADF, EPIPE, EINVAL = 11, 9, 32, 22
ECONNRESET, EISCONN, ENOTCONN, ETIMEDOUT, ECONNREFUSED = 104, 106, 107, 110, 111
EHOSTUNREACH, EALREADY, EINPROGRESS = 113, 114, 115

_line = _socket.socket()
_line.connect(_socket.getaddrinfo("127.0.0.1", int(os.getenv("ESPAT_STAGE")))[0][-1])
_file = _line if MICROPYTHON else _line.makefile("rwb")
_ready = select.poll()
_ready.register(_line, select.POLLIN)
_made = []


def ask(*request, work=False):
    """Have the stage do something; gives its answer. work: let the module work until it is there."""
    _file.write(json.dumps(request).encode() + b"\n")
    if not MICROPYTHON:
        _file.flush()
    while work and not _ready.poll(2):
        modem.step()
    answer = json.loads(_file.readline())
    if len(answer) > 1:
        raise RuntimeError("the stage says: " + answer[1])
    return answer[0]


def hexed(data):
    return "".join(["%02x" % x for x in data])


def options():
    """Options of the Modem that the test run asks for."""
    return {"active": True} if os.getenv("ESPAT_ACTIVE") else {}


modem = espat_board.modem(**options())
modem.install()

import network
import socket

wlan = network.WLAN(network.WLAN.IF_STA)


def join(seconds=10):
    """Be on the net."""
    wlan.active(True)
    wlan.connect(espat_board.setting("ssid"), espat_board.setting("password"))
    until(wlan.isconnected, seconds)


def until(condition, seconds=5):
    """Let time pass until condition() holds."""
    end = now() + seconds * 1000
    while not condition():
        if now() > end:
            raise AssertionError("it did not happen within %d seconds" % seconds)
        time.sleep(0.002)


def now():
    """Milliseconds that never run back (ours, not the library's: its ticks are under test)."""
    return int(time.time() * 1000)


def pattern(n, seed=0):
    """n bytes that differ from place to place; stage.py has the same."""
    return bytes([(seed + i * 7 + (i >> 8) * 13) & 255 for i in range(min(n, 65536))])


# -- peers


class Peer:
    """The far end of a connection, on the stage."""

    def __init__(self, handle):
        self.handle = handle

    def send(self, data, after=0):
        """Send bytes, now or after so many seconds."""
        ask("send", self.handle, hexed(data), after)

    def arrive(self, data):
        """Send bytes and wait until they are on the module's side."""
        self.send(data)
        ask("acknowledged", self.handle)

    def unread(self):
        """Whether something has come that was not read yet; the module is not stepped for it."""
        return ask("unread", self.handle)

    def recv(self, n):
        return bytes.fromhex(ask("recv", self.handle, n, work=True))

    def recv_pattern(self, n):
        """How many of n bytes of pattern() arrive."""
        return ask("recv_pattern", self.handle, n, work=True)

    def close(self):
        ask("close", self.handle)

    def reset(self):
        ask("reset", self.handle)

    def shutdown(self):
        ask("shutdown", self.handle)


class Datagrams:
    """A UDP port on the stage."""

    def __init__(self):
        self.handle, port = ask("datagrams")
        self.address = "127.0.0.1", port

    def recv(self):
        """The next datagram."""
        return bytes.fromhex(ask("recvfrom", self.handle, work=True)[0])

    def reply(self, data):
        """A datagram to whom the last one came from."""
        ask("reply", self.handle, hexed(data))

    def sent_from(self):
        """The address the last one came from."""
        return tuple(ask("sender"))


class Listener:
    """A listening TCP port on the stage."""

    def __init__(self, buffer=0):
        self.handle, port = ask("listen", buffer)
        self.address = "127.0.0.1", port

    def accept(self):
        return Peer(ask("accept", self.handle))


_listener = []


def listener():
    """A listening port that all tests of a program share."""
    if not _listener:
        _listener.append(Listener())
    return _listener[0]


def new(*args):
    """A socket of espat, closed when the test ends."""
    s = socket.socket(*args)
    _made.append(s)
    return s


def pair(timeout=5, at=None):
    """(connected socket, Peer); timeout: None, 0 or seconds, set after the connection is there. at: a Listener."""
    at = at or listener()
    s = new()
    s.settimeout(5)
    s.connect(at.address)
    peer = at.accept()
    s.settimeout(timeout)
    return s, peer


def unused():
    """An address that nobody listens at."""
    return "127.0.0.1", ask("unused")


# -- tests


def case(function):
    """Decorator of a test: all its sockets are closed, and then no link may be in use any more."""

    def run():
        try:
            function()
        finally:
            for s in _made:
                s.close()
            del _made[:]
        until(lambda: not in_use())
        assert ask("links") == [], ask("links")

    return run


def in_use():
    """Indices of links that are not free."""
    modem.step()
    return [link.index for link in modem.links.table if link.state]


def fails(number, function, *args):
    """function(*args) must raise OSError with this errno; gives it."""
    try:
        value = function(*args)
    except OSError as e:
        found = e.args[0] if e.args else None
        assert found == number, "OSError %r instead of %d" % (e.args, number)
        return e
    raise AssertionError("no OSError %d: the call gave %r" % (number, value))


def took(function, *args):
    """(milliseconds, what function gave)."""
    begun = now()
    value = function(*args)
    return now() - begun, value
