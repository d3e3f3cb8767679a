"""A serial port over classic Bluetooth (ESP32, with firmware built for it): whoever connects gets his lines back.

Ends when he hangs up.
"""

import espat_board
from espat.ble import classic, spp

modem = espat_board.modem()
pairing = classic.Pairing(modem, classic.NOTHING, "9527")  # the PIN of very old phones; new ones pair without
port = spp.Port(modem, "espat")
print("waiting; connect a serial terminal to espat")
stream = port.accept()
print("connected:", stream.peer)
count = 0
while True:
    line = stream.readline()
    if not line:
        break
    stream.write(line)
    count += 1
stream.close()
print("ok: %d lines" % count)
