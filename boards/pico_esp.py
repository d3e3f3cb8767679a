"""Raspberry Pi Pico or Pico 2 with an ESP-AT module (ESP-01, ESP32-C3 ...) on UART1.

    Pico            module                 Pico            module
    GP8  TX  -----> RX                     GP10 CTS <----- RTS   (where the module has it)
    GP9  RX  <----- TX                     GP11 RTS -----> CTS
    GP6      -----> EN / RST               3V3  and GND: the module draws up to 500 mA

Copy this file to the board as espat_board.py, with settings.py beside it: ssid = "...", password = "...".
"""

import espat
from espat.board import setting  # noqa: F401
from machine import UART, Pin

BAUD = 115200
TX, RX, RESET = 8, 9, 6
FLOW = {}  # with both wires: {"cts": Pin(10), "rts": Pin(11), "flow": UART.CTS | UART.RTS}


def port():
    """The UART to the module; 4 KB of buffer hold a whole answer while Python is busy elsewhere."""
    return UART(1, BAUD, tx=Pin(TX), rx=Pin(RX), rxbuf=4096, timeout=0, **FLOW)


def modem(**options):
    """The module, brought up; options: see espat.Modem."""
    return espat.Modem(port(), reset=Pin(RESET, Pin.OPEN_DRAIN, value=1), **options)
