"""Three plus signs in what sockets send: in a burst of their own they would call the module out of the data phase."""

import play
from play import case, pair

import socket

TIMEOUT = 60
SIM = {"baud": 115200}
play.join()


@case
def test_streams():
    s, peer = pair()
    for data in (b"+++", b"x" * 256 + b"+++", b"+++" + b"x" * 300, b"x" * 512 + b"+++", b"x" * 2048 + b"+++", b"+++" * 20, b"+"):
        s.send(data)
        got = peer.recv(len(data))
        assert got == data, (len(data), got[:5], got[-5:], len(got))


@case
def test_datagrams():
    peer, port = play.ask("datagrams")
    s = play.new(socket.AF_INET, socket.SOCK_DGRAM)
    for data in (b"+++", b"a+++", b"x" * 256 + b"+++"):
        s.sendto(data, ("127.0.0.1", port))
        assert play.ask("recvfrom", peer)[0] == play.hexed(data)
