"""Raspberry Pi Pico or Pico 2 with CircuitPython, and an ESP32-C3 on SPI; its ESP-AT firmware is built for SPI.

    Pico                           ESP32-C3
    board.GP18  SPI0 SCK   ----->  IO6     (SCLK)
    board.GP19  SPI0 MOSI  ----->  IO7     (MOSI)
    board.GP16  SPI0 MISO  <-----  IO2     (MISO)
    board.GP17  CS         ----->  IO10    (CS)
    board.GP20  handshake  <-----  IO3     (HANDSHAKE)
    board.GP21  reset      ----->  EN      (low: reset)
    3V3                    ------  3V3
    GND                    ------  GND

    Level: 3.3 V on both sides, no converter; wires of 10 cm at the most.
    Power: up to 350 mA, better from a regulator of its own.

Copy this file to the board as espat_board.py, and adafruit_bus_device to its lib folder. Settings come from settings.toml:
CIRCUITPY_WIFI_SSID = "...", CIRCUITPY_WIFI_PASSWORD = "...", others by their name, URL = "...".
"""

import os

import board
import busio
import digitalio
from adafruit_bus_device.spi_device import SPIDevice

RATE = 20000000
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
    """The bus to the module."""
    from espat.busio_spi import BusioSpi

    bus = busio.SPI(board.GP18, MOSI=board.GP19, MISO=board.GP16)
    handshake = digitalio.DigitalInOut(board.GP20)
    handshake.switch_to_input(digitalio.Pull.DOWN)
    return BusioSpi(SPIDevice(bus, digitalio.DigitalInOut(board.GP17), baudrate=RATE), handshake)


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

    return espat.Modem(port(), reset=Reset(board.GP21), **options)
