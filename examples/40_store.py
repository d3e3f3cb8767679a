"""What a board can leave with its module: values in the manufacturing store, bytes in its RAM."""

import espat_board
from espat import at_mfg, at_user

modem = espat_board.modem()
at_mfg.put_number(modem, "espat", "starts", 7, 5)  # 5: u32
at_mfg.put(modem, "espat", "name", b"weather station", at_mfg.STRING)
for key, kind in at_mfg.keys(modem, "espat"):
    print(key, kind, at_mfg.get(modem, "espat", key))
print("certificates:", [name for name in at_mfg.namespaces(modem) if name.endswith("cert")])
at_mfg.remove(modem, "espat")

at_user.allocate(modem, 4096)
at_user.write(modem, b"0123456789" * 100, 96)
back = at_user.read(modem, 1000, 96)
at_user.release(modem)
print("ok: all there" if back == b"0123456789" * 100 else "the RAM has forgotten")
