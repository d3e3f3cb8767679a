"""Passthrough of the old firmware for ESP8266."""

import high
import play
from espat import at_basic
from espat.net import at_ip, at_softap, at_wifi, passthrough
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


def test_settings_are_kept_when_asked():
    """_CUR spares the flash, _DEF writes it: at_basic.store() chooses."""
    ask("clear")
    at_wifi.mode(modem, 3)
    at_softap.configure(modem, "for now", "12345678")
    at_basic.store(modem, True)
    at_softap.configure(modem, "kept", "12345678", 5)
    assert at_softap.config(modem)[0] == b"kept"
    at_ip.dhcp(modem, True)
    assert at_ip.gets_address(modem)
    at_basic.store(modem, False)
    at_softap.configure(modem, "for now", "12345678")
    assert ask("count", "AT+CWSAP_DEF=") == ask("count", "AT+CWDHCP_DEF=") == 1
    assert ask("count", "AT+CWSAP_CUR=") == 2 and ask("count", "AT+CWMODE_DEF") == 0
    for name in (b"+CWSAP_CUR", b"+CWSAP_DEF"):
        modem.forget(name)  # else it would be told again
    at_basic.restart(modem)
    assert at_softap.config(modem)[0] == b"kept"
    at_wifi.mode(modem, 1)
    high.ready()
