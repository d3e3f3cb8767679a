"""A port of the library (see espat/uart.py) over pyserial: a device, or a URL such as socket://127.0.0.1:7000."""

import select
import time

import serial

_CHUNK = 4096


class SerialPort:
    """address: /dev/ttyUSB0, COM3, socket://HOST:PORT. baud: rate. flow: the adapter's RTS and CTS are wired.

    written: called with the number of bytes that have been handed on, None: nobody wants to know.
    """

    hide = False
    written = None

    def __init__(self, address, baud=115200, flow=False):
        self.serial = serial.serial_for_url(address, baudrate=baud, timeout=0, write_timeout=0, rtscts=flow)

    def any(self):
        """How many bytes may be asked for; what is there is seen by reading."""
        return _CHUNK

    def readinto(self, buf, n):
        """Read what is there, up to n bytes, to the start of buf."""
        data = self.serial.read(min(n, len(buf)))
        buf[: len(data)] = data
        return len(data)

    def write(self, buf, off, n):
        """Write some of buf[off:off+n]."""
        try:
            n = self.serial.write(bytes(memoryview(buf)[off : off + n])) or 0
        except (serial.SerialTimeoutException, BlockingIOError):
            n = 0
        if n and self.written:
            self.written(n)
        return n

    def txdone(self):
        """Whether the adapter has sent everything; a CTS that says "stop" keeps it."""
        try:
            return self.serial.out_waiting == 0
        except (AttributeError, OSError):
            return True  # a socket does not tell

    def wait(self, ms):
        """Sleep until something comes in, at most ms."""
        try:
            select.select([self.serial.fileno()], [], [], ms / 1000)
        except (OSError, ValueError, AttributeError):  # Windows has no select for serial ports
            time.sleep(0.001)

    def baud(self, rate):
        """Talk at another rate."""
        self.serial.baudrate = rate

    def close(self):
        """Let the port go."""
        self.serial.close()
