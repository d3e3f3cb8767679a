"""ST Nucleo-F767ZI (144 pins) with an ESP-AT module on UART6, the Arduino header's D0 and D1.

    Nucleo               module
    D1 (PG14) TX  -----> RX
    D0 (PG9)  RX  <----- TX
    D4 (PF14)     -----> EN / RST
    3V3 and GND: the module draws up to 500 mA

Copy this file to the board as espat_board.py, with settings.py beside it: ssid = "...", password = "...".
"""

import espat
from espat.board import setting  # noqa: F401
from machine import UART, Pin

BAUD = 115200
RESET = "D4"


def port():
    """The UART to the module, with 4 KB of buffer: STM32 boards give 64 bytes without asking."""
    return UART(6, BAUD, rxbuf=4096, timeout=0)


def modem(**options):
    """The module, brought up; options: see espat.Modem."""
    return espat.Modem(port(), reset=Pin(RESET, Pin.OPEN_DRAIN, value=1), **options)
