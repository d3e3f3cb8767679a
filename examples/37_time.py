"""The time from the network: the module asks, the board's own clock is set."""

import espat_board

modem = espat_board.modem()
modem.install()

import network
from espat.net import at_sntp, clock

wlan = network.WLAN(network.WLAN.IF_STA)
wlan.active(True)
wlan.connect(espat_board.setting("ssid"), espat_board.setting("password"))
while not wlan.isconnected():
    pass

now = clock.sync(modem, espat_board.setting("ntp", "pool.ntp.org"), zone=1)
print("%04d-%02d-%02d %02d:%02d:%02d, one hour east of Greenwich" % now[:6])
print("the gateway answers a ping within", at_sntp.ping(modem, wlan.ifconfig()[2]), "ms")
print("ok: the board knows the time")
