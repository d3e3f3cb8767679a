"""iLabs Challenger RP2040 WiFi/BLE: RP2040 and an ESP32-C3 with ESP-AT on one board, nothing to wire.

    RP2040                  ESP32-C3
    GP4   UART1 TX  ----->  RX
    GP5   UART1 RX  <-----  TX
    GP19  reset     ----->  EN      (low: reset)
    GP24  mode      ----->  GPIO9   (high while it starts: run; low: load firmware)
    3V3             ------  VCC
    GND             ------  GND

    Level: all 3.3 V, on the board.
    Power: the board's own regulator feeds the module.

Copy this file to the board as espat_board.py, with settings.py beside it: ssid = "...", password = "...".
"""

import espat
from espat.board import setting  # noqa: F401
from machine import UART, Pin

BAUD = 115200
TX, RX, RESET, MODE = 4, 5, 19, 24


def port():
    """The UART to the module."""
    Pin(MODE, Pin.OUT, value=1)
    return UART(1, BAUD, tx=Pin(TX), rx=Pin(RX), rxbuf=4096, timeout=0)


def modem(**options):
    """The module, brought up; options: see espat.Modem."""
    return espat.Modem(port(), reset=Pin(RESET, Pin.OPEN_DRAIN, value=1), **options)
