"""Give the module its factory settings back. It forgets networks, names, certificates and baud rate."""

import espat_board

from espat import at_basic

modem = espat_board.modem()
at_basic.restore(modem)
print("ok: factory settings, the module is ready")
