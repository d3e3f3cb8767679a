"""iLabs Challenger RP2040 WiFi with CircuitPython: RP2040 and an ESP8285 with ESP-AT on one board, nothing to wire.

    RP2040                              ESP8285
    board.ESP_TX      UART1 TX  ----->  RX      (GP4)
    board.ESP_RX      UART1 RX  <-----  TX      (GP5)
    board.WIFI_RESET  reset     ----->  RST     (GP19; low: reset)
    board.WIFI_MODE   mode      ----->  GPIO0   (GP13; high while it starts: run)
    3V3                         ------  VCC
    GND                         ------  GND

    Level: all 3.3 V, on the board.
    Power: the board's own regulator feeds the module.

Copy this file to the board as espat_board.py. Settings come from settings.toml: CIRCUITPY_WIFI_SSID = "...",
CIRCUITPY_WIFI_PASSWORD = "..." as for boards with built-in Wi-Fi, others by their name, URL = "...".
On other boards with a wired-on module only the pins differ: board.TX and board.RX, say.
"""

import os

import board
import busio
import digitalio

BAUD = 115200
_NAMES = {"ssid": "CIRCUITPY_WIFI_SSID", "password": "CIRCUITPY_WIFI_PASSWORD"}


class Reset:
    """A pin as espat wants it: value(0) holds the module in reset."""

    def __init__(self, pin):
        self._pin = digitalio.DigitalInOut(pin)
        self._pin.switch_to_output(True)

    def value(self, level):
        """Set the pin."""
        self._pin.value = bool(level)


def port():
    """The UART to the module; 4 KB of buffer hold a whole answer while Python is busy elsewhere."""
    if hasattr(board, "WIFI_MODE"):
        mode = digitalio.DigitalInOut(board.WIFI_MODE)
        mode.switch_to_output(True)
    return busio.UART(board.ESP_TX, board.ESP_RX, baudrate=BAUD, timeout=0, receiver_buffer_size=4096)


def setting(name, *default):
    """A setting of the examples, from settings.toml. Raises ValueError."""
    key = _NAMES.get(name, name.upper())
    value = os.getenv(key)
    if value is None and not default:
        raise ValueError('settings.toml lacks a line: %s = "..."' % key)
    return default[0] if value is None else value


def modem(**options):
    """The module, brought up; options: see espat.Modem."""
    import espat

    return espat.Modem(port(), reset=Reset(board.WIFI_RESET), **options)
