"""Which network? A phone tells, with an app for ESP-TOUCH or AirKiss."""

import espat_board
from espat.net import at_ip, at_wifi, provision

modem = espat_board.modem()
at_wifi.mode(modem, 1)
print("waiting for a phone")


def happened(event, value):
    print(event, "***" if event == "password" else value)


provision.smartconfig(modem, happened, timeout=120)
print("address", at_ip.address(modem)[0])
print("ok: joined" if at_ip.address(modem)[0] != "0.0.0.0" else "no address")
