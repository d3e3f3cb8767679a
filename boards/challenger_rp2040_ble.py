"""iLabs Challenger RP2040 WiFi/BLE: RP2040 and an ESP32-C3 with ESP-AT on one board, nothing to wire.

    RP2040               ESP32-C3
    GP4  TX (UART1) ---> RX
    GP5  RX         <--- TX
    GP13            ---> boot mode (high: run)
    GP19            ---> EN  (low: reset)

Copy this file to the board as espat_board.py, with settings.py beside it: ssid = "...", password = "...".
"""

import espat
from espat.board import setting  # noqa: F401
from machine import UART, Pin

BAUD = 115200
TX, RX, RESET = 4, 5, 19
MODE = 13


def port():
    """The UART to the module."""
    Pin(MODE, Pin.OUT, value=1)
    return UART(1, BAUD, tx=Pin(TX), rx=Pin(RX), rxbuf=4096, timeout=0)


def modem(**options):
    """The module, brought up; options: see espat.Modem."""
    return espat.Modem(port(), reset=Pin(RESET, Pin.OPEN_DRAIN, value=1), **options)
