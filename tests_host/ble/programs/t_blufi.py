"""A phone tells the module which access point to join."""

PROFILE = "esp32-3.4 5.0"
TIMEOUT = 90
NO_DOWNLOAD = {
    "test_nobody_comes": "there is no Wi-Fi before a phone brings it",
    "test_provision": "there is no Wi-Fi before the phone brings it",
    "test_provision_in_one_call": "there is no Wi-Fi before the phone brings it",
}

import air
import download
import play
from air import ask, modem
from espat.ble import blufi
from play import fails

import espat_board

SSID, PASSWORD = espat_board.setting("ssid"), espat_board.setting("password")
phone = air.Phone()


class Progress:
    """Notes what is told, and makes the phone act."""

    def __init__(self):
        self.steps = []
        self.values = []

    def __call__(self, what, value):
        self.steps.append(what)
        self.values.append(value)


def test_nobody_comes():
    progress = Progress()
    fails(110, blufi.provision, modem, None, 0.5, progress)
    assert progress.steps[0] == "waiting"


def test_provision():
    progress = Progress()
    it = blufi.Blufi(modem, "my thing", progress=progress)
    app = phone.do("blufi")
    air.until(lambda: it.phone)
    ask("blufi_send", app, play.hexed(b"own\r\ndata"))
    air.until(lambda: "data" in progress.steps)
    assert progress.values[progress.steps.index("data")] == b"own\r\ndata"
    it.send(b"welcome\r\n")
    assert bytes.fromhex(ask("blufi_custom", app)) == b"welcome\r\n"
    assert not it.look()
    assert ask("blufi_provision", app, SSID, PASSWORD)[2] == SSID
    air.until(it.look)
    assert it.ssid == SSID
    assert progress.steps[-1] == "joined" and progress.values[-1] == SSID
    assert PASSWORD not in str(progress.values)
    download.begin()
    download.goes_on()
    it.close()
    download.end()


def test_provision_in_one_call():
    """The phone acts while the program waits."""
    modem.run(b"+CWQAP")
    other = air.Phone()
    play.ask("soon", 1, "blufi_all", other.handle, SSID, PASSWORD)
    progress = Progress()
    assert blufi.provision(modem, None, 20, progress) == SSID
    assert "phone" in progress.steps and progress.steps[-1] in ("joined", "gone")
    assert not blufi.at_blufi.started(modem)


def test_data_while_wifi_is_up():
    """Whoever is on the net already may still talk with a phone."""
    progress = Progress()
    it = blufi.Blufi(modem, "my thing", progress=progress)
    other = air.Phone()
    app = other.do("blufi")
    air.until(lambda: it.phone)
    for number in range(10):
        ask("blufi_send", app, play.hexed(b"%d\r\n" % number))
        air.until(lambda number=number: b"%d\r\n" % number in progress.values)
        it.send(b"%d" % number)
        assert bytes.fromhex(ask("blufi_custom", app)) == b"%d" % number
    it.close()
