"""The module's clock, by which it judges certificates: set from the network when nobody has set it yet."""

from micropython import const

from espat.errors import AtError
from espat.net import at_sntp
from espat.ticks import sleep_ms

_SET = const(2024)  # a clock that was never set shows 1970
_ASK = const(250)  # ms
_ROUNDS = const(40)


def ensure(at):
    """Let the module ask its default time servers unless it knows the date; False when none answered in 10 s.

    at: runner of a module that has joined a network.
    """
    if _known(at):
        return True
    try:
        if not at_sntp.config(at)[0]:
            at_sntp.configure(at, 0)
    except AtError:
        return False
    for _ in range(_ROUNDS):
        sleep_ms(_ASK)
        if _known(at):
            return True
    return False


def from_board(at):
    """Tell a module that does not know the date what the board's clock shows; False when that does not know it either."""
    import time

    from espat import at_system

    if _known(at):
        return True
    if time.localtime()[0] < _SET or not at.has(b"+SYSTIMESTAMP"):
        return False
    try:
        # some boards count from 2000
        at_system.set_clock(at, int(time.time()) + (0 if time.gmtime(0)[0] < 2000 else 946684800))
    except AtError:
        return False
    return True


def _known(at):
    try:
        return at_sntp.time(at)[0] >= _SET
    except AtError:
        return False
