"""A module that sleeps: for a while altogether, with all settings told again by the time it is back."""

import time

import espat_board
from espat import at_sleep, sleep

modem = espat_board.modem()
at_sleep.set_mode(modem, 1)  # modem sleep: the radio rests between two beacons, commands are heard as ever
print("sleep mode", at_sleep.mode(modem))
begun = time.time()
sleep.deep(modem, 2000)
modem.run(b"")
print("deep sleep took", int(time.time() - begun), "s and mode", at_sleep.mode(modem), "is set again")
at_sleep.set_mode(modem, 0)
print("ok: awake" if at_sleep.mode(modem) == 0 else "it dozes")
