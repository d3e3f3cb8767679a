"""Find others on the network: ask a multicast group, and hear what is said there."""

import time

import espat_board

espat_board.modem().install()

import network
import socket

GROUP = espat_board.setting("group", "239.1.2.3")
PORT = int(espat_board.setting("group_port", "5001"))

wlan = network.WLAN(network.WLAN.IF_STA)
wlan.active(True)
wlan.connect(espat_board.setting("ssid"), espat_board.setting("password"))
while not wlan.isconnected():
    pass

s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("", PORT))
member = bytes([int(part) for part in GROUP.split(".")]) + b"\0\0\0\0"
s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
s.settimeout(0.5)
found = set()
for _ in range(20):
    s.sendto(b"who is there?", (GROUP, PORT))
    try:
        while True:
            data, sender = s.recvfrom(200)
            if data != b"who is there?":
                print(sender, "says", data)
                found.add(sender)
    except OSError:  # nobody within half a second
        time.sleep(0.1)
    if found:
        break
s.close()
print("ok: %d found" % len(found) if found else "nobody has answered")
