"""Put a CA certificate from a PEM or DER file into the module's store, for TLS connections that verify."""

import espat_board

from espat.net import store

modem = espat_board.modem()
with open(espat_board.setting("certificate", "ca.pem"), "rb") as f:
    data = f.read()
written = store.put(modem, "client_ca", int(espat_board.setting("slot", "0")), data)
print("written" if written else "it was there already", len(data), "bytes")
print("ok: certificate in the module")
