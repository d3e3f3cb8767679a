"""Datagram sockets that are bound: several peers, groups, everyone, IPv6, flags."""

import play
from play import EAGAIN, ETIMEDOUT, ask, case, fails, until

play.join()

import socket

GROUP = "239.7.7.7"


def bound(host="", *options):
    """(socket bound to a free port, the port)."""
    port = ask("unused")
    s = play.new(socket.AF_INET, socket.SOCK_DGRAM)
    for option in options:
        s.setsockopt(*option)
    s.bind((host, port))
    s.settimeout(5)
    return s, port


class Far(play.Datagrams):
    """A UDP port of another kind on the stage."""

    def __init__(self, *request):
        self.handle, host, port = ask(*request)
        self.address = host, port


def throw(far, port, data):
    ask("throw", far.handle, port, play.hexed(data))


@case
def test_bound_and_several_peers():
    s, port = bound()
    peers = [play.Datagrams() for _ in range(4)]
    sent = []
    for n in range(12):
        far = peers[(n * 5) % 4]
        data = play.pattern(1 + n * 50, n)  # 3.3 KB in all: the ticker may take them all in, and the ring holds 4
        throw(far, port, data)
        sent.append((data, far.address))
    seen = [s.recvfrom(2000) for _ in sent]
    assert sorted(seen) == sorted(sent), [(len(d), a) for d, a in seen]
    for far in peers:  # answers go to whom they are meant for, not to the last one heard
        assert s.sendto(b"to you", far.address) == 6
        assert far.recv() == b"to you"
        assert far.sent_from() == (ask("address"), port), far.sent_from()


@case
def test_whole_datagrams_or_their_beginning():
    s, port = bound("0.0.0.0")
    far = play.Datagrams()
    for data in (b"first" * 20, b"second", b"third"):
        throw(far, port, data)
        until(lambda: s.ioctl(3, 1))
    assert s.recvfrom(7) == (b"firstfi", far.address), "what does not fit is lost"
    assert s.recvfrom(100) == (b"second", far.address)
    buf = bytearray(10)
    assert s.readinto(buf) == 5 and buf[:5] == b"third"


@case
def test_flags():
    s, port = bound()
    far = play.Datagrams()
    fails(EAGAIN, s.recvfrom, 10, socket.MSG_DONTWAIT)
    fails(EAGAIN, s.recv, 10, socket.MSG_DONTWAIT | socket.MSG_PEEK)
    throw(far, port, b"datagram")
    throw(far, port, b"next")
    assert s.recvfrom(4, socket.MSG_PEEK) == (b"data", far.address)
    assert s.recvfrom(100, socket.MSG_PEEK) == (b"datagram", far.address)
    assert s.recv(100) == b"datagram"
    until(lambda: s.ioctl(3, 1))
    assert s.recvfrom(100, socket.MSG_DONTWAIT) == (b"next", far.address)
    s.settimeout(0.05)
    fails(ETIMEDOUT, s.recvfrom, 10)


@case
def test_flags_on_a_stream():
    s, peer = play.pair()
    fails(EAGAIN, s.recv, 10, socket.MSG_DONTWAIT)
    peer.send(b"abcdef")
    assert s.recv(3, socket.MSG_PEEK) == b"abc"
    assert s.recv(10, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b"abcdef"
    assert s.recvfrom(4, socket.MSG_DONTWAIT)[0] == b"abcd"
    assert s.recv(4) == b"ef"
    fails(EAGAIN, s.recv, 10, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    assert s.timeout == 5000


@case
def test_multicast():
    member = socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, bytes((239, 7, 7, 7)) + b"\0\0\0\0"
    for early in (False, True):
        s, port = bound("", *((member,) if early else ()))
        if not early:
            s.setsockopt(*member)
        far = Far("member", GROUP)
        ask("throw_to", far.handle, GROUP, port, play.hexed(b"to the group"))
        assert s.recvfrom(100) == (b"to the group", far.address)
        throw(far, port, b"to me alone")
        assert s.recvfrom(100) == (b"to me alone", far.address)
        assert s.sendto(b"from the board", (GROUP, far.address[1])) == 14
        assert far.recv() == b"from the board"
        s.close()


@case
def test_broadcast():
    everyone = socket.SOL_SOCKET, socket.SO_BROADCAST, 1
    for early in (False, True):
        s, port = bound("", *((everyone,) if early else ()))
        if not early:
            s.setsockopt(*everyone)
        far = Far("member", "127.255.255.255")
        ask("throw_to", far.handle, "127.255.255.255", port, play.hexed(b"to all"))
        assert s.recvfrom(100) == (b"to all", far.address)
        s.sendto(b"all of you", ("255.255.255.255", far.address[1]))
        assert far.recv() == b"all of you"
        s.close()
    t = play.new(socket.AF_INET, socket.SOCK_DGRAM)
    t.setsockopt(*everyone)
    far = Far("member", "127.255.255.255")
    t.sendto(b"a lone one", ("255.255.255.255", far.address[1]))
    assert far.recv() == b"a lone one"


@case
def test_ipv6():
    from espat.net import at_ip

    at_ip.ipv6(play.modem, True)
    found = socket.getaddrinfo("::1", 80)[0]
    assert found[0] == socket.AF_INET6 and found[-1][0] == "::1", found
    handle, port = ask("listen6")
    s = play.new(socket.AF_INET6, socket.SOCK_STREAM)
    s.connect(("::1", port))
    peer = play.Peer(ask("accept", handle))
    peer.send(b"over IPv6")
    assert s.read(9) == b"over IPv6"
    s.write(b"back")
    assert peer.recv(4) == b"back"
    far = Far("datagrams6")
    u = play.new(socket.AF_INET6, socket.SOCK_DGRAM)
    u.settimeout(5)
    u.sendto(b"question", ("::1", far.address[1]))
    assert far.recv() == b"question"
    far.reply(b"answer")
    data, sender = u.recvfrom(100)
    assert data == b"answer" and sender == ("::1", far.address[1]), sender
    listening = play.new(socket.AF_INET6, socket.SOCK_STREAM)
    listening.bind(("::", ask("unused")))
    listening.listen()
    listening.settimeout(5)
    peer = play.Peer(ask("dial6", listening.local))
    client, address = listening.accept()
    play._made.append(client)
    assert address[0] == "::1", address
    peer.send(b"x")
    assert client.recv(1) == b"x"
