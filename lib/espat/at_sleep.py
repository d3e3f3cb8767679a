"""Guide 3.1 and 3.14, sleep: the module's own, what wakes it, and how it wakes its host."""

from espat.args import join
from espat.check import integer, leading, number


def mode(at) -> int:
    """AT+SLEEP?: 0 awake, 1 modem sleep by DTIM, 2 light sleep, 3 modem sleep by listen interval (3.1.13)."""
    return at.run(b"+SLEEP?", number)


def set_mode(at, number: int) -> list:
    """AT+SLEEP=: 0 awake, 1 modem sleep by DTIM, 2 light sleep, 3 modem sleep by listen interval (3.1.13)."""
    return at.keep(b"+SLEEP=%d" % integer(number, 0, 3))


def deep(at, ms: int) -> "int | None":
    """AT+GSLP: deep sleep for ms milliseconds, then a restart; 0 restarts at once (3.1.6). Returns the ms told back.

    Only a module whose wake-up pin is wired for it comes back by itself on ESP8266.
    """
    return at.run(b"+GSLP=%d" % integer(ms, 0, 0x7FFFFFFF), _told)


def _told(lines):
    for line in lines:
        if line[:1].isdigit():
            return leading(line)
    return None


def wake_by(at, source: int, value: int, level: "int | None" = None) -> list:
    """AT+SLEEPWKCFG: what wakes the module from light sleep (3.1.25).

    source: 2 a pin (0 a timer and 1 are reserved on ESP32; ESP8266 has the timer). value: pin number, or ms.
    level: of the pin, 0 or 1.
    """
    integer(source, 0, 2)
    integer(value, 0, 48 if source == 2 else 0x7FFFFFFF)
    return at.keep(join(b"+SLEEPWKCFG", source, value, integer(level, 0, 1, source != 2)))


def wake_host(at, way: int, number: int, signal: int, delay: int, check: "int | None" = None) -> list:
    """AT+USERWKMCUCFG=1: wake the host before anything unasked is sent to it (3.14.4).

    way: 1 by a pin, 2 by a byte on a UART. number: pin, or 1 (UART1). signal: level 0 or 1, or the byte. delay:
    ms to wait for the host at most, 0..60000. check: sum of 1 host_sleeps() tells, 2 AT+SLEEP tells, 4 awake
    after the delay; the module's default is 1.
    """
    integer(way, 1, 2)
    integer(number, 0 if way == 1 else 1, 48 if way == 1 else 1)
    integer(signal, 0, 1 if way == 1 else 255)
    return at.keep(join(b"+USERWKMCUCFG", 1, way, number, signal, integer(delay, 0, 60000), integer(check, 0, 15, True)))


def wake_host_off(at) -> list:
    """AT+USERWKMCUCFG=0: do not wake the host (3.14.4)."""
    return at.keep(b"+USERWKMCUCFG=0")


def host_sleeps(at, asleep: int) -> list:
    """AT+USERMCUSLEEP: tell the module that its host goes to sleep, or is awake (3.14.5)."""
    return at.run(b"+USERMCUSLEEP=%d" % integer(asleep, 0, 1))
