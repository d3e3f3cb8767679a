"""A TCP server: every line that a client sends comes back in capitals."""

import espat_board

espat_board.modem().install()

import network
import socket

PORT = int(espat_board.setting("server_port", "5000"))
CLIENTS = int(espat_board.setting("clients", "3"))  # then the example ends

wlan = network.WLAN(network.WLAN.IF_STA)
wlan.active(True)
wlan.connect(espat_board.setting("ssid"), espat_board.setting("password"))
while not wlan.isconnected():
    pass

listener = socket.socket()
listener.bind(("", PORT))
listener.listen(2)  # the module listens on one port at a time
print("connect to", wlan.ifconfig()[0], "port", PORT)
lines = 0
for _ in range(CLIENTS):
    client, address = listener.accept()
    print("client", address)
    while True:
        line = client.readline()
        if not line:
            break
        client.write(line.upper())
        lines += 1
    client.close()
listener.close()
print("ok: %d lines for %d clients" % (lines, CLIENTS))
