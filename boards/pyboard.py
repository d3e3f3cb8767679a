"""Pyboard 1.1 with an ESP-01 on UART4.

    Pyboard                ESP-01
    X1   UART4 TX  ----->  RX
    X2   UART4 RX  <-----  TX
    X3   reset     ----->  RST     (low: reset)
    3V3            ------  VCC
    3V3            ------  CH_PD   (EN)
    GND            ------  GND

    Level: 3.3 V on both sides, no converter.
    Power: its 3V3 gives 250 mA: enough for an ESP-01 near its access point, not for an ESP32.

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
