"""One link that takes all of the serial line: bytes go as they are, both ways, with nothing around them."""

import espat_board

modem = espat_board.modem()
modem.install()

import network
from espat.net import passthrough

wlan = network.WLAN(network.WLAN.IF_STA)
wlan.active(True)
wlan.connect(espat_board.setting("ssid"), espat_board.setting("password"))
while not wlan.isconnected():
    pass

SIZE = 20000
piece = bytes(range(256)) * 2
buf = bytearray(512)
with passthrough.connect(modem, espat_board.setting("echo", "127.0.0.1"), int(espat_board.setting("echo_port", "7"))) as pipe:
    pipe.write(b"+++ is no danger")  # three plus signs alone would call the module out of passthrough
    print(pipe.read(16))
    pipe.settimeout(0)
    sent = received = wrong = 0
    while received < SIZE:
        if sent < SIZE and sent - received < 2000:
            at = sent % 256
            sent += pipe.write(piece, at, min(256, SIZE - sent)) or 0
        n = pipe.readinto(buf) or 0
        wrong += bytes(buf[:n]) != (piece + piece)[received % 256 : received % 256 + n]
        received += n
print(received, "bytes there and back")
print("ok: every byte" if not wrong else "bytes differ")
