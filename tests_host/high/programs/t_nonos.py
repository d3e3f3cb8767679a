"""Passthrough of the old firmware for ESP8266."""

import high
import play
import scenes
from espat import at_basic
from espat.net import at_ip, at_softap, at_wifi
from high import ask, modem

PROFILE = "nonos-1.7"
TIMEOUT = 90
play.join()


def test_passthrough():
    scenes.passthrough_client()


def test_passthrough_server():
    scenes.passthrough_server()


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
