"""A driver that somebody else has published (bme280-upy, from PyPI, unchanged) reads a sensor over the module's I2C."""

import sys

import high
from espat.pins import I2C
from high import ask, modem

ONLY = ("mp64", "mp32")
TIMEOUT = 90


class Machine:
    """In place of the board's machine, which the driver asks for the kinds of bus it may be given."""

    I2C = SoftI2C = I2C
    Pin = None


sys.modules["machine"] = Machine
sys.path.insert(0, ask("published", "bme280"))
import bme280


def test_bme280():
    ask("solder")
    bus = I2C(modem, 0, scl=25, sda=26, freq=400000)
    sensor = bme280.BME280(i2cBus=bus)
    for wanted in ((21.5, 1013.25, 45.0), (-12.25, 870.0, 20.0)):
        ask("weather", *wanted)
        celsius, percent, pascal = sensor.readForced()  # percent: of one
        assert abs(celsius - wanted[0]) < 0.3 and abs(pascal / 100 - wanted[1]) < 0.5, (celsius, percent, pascal)
        assert abs(percent * 100 - wanted[2]) < 1.5, percent  # it rounds the humidity more than the data sheet does
    sensor.close()
    high.ready()
