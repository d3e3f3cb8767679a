"""Passthrough that the module enters by itself when it starts, and a board that finds its module in it."""

import time

import espat_board
import high
import play
from espat import at_basic
from espat.net import at_passthrough, passthrough
from high import ask, modem

TIMEOUT = 90
ALL = bytes(range(256))


def test_power_up():
    at_basic.store(modem, True)
    play.join()
    listener = play.listener()
    pipe = passthrough.at_power_up(modem, *listener.address)
    pipe.settimeout(10)
    peer = listener.accept()
    pipe.write(ALL)
    assert peer.recv(256) == ALL
    peer.send(ALL)
    assert pipe.read(256) == ALL
    pipe.close()
    high.ready()
    s, peer = play.pair()
    s.close()


def test_a_board_finds_its_module_in_passthrough():
    """The board starts while its module is in passthrough: it calls it out, and all works."""
    if modem.timer:
        modem.timer.deinit()  # it would read from the new line, which gets the number of the old one
    modem.port.close()  # what the module says and asks while it starts, nobody hears
    ask("restart")
    peer = play.listener().accept()
    time.sleep(0.3)
    again = espat_board.modem()
    assert b"AT" in peer.recv(4)  # the first questions went to the peer
    again.install()
    import network

    wlan = network.WLAN(network.WLAN.IF_STA)
    end = play.now() + 10000
    while not wlan.isconnected():
        assert play.now() < end
        again.step()
    import socket

    s = socket.socket()
    s.settimeout(5)
    s.connect(play.listener().address)
    peer = play.listener().accept()
    peer.send(b"hello")
    assert s.recv(5) == b"hello"
    s.close()
    at_passthrough.not_at_power_up(again)
    at_basic.restart(again)
    again.run(b"")
