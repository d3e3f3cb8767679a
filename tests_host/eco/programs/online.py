"""What every program here begins with: the module is brought up, installed, and joins the network."""

import espat_board

modem = espat_board.modem()
modem.install()

import wifi

radio = wifi.radio


def join():
    radio.connect(espat_board.setting("ssid"), espat_board.setting("password"))
    return radio
