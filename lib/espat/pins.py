"""The module's ADC, PWM and I2C in the shape of machine's, so that drivers of devices run over them (guide 3.13).

    bus = pins.I2C(modem, 0, scl=25, sda=26)
    sensor = BME280(i2c=bus)                          # an existing driver, unchanged

Pins are GPIO numbers of the module; the commands are not in the default firmware. What differs from machine: every
call is a transaction of its own over the serial line, some milliseconds long; I2C has no repeated start (stop=False
changes nothing). A device that does not answer is AtRefused, an OSError. SPI is in pins_spi.py.
"""

from micropython import const

from espat import counted, at_driver  # noqa: F401  (counted: not inside those who need it)

_SOURCE = const(80000000)  # Hz, what PWM frequencies are made of
_FULL = (950, 1250, 1750, 2450)  # mV, by attenuation


class ADC:
    """An input. channel: of ADC1. atten: 0 up to 950 mV, 1 1250, 2 1750, 3 2450."""

    def __init__(self, at, channel, atten=3):
        self.at = at
        self._args = channel, atten

    def read(self):
        """The raw value, 12 bits."""
        return at_driver.adc(self.at, *self._args)

    def read_u16(self):
        """The value as 0..65535."""
        return self.read() * 65535 // 4095

    def read_uv(self):
        """The voltage in microvolts, as far as the chip keeps its data sheet."""
        return self.read() * _FULL[self._args[1]] * 1000 // 4095


class PWM:
    """One to four outputs with one frequency; the module has one timer, so one such object.

    pins: their numbers; channel 0 is the first. freq: Hz.
    """

    def __init__(self, at, *pins, freq=1000, duty_u16=0):
        self.at = at
        self._pins = pins
        self._duties = [duty_u16] * len(pins)
        self._bits = 0
        self._freq = freq
        self.freq(freq)

    def freq(self, value=None):
        """The frequency in Hz, or set it."""
        if value is None:
            return self._freq
        bits = 0
        while bits < 16 and value << bits + 1 <= _SOURCE:
            bits += 1
        at_driver.pwm(self.at, value, bits, *self._pins)
        self._freq, self._bits = value, bits
        at_driver.pwm_duty(self.at, *[self._steps(u16) for u16 in self._duties])

    def _steps(self, u16):
        if not 0 <= u16 <= 65535:
            raise ValueError("duty is 0..65535")
        return (u16 << self._bits) // 65535

    def duty_u16(self, value=None, channel=0):
        """The duty cycle of a channel, 0..65535, or set it."""
        if value is None:
            return self._duties[channel]
        duties = [None] * channel + [self._steps(value)]
        self._duties[channel] = value
        at_driver.pwm_duty(self.at, *duties)

    def duty_ns(self, value=None, channel=0):
        """The pulse width of a channel in nanoseconds, or set it."""
        if value is None:
            return self._duties[channel] * (1000000000 // self._freq) // 65535
        self.duty_u16(value * self._freq * 65535 // 1000000000, channel)

    def fade(self, value, ms, channel=0):
        """Let a channel glide to a duty cycle, 0..65535, within so many milliseconds."""
        step = min(self._steps(value), (1 << self._bits) - 1)
        self._duties[channel] = value
        at_driver.pwm_fade(self.at, *[None] * (2 * channel), step, ms)

    def deinit(self):
        """No output any more."""
        self._duties = [0] * len(self._pins)
        at_driver.pwm_duty(self.at, *self._duties)


class I2C:
    """An I2C bus, master. id: 0 or 1. scl, sda: pins. freq: up to 1 MHz. Transfers are up to 2048 bytes long."""

    def __init__(self, at, id=0, scl=None, sda=None, freq=100000):
        self.at = at
        self._id = id
        self.init(scl, sda, freq)

    def init(self, scl, sda, freq=100000):
        """Take the pins."""
        at_driver.i2c(self.at, self._id, scl, sda, freq)

    def deinit(self):
        """Give the pins back."""
        at_driver.i2c_end(self.at, self._id)

    def scan(self):
        """Addresses that answer a read of one byte."""
        found = []
        for address in range(8, 0x78):
            try:
                self.readfrom(address, 1)
                found.append(address)
            except OSError:
                pass
        return found

    def readfrom(self, addr, nbytes, stop=True):
        """Read bytes from a device; addresses above 0x7F are 10 bits long."""
        return at_driver.i2c_read(self.at, self._id, addr if addr < 0x80 else addr | 0x7800, nbytes)

    def readfrom_into(self, addr, buf, stop=True):
        """The same into a buffer."""
        buf[:] = self.readfrom(addr, len(buf))

    def writeto(self, addr, buf, stop=True):
        """Write bytes to a device; returns how many."""
        n = len(buf)
        write = at_driver.i2c_write_bytes if n <= 4 else at_driver.i2c_write
        write(self.at, self._id, addr if addr < 0x80 else addr | 0x7800, buf)
        return n

    def writevto(self, addr, vector, stop=True):
        """Write several buffers as one."""
        return self.writeto(addr, b"".join([bytes(part) for part in vector]))

    def readfrom_mem(self, addr, memaddr, nbytes, addrsize=8):
        """Read registers of a device. addrsize: bits of memaddr."""
        self.writeto(addr, _big(memaddr, addrsize // 8))
        return self.readfrom(addr, nbytes)

    def readfrom_mem_into(self, addr, memaddr, buf, addrsize=8):
        """The same into a buffer."""
        buf[:] = self.readfrom_mem(addr, memaddr, len(buf), addrsize=addrsize)

    def writeto_mem(self, addr, memaddr, buf, addrsize=8):
        """Write registers of a device."""
        self.writeto(addr, _big(memaddr, addrsize // 8) + bytes(buf))


def _big(value, n):
    # to_bytes() of MicroPython has no keywords, and older ones no order
    return bytes([value >> 8 * i & 0xFF for i in range(n - 1, -1, -1)])
