"""ESP32-C5 with firmware 5.0: both bands, what is told by band, and how long the module tries."""

import high
import play
from espat.net import at_links, at_manual, at_scan, at_softap, at_station, at_tcp
from high import ask, modem

PROFILE = "c5-5.0"
TIMEOUT = 60


def channels():
    found = {}
    at_scan.scan(modem, lambda entry: found.update({entry[1]: entry[4]}))
    return found


def test_bands():
    ask("add", play.hexed(b"fast"), play.hexed(b"1234567890"), {"channel": 36, "rssi": -45})
    play.join()
    assert at_station.band(modem) == 3 and channels()[b"fast"] == 36
    at_station.set_band(modem, 1)
    assert at_station.band(modem) == 1 and b"fast" not in channels() and b"espressif" in channels()
    at_station.set_band(modem, 2)
    assert list(channels()) == [b"fast"]
    at_station.set_band(modem, 3)
    high.ready()


def test_how_long_the_module_tries():
    """AT+CIPDOMAIN and AT+CIPSTART of 4.1 and newer."""
    play.join()
    ask("name", "somebody.example", "127.0.0.1")
    assert at_tcp.resolve(modem, "somebody.example", ms=3000) == "127.0.0.1"
    at_links.multiplex(modem, False)
    at_manual.start(modem, "TCP", "127.0.0.1", ask("plain_echo"), ms=3000)
    at_manual.close(modem)
    at_links.multiplex(modem, True)
    high.ready()


def test_settings_by_band():
    for group in (at_station, at_softap):
        assert group.protocols(modem) == (71, 116)
        group.set_protocols(modem, 7, 20)
        assert group.protocols(modem) == (7, 20)
        high.refused(group.set_protocols, modem, 7)
    at_station.set_country(modem, True, "DE", 1, 13, 15)
    assert at_station.country(modem) == [1, b"DE", 1, 13, 15]
    high.ready()
