"""Milliseconds on three interpreters; the only file of the library that knows which one runs.

Ticks are opaque numbers that wrap: compare them with ticks_diff, move them with ticks_add.
"""

try:
    from time import sleep_ms, ticks_add, ticks_diff, ticks_ms
except ImportError:
    import time

    from micropython import const

    _PERIOD = const(1 << 29)  # CircuitPython's supervisor.ticks_ms() wraps here
    _HALF = const(1 << 28)

    try:
        from supervisor import ticks_ms
    except ImportError:

        def ticks_ms():
            """Milliseconds since some moment, modulo 2**29."""
            return time.monotonic_ns() // 1000000 & (_PERIOD - 1)

    def ticks_add(ticks, ms):
        """The tick that lies ms milliseconds after ticks."""
        return (ticks + ms) & (_PERIOD - 1)

    def ticks_diff(end, start):
        """Milliseconds from start to end; negative when end comes first."""
        return ((end - start + _HALF) & (_PERIOD - 1)) - _HALF

    def sleep_ms(ms):
        """Let ms milliseconds pass."""
        time.sleep(ms / 1000)
