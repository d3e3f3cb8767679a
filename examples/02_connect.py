"""Join an access point."""

import time

import espat_board

espat_board.modem().install()

import network

wlan = network.WLAN(network.WLAN.IF_STA)
wlan.active(True)
wlan.connect(espat_board.setting("ssid"), espat_board.setting("password"))
while wlan.status() == network.STAT_CONNECTING:
    time.sleep(0.05)
print("status", wlan.status(), wlan.ifconfig())
print("ok: connected" if wlan.isconnected() else "not connected")
