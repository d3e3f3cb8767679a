"""The module's clock, by which it judges certificates, and the board's: set from the network."""

from micropython import const

from espat.errors import AtError
from espat.net import at_sntp
from espat.ticks import sleep_ms

_SET = const(2024)  # a clock that was never set shows 1970
_ASK = const(250)  # ms
_ROUNDS = const(40)
_ETIMEDOUT = const(110)


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


def sync(at, *servers, zone=0, timeout=20, rtc=None):
    """Ask time servers and set the board's clock; returns (year, month, day, hour, minute, second, weekday), Monday 0.

    servers: up to three, the module's own without. zone: see at_sntp.configure(). timeout: seconds until ETIMEDOUT.
    rtc: the clock to set, with machine.RTC's or rtc.RTC's datetime; the board's unless given, False for none.
    """
    at_sntp.configure(at, zone, *servers)
    for _ in range(int(timeout * 1000) // _ASK):
        if _known(at):
            now = at_sntp.time(at)
            _set(now, rtc)
            return now
        sleep_ms(_ASK)
    raise OSError(_ETIMEDOUT, "no time server has answered")


def _set(now, clock):
    year, month, day, hour, minute, second, weekday = now
    if clock is None:
        try:
            from machine import RTC as Clock
        except ImportError:
            try:
                from rtc import RTC as Clock
            except ImportError:
                return
        clock = Clock()
    if not clock:
        return
    if callable(clock.datetime):
        clock.datetime((year, month, day, weekday, hour, minute, second, 0))
    else:
        import time

        clock.datetime = time.struct_time((year, month, day, hour, minute, second, weekday, -1, -1))


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
