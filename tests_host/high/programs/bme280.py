"""A driver of Bosch's BME280 as MicroPython programs bring one along: it knows machine.I2C's calls and nothing of espat."""

import time
from struct import unpack


class BME280:
    """i2c: an object with machine.I2C's calls."""

    def __init__(self, i2c, address=0x76):
        self.i2c = i2c
        self.address = address
        if i2c.readfrom_mem(address, 0xD0, 1)[0] != 0x60:
            raise RuntimeError("no BME280 at this address")
        first = i2c.readfrom_mem(address, 0x88, 26)
        second = i2c.readfrom_mem(address, 0xE1, 7)
        self.t = unpack("<Hhh", first[:6])
        self.p = unpack("<Hhhhhhhhh", first[6:24])
        h2, h3 = unpack("<hB", second[:3])
        h4 = unpack("b", second[3:4])[0] << 4 | second[4] & 15
        h5 = unpack("b", second[5:6])[0] << 4 | second[4] >> 4
        self.h = first[25], h2, h3, h4, h5, unpack("b", second[6:7])[0]
        self.data = bytearray(8)

    def measure(self):
        """(degrees Celsius, hectopascal, per cent)."""
        i2c, address = self.i2c, self.address
        i2c.writeto_mem(address, 0xF2, b"\x01")
        i2c.writeto_mem(address, 0xF4, b"\x25")  # once
        time.sleep(0.02)
        while i2c.readfrom_mem(address, 0xF3, 1)[0] & 8:
            time.sleep(0.005)
        i2c.readfrom_mem_into(address, 0xF7, self.data)
        d = self.data
        fine = self._fine(d[3] << 12 | d[4] << 4 | d[5] >> 4)
        pressure = self._pressure(d[0] << 12 | d[1] << 4 | d[2] >> 4, fine)
        return fine / 5120, pressure / 100, self._humidity(d[6] << 8 | d[7], fine)

    def _fine(self, raw):
        t1, t2, t3 = self.t
        return (raw / 16384 - t1 / 1024) * t2 + (raw / 131072 - t1 / 8192) ** 2 * t3

    def _pressure(self, raw, fine):
        p = self.p
        a = fine / 2 - 64000
        b = (a * a * p[5] / 32768 + a * p[4] * 2) / 4 + p[3] * 65536
        a = (1 + ((p[2] * a * a / 524288 + p[1] * a) / 524288) / 32768) * p[0]
        x = (1048576 - raw - b / 4096) * 6250 / a
        return x + (p[8] * x * x / 2147483648 + x * p[7] / 32768 + p[6]) / 16

    def _humidity(self, raw, fine):
        h = self.h
        a = fine - 76800
        x = raw - (h[3] * 64 + h[4] / 16384 * a)
        x *= h[1] / 65536 * (1 + h[5] / 67108864 * a * (1 + h[2] / 67108864 * a))
        return max(0, min(100, x * (1 - h[0] * x / 524288)))
