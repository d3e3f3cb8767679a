"""Pyboard 1.1 with an ESP-AT module on UART4, pins X1 and X2.

    Pyboard               module
    X1  TX        -----> RX
    X2  RX        <----- TX
    X3            -----> EN / RST
    3V3 (250 mA at the most: an ESP-01, not an ESP32) and GND

Copy this file to the board as espat_board.py, with settings.py beside it: ssid = "...", password = "...".
"""

import espat
from espat.board import setting  # noqa: F401
from machine import UART, Pin

BAUD = 115200
RESET = "X3"


def port():
    """The UART to the module, with 4 KB of buffer: STM32 boards give 64 bytes without asking."""
    return UART(4, BAUD, rxbuf=4096, timeout=0)


def modem(**options):
    """The module, brought up; options: see espat.Modem."""
    return espat.Modem(port(), reset=Pin(RESET, Pin.OPEN_DRAIN, value=1), **options)
