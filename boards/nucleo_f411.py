"""ST Nucleo-F411RE with an ESP-AT module on UART1, the Arduino header's D8 and D2.

    Nucleo                module
    D8 (PA9)  TX  -----> RX
    D2 (PA10) RX  <----- TX
    D4 (PB5)      -----> EN / RST
    3V3 and GND: the module draws up to 500 mA
    The F411 has 128 KB of RAM: freeze espat, or give Modem rx=1460, tx=1460.

Copy this file to the board as espat_board.py, with settings.py beside it: ssid = "...", password = "...".
"""

import espat
from espat.board import setting  # noqa: F401
from machine import UART, Pin

BAUD = 115200
RESET = "D4"


def port():
    """The UART to the module, with 4 KB of buffer: STM32 boards give 64 bytes without asking."""
    return UART(1, BAUD, rxbuf=4096, timeout=0)


def modem(**options):
    """The module, brought up; options: see espat.Modem."""
    return espat.Modem(port(), reset=Pin(RESET, Pin.OPEN_DRAIN, value=1), **options)
