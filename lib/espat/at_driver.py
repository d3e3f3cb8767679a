"""Guide 3.13, the module's own pins: ADC, PWM, I2C master, SPI master (not in the default firmware).

Pins are GPIO numbers of the module. Data longer than the module takes at once is the caller's to cut.
"""

from binascii import unhexlify

from micropython import const

from espat.args import join
from espat.block import Rest
from espat.check import integer, number, payload

_PINS = const(48)


def adc(at, channel: int, attenuation: int = 3) -> int:
    """AT+DRVADC: the raw value of an ADC1 channel (3.13.2); 12 bits on ESP32.

    channel: 0..7 on ESP32 (up to 9 elsewhere). attenuation: 0 up to 950 mV, 1 1250, 2 1750, 3 2450.
    """
    return at.run(b"+DRVADC=%d,%d" % (integer(channel, 0, 9), integer(attenuation, 0, 3)), number)


def pwm(at, hz: int, bits: int, *pins: int) -> list:
    """AT+DRVPWMINIT: up to four PWM channels on one timer (3.13.3).

    hz: 1..8000000. bits: duty resolution 0..20 (high frequencies allow few). pins: one to four.
    """
    integer(len(pins), 1, 4)
    for pin in pins:
        integer(pin, 0, _PINS)
    return at.run(join(b"+DRVPWMINIT", integer(hz, 1, 8000000), integer(bits, 0, 20), *pins))


def pwm_duty(at, *duties: "int | None") -> list:
    """AT+DRVPWMDUTY: duty of channel 0, 1, ... : 0..2**bits, None leaves a channel as it is (3.13.4)."""
    return at.run(join(b"+DRVPWMDUTY", *_each(duties, 4, 1 << 20)))


def pwm_fade(at, *targets: "int | None") -> list:
    """AT+DRVPWMFADE: duty, ms, duty, ms, ... for channel 0, 1, ...; None, None leaves a channel as it is (3.13.5).

    duty: target 0..2**bits - 1. ms: how long it takes at most.
    """
    if len(targets) % 2:
        raise ValueError("every duty needs its time")
    for i in range(0, len(targets), 2):
        if (targets[i] is None) != (targets[i + 1] is None):
            raise ValueError("duty and time belong together")
        integer(targets[i], 0, (1 << 20) - 1, True)
    return at.run(join(b"+DRVPWMFADE", *_each(targets, 8, 0x7FFFFFFF)))


def _each(values, most, high):
    integer(len(values), 1, most)
    for value in values:
        integer(value, 0, high, True)
    if values.count(None) == len(values):
        raise ValueError("nothing to set")
    return values


def i2c(at, port: int, scl: int, sda: int, hz: int = 100000) -> list:
    """AT+DRVI2CINIT: make an I2C master (3.13.6). port: 0 or 1. scl, sda: pins. hz: up to 1000000."""
    integer(scl, 0, _PINS)
    integer(sda, 0, _PINS)
    return at.run(b"+DRVI2CINIT=%d,%d,%d,%d" % (integer(port, 0, 1), scl, sda, integer(hz, 1, 1000000)))


def i2c_end(at, port: int) -> list:
    """AT+DRVI2CINIT: give the I2C port's pins back (3.13.6)."""
    return at.run(b"+DRVI2CINIT=%d" % integer(port, 0, 1))


def i2c_read(at, port: int, address: int, size: int) -> bytes:
    """AT+DRVI2CRD: read 1..2048 bytes (3.13.7); the device must answer within a second. Returns bytes.

    address: 7 bits, or a 10-bit address with 0x7800 added (0x2FF is 0x7AFF).
    """
    block = Rest(at.parser, b"+DRVI2CRD")
    text = b"+DRVI2CRD=%d,0x%02x,%d" % (integer(port, 0, 1), _address(address), integer(size, 1, 2048))
    return at.run(text, lambda _: unhexlify(block.lines[0]), block=block)


def i2c_write(at, port: int, address: int, data) -> list:
    """AT+DRVI2CWRDATA: write 1..2048 bytes (3.13.8). address: see i2c_read()."""
    text = b"+DRVI2CWRDATA=%d,0x%02x,%d" % (integer(port, 0, 1), _address(address), payload(data, 2048))
    return at.run(text, data=data)


def i2c_write_bytes(at, port: int, address: int, data) -> list:
    """AT+DRVI2CWRBYTES: write 1..4 bytes without a data phase (3.13.9). data: bytes. address: see i2c_read()."""
    n = payload(data, 4)
    value = 0
    for byte in data:
        value = value << 8 | byte
    return at.run(b"+DRVI2CWRBYTES=%d,0x%02x,%d,0x%0*x" % (integer(port, 0, 1), _address(address), n, 2 * n, value))


def _address(address):
    integer(address, 0, 0x7BFF)
    if 0x7F < address < 0x7800:
        raise ValueError("a 10-bit address needs 0x7800 added")
    return address


def spi_pins(at, mosi: int, miso: int, sclk: int, cs: int) -> list:
    """AT+DRVSPICONFGPIO: the pins of the SPI master, -1 for no miso or no cs (3.13.10)."""
    integer(mosi, 0, _PINS)
    integer(miso, -1, _PINS)
    return at.run(b"+DRVSPICONFGPIO=%d,%d,%d,%d" % (mosi, miso, integer(sclk, 0, _PINS), integer(cs, -1, _PINS)))


def spi(at, hz: int, mode: int = 0, cmd_bits: int = 0, addr_bits: int = 0, dma: int = 0, lsb_first: "int | None" = None) -> list:
    """AT+DRVSPIINIT: make an SPI master (3.13.11).

    hz: up to 40000000, a divisor of 80 MHz. mode: 0..3. cmd_bits: 0..16. addr_bits: 0..64. dma: channel 1 or 2,
    0 for none (then 64 bytes at once). lsb_first: sum of 1 sending, 2 receiving.
    """
    return at.run(
        join(
            b"+DRVSPIINIT", integer(hz, 1, 40000000), integer(mode, 0, 3), integer(cmd_bits, 0, 16),
            integer(addr_bits, 0, 64), integer(dma, 0, 2), integer(lsb_first, 0, 3, True),
        )
    )  # fmt: skip


def spi_end(at) -> list:
    """AT+DRVSPIINIT=0: remove the SPI master (3.13.11)."""
    return at.run(b"+DRVSPIINIT=0")


def spi_read(at, size: int, cmd: "int | None" = None, cmd_size: int = 0, addr: "int | None" = None, addr_size: int = 0) -> bytes:
    """AT+DRVSPIRD: read 1..4092 bytes, after a command and an address if given (3.13.12). Returns bytes.

    cmd: int of cmd_size bytes, up to 2. addr: int of addr_size bytes, up to 4.
    """
    block = Rest(at.parser, b"+DRVSPIRD")
    text = b"+DRVSPIRD=%d" % integer(size, 1, 4092) + _phases(cmd, cmd_size, addr, addr_size)
    return at.run(text, lambda _: unhexlify(block.lines[0]), block=block)


def spi_write(at, data=None, cmd: "int | None" = None, cmd_size: int = 0, addr: "int | None" = None, addr_size: int = 0) -> list:
    """AT+DRVSPIWR: write up to 4092 bytes, after a command and an address if given; or these alone (3.13.13)."""
    n = 0 if data is None or not len(data) else payload(data, 4092)
    text = b"+DRVSPIWR=%d" % n + _phases(cmd, cmd_size, addr, addr_size)
    return at.run(text, data=data if n else None)


def _phases(cmd, cmd_size, addr, addr_size):
    # the command and address part of a transaction; an address needs the command's two fields before it
    integer(cmd_size, 0, 2)
    integer(addr_size, 0, 4)
    integer(cmd, 0, (1 << 8 * cmd_size) - 1, not cmd_size)
    integer(addr, 0, (1 << 8 * addr_size) - 1, not addr_size)
    if not cmd_size and not addr_size:
        return b""
    text = b",0x%0*x,%d" % (2 * cmd_size, cmd, cmd_size) if cmd_size else b",0,0"
    return text + (b",0x%0*x,%d" % (2 * addr_size, addr, addr_size) if addr_size else b"")
