"""A faster port for RP2040 and RP2350: DMA moves what comes in from the UART to a ring, without the processor.

    u = UART(1, 115200, tx=Pin(8), rx=Pin(9), cts=Pin(10), rts=Pin(11), flow=UART.CTS | UART.RTS, timeout=0)
    modem = espat.Modem(Rp2Uart(u, 1))

machine.UART takes an interrupt every four bytes and hands each byte over singly, some 300 cycles a byte. Here a byte costs
none until readinto(), and about ten there. A full ring stops the DMA; then RTS stops the module, as with machine.UART.
The UART object must not be read beside this port: it would find nothing, or take single bytes away.
"""

import sys
from io import BytesIO

from micropython import const

from espat.ticks import ticks_diff, ticks_ms
from espat.uart import Uart

try:
    import rp2
    from machine import mem32
    from uctypes import addressof, bytearray_at
except ImportError:
    rp2 = None  # no such board

_DR = const(0)  # registers of the UART, from its base
_MASK_CLEAR = const(0x3038)  # of its interrupt mask, what is written here is cleared
_RECEPTION = const(0x50)  # interrupts: level reached, silence
_RENEW = const(128)  # bytes read since DMA was told how many it may write
# base address of UART 0, distance to UART 1, DMA request of UART 0's reception
_CHIPS = {False: (0x40034000, 0x4000, 21), True: (0x40070000, 0x8000, 29)}


class Rp2Uart(Uart):
    """Port over machine.UART of a Pico or Pico 2.

    uart: the UART object; its rxbuf is not used. number: 0 or 1, which UART it is. size: bytes that wait while nobody
    reads, a power of 2; takes twice as much memory, since DMA wants it at a multiple of its size. options: see Uart.
    """

    def __init__(self, uart, number, size=2048, **options):
        super().__init__(uart, **options)
        base, distance, request = _CHIPS["RP2350" in sys.implementation._machine]
        self._base = base + distance * number
        memory = bytes(2 * size - 16)  # what BytesIO makes of bytes is no copy (a bytearray would be copied)
        at = addressof(memory)
        self._skip = -at & size - 1
        self._start = at + self._skip
        self._mask = size - 1
        self._at = 0  # where the next byte is read
        self._io = BytesIO(memory)
        bytearray_at(self._start, 1)[0] = 1
        self._io.seek(self._skip)
        if self._io.read(1) != b"\1":
            raise RuntimeError("BytesIO makes a copy here")
        self._dma = dma = rp2.DMA()
        bits = 0
        while 1 << bits < size:
            bits += 1
        control = dma.pack_ctrl(size=0, inc_read=False, ring_size=bits, ring_sel=True, treq_sel=request + 2 * number)
        dma.config(read=self._base + _DR, write=self._start, count=self._mask, ctrl=control)
        self.any = self._any
        self._take_over()

    def _take_over(self):
        mem32[self._base + _MASK_CLEAR] = _RECEPTION
        self._dma.active(True)

    def _any(self):
        # bytes in the ring; DMA gets as many as it may write before they run out, and never more than there is room for
        dma = self._dma
        n = dma.write - self._start - self._at & self._mask
        if self._mask - n - dma.count > _RENEW:
            dma.active(False)
            n = dma.write - self._start - self._at & self._mask
            dma.count = self._mask - n
            dma.active(True)
        return n

    def readinto(self, buf, n):
        """Read up to n waiting bytes to the start of buf; returns the count, which may fall short at the ring's seam."""
        at = self._at
        n = min(n, self._mask + 1 - at)
        self._io.seek(self._skip + at)
        self._io.readinto(buf, n)
        self._at = at + n & self._mask
        return n

    def wait(self, ms):
        """Wait for bytes, a millisecond at most; nothing interrupts a rest when they come."""
        since = ticks_ms()
        while not self._any() and ticks_diff(ticks_ms(), since) < 1:
            pass

    def baud(self, rate):
        """Talk at this rate from now on."""
        super().baud(rate)
        self._take_over()

    def close(self):
        """Give the DMA channel back; the UART's own reception starts with its next init()."""
        self._dma.close()
