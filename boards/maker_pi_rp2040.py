"""Cytron Maker Pi RP2040 with an ESP-01 on its Grove port 1 and a reset wire.

    Grove 1          ESP-01
    GP0  TX   -----> RX
    GP1  RX   <----- TX
    GP6       -----> RST  (Grove 4)
    3V3       -----> VCC and CH_PD (EN)
    GND       ------ GND

Copy this file to the board as espat_board.py, with settings.py beside it: ssid = "...", password = "...".
"""

import espat
from espat.board import setting  # noqa: F401
from machine import UART, Pin

BAUD = 115200
TX, RX, RESET = 0, 1, 6


def port():
    """The UART to the module."""
    return UART(0, BAUD, tx=Pin(TX), rx=Pin(RX), rxbuf=4096, timeout=0)


def modem(**options):
    """The module, brought up; options: see espat.Modem."""
    return espat.Modem(port(), reset=Pin(RESET, Pin.OPEN_DRAIN, value=1), **options)
