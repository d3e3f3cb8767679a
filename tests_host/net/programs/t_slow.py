"""A line that is cut for a while in the midst of a send, of looking up a name, of everything: what waits ends in time,
and when the line is mended the next call works."""

import play
from play import ETIMEDOUT, case, fails, pair

import socket
from espat.net import at_tcp

ONLY = ("mp64",)  # it takes its time
TIMEOUT = 110

play.join()


def silent(on):
    play.ask("silence", on)


@case
def test_sending():
    s, peer = pair(0.5)
    other, far = pair(5)
    far.arrive(b"kept")
    play.until(lambda: other.ioctl(3, 1))
    play.modem.command("AT")
    silent(True)
    ms, _ = play.took(fails, ETIMEDOUT, s.sendall, bytes(20000))
    assert 400 < ms < 1500, ms
    assert other.read(4) == b"kept"
    silent(False)
    other.settimeout(40)
    far.send(b"on it goes")
    ms, data = play.took(other.read, 10)
    assert data == b"on it goes"
    print("after a cut send the line works again within", ms, "ms")
    s, peer = pair(10)
    s.write(b"new")
    assert peer.recv(3) == b"new"


@case
def test_looking_up_a_name():
    play.ask("name", "server.test", "127.0.0.1")
    silent(True)
    ms, _ = play.took(fails, ETIMEDOUT, at_tcp.resolve, play.modem, "server.test", None, 1000)
    silent(False)
    assert ms < 3000, ms
    assert socket.getaddrinfo("server.test", 80)[0][-1] == ("127.0.0.1", 80)


@case
def test_ends_of_connections():
    s, peer = pair(5)
    play.modem.command("AT")
    silent(True)
    peer.close()  # what the module says about it gets lost
    play.until(lambda: not play.ask("links"))
    silent(False)
    s.settimeout(15)
    try:
        assert s.recv(10) == b""
    except OSError as e:
        assert e.args[0] == play.ECONNRESET, e.args


@case
def test_close():
    s, peer = pair(5)
    silent(True)
    ms, _ = play.took(s.close)
    assert ms < 12000, ms
    silent(False)
    s, peer = pair(20)
    s.write(b"new")
    assert peer.recv(3) == b"new"
    s.settimeout(1)  # the module still has the old one, which is found and closed while somebody waits
    end = play.now() + 10000
    while len(play.ask("links")) > 1 and play.now() < end:
        fails(ETIMEDOUT, s.recv, 1)
    assert len(play.ask("links")) == 1


@case
def test_nobody_answers():
    play.ask("dead", "10.9.8.7", 2.6)
    s = play.new()
    s.settimeout(None)
    fails(ETIMEDOUT, s.connect, ("10.9.8.7", 80))
    pair()
