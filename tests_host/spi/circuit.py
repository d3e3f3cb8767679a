"""The program of test_circuitpython.py: circuit.py HOST:PORT."""

import sys

from adafruit_bus_device.spi_device import SPIDevice
from unix_spi import Bus

from espat import Modem
from espat.busio_spi import BusioSpi
from espat.net import at_scan
from espat.ticks import sleep_ms


class SPI:
    """busio.SPI: nothing moves without the lock, and configure() stands before everything."""

    def __init__(self, bus):
        self.bus = bus
        self.locked = False
        self.settings = None
        self.locks = 0

    def try_lock(self):
        if self.locked:
            return False
        self.locked = True
        self.locks += 1
        return True

    def unlock(self):
        if not self.locked:
            raise ValueError("Not locked")
        self.locked = False

    def _check(self):
        if not self.locked or not self.settings:
            raise RuntimeError("Function requires lock")

    def configure(self, *, baudrate=100000, polarity=0, phase=0, bits=8):
        if not self.locked:
            raise RuntimeError("Function requires lock")
        self.settings = baudrate, polarity, phase, bits

    def write(self, buffer, *, start=0, end=None):
        self._check()
        self.bus.write(memoryview(buffer)[start:end])

    def readinto(self, buffer, *, start=0, end=None, write_value=0):
        self._check()
        self.bus.readinto(memoryview(buffer)[start:end])


class Select:
    """digitalio.DigitalInOut, an output."""

    def __init__(self, bus):
        self.bus = bus

    def switch_to_output(self, value=False):
        self.value = value

    @property
    def value(self):
        return not self.bus.selected

    @value.setter
    def value(self, level):
        self.bus(int(level))


class Handshake:
    """digitalio.DigitalInOut, an input."""

    def __init__(self, bus):
        self.bus = bus

    @property
    def value(self):
        return bool(self.bus.value())


def main(address):
    bus = Bus(address)
    spi = SPI(bus)
    port = BusioSpi(SPIDevice(spi, Select(bus), baudrate=10000000), Handshake(bus))
    modem = Modem(port)
    print(modem.firmware)
    print(modem.chip)
    modem.command("+CWMODE=1")
    found = []
    at_scan.scan(modem, found.append)
    print([e[1].decode() for e in found if e[1] == b"espressif"][0])
    assert spi.settings == (10000000, 0, 0, 8)
    spi.try_lock()  # somebody else has the bus
    before = spi.locks
    port.write(b"AT\r\n", 0, 4)
    for _ in range(20):
        modem.step()
        sleep_ms(1)
    idle = spi.locks - before
    spi.unlock()
    for _ in range(100):
        modem.step()
        sleep_ms(1)
    modem.command("AT")
    print("locked: %d, afterwards: OK" % idle)
    print("locks:", spi.locks > 100 and not spi.locked and not bus.selected)


main(*sys.argv[1:])
