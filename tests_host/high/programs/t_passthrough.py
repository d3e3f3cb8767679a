"""Passthrough as a stream: TCP, UDP, TLS, server; every byte, both ways at once, plus signs; in, out and in again."""

import high
import play
from espat.net import passthrough
from high import ask, modem

TIMEOUT = 150
play.join()
ALL = bytes(range(256))
made = []


def opened(call, *args, **options):
    """A pipe, closed when the test ends."""
    pipe = call(modem, *args, **options)
    made.append(pipe)
    pipe.settimeout(10)
    return pipe


def piped(**options):
    """A pipe into a link, and its peer."""
    listener = play.listener()
    pipe = opened(passthrough.connect, *listener.address, **options)
    return pipe, listener.accept()


def case(function):
    def run():
        try:
            function()
        finally:
            while made:
                made.pop().close()

    return play.case(run)


def read(pipe, n):
    data = pipe.read(n)
    assert len(data) == n, (len(data), data[:50])
    return data


def back_to_normal():
    """Commands and sockets work as before."""
    high.ready()
    assert play.until(lambda: not play.in_use()) is None
    s, peer = play.pair()
    peer.send(b"hello")
    assert s.recv(5) == b"hello"
    s.close()


@case
def test_every_byte():
    pipe, peer = piped()
    pipe.write(ALL)
    assert peer.recv(256) == ALL
    peer.send(ALL * 3)
    assert read(pipe, 768) == ALL * 3
    for text in (b"AT\r\n", b"\r\nOK\r\n", b"\r\nready\r\n", b"+IPD,0,5:", b"busy p...\r\n"):
        peer.send(text)
        assert read(pipe, len(text)) == text
        pipe.write(text)
        assert peer.recv(len(text)) == text
    play.fails(16, modem.run, b"")
    play.fails(105, play.new().connect, play.listener().address)
    pipe.close()
    pipe.close()
    play.fails(9, pipe.write, b"x")
    play.fails(9, pipe.read, 1)
    back_to_normal()


@case
def test_calls():
    pipe, peer = piped()
    pipe.settimeout(0)
    assert pipe.read(5) is None and pipe.readinto(bytearray(5)) is None and pipe.any() == 0 and pipe.ioctl(3, 5) == 4
    peer.send(b"line 1\nline 2\nrest")
    play.until(lambda: pipe.any() == 18)
    assert pipe.ioctl(3, 1) == 1
    assert pipe.readline() == b"line 1\n" and pipe.readline(4) == b"line" and pipe.readline() == b" 2\n"
    buf = bytearray(10)
    assert pipe.readinto(buf, 2) == 2 and buf[:2] == b"re"
    assert pipe.read() == b"st" and pipe.readline() is None
    pipe.settimeout(0.1)
    play.fails(110, pipe.read, 1)
    play.fails(110, pipe.readinto, buf)
    peer.send(b"some")
    assert pipe.read(10) == b"some"
    assert pipe.write(b"0123456789", 2, 3) == 3 and peer.recv(3) == b"234"
    assert pipe.write(b"0123456789", 2) == 2 and peer.recv(2) == b"01"
    pipe.close()


PLUSES = (b"+++", b"+", b"++", b"a+++", b"+++a", b"++++", b"+++++", b"+++\r\n", b"+" * 200, b"x" + b"+" * 7)


@case
def test_plus_signs():
    """However they are written, they arrive, and the pipe stays."""
    import time

    pipe, peer = piped()
    for burst in PLUSES:
        time.sleep(0.06)
        pipe.write(burst)
        assert peer.recv(len(burst)) == burst, burst
        time.sleep(0.06)
        pipe.write(b"still here")
        assert peer.recv(10) == b"still here", burst
    for pieces in ((b"+",) * 9, (b"++", b"+"), (b"+", b"++"), (b"a", b"+++", b"b"), (b"a+", b"++"), (b"+++", b"+++")):
        time.sleep(0.06)
        for piece in pieces:
            pipe.write(piece)
        whole = b"".join(pieces)
        assert peer.recv(len(whole)) == whole, pieces
        time.sleep(0.06)
        pipe.write(b"still here")
        assert peer.recv(10) == b"still here", pieces
    pipe.close()
    high.ready()


@case
def test_both_ways_at_once():
    n = 100000
    pipe, peer = piped()
    data = play.pattern(65536)
    ask("send_pattern", peer.handle, n)
    handle = ask("check_pattern", peer.handle, n)
    buf = bytearray(512)
    sent = got = 0
    pipe.settimeout(0)
    end = play.now() + 60000
    while (sent < n or got < n) and play.now() < end:
        if sent < n:
            at = sent % 65536
            sent += pipe.write(memoryview(data)[at : min(at + 700, 65536, at + n - sent)]) or 0
        k = pipe.readinto(buf)
        if k:
            at = got % 65536
            assert (data + data[:512])[at : at + k] == buf[:k], got
            got += k
    assert sent == got == n
    assert ask("checked", handle) == n
    pipe.close()


@case
def test_data_before_the_pipe():
    """What the peer sends at once arrives in order, framed or not."""
    listener = play.listener()
    ask("greet", listener.handle, 3000)
    pipe = opened(passthrough.connect, *listener.address, room=8192)
    assert read(pipe, 3000) == play.pattern(3000)
    pipe.close()
    back_to_normal()


@case
def test_datagrams():
    peer, port = ask("datagrams")
    with opened(passthrough.connect, "127.0.0.1", port, "UDP", 7654) as pipe:
        pipe.write(b"a datagram")
        assert ask("recvfrom", peer) == ["a datagram".encode().hex() if hasattr(b"", "hex") else play.hexed(b"a datagram"), 7654]
        ask("reply", peer, play.hexed(ALL))
        assert read(pipe, 256) == ALL
    back_to_normal()


@case
def test_tls():
    from espat.net import at_tls

    port = ask("secret_echo")
    with opened(passthrough.connect, "127.0.0.1", port, "SSL", before=lambda: at_tls.verify(modem, None, 0)) as pipe:
        pipe.write(ALL)
        assert read(pipe, 256) == ALL
    back_to_normal()


@case
def test_server():
    ask("visit_us", 8094, 0.3)
    pipe = opened(passthrough.serve, 8094, timeout=10)
    assert read(pipe, 9) == b"early one"
    pipe.write(b"welcome")
    assert read(pipe, 256 + 7) == ALL + b"welcome"
    pipe.close()
    back_to_normal()
    play.fails(110, passthrough.serve, modem, 8095, "TCP", 0.3)
    back_to_normal()


@case
def test_tls_server():
    """The module's server speaks TLS, with its own certificate."""
    ask("call", 8096, "tls")
    pipe = opened(passthrough.serve, 8096, "SSL", timeout=20)
    peer = play.Peer(ask("called"))
    peer.send(ALL)
    assert read(pipe, 256) == ALL
    pipe.write(ALL + b"+++")
    assert peer.recv(259) == ALL + b"+++"
    pipe.close()
    back_to_normal()


@case
def test_refused():
    address = play.unused()
    high.refused(passthrough.connect, modem, *address)
    back_to_normal()
    s, peer = play.pair()
    play.fails(16, passthrough.connect, modem, *address)
    s.close()
    back_to_normal()


@case
def test_the_peer_comes_back():
    """A link that is lost is opened again by the module."""
    pipe, peer = piped()
    peer.close()
    peer = play.listener().accept()
    import time

    time.sleep(0.1)
    pipe.write(b"again")
    assert peer.recv(5) == b"again"
    pipe.close()
    back_to_normal()
