"""What a socket's writing calls give: blocking, not blocking, with a time-out, closed, not connected, peer gone."""

import play
from play import EAGAIN, EBADF, ENOTCONN, EPIPE, ECONNRESET, ETIMEDOUT, case, fails, pair

play.join()
BLOCK = bytes(range(256)) * 8
NARROW = play.Listener(4096)  # its peers take little before they are read
_READS = (ENOTCONN, EPIPE)


@case
def test_what_they_return():
    s, peer = pair(5)
    assert s.send(b"abc") == 3
    assert s.write(b"defg") == 4
    assert s.sendall(b"hi") is None
    assert s.sendto(b"j", play.listener().address) == 1
    assert s.send(bytearray(b"kl")) == 2 and s.write(memoryview(b"mn")) == 2
    assert peer.recv(14) == b"abcdefghijklmn"


@case
def test_write_with_count_and_offset():
    s, peer = pair(5)
    assert s.write(b"abcdef", 3) == 3
    assert s.write(bytearray(b"abcdef"), 2, 3) == 3
    assert s.write(b"abc", 9) == 3
    assert s.write(b"abcdef", 4, 9) == 2
    assert peer.recv(11) == b"abccdeabcef"


@case
def test_text_is_sent_as_utf8():
    s, peer = pair(5)
    text = "gr\u00fc\u00df \u4e2d"
    data = text.encode()
    assert s.write(text) == len(data)
    assert s.send(text) == len(data)
    assert s.sendall(text) is None
    assert peer.recv(3 * len(data)) == 3 * data


@case
def test_nothing_to_write():
    s, peer = pair(5)
    assert s.write(b"") == 0 and s.send(b"") == 0 and s.sendall(b"") is None
    s.setblocking(False)
    assert s.write(b"") == 0 and s.send(b"") == 0
    s.write(b"x")
    assert peer.recv(1) == b"x"


@case
def test_more_than_everything_holds():
    s, peer = pair(10)
    data = play.pattern(30000)
    assert s.write(data) == len(data)
    assert peer.recv_pattern(len(data)) == len(data)
    s.sendall(data)
    assert peer.recv_pattern(len(data)) == len(data)


def stuff(s):
    """Write until nothing has been taken for a while: all buffers up to the peer's are full."""
    last = play.now()
    while play.now() - last < 300:
        if s.write(BLOCK) is None:
            play.modem.wait()
        else:
            last = play.now()


@case
def test_does_not_wait():
    s, peer = pair(0, NARROW)
    stuff(s)
    fails(EAGAIN, s.send, BLOCK)
    fails(EAGAIN, s.sendall, BLOCK)
    assert s.write(BLOCK) is None and s.write(BLOCK, 5) is None and s.write(BLOCK, 5, 3) is None
    assert s.ioctl(3, 4) == 0
    s.settimeout(0.06)
    ms, _ = play.took(fails, ETIMEDOUT, s.send, BLOCK)
    assert 50 <= ms < 1000, ms
    fails(ETIMEDOUT, s.write, BLOCK)
    fails(ETIMEDOUT, s.sendall, BLOCK)
    play.ask("drain", peer.handle)
    play.until(lambda: s.ioctl(3, 4) == 4)
    s.settimeout(5)
    assert s.write(b"on it goes") == 10


@case
def test_several_answer_at_once():
    pairs = [pair(0) for _ in range(3)]
    for n in range(20):
        for s, _ in pairs:  # another's answer is still leaving, and yet there is room for a few bytes
            assert s.send(b"answer %02d" % n) == 9
    for _, peer in pairs:
        assert peer.recv(180) == b"".join([b"answer %02d" % n for n in range(20)])


@case
def test_a_handler_never_waits():
    (a, peer), (b, other) = pair(0), pair(0)
    heard = []

    def answer(buf, start, end):
        heard.append(a.send(b"from a handler"))
        ms, _ = play.took(fails, EAGAIN, b.send, b"and another")
        heard.append(ms)

    play.modem.on(b"+HANDLE", answer)
    play.ask("inject", play.hexed(b"\r\n+HANDLE\r\n"))
    try:
        play.until(lambda: play.modem.step() and False or len(heard) == 2)
    finally:
        play.modem.off(b"+HANDLE")
    assert heard[0] == 14 and heard[1] < 100, heard
    assert peer.recv(14) == b"from a handler" and b.send(b"then") == 4 and other.recv(4) == b"then"


@case
def test_short_counts():
    s, peer = pair(0)
    data = play.pattern(60000)  # much more than is gathered at a time, or sent meanwhile
    n = s.send(data)
    assert 0 < n < len(data), n
    assert peer.recv(n) == data[:n]
    play.until(lambda: s.ioctl(3, 4))
    n = s.write(data)
    assert 0 < n < len(data), n
    assert peer.recv(n) == data[:n]
    play.until(lambda: s.ioctl(3, 4))
    fails(EAGAIN, s.sendall, data)


@case
def test_peer_has_closed():
    s, peer = pair(5)
    peer.close()
    assert s.recv(1) == b""
    for call in (s.send, s.write, s.sendall):
        fails(EPIPE, call, b"x")
    s.setblocking(False)
    for call in (s.send, s.write, s.sendall):
        fails(EPIPE, call, b"x")


@case
def test_peer_has_reset():
    s, peer = pair(5)
    peer.reset()
    play.until(lambda: s.ioctl(3, 4) and not play.ask("links"))
    number = []
    for _ in range(5):
        try:
            s.send(b"x")
            play.until(lambda: s.ioctl(3, 1))
        except OSError as e:
            number.append(e.errno)
    assert number[-1] == EPIPE and number[0] in (EPIPE, ECONNRESET) and number.count(ECONNRESET) <= 1, number
    assert s.recv(10) == b""


@case
def test_closed_and_not_connected():
    for name in ("send", "write", "sendall"):
        s = play.new()
        fails(ENOTCONN, getattr(s, name), b"x")
        s.close()
        fails(EBADF, getattr(s, name), b"x")
    s, _ = pair()
    s.close()
    assert s.close() is None
    for name in ("send", "write", "sendall"):
        fails(EBADF, getattr(s, name), b"x")
    fails(EBADF, s.sendto, b"x", play.listener().address)
    for call in (lambda: s.connect(play.listener().address), lambda: s.bind(("", 1)), lambda: s.setsockopt(1, 4, 1)):
        fails(EBADF, call)


@case
def test_last_bytes_go_out_before_close():
    s, peer = pair(5)
    s.write(b"last words")
    s.close()
    assert peer.recv(20) == b"last words"
    s, peer = pair(0)
    s.write(b"last words")
    s.close()
    assert peer.recv(20) == b"last words"


@case
def test_options():
    import socket

    s, peer = pair(5)
    assert s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1) is None
    assert s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1) is None
    assert s.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1) is None
    assert s.setsockopt(77, 88, b"what") is None
    assert s.setsockopt(socket.SOL_SOCKET, 20, None) is None
    s.write(b"ok")
    assert peer.recv(2) == b"ok"
