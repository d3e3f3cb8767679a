"""Which access points are in reach?"""

import espat_board

espat_board.modem().install()

import network

wlan = network.WLAN(network.WLAN.IF_STA)
wlan.active(True)
found = wlan.scan()
for ssid, bssid, channel, rssi, security, hidden in sorted(found, key=lambda ap: -ap[3]):
    print("%4d dBm  channel %2d  security %d  %s" % (rssi, channel, security, ssid))
print("ok: access points found" if found else "no access point in reach")
