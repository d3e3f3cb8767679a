"""Change the module's baud rate for good, and check that it answers at the new one."""

import espat_board

BAUD = int(espat_board.setting("baud", "921600"))

from espat import at_basic

modem = espat_board.modem()
at_basic.line(modem, BAUD, save=True)
modem.port.baud(BAUD)
at_basic.attention(modem, timeout=1000)
print("Set BAUD =", BAUD, "in espat_board.py from now on.")
print("ok: the module answers at", BAUD, "baud")
