"""The module's SPI in the shape of machine.SPI, so that drivers of devices run over it (guide 3.13).

    bus = SPI(modem, sck=18, mosi=23, miso=19, cs=5)
    flash = W25QFlash(spi=bus, cs=bus.cs)              # an existing driver, unchanged

Pins are GPIO numbers of the module; the commands are not in the default firmware.
"""

from micropython import const

from espat import at_driver

_HEAD = const(6)  # bytes that can go out before others come in: command and address of the module's SPI
_EOPNOTSUPP = const(95)


class SPI:
    """A SPI bus, master, with one device; its `cs` stands for the pin that selects it.

    sck, mosi, miso, cs: pins; without miso or cs: None. baudrate: a divisor of 80 MHz, up to 40 MHz. dma: 1 or 2, with 0
    a transaction has 64 bytes at most, else 4092. The module selects the device for one transaction: up to 6 bytes
    out and then others in, or bytes out alone. So what is written while cs is 0 is gathered, a read sends it on its
    way, and cs 1 does when nothing was read. Any other order is OSError(EOPNOTSUPP).
    """

    def __init__(self, at, sck, mosi, miso=None, cs=None, baudrate=1000000, polarity=0, phase=0, dma=1):
        self.at = at
        self.cs = Select(self)
        self.held = None  # what is to be sent; None: not selected by the program
        self._dma = dma
        at_driver.spi_pins(at, mosi, -1 if miso is None else miso, sck, -1 if cs is None else cs)
        self._running = False
        self.init(baudrate, polarity, phase)

    def init(self, baudrate=1000000, polarity=0, phase=0, **rest):
        """Set rate and mode."""
        self.deinit()
        at_driver.spi(self.at, baudrate, 2 * polarity + phase, 0, 0, self._dma)
        self._running = True

    def deinit(self):
        """Remove the bus."""
        if self._running:
            self._running = False
            at_driver.spi_end(self.at)

    def write(self, buf):
        """Send bytes."""
        if self.held is None:
            if len(buf):
                at_driver.spi_write(self.at, buf)
        elif self.held is True:
            raise OSError(_EOPNOTSUPP, "one read a selection")
        else:
            self.held.extend(buf)

    def read(self, nbytes, write=0):
        """Receive bytes. write: what goes out meanwhile is the module's choice."""
        head = self.held
        if head is True or head and len(head) > _HEAD:
            raise OSError(_EOPNOTSUPP, "6 bytes out and one read a selection")
        if not head:
            data = at_driver.spi_read(self.at, nbytes)
        else:
            k = 1 if len(head) < _HEAD else 2
            more = len(head) - k
            data = at_driver.spi_read(self.at, nbytes, _number(head[:k]), k, _number(head[k:]) if more else None, more)
        if head is not None:
            self.held = True
        return data

    def readinto(self, buf, write=0):
        """Receive bytes into a buffer."""
        buf[:] = self.read(len(buf))

    def write_readinto(self, write_buf, read_buf):
        """The module cannot do both at once."""
        raise OSError(_EOPNOTSUPP, "the module cannot send and receive at the same time")


def _number(data):
    value = 0
    for byte in data:
        value = value << 8 | byte
    return value


class Select:
    """Stands for the pin that selects a device: an output, 0 selects."""

    IN = 0
    OUT = 1

    def __init__(self, spi):
        self._spi = spi

    def __call__(self, value=None):
        """The level, or set it."""
        spi = self._spi
        if value is None:
            return int(spi.held is None)
        held = spi.held
        spi.held = (bytearray() if held is None else held) if not value else None
        if value and held and held is not True:
            at_driver.spi_write(spi.at, held)

    value = __call__

    def init(self, mode=None, pull=None, value=None):
        """An output it is already."""
        if value is not None:
            self(value)

    def on(self):
        """Deselect."""
        self(1)

    def off(self):
        """Select."""
        self(0)

    high, low = on, off
