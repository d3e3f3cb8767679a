"""ESP32-C5: both bands, and what is told by band."""

import high
import play
from espat.net import at_scan, at_softap, at_station
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


def test_settings_by_band():
    for group in (at_station, at_softap):
        assert group.protocols(modem) == (71, 116)
        group.set_protocols(modem, 7, 20)
        assert group.protocols(modem) == (7, 20)
        high.refused(group.set_protocols, modem, 7)
    at_station.set_country(modem, True, "DE", 1, 13, 15)
    assert at_station.country(modem) == [1, b"DE", 1, 13, 15]
    high.ready()
