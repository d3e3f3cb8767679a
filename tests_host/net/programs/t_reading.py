"""What a socket's reading calls give: blocking, not blocking, with a time-out, at the end, closed, not connected."""

import play
from play import EAGAIN, EBADF, ENOTCONN, ETIMEDOUT, case, fails, pair

play.join()

SHORT = 0.06


@case
def test_recv():
    s, peer = pair(None)
    peer.send(b"abcdef")
    assert s.recv(4) == b"abcd"
    assert s.recv(4) == b"ef"
    s.setblocking(False)
    fails(EAGAIN, s.recv, 4)
    s.settimeout(SHORT)
    ms, _ = play.took(fails, ETIMEDOUT, s.recv, 4)
    assert 50 <= ms < 1000, ms
    peer.send(b"late", 0.03)
    s.settimeout(5)
    assert s.recv(100) == b"late"
    peer.send(b"last")
    peer.close()
    assert s.recv(100) == b"last"
    assert s.recv(100) == b"" and s.recv(100) == b""
    s.close()
    fails(EBADF, s.recv, 1)


@case
def test_recv_into():
    s, peer = pair(None)
    peer.send(b"abcdef")
    buf = bytearray(4)
    assert s.recv_into(buf) == 4 and buf == b"abcd"
    assert s.recv_into(buf, 1) == 1 and buf == b"ebcd"
    assert s.recv_into(buf) == 1 and buf == b"fbcd"
    s.setblocking(False)
    fails(EAGAIN, s.recv_into, buf)
    s.settimeout(SHORT)
    fails(ETIMEDOUT, s.recv_into, buf)
    peer.close()
    assert s.recv_into(buf) == 0
    s.close()
    fails(EBADF, s.recv_into, buf)


@case
def test_recvfrom():
    s, peer = pair(None)
    peer.send(b"abcdef")
    data, sender = s.recvfrom(4)
    assert data == b"abcd" and sender == play.listener().address, (data, sender)
    s.setblocking(False)
    assert s.recvfrom(4)[0] == b"ef"
    fails(EAGAIN, s.recvfrom, 4)
    s.settimeout(SHORT)
    fails(ETIMEDOUT, s.recvfrom, 4)
    peer.close()
    assert s.recvfrom(4) == (b"", play.listener().address)
    s.close()
    fails(EBADF, s.recvfrom, 4)


@case
def test_read_waits_for_all():
    s, peer = pair(None)
    peer.send(b"abc")
    peer.send(b"defgh", 0.05)
    assert s.read(6) == b"abcdef"
    peer.send(b"i", 0.05)
    assert s.read(3) == b"ghi"
    peer.send(b"jk")
    peer.close()
    assert s.read(10) == b"jk"
    assert s.read(10) == b"" and s.read() == b"" and s.read(-1) == b""
    s.close()
    fails(EBADF, s.read, 1)
    fails(EBADF, s.read)


@case
def test_read_to_the_end():
    s, peer = pair(None)
    peer.send(b"abc")
    play.ask("send_pattern", peer.handle, -5000)
    assert s.read() == b"abc" + play.pattern(5000)
    assert s.read() == b""


@case
def test_read_does_not_wait():
    s, peer = pair(0)
    assert s.read(4) is None and s.read() is None and s.read(-1) is None
    peer.arrive(b"abcdef")
    play.until(lambda: s.ioctl(3, 1))
    assert s.read(4) == b"abcd"
    assert s.read(4) == b"ef"
    assert s.read(4) is None
    peer.arrive(b"gh")
    play.until(lambda: s.ioctl(3, 1))
    assert s.read() == b"gh"
    assert s.read() is None
    peer.close()
    play.until(lambda: s.ioctl(3, 1))
    assert s.read(4) == b"" and s.read() == b""


@case
def test_read_times_out():
    s, peer = pair(SHORT)
    for call in (lambda: s.read(4), s.read, lambda: s.readinto(bytearray(4)), s.readline):
        fails(ETIMEDOUT, call)
    peer.send(b"ab")
    fails(ETIMEDOUT, s.read, 4)
    peer.send(b"abcdef")
    s.settimeout(5)
    peer.close()
    assert b"abcdef".endswith(s.read()), "what was there before the time-out may be lost, nothing else"


@case
def test_read_zero():
    s, peer = pair(SHORT)
    peer.arrive(b"ab")
    assert s.read(0) == b""
    assert s.read(2) == b"ab"


@case
def test_readinto():
    s, peer = pair(None)
    buf = bytearray(6)
    peer.send(b"abc")
    peer.send(b"defgh", 0.05)
    assert s.readinto(buf) == 6 and buf == b"abcdef"
    assert s.readinto(buf, 2) == 2 and buf == b"ghcdef"
    view = memoryview(buf)[2:4]
    peer.send(b"XY")
    assert s.readinto(view) == 2 and buf == b"ghXYef"
    s.setblocking(False)
    assert s.readinto(buf) is None and s.readinto(buf, 2) is None
    peer.arrive(b"ijk")
    play.until(lambda: s.ioctl(3, 1))
    assert s.readinto(buf) == 3 and buf == b"ijkYef"
    s.settimeout(SHORT)
    fails(ETIMEDOUT, s.readinto, buf)
    peer.send(b"lm")
    peer.close()
    s.settimeout(5)
    assert s.readinto(buf) == 2 and buf[:2] == b"lm"
    assert s.readinto(buf) == 0
    s.close()
    fails(EBADF, s.readinto, buf)


@case
def test_readline():
    s, peer = pair(None)
    peer.send(b"one\ntw")
    peer.send(b"o\nthree\n", 0.05)
    assert s.readline() == b"one\n"
    assert s.readline() == b"two\n"
    assert s.readline(3) == b"thr"
    assert s.readline(100) == b"ee\n"
    s.setblocking(False)
    assert s.readline() is None
    peer.arrive(b"fo")
    play.until(lambda: s.ioctl(3, 1))
    assert s.readline() == b"fo"
    s.settimeout(SHORT)
    peer.send(b"no newline")
    fails(ETIMEDOUT, s.readline)
    s.settimeout(5)
    peer.send(b"\nrest")
    peer.close()
    line = s.readline()
    assert line[-1:] == b"\n", line
    assert s.readline() == b"rest"
    assert s.readline() == b""
    s.close()
    fails(EBADF, s.readline)


@case
def test_long_lines_and_seams():
    s, peer = pair(5)
    lines = [bytes([97 + i % 26]) * (i * 37 % 3000) + b"\n" for i in range(40)]
    for line in lines[:20]:
        peer.send(line)
    for line in lines[:20]:
        assert s.readline() == line
    for line in lines[20:]:
        peer.send(line)
    buf = bytearray(3001)
    for line in lines[20:]:
        assert s.readinto(buf, len(line)) == len(line)
        assert buf[: len(line)] == line


@case
def test_not_connected():
    for call in ("recv", "read", "readline", "recvfrom"):
        fails(ENOTCONN, getattr(play.new(), call), 1)
    for call in ("readinto", "recv_into"):
        fails(ENOTCONN, getattr(play.new(), call), bytearray(1))
    fails(ENOTCONN, play.new().read)
    fails(ENOTCONN, play.new().readline)


@case
def test_peek_and_dontwait():
    s, peer = pair(5)
    fails(EAGAIN, s.recv, 4, socket_flag("MSG_DONTWAIT"))
    peer.arrive(b"abcdef")
    assert s.recv(4, socket_flag("MSG_PEEK")) == b"abcd"
    assert s.recv(10) == b"abcdef"


def socket_flag(name):
    import socket

    return getattr(socket, name)


@case
def test_makefile_is_the_socket():
    s, peer = pair(5)
    file = s.makefile("rwb", 0)
    peer.send(b"line\nrest")
    assert file.readline() == b"line\n" and file.read(4) == b"rest"
    assert file.write(b"back") == 4
    assert peer.recv(4) == b"back"
