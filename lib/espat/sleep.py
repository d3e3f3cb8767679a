"""The module asleep, and awake again (guide 3.1): light sleep between two packets, deep sleep for a while.

In light sleep the module may not hear the first commands, in some builds none without its wake-up pin: wake() tries
until it answers.
"""

from micropython import const

from espat import at_basic, at_sleep
from espat.errors import AtError, AtTimeout
from espat.watch import restarted

_LISTEN = const(300)  # ms


def light(at, pin=None, level=0):
    """Let the module sleep whenever there is nothing to do; it stays in its network. pin: of the module, wakes it at level."""
    if pin is not None:
        at_sleep.wake_by(at, 2, pin, level)
    at_sleep.set_mode(at, 2)


def wake(at, pin=None, level=0, tries=20):
    """Make the module listen. pin: of the board, wired to the module's wake-up pin, is driven to level before.

    Raises AtTimeout when it does not answer.
    """
    if pin is not None:
        pin.value(level)
    probe, at.probe = at.probe, None  # silence means sleep here, not that the line is out of step
    try:
        for _ in range(tries):
            try:
                at_basic.attention(at, _LISTEN)
                return
            except AtError:
                pass  # nothing yet, or ERROR for half a line
    finally:
        at.probe = probe
    raise AtTimeout(b"")


def awake(at, pin=None, level=0):
    """Wake the module and let it sleep no more; pin and level as in wake()."""
    wake(at, pin, level)
    at_sleep.set_mode(at, 0)


def deep(at, ms):
    """Deep sleep for ms milliseconds; returns when the module is ready again, all settings told anew and links gone."""
    before = at.engine.restarts
    at_sleep.deep(at, ms)
    if not restarted(at, before, ms / 1000 + 10):
        raise AtTimeout(b"")
