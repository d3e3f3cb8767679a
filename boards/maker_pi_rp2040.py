"""Cytron Maker Pi RP2040 with an ESP-01 on its Grove port 1, and a reset wire on Grove port 4.

    Maker Pi RP2040        ESP-01
    GP0  UART0 TX  ----->  RX      (Grove 1)
    GP1  UART0 RX  <-----  TX      (Grove 1)
    GP6  reset     ----->  RST     (Grove 4; low: reset)
    3V3            ------  VCC
    3V3            ------  CH_PD   (EN)
    GND            ------  GND

    Level: 3.3 V on both sides, no converter.
    Power: up to 300 mA from the Grove port's 3V3.

Copy this file to the board as espat_board.py, with settings.py beside it: ssid = "...", password = "...".
"""

import espat
from espat.board import setting  # noqa: F401
from machine import UART, Pin

BAUD = 115200
TX, RX, RESET = 0, 1, 6


def port():
    """The UART to the module; 4 KB of buffer hold a whole answer while Python is busy elsewhere."""
    return UART(0, BAUD, tx=Pin(TX), rx=Pin(RX), rxbuf=4096, timeout=0)


def modem(**options):
    """The module, brought up; options: see espat.Modem."""
    return espat.Modem(port(), reset=Pin(RESET, Pin.OPEN_DRAIN, value=1), **options)
