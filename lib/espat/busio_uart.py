"""The port over CircuitPython's busio.UART; uart.py loads it when it is handed one. See there for the calls."""

from espat.ticks import sleep_ms


class BusioUart:
    """Port over busio.UART (construct it with timeout=0 and receiver_buffer_size=4096).

    uart: the UART; anything with in_waiting, readinto(buf), write(buf) and baudrate will do.
    """

    hide = False

    def __init__(self, uart):
        self.uart = uart

    def any(self):
        """How many bytes wait to be read."""
        return self.uart.in_waiting

    def readinto(self, buf, n):
        """Read n waiting bytes to the start of buf; asking for more would wait for a time-out."""
        return self.uart.readinto(buf if n == len(buf) else memoryview(buf)[:n]) or 0

    def write(self, buf, off, n):
        """Write some of buf[off:off+n]; returns how many bytes the UART took."""
        return self.uart.write(buf if n == len(buf) else memoryview(buf)[off : off + n]) or 0

    def wait(self, ms):
        """Sleep a millisecond; nothing tells when bytes come in."""
        sleep_ms(1)

    def baud(self, rate):
        """Talk at this rate from now on."""
        self.uart.baudrate = rate
