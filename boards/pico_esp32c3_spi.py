"""Raspberry Pi Pico or Pico 2 with an ESP32-C3 on SPI0; its ESP-AT firmware is built for SPI, not for the UART.

    Pico                     ESP32-C3
    GP18  SPI0 SCK   ----->  IO6     (SCLK)
    GP19  SPI0 MOSI  ----->  IO7     (MOSI)
    GP16  SPI0 MISO  <-----  IO2     (MISO)
    GP17  CS         ----->  IO10    (CS)
    GP20  handshake  <-----  IO3     (HANDSHAKE)
    GP21  reset      ----->  EN      (low: reset)
    3V3              ------  3V3
    GND              ------  GND

    Level: 3.3 V on both sides, no converter; wires of 10 cm at the most.
    Power: up to 350 mA, better from a regulator of its own.

Copy this file to the board as espat_board.py, with settings.py beside it: ssid = "...", password = "...".
"""

import espat
from espat.board import setting  # noqa: F401
from espat.spi import Spi
from machine import SPI, Pin

RATE = 20000000
SCK, MOSI, MISO, CS, HANDSHAKE, RESET = 18, 19, 16, 17, 20, 21


def port():
    """The bus to the module."""
    bus = SPI(0, RATE, sck=Pin(SCK), mosi=Pin(MOSI), miso=Pin(MISO))
    return Spi(bus, Pin(CS, Pin.OUT, value=1), Pin(HANDSHAKE, Pin.IN, Pin.PULL_DOWN))


def modem(**options):
    """The module, brought up; options: see espat.Modem."""
    return espat.Modem(port(), reset=Pin(RESET, Pin.OPEN_DRAIN, value=1), **options)
