"""New firmware for the module from a URL, and back to the old one."""

import espat_board

modem = espat_board.modem()
modem.install()

import network
from espat import at_basic, ota


def online():
    wlan = network.WLAN(network.WLAN.IF_STA)
    wlan.active(True)
    wlan.connect(espat_board.setting("ssid"), espat_board.setting("password"))
    while not wlan.isconnected():
        pass


def running():
    return [line for line in at_basic.version(modem) if line.startswith(b"Bin version")][-1]


online()
old = running()
print("runs", str(old, "utf-8"))
ota.update_from(modem, espat_board.setting("firmware", "http://192.168.1.2:8000/esp-at.bin"))
new = running()
print("runs", str(new, "utf-8"))
ota.rollback(modem)
print("runs", str(running(), "utf-8"))
online()
print("ok: there and back" if running() == old != new else "the firmware has not changed as it should")
