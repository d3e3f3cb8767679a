"""Passthrough of the old firmware for ESP8266."""

import high
import play
from espat.net import passthrough
from high import ask, modem

PROFILE = "nonos-1.7"
TIMEOUT = 90
ALL = bytes(range(256))
play.join()


def test_passthrough():
    pipe = passthrough.connect(modem, *play.listener().address)
    pipe.settimeout(10)
    peer = play.listener().accept()
    pipe.write(ALL + b"+++")
    assert peer.recv(259) == ALL + b"+++"
    peer.send(ALL)
    assert pipe.read(256) == ALL
    pipe.close()
    high.ready()
    s, peer = play.pair()
    peer.send(b"hello")
    assert s.recv(5) == b"hello"
    s.close()


def test_passthrough_server():
    ask("call", 8094)
    pipe = passthrough.serve(modem, 8094, timeout=10)
    pipe.settimeout(10)
    peer = play.Peer(ask("called"))
    peer.send(ALL)
    assert pipe.read(256) == ALL
    pipe.write(b"back")
    assert peer.recv(4) == b"back"
    pipe.close()
    high.ready()
