"""Five links at once, and what becomes of them: reuse, leftovers, half-closed and reset connections, a sixth socket."""

import play
from play import EBADF, ECONNRESET, EPIPE, case, fails, pair

import socket

play.join()
ENOBUFS = 105


@case
def test_five_with_their_own_data():
    pairs = [pair(10) for _ in range(5)]
    size = 4500
    for i, (_, peer) in enumerate(pairs):
        play.ask("send_pattern", peer.handle, size, i)
    sent = [play.pattern(size, 100 + i) for i in range(5)]
    got = [b""] * 5
    at = [0] * 5
    while min(at) < size or min([len(g) for g in got]) < size:
        for i, (s, _) in enumerate(pairs):
            if at[i] < size:
                at[i] += s.write(sent[i][at[i] : at[i] + 997])
            if len(got[i]) < size:
                got[i] += s.recv(min(1203, size - len(got[i])))
    for i, (_, peer) in enumerate(pairs):
        assert got[i] == play.pattern(size, i), i
        assert play.ask("recv_pattern", peer.handle, size, 100 + i, work=True) == size, i


@case
def test_some_read_while_another_sends():
    pairs = [pair(10) for _ in range(5)]
    for i in range(1, 5):
        play.ask("send_pattern", pairs[i][1].handle, 3000, i)
    pairs[0][0].sendall(play.pattern(20000))
    for i in range(1, 5):
        assert pairs[i][0].read(3000) == play.pattern(3000, i), i
    assert pairs[0][1].recv_pattern(20000) == 20000


@case
def test_sixth():
    pairs = [pair() for _ in range(5)]
    s = play.new()
    s.settimeout(5)
    play.ask("clear")
    ms, _ = play.took(fails, ENOBUFS, s.connect, play.listener().address)
    assert ms < 100 and play.ask("count", "AT+") == 0, ms
    u = play.new(socket.AF_INET, socket.SOCK_DGRAM)
    fails(ENOBUFS, u.sendto, b"x", play.listener().address)
    for i, (t, peer) in enumerate(pairs):
        t.write(b"still %d" % i)
        assert peer.recv(7) == b"still %d" % i
    pairs[2][0].close()
    assert s.connect(play.listener().address) is None
    s.write(b"in its place")
    assert play.listener().accept().recv(12) == b"in its place"


@case
def test_free_after_close():
    for i in range(12):
        s, peer = pair()
        s.write(b"%d" % i)
        assert int(peer.recv(len(str(i)))) == i
        s.close()
        assert peer.recv(1) == b""


@case
def test_closed_by_the_peer_and_forgotten():
    # programs drop sockets without closing them, and MicroPython never tells
    for i in range(12):
        s = socket.socket()
        s.settimeout(5)
        s.connect(play.listener().address)
        peer = play.listener().accept()
        peer.send(b"%d" % i)
        assert int(s.recv(10)) == i
        peer.close()
        assert s.recv(1) == b""
        play._made.append(s)


@case
def test_stale_socket():
    stale(lambda old: old.recv(1) == b"")


@case
def test_stale_socket_that_was_never_read():
    stale(lambda old: True)


def stale(end):
    kept = [pair() for _ in range(4)]
    old, peer = pair()
    peer.close()
    play.until(lambda: play.modem.step() is None or old.link.state != 2)  # the module has told that it is closed
    assert end(old)
    new, peer = pair()
    assert new.link.index == old.link.index
    peer.arrive(b"for the new one")
    for call in (lambda: old.recv(5), lambda: old.read(5), old.read, old.readline, lambda: old.readinto(bytearray(5))):
        try:
            value = call()
            assert value == b"" or value == 0, value
        except OSError as e:
            assert e.args[0] == EBADF, e.args
    for call in (old.send, old.write, old.sendall):
        try:
            call(b"stray")
            raise AssertionError("written")
        except OSError as e:
            assert e.args[0] in (EBADF, EPIPE), e.args
    old.close()
    assert new.read(15) == b"for the new one"
    new.write(b"fine")
    assert peer.recv(4) == b"fine"
    assert len(kept) == 4


@case
def test_what_came_before_closed():
    s, peer = pair()
    play.ask("send_pattern", peer.handle, -9000)  # more than the module and the ring hold
    play.ask("waiting", 4000)
    play.until(lambda: s.ioctl(3, 1))
    assert s.read() == play.pattern(9000)
    assert s.recv(1) == b""
    s, peer = pair()
    peer.send(b"last words")
    peer.close()
    play.until(lambda: s.ioctl(3, 1))
    other, far = pair()
    other.write(b"x")
    assert far.recv(1) == b"x"
    assert s.read() == b"last words"


@case
def test_left_in_the_ring_while_others_come():
    readers = []
    for i in range(5):
        s, peer = pair()
        peer.arrive(b"left %d" % i)
        play.until(lambda: s.ioctl(3, 1))  # noqa: B023
        peer.close()
        play.until(lambda: len(play.ask("links")) == 0)
        readers.append(s)
    s, peer = pair()
    s.write(b"hello")
    assert peer.recv(5) == b"hello"
    for i, r in enumerate(readers):
        assert r.read() == b"left %d" % i, i


@case
def test_half_closed():
    s, peer = pair()
    s.write(b"request")
    assert peer.recv(7) == b"request"
    peer.send(b"answer")
    peer.shutdown()
    assert s.read() == b"answer"
    assert s.recv(1) == b""
    fails(EPIPE, s.write, b"more")  # the module closes both ways at once


@case
def test_reset_in_the_middle():
    s, peer = pair()
    other, far = pair()
    far.arrive(b"other's data")
    peer.arrive(b"x" * 3000)
    assert s.recv(10)
    peer.reset()
    errors = 0
    end = play.now() + 5000
    while play.now() < end:
        try:
            if not s.recv(1000):
                break
        except OSError as e:
            assert e.args[0] == ECONNRESET, e.args
            errors += 1
    assert errors <= 1, errors
    assert s.recv(10) == b""
    fails(EPIPE, s.send, b"y")
    assert other.read(12) == b"other's data"
    other.write(b"works")
    assert far.recv(5) == b"works"


def clog(s):
    """Write to a peer that reads nothing until nothing more goes in for a while. s: a socket that does not wait."""
    last = play.now()
    while play.now() - last < 200:
        if s.write(bytes(2048)) is None:
            play.modem.wait()
        else:
            last = play.now()


@case
def test_reset_under_a_send():
    s, peer = pair(5, play.Listener(4096))
    other, far = pair()
    s.setblocking(False)
    clog(s)
    peer.reset()
    s.settimeout(5)
    numbers = []
    for _ in range(4):
        try:
            s.send(b"x")
        except OSError as e:
            numbers.append(e.args[0])
    assert EPIPE in numbers and numbers.count(ECONNRESET) <= 1, numbers
    other.write(b"works")
    assert far.recv(5) == b"works"


@case
def test_peer_that_never_reads_blocks_nobody_for_ever():
    s, peer = pair(0, play.Listener(4096))
    other, far = pair()
    clog(s)
    other.settimeout(1)
    far.send(b"data")
    # the line carries one command at a time: while a send hangs in the module nothing else passes
    fails(play.ETIMEDOUT, other.recv, 4)
    play.ask("drain", peer.handle)
    other.settimeout(5)
    assert other.recv(4) == b"data"
