"""CircuitPython's supervisor, as far as anybody here needs it; its clock is about to wrap when a program starts."""

import time

_PERIOD = 1 << 29
_START = time.monotonic_ns() // 1000000


def ticks_ms():
    return (time.monotonic_ns() // 1000000 - _START - 1500) % _PERIOD
