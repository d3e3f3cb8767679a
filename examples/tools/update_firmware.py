"""New firmware for the module: from `firmware` (a URL), or the newest of Espressif's server, or `version` of it."""

import espat_board

modem = espat_board.modem()
modem.install()

import network
from espat import at_basic, ota


def running():
    return [str(line, "utf-8") for line in at_basic.version(modem) if line.startswith(b"Bin version")][-1]


wlan = network.WLAN(network.WLAN.IF_STA)
wlan.active(True)
wlan.connect(espat_board.setting("ssid"), espat_board.setting("password"))
while wlan.status() == network.STAT_CONNECTING:
    pass
if not wlan.isconnected():
    raise SystemExit("the module cannot join the network, status %d" % wlan.status())
print("runs", running())
url = espat_board.setting("firmware", None)
print("this takes minutes; leave the power on")
if url:
    ota.update_from(modem, url)
else:
    ota.update(modem, print, espat_board.setting("version", None))
print("ok: now runs", running())
