"""A driver of Winbond's W25Q flash as MicroPython programs bring one along: machine.SPI, a select pin, a block device."""

import time

PAGE, SECTOR = 256, 4096


class W25Q:
    """spi, cs: objects with the calls of machine.SPI and machine.Pin. Blocks of 512 bytes."""

    def __init__(self, spi, cs, baudrate=10000000):
        spi.init(baudrate=baudrate, phase=0, polarity=0)
        cs.init(cs.OUT, value=1)
        self.spi, self.cs = spi, cs
        self.command = bytearray(4)
        self.status = bytearray(1)
        self.sector = bytearray(SECTOR)
        identity = bytearray(3)
        self._ask(0x9F, identity)
        if identity[0] != 0xEF:
            raise OSError("no Winbond flash")
        self.size = 1 << identity[2]

    def _ask(self, command, answer):
        self.cs(0)
        self.spi.write(bytes((command,)))
        self.spi.readinto(answer, 0xFF)
        self.cs(1)

    def _tell(self, command, address=None, data=None):
        self.cs(0)
        if address is None:
            self.spi.write(bytes((command,)))
        else:
            self.spi.write(bytes((command, address >> 16 & 255, address >> 8 & 255, address & 255)))
        if data is not None:
            self.spi.write(data)
        self.cs(1)

    def _wait(self):
        while True:
            self._ask(0x05, self.status)
            if not self.status[0] & 1:
                return
            time.sleep(0.001)

    def read(self, buf, address):
        view = memoryview(buf)
        for at in range(0, len(buf), 512):
            self.cs(0)
            place = address + at
            self.spi.write(bytes((0x03, place >> 16, place >> 8 & 255, place & 255)))
            self.spi.readinto(view[at : at + 512])
            self.cs(1)

    def erase(self, address):
        self._tell(0x06)
        self._tell(0x20, address)
        self._wait()

    def program(self, buf, address):
        view = memoryview(buf)
        for at in range(0, len(buf), PAGE):
            self._tell(0x06)
            self._tell(0x02, address + at, view[at : at + PAGE])
            self._wait()

    # MicroPython's block device

    def readblocks(self, block, buf):
        self.read(buf, block * 512)

    def writeblocks(self, block, buf):
        for at in range(0, len(buf), 512):
            self._change(block * 512 + at, memoryview(buf)[at : at + 512])

    def _change(self, address, data):
        start = address // SECTOR * SECTOR
        self.read(self.sector, start)
        self.sector[address - start : address - start + 512] = data
        self.erase(start)
        self.program(self.sector, start)

    def ioctl(self, request, argument):
        if request == 4:
            return self.size // 512
        if request == 5:
            return 512
        return 0
