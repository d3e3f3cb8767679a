"""An ordinary client program, for every firmware and way of receiving: test_profiles.py says which."""

import play
from play import case, pair

import network
import socket

play.join()
ROUND = 3000


@case
def test_what_it_found():
    modem = play.modem
    assert modem.firmware and modem.has(b"+CIPRECVMODE") and not modem.has(b"+CIPNOTHING")
    ip = play.wlan.ifconfig()[0]
    assert ip.startswith("127.0."), ip
    assert play.wlan.config("ssid") == "espressif"
    assert len(play.wlan.config("mac")) == 6
    assert b"espressif" in [entry[0] for entry in play.wlan.scan()]


@case
def test_names():
    play.ask("name", "server.test", "127.0.0.1")
    assert socket.getaddrinfo("server.test", 80)[0][-1] == ("127.0.0.1", 80)
    play.ask("dns", False)
    try:
        play.fails(-2, socket.getaddrinfo, "nowhere.test", 80)
    finally:
        play.ask("dns", True)


@case
def test_request_and_answer():
    s, peer = pair(10)
    s.write(b"question\n")
    assert peer.recv(9) == b"question\n"
    peer.send(b"answer\nand more\n")
    assert s.readline() == b"answer\n"
    assert s.read(9) == b"and more\n"
    s.close()
    assert peer.recv(1) == b""


@case
def test_both_ways():
    s, peer = pair(20)
    play.ask("send_pattern", peer.handle, ROUND)
    s.sendall(play.pattern(ROUND))
    assert s.read(ROUND) == play.pattern(ROUND)
    assert peer.recv_pattern(ROUND) == ROUND


@case
def test_bytes_that_look_like_lines():
    s, peer = pair(20)
    text = b"\r\nOK\r\n+IPD,0,5:abc\r\nready\r\n0,CLOSED\r\n> \0\0ERROR\r\nbusy p...\r\nSEND OK\r\n"
    text += b'+CIPRECVDATA:3,"1.2.3.4",5,\r\n'
    peer.send(text * 5)
    s.sendall(text * 5)
    assert s.read(5 * len(text)) == text * 5
    assert peer.recv(5 * len(text)) == text * 5


@case
def test_closed_by_the_peer():
    s, peer = pair(10)
    peer.send(b"last words")
    peer.close()
    assert s.read() == b"last words"
    assert s.recv(1) == b""
    play.fails(32, s.send, b"x")


@case
def test_two_at_once():
    one, far = pair(20)
    two, away = pair(20)
    far.send(b"1" * 700)
    away.send(b"2" * 700)
    one.write(b"one")
    two.write(b"two")
    assert one.read(700) == b"1" * 700 and two.read(700) == b"2" * 700
    assert far.recv(3) == b"one" and away.recv(3) == b"two"


@case
def test_refused():
    s = play.new()
    s.settimeout(10)
    play.fails(play.ECONNREFUSED, s.connect, play.unused())


@case
def test_datagrams():
    far = play.Datagrams()
    s = play.new(socket.AF_INET, socket.SOCK_DGRAM)
    s.settimeout(10)
    s.sendto(b"question", far.address)
    assert far.recv() == b"question"
    for i in range(3):
        far.reply(b"answer %d" % i)
        assert s.recvfrom(100) == (b"answer %d" % i, far.address)


@case
def test_wrong_password():
    play.wlan.connect("espressif", "wrong password")
    play.until(lambda: play.wlan.status() != network.STAT_CONNECTING, 10)
    assert play.wlan.status() == network.STAT_WRONG_PASSWORD
    play.join()
    pair(10)


@case
def test_restart():
    s, peer = pair(10)
    play.ask("restart")
    play.fails(play.ECONNRESET, s.recv, 1)
    s, peer = pair(20)
    s.write(b"again")
    assert peer.recv(5) == b"again"
    peer.send(b"and again")
    assert s.read(9) == b"and again"
