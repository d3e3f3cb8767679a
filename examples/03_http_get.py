"""Fetch a page, with the same `requests` that boards with built-in Wi-Fi use."""

import espat_board

espat_board.modem().install()

import network
import requests

wlan = network.WLAN(network.WLAN.IF_STA)
wlan.active(True)
wlan.connect(espat_board.setting("ssid"), espat_board.setting("password"))
while not wlan.isconnected():
    pass
answer = requests.get(espat_board.setting("url", "http://example.com/"))
print(answer.status_code, answer.text)
answer.close()
print("ok: page fetched" if answer.status_code == 200 else "the server refused")
