"""The port over CircuitPython's SPI, by way of adafruit_bus_device; spi.py says what passes over it."""

from espat.spi import Spi


class BusioSpi(Spi):
    """Port over an adafruit_bus_device.spi_device.SPIDevice (made with the module's chip select and baudrate=10000000).

    device: the SPIDevice. handshake: a digitalio.DigitalInOut that is an input. room: bytes written that wait for the
    module. While somebody else holds the lock of the bus the port does nothing.
    """

    def __init__(self, device, handshake, room=1024):
        self._device = device
        self._handshake = handshake
        self._held = False
        super().__init__(device.spi, self._select, self, room)

    def value(self):
        """Whether the handshake is high."""
        return self._handshake.value

    def _serve(self):
        bus = self._device.spi
        if not self._inside and bus.try_lock():
            bus.unlock()
            super()._serve()

    def _select(self, level):
        if level == self._held:
            if level:
                self._device.__exit__(None, None, None)
            else:
                self._device.__enter__()
            self._held = not level
