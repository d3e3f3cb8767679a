"""Raspberry Pi Pico or Pico 2 with an ESP-01 (ESP8266, AT firmware 1.7 or 2.x) on UART1.

    Pico                   ESP-01
    GP8  UART1 TX  ----->  RX
    GP9  UART1 RX  <-----  TX
    GP6  reset     ----->  RST     (low: reset)
    3V3            ------  VCC
    3V3            ------  CH_PD   (EN)
    GND            ------  GND

    Level: 3.3 V on both sides, no converter.
    Power: up to 300 mA, better from a regulator of its own.

    No RTS/CTS on the ESP-01's header: passive receive keeps what the Pico cannot take.

Copy this file to the board as espat_board.py, with settings.py beside it: ssid = "...", password = "...".
"""

import espat
from espat.board import setting  # noqa: F401
from machine import UART, Pin

BAUD = 115200
TX, RX, RESET = 8, 9, 6


def port():
    """The UART to the module; 4 KB of buffer hold a whole answer while Python is busy elsewhere."""
    return UART(1, BAUD, tx=Pin(TX), rx=Pin(RX), rxbuf=4096, timeout=0)


def modem(**options):
    """The module, brought up; options: see espat.Modem."""
    return espat.Modem(port(), reset=Pin(RESET, Pin.OPEN_DRAIN, value=1), **options)
