"""ST Nucleo-F767ZI (144 pins) with an ESP-AT module on UART6.

    Nucleo-F767ZI           ESP-AT module
    PC6   UART6 TX  ----->  RX      (D16)
    PC7   UART6 RX  <-----  TX      (D21)
    PF14  reset     ----->  EN      (D4; low: reset)
    3V3             ------  3V3
    GND             ------  GND

    Level: 3.3 V on both sides, no converter.
    Power: up to 500 mA; the Nucleo's 3V3 gives that from USB only just: better a regulator of its own.

Copy this file to the board as espat_board.py, with settings.py beside it: ssid = "...", password = "...".
"""

import espat
from espat.board import setting  # noqa: F401
from machine import UART, Pin

BAUD = 115200
RESET = "PF14"


def port():
    """The UART to the module, with 4 KB of buffer: STM32 boards give 64 bytes without asking."""
    return UART(6, BAUD, rxbuf=4096, timeout=0)


def modem(**options):
    """The module, brought up; options: see espat.Modem."""
    return espat.Modem(port(), reset=Pin(RESET, Pin.OPEN_DRAIN, value=1), **options)
