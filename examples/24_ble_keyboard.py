"""The module is a Bluetooth keyboard (ESP32, ESP32-C3): pair a computer with it, and it types a line there."""

import espat_board
from espat.ble import hid

modem = espat_board.modem()
keys = hid.Hid(modem, "espat keys")
print("waiting for a computer; pair it with the keyboard")
keys.wait(float(espat_board.setting("seconds", "120")))
keys.send_text(espat_board.setting("text", "Hello from espat!\n"))
keys.press(226)  # mute ...
keys.press(226)  # ... and not
keys.close()
print("ok: typed")
