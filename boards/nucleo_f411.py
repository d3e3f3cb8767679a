"""ST Nucleo-F411RE with an ESP-AT module on UART6.

    Nucleo-F411RE          ESP-AT module
    PC6  UART6 TX  ----->  RX      (CN10 pin 4)
    PC7  UART6 RX  <-----  TX      (Arduino D9)
    PB5  reset     ----->  EN      (Arduino D4; low: reset)
    3V3            ------  3V3
    GND            ------  GND

    Level: 3.3 V on both sides, no converter.
    Power: up to 500 mA; the Nucleo's 3V3 gives that from USB only just: better a regulator of its own.

    The F411 has 128 KB of RAM: freeze espat, or give Modem rx=1460, tx=1460.

Copy this file to the board as espat_board.py, with settings.py beside it: ssid = "...", password = "...".
"""

import espat
from espat.board import setting  # noqa: F401
from machine import UART, Pin

BAUD = 115200
RESET = "PB5"


def port():
    """The UART to the module, with 4 KB of buffer: STM32 boards give 64 bytes without asking."""
    return UART(6, BAUD, rxbuf=4096, timeout=0)


def modem(**options):
    """The module, brought up; options: see espat.Modem."""
    return espat.Modem(port(), reset=Pin(RESET, Pin.OPEN_DRAIN, value=1), **options)
