"""Raspberry Pi Pico or Pico 2 with an ESP32-C3-MINI-1 on UART1, with flow control.

    Pico                     ESP32-C3
    GP8   UART1 TX   ----->  IO6     (its RX)
    GP9   UART1 RX   <-----  IO7     (its TX)
    GP10  UART1 CTS  <-----  IO4     (its RTS)
    GP11  UART1 RTS  ----->  IO5     (its CTS)
    GP6   reset      ----->  EN      (low: reset)
    3V3              ------  3V3
    GND              ------  GND

    Level: 3.3 V on both sides, no converter.
    Power: up to 350 mA, better from a regulator of its own.

Copy this file to the board as espat_board.py, with settings.py beside it: ssid = "...", password = "...".
"""

import espat
from espat import at_basic
from espat.board import setting  # noqa: F401
from machine import UART, Pin

BAUD = 115200
TX, RX, RESET = 8, 9, 6


def port():
    """The UART to the module; with both wires neither side can overrun the other."""
    return UART(1, BAUD, tx=Pin(TX), rx=Pin(RX), rxbuf=4096, timeout=0, cts=Pin(10), rts=Pin(11), flow=UART.CTS | UART.RTS)


def modem(**options):
    """The module, brought up; options: see espat.Modem."""
    it = espat.Modem(port(), reset=Pin(RESET, Pin.OPEN_DRAIN, value=1), **options)
    at_basic.line(it, BAUD, flow=3)  # the module heeds both wires
    return it
