"""Guide 3.1, the module itself: memory, clock, registers, radio power."""

from espat.args import join
from espat.check import integer, number, numbers, tail


def ram(at) -> tuple:
    """AT+SYSRAM?: (free heap, lowest it ever was) in bytes; firmware to 2.1 tells the first only (3.1.14)."""
    return at.run(b"+SYSRAM?", numbers)


def ram_of(at, kind: int) -> tuple:
    """AT+SYSRAM=: figures of one kind of heap, a tuple of ints; firmware 4.1 and newer.

    kind: the capability bits of the chip's heap, as that firmware's own guide lists them.
    """
    return at.run(b"+SYSRAM=%d" % integer(kind, 0, 0xFFFFFFFF), numbers)


def clock(at) -> int:
    """AT+SYSTIMESTAMP?: seconds since 1970 by the module's clock (3.1.23)."""
    return at.run(b"+SYSTIMESTAMP?", number)


def set_clock(at, seconds: int) -> list:
    """AT+SYSTIMESTAMP=: set the module's clock, seconds since 1970 (3.1.23); certificates are checked against it."""
    return at.run(b"+SYSTIMESTAMP=%d" % integer(seconds, 0, 0x7FFFFFFFFFFF))


def register(at, address: int) -> int:
    """AT+SYSREG=0: read a 32-bit register (3.1.27). The module does not check the address."""
    return at.run(b"+SYSREG=0,0x%x" % integer(address, 0, 0xFFFFFFFF), _hexadecimal)


def set_register(at, address: int, value: int) -> list:
    """AT+SYSREG=1: write a 32-bit register (3.1.27). The module does not check the address."""
    return at.run(b"+SYSREG=1,0x%x,0x%x" % (integer(address, 0, 0xFFFFFFFF), integer(value, 0, 0xFFFFFFFF)))


def _hexadecimal(lines):
    return int(tail(lines), 16)  # takes "0x" too


def temperature(at) -> float:
    """AT+SYSTEMP?: the chip's temperature in degrees Celsius, a float; firmware to 2.2 on ESP32, later on other chips."""
    return at.run(b"+SYSTEMP?", lambda lines: float(tail(lines)))


def rf_power(at) -> tuple:
    """AT+RFPOWER?: (wifi, ble advertising, ble scan, ble connection), Wi-Fi alone without Bluetooth (3.1.20).

    wifi: in 0.25 dBm. ble: step 0..7 on ESP32, 0 = 7 dBm, 7 = -14 dBm; later chips count otherwise, up to 15.
    """
    return at.run(b"+RFPOWER?", numbers)


def set_rf_power(at, wifi: int, advertise: "int | None" = None, scan: "int | None" = None, connect: "int | None" = None) -> list:
    """AT+RFPOWER=: transmit power (3.1.20); units as in rf_power().

    wifi: 40..84 (10 to 21 dBm; ask rf_power() for what it became). advertise, scan, connect: all or none.
    """
    integer(wifi, 40, 84)
    if advertise is not None or scan is not None or connect is not None:
        for step in (advertise, scan, connect):
            integer(step, 0, 15)
    return at.keep(join(b"+RFPOWER", wifi, advertise, scan, connect))


def calibrate(at) -> list:
    """AT+RFCAL: full calibration of the radio; firmware 4.1 and newer."""
    return at.run(b"+RFCAL", timeout=10000)
