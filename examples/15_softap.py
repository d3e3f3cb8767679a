"""The module as an access point: whoever joins reaches the board's server."""

import time

import espat_board

espat_board.modem().install()

import network
import socket

ap = network.WLAN(network.WLAN.IF_AP)
ap.active(True)
ap.config(ssid=espat_board.setting("ap_ssid", "espat"), key=espat_board.setting("ap_password", "12345678"), channel=6)
ip, mask, gateway, dns = ap.ifconfig()
print("access point", ap.config("ssid"), "on channel", ap.config("channel"), "address", ip, "mask", mask)

listener = socket.socket()
listener.bind(("", int(espat_board.setting("server_port", "80"))))
listener.listen(1)
listener.settimeout(float(espat_board.setting("seconds", "60")))
try:
    client, address = listener.accept()
    for mac in ap.status("stations"):
        print("station", mac[0])
    client.write(b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nhello from the board\n")
    time.sleep(0.1)
    client.close()
    print("served", address)
except OSError:
    print("nobody has come")
listener.close()
ap.active(False)
print("ok: access point up and down again" if ip != "0.0.0.0" else "the access point has no address")
