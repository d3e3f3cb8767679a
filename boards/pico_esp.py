"""Raspberry Pi Pico with an ESP-AT module (ESP32, ESP32-C3, ESP32-C6 ...) on UART1.

    Raspberry Pi Pico        ESP-AT module
    GP8   UART1 TX   ----->  RX
    GP9   UART1 RX   <-----  TX
    GP6   reset      ----->  EN      (RST on an ESP-01; low: reset)
    GP10  UART1 CTS  <-----  RTS     (where the module has it)
    GP11  UART1 RTS  ----->  CTS     (where the module has it)
    3V3              ------  3V3
    GND              ------  GND

    Level: 3.3 V on both sides, no converter.
    Power: up to 500 mA when it sends; the Pico's 3V3 gives 300 mA besides itself: better a regulator of its own.

Copy this file to the board as espat_board.py, with settings.py beside it: ssid = "...", password = "...".
"""

import espat
from espat.board import setting  # noqa: F401
from machine import UART, Pin

BAUD = 115200
TX, RX, RESET = 8, 9, 6
FLOW = {}  # with both wires: {"cts": Pin(10), "rts": Pin(11), "flow": UART.CTS | UART.RTS}


def port():
    """The UART to the module; 4 KB of buffer hold a whole answer while Python is busy elsewhere.

    With both wires and 2 Mbaud or more, espat.rp2_uart takes half of the work off the processor: return Rp2Uart(UART(...), 1).
    """
    return UART(1, BAUD, tx=Pin(TX), rx=Pin(RX), rxbuf=4096, timeout=0, **FLOW)


def modem(**options):
    """The module, brought up; options: see espat.Modem."""
    return espat.Modem(port(), reset=Pin(RESET, Pin.OPEN_DRAIN, value=1), **options)
