"""ST Nucleo-F767ZI (144 pins) with an ESP-AT module on UART6, the Arduino header's D0 and D1.

    Nucleo               module
    D1 (PG14) TX  -----> RX
    D0 (PG9)  RX  <----- TX
    D4 (PF14)     -----> EN / RST
    3V3 and GND: the module draws up to 500 mA

Copy this file to the board as espat_board.py, with settings.py beside it: ssid = "...", password = "...".
"""

from machine import UART, Pin

BAUD = 115200
RESET = "D4"


def port():
    """The UART to the module, with 4 KB of buffer: STM32 boards give 64 bytes without asking."""
    return UART(6, BAUD, rxbuf=4096, timeout=0)


def setting(name, default=None):
    """A setting of the examples, from settings.py."""
    try:
        import settings
    except ImportError:
        return default
    return getattr(settings, name, default)


def modem(**options):
    """The module, brought up; options: see espat.Modem."""
    import espat

    return espat.Modem(port(), reset=Pin(RESET, Pin.OPEN_DRAIN, value=1), **options)
