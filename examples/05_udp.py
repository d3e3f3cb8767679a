"""Ask a time server with one UDP datagram (SNTP)."""

import struct

import espat_board

espat_board.modem().install()

import network
import socket

wlan = network.WLAN(network.WLAN.IF_STA)
wlan.active(True)
wlan.connect(espat_board.setting("ssid"), espat_board.setting("password"))
while not wlan.isconnected():
    pass
server = espat_board.setting("ntp", "pool.ntp.org"), int(espat_board.setting("ntp_port", "123"))
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(3)
query = bytearray(48)
query[0] = 0x1B
s.sendto(query, socket.getaddrinfo(*server)[0][-1])
answer, sender = s.recvfrom(48)
s.close()
print(struct.unpack("!I", answer[40:44])[0], "seconds since 1900, says", sender)
print("ok: the time has come")
