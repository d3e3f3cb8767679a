"""A BME280 on the module's I2C (SCL on its GPIO 25, SDA on 26), read by what could be any driver for machine.I2C."""

import time
from struct import unpack

import espat_board
from espat.pins import I2C


class Thermometer:
    """The temperature half of a BME280 or BMP280. i2c: machine.I2C, or anything with its calls."""

    def __init__(self, i2c, address=0x76):
        self.i2c = i2c
        self.address = address
        self.cal = unpack("<Hhh", i2c.readfrom_mem(address, 0x88, 6))

    def read(self):
        """Degrees Celsius."""
        self.i2c.writeto_mem(self.address, 0xF4, b"\x25")  # measure once
        time.sleep(0.05)
        data = self.i2c.readfrom_mem(self.address, 0xFA, 3)
        raw = data[0] << 12 | data[1] << 4 | data[2] >> 4
        a, b, c = self.cal
        return ((raw / 16384 - a / 1024) * b + (raw / 131072 - a / 8192) ** 2 * c) / 5120


bus = I2C(espat_board.modem(), 0, scl=25, sda=26, freq=400000)
print("devices at", [hex(address) for address in bus.scan()])
degrees = Thermometer(bus).read()
print("%.2f degrees Celsius" % degrees)
bus.deinit()
print("ok: measured" if -40 < degrees < 85 else "that cannot be")
