"""Other ends of the UART, in simulated time, for tests and measurements."""

from .pico import Lockstep, Reply


class Flood(Lockstep):
    """Sends bytes back to back after the board's start byte; keeps what the board sends, with times.

    blocks: {start byte: bytes to send}. gap: ns between the end of the start byte and the first byte.
    """

    def __init__(self, blocks, gap=1_000_000):
        self.blocks, self.gap = blocks, gap
        self.received = bytearray()
        self.times = []  # (ns, bytes received up to then)

    def exchange(self, now, data, queued):
        self.received += data
        self.times.append((now, len(self.received)))
        return Reply(tx=[(self.gap, self.blocks[bytes([b])]) for b in data if bytes([b]) in self.blocks])


def counting(n):
    """n bytes 0, 1, ... 255, 0, ..."""
    return bytes(i & 0xFF for i in range(n))
