"""UDP: with and without connect(), who the sender is, sizes, time-outs."""

import play
from play import EAGAIN, EBADF, ENOTCONN, ETIMEDOUT, case, fails

import socket

play.join()
EMSGSIZE = 90


def new(timeout=5):
    s = play.new(socket.AF_INET, socket.SOCK_DGRAM)
    s.settimeout(timeout)
    return s


@case
def test_sendto_and_recvfrom():
    far = play.Datagrams()
    s = new()
    assert s.sendto(b"question", far.address) == 8
    assert far.recv() == b"question"
    far.reply(b"answer")
    data, sender = s.recvfrom(100)
    assert data == b"answer" and sender == far.address, (data, sender)
    far.reply(b"another")
    assert s.recv(100) == b"another"


@case
def test_many_peers():
    s = new()
    peers = [play.Datagrams() for _ in range(3)]
    for i, far in enumerate(peers):
        s.sendto(b"to %d" % i, far.address)
        assert far.recv() == b"to %d" % i
    sources = [far.sent_from() for far in peers]
    assert sources[0] == sources[1] == sources[2], sources
    for i in (2, 0, 1):
        play.ask("reply_to", peers[i].handle, play.hexed(b"from %d" % i), sources[0][1])
        assert s.recvfrom(100) == (b"from %d" % i, peers[i].address)


@case
def test_connected():
    far = play.Datagrams()
    s = new()
    assert s.connect(far.address) is None
    assert s.send(b"one") == 3 and s.write(b"two") == 3 and s.sendall(b"three") is None
    assert s.write(b"fours", 4) == 4 and s.write(b"xfivex", 1, 4) == 4
    assert [far.recv() for _ in range(5)] == [b"one", b"two", b"three", b"four", b"five"]
    far.reply(b"answer")
    assert s.recvfrom(100) == (b"answer", far.address)


@case
def test_datagrams_stay_apart():
    far = play.Datagrams()
    s = new()
    s.connect(far.address)
    s.send(b"x")
    far.recv()
    for data in (b"a" * 10, b"b" * 20, b"c" * 1000, b"d"):
        far.reply(data)
    assert [s.recv(2000) for _ in range(4)] == [b"a" * 10, b"b" * 20, b"c" * 1000, b"d"]


@case
def test_cut_to_what_fits():
    far = play.Datagrams()
    s = new()
    s.connect(far.address)
    s.send(b"x")
    far.recv()
    for call in (lambda: s.recv(4), lambda: s.recvfrom(4)[0], lambda: s.read(4)):
        far.reply(b"0123456789")
        assert call() == b"0123"
    buf = bytearray(6)
    for call in (lambda: s.recv_into(buf), lambda: s.readinto(buf)):
        far.reply(b"0123456789")
        assert call() == 6 and buf == b"012345"
    far.reply(b"ab")
    assert s.readinto(buf) == 2 and buf == b"ab2345"
    far.reply(b"cd")
    assert s.recv_into(buf, 1) == 1 and buf == b"cb2345"
    far.reply(b"end")
    assert s.recv(100) == b"end"


@case
def test_waits():
    far = play.Datagrams()
    s = new()
    s.connect(far.address)
    s.setblocking(False)
    fails(EAGAIN, s.recv, 10)
    fails(EAGAIN, s.recvfrom, 10)
    assert s.read(10) is None and s.readinto(bytearray(4)) is None
    s.settimeout(0.06)
    ms, _ = play.took(fails, ETIMEDOUT, s.recv, 10)
    assert 50 <= ms < 1000, ms
    fails(ETIMEDOUT, s.recvfrom, 10)
    assert s.ioctl(3, 5) == 4
    s.settimeout(5)
    s.send(b"x")
    far.recv()
    far.reply(b"y")
    play.until(lambda: s.ioctl(3, 1))
    assert s.ioctl(3, 5) == 5
    s.setblocking(False)
    assert s.recv(10) == b"y"


@case
def test_sends_without_waiting():
    far = play.Datagrams()
    s = new(0)
    assert s.sendto(b"one", far.address) == 3
    assert far.recv() == b"one"
    play.until(lambda: s.ioctl(3, 4))
    assert s.sendto(b"two", far.address) == 3
    assert far.recv() == b"two"


@case
def test_connect_does_not_say_under_way():
    far = play.Datagrams()
    s = new(0)
    assert s.connect(far.address) is None
    assert s.send(b"x") == 1
    assert far.recv() == b"x"


@case
def test_largest():
    far = play.Datagrams()
    s = new()
    data = play.pattern(1472)
    assert s.sendto(data, far.address) == 1472
    assert far.recv() == data
    far.reply(data)
    assert s.recvfrom(1472) == (data, far.address)
    fails(EMSGSIZE, s.sendto, bytearray(70000), far.address)
    assert s.sendto(b"fine", far.address) == 4
    assert far.recv() == b"fine"


@case
def test_bound():
    far = play.Datagrams()
    s = new()
    s.bind(("0.0.0.0", 45454))
    s.sendto(b"x", far.address)
    far.recv()
    assert far.sent_from()[1] == 45454, far.sent_from()
    s.close()
    s = new()
    s.bind(("", 45455))
    s.connect(far.address)
    s.send(b"x")
    far.recv()
    assert far.sent_from()[1] == 45455, far.sent_from()


@case
def test_not_connected_and_closed():
    s = new()
    for call in (lambda: s.send(b"x"), lambda: s.write(b"x")):
        try:
            call()
            raise AssertionError("a datagram to nobody")
        except OSError as e:
            assert e.args[0] in (ENOTCONN, 89), e.args
    s.close()
    for call in (lambda: s.sendto(b"x", ("127.0.0.1", 9)), lambda: s.recv(1), lambda: s.send(b"x"), lambda: s.recvfrom(1)):
        fails(EBADF, call)


@case
def test_text_and_nothing():
    far = play.Datagrams()
    s = new()
    assert s.sendto("gr\u00fcn", far.address) == 5
    assert far.recv() == "gr\u00fcn".encode()


@case
def test_name_server_like_pattern():
    # mqtt_as asks a name server to see whether the net is there
    far = play.Datagrams()
    s = new(0)
    s.connect(far.address)
    assert s.write(b"query") == 5
    assert far.recv() == b"query"
    far.reply(b"ok")
    buf = bytearray(10)
    play.until(lambda: s.readinto(buf, 10))
    assert buf[:2] == b"ok"
