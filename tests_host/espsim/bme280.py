"""Bosch BME280, the sensor of temperature, pressure and humidity, as an I2C device: its register map and its arithmetic."""
import struct

ID, RESET, CTRL_HUM, STATUS, CTRL_MEAS, CONFIG, DATA = 0xD0, 0xE0, 0xF2, 0xF3, 0xF4, 0xF5, 0xF7
CHIP_ID, RESET_WORD = 0x60, 0xB6
T = (27504, 26435, -1000)
P = (36477, -10685, 3024, 2855, 140, -7, 15500, -14600, 6000)
H = (75, 366, 0, 313, 50, 30)
SKIPPED_20, SKIPPED_16 = 0x80000, 0x8000


def fine_temperature(raw):
    """The data sheet's t_fine."""
    first = (raw / 16384 - T[0] / 1024) * T[1]
    second = (raw / 131072 - T[0] / 8192) ** 2 * T[2]
    return first + second


def temperature(raw):
    return fine_temperature(raw) / 5120


def pressure(raw, t_fine):
    """Pascal."""
    first = t_fine / 2 - 64000
    second = first * first * P[5] / 32768 + first * P[4] * 2
    second = second / 4 + P[3] * 65536
    first = (P[2] * first * first / 524288 + P[1] * first) / 524288
    first = (1 + first / 32768) * P[0]
    result = (1048576 - raw - second / 4096) * 6250 / first
    return result + (P[8] * result * result / 2147483648 + result * P[7] / 32768 + P[6]) / 16


def humidity(raw, t_fine):
    """Per cent."""
    base = t_fine - 76800
    result = (raw - (H[3] * 64 + H[4] / 16384 * base)) * (
        H[1] / 65536 * (1 + H[5] / 67108864 * base * (1 + H[2] / 67108864 * base))
    )
    return result * (1 - H[0] * result / 524288)


def invert(function, wanted, bits):
    """The raw value for which a monotonic function comes nearest to `wanted`."""
    low, high = 0, (1 << bits) - 1
    rising = function(high) > function(low)
    while low < high:
        middle = (low + high) // 2
        if (function(middle) < wanted) == rising:
            low = middle + 1
        else:
            high = middle
    return low


class Bme280:
    """Set celsius, pascal and percent; a measurement takes them over."""

    def __init__(self, celsius=21.5, pascal=101325.0, percent=45.0):
        self.celsius, self.pascal, self.percent = celsius, pascal, percent
        self.pointer = 0
        self.reset()

    def reset(self):
        self.registers = bytearray(256)
        self.registers[ID] = CHIP_ID
        self.registers[0x88:0xA0] = struct.pack("<Hhh", *T) + struct.pack("<Hhhhhhhhh", *P)
        self.registers[0xA1] = H[0]
        self.registers[0xE1:0xE4] = struct.pack("<hB", H[1], H[2])
        self.registers[0xE4:0xE7] = bytes([H[3] >> 4 & 255, H[3] & 15 | (H[4] & 15) << 4, H[4] >> 4 & 255])
        self.registers[0xE7] = H[5]
        self.humidity_on = 0
        self._store(SKIPPED_20, SKIPPED_20, SKIPPED_16)

    def _store(self, temperature_raw, pressure_raw, humidity_raw):
        for at, raw in ((DATA, pressure_raw), (DATA + 3, temperature_raw)):
            self.registers[at : at + 3] = (raw << 4).to_bytes(3, "big")
        self.registers[DATA + 6 : DATA + 8] = humidity_raw.to_bytes(2, "big")

    # the bus

    def write(self, data):
        """Register and value in turn, or a register alone to read from."""
        self.pointer = data[0] if data else self.pointer
        for register, value in zip(data[0::2], data[1::2], strict=False):
            self._set(register, value)

    def read(self, count):
        if self.registers[CTRL_MEAS] & 3 == 3:
            self._measure()
        data = bytes(self.registers[(self.pointer + at) & 255] for at in range(count))
        self.pointer = (self.pointer + count) & 255
        return data

    def _set(self, register, value):
        if register == RESET and value == RESET_WORD:
            self.reset()
        elif register in (CTRL_HUM, CONFIG, CTRL_MEAS):
            self.registers[register] = value
            if register == CTRL_MEAS:
                self.humidity_on = self.registers[CTRL_HUM] & 7  # takes effect with this write
                if value & 3 in (1, 2):  # forced: once, then asleep again
                    self._measure()
                    self.registers[CTRL_MEAS] = value & 0xFC

    def _measure(self):
        control = self.registers[CTRL_MEAS]
        if not control >> 5:  # without the temperature the others cannot be told
            self._store(SKIPPED_20, SKIPPED_20, SKIPPED_16)
            return
        raw = invert(temperature, self.celsius, 20)
        t_fine = fine_temperature(raw)
        of_pressure = invert(lambda value: pressure(value, t_fine), self.pascal, 20) if control >> 2 & 7 else SKIPPED_20
        of_humidity = invert(lambda value: humidity(value, t_fine), self.percent, 16) if self.humidity_on else SKIPPED_16
        self._store(raw, of_pressure, of_humidity)
