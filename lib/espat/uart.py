"""The port the library sits on, over a UART object handed in: any, readinto, write, wait, baud.

A port is any object with these calls; SPI and the simulated module's TCP line have the same ones:
  any()                 bytes that can be read now
  readinto(buf, n)      read up to n (<= any()) bytes to the start of buf; returns the count
  write(buf, off, n)    write some of buf[off:off+n] without waiting long; returns the count
  wait(ms)              sleep until something may have come in, at most ms
  baud(rate)            change the host's side of the line
  hide                  True while what passes is secret (see tap.py)
"""

from espat.ticks import sleep_ms

try:
    from machine import idle
except ImportError:
    idle = None


# MicroPython looks for Ctrl-C where it branches, as in `n or 0`: bytes that have just passed would not be counted
_COUNT = {None: 0}


class Uart:
    """Port over machine.UART (construct it with timeout=0 and rxbuf=4096, or flow control).

    uart: the UART object. options: keyword arguments of uart.init() that have to be repeated when the
    rate changes (STM32 forgets rxbuf and timeout).
    """

    hide = False

    def __init__(self, uart, **options):
        self.uart = uart
        self.any = uart.any  # bound once: a method call less per poll
        self.options = options

    def readinto(self, buf, n):
        """Read n waiting bytes to the start of buf; asking for more would wait for a time-out."""
        n = self.uart.readinto(buf, n)
        return _COUNT.get(n, n)

    def write(self, buf, off, n):
        """Write some of buf[off:off+n]; returns how many bytes the UART took."""
        n = self.uart.write(buf, off, n)
        return _COUNT.get(n, n)

    def wait(self, ms):
        """Let the processor rest until an interrupt, a millisecond or so at most."""
        if idle:
            idle()
        else:
            sleep_ms(1)

    def baud(self, rate):
        """Talk at this rate from now on."""
        self.uart.init(baudrate=rate, **self.options)


def wrap(port):
    """A port over what was handed in: a machine.UART, a busio.UART, or a port already."""
    if hasattr(port, "in_waiting"):
        from espat.busio_uart import BusioUart

        return BusioUart(port)
    return port if hasattr(port, "wait") else Uart(port)
