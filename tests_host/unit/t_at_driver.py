"""The module's own pins: at_driver (guide 3.13)."""

from calls import Data, bounds, check, refuse, sizes
from espat import at_driver

LONG = bytes(range(256)) * 8  # 2048 bytes: 4096 digits in one line
TENS = bytes(range(10))
ANALOG = (
    (lambda at: at_driver.adc(at, 0, 0), b"+DRVADC=0,0", b"+DRVADC:2048\r\nOK\r\n", 2048),
    (lambda at: at_driver.adc(at, 7), b"+DRVADC=7,3", b"+DRVADC:0\r\nOK\r\n", 0),
    (lambda at: at_driver.pwm(at, 5000, 13, 17, 16, 18, 19), b"+DRVPWMINIT=5000,13,17,16,18,19", (), []),
    (lambda at: at_driver.pwm(at, 10000, 10, 17), b"+DRVPWMINIT=10000,10,17", (), []),
    (lambda at: at_driver.pwm_duty(at, 255, 512), b"+DRVPWMDUTY=255,512", (), []),
    (lambda at: at_driver.pwm_duty(at, None, None, 0), b"+DRVPWMDUTY=,,0", (), []),
    (lambda at: at_driver.pwm_fade(at, None, None, 0, 1000), b"+DRVPWMFADE=,,0,1000", (), []),
    (lambda at: at_driver.pwm_fade(at, 1024, 1000, 0, 2000), b"+DRVPWMFADE=1024,1000,0,2000", (), []),
)  # fmt: skip
I2C = (
    (lambda at: at_driver.i2c(at, 0, 25, 26, 1000), b"+DRVI2CINIT=0,25,26,1000", (), []),
    (lambda at: at_driver.i2c_end(at, 1), b"+DRVI2CINIT=1", (), []),
    (lambda at: at_driver.i2c_read(at, 0, 0x34, 2), b"+DRVI2CRD=0,0x34,2", b"+DRVI2CRD:ff0a\r\nOK\r\n", b"\xff\x0a"),
    (lambda at: at_driver.i2c_read(at, 0, 0x7AFF, 1), b"+DRVI2CRD=0,0x7aff,1", b"+DRVI2CRD:00\r\nOK\r\n", b"\0"),
    (lambda at: at_driver.i2c_read(at, 1, 5, 2048), b"+DRVI2CRD=1,0x05,2048",
     b"+DRVI2CRD:" + b"".join([b"%02x" % c for c in LONG]) + b"\r\nOK\r\n", LONG),
    (lambda at: at_driver.i2c_write(at, 0, 0x34, TENS), b"+DRVI2CWRDATA=0,0x34,10", Data(TENS), []),
    (lambda at: at_driver.i2c_write_bytes(at, 0, 0x34, b"\x12\x34"), b"+DRVI2CWRBYTES=0,0x34,2,0x1234", (), []),
    (lambda at: at_driver.i2c_write_bytes(at, 0, 0x7AFF, b"\0\x27"), b"+DRVI2CWRBYTES=0,0x7aff,2,0x0027", (), []),
    (lambda at: at_driver.i2c_write_bytes(at, 0, 1, b"\xff\xff\xff\xff"), b"+DRVI2CWRBYTES=0,0x01,4,0xffffffff", (), []),
)  # fmt: skip
SPI = (
    (lambda at: at_driver.spi_pins(at, 23, -1, 18, -1), b"+DRVSPICONFGPIO=23,-1,18,-1", (), []),
    (lambda at: at_driver.spi(at, 102400, lsb_first=3), b"+DRVSPIINIT=102400,0,0,0,0,3", (), []),
    (lambda at: at_driver.spi(at, 40000000, 3, 16, 64, 2), b"+DRVSPIINIT=40000000,3,16,64,2", (), []),
    (lambda at: at_driver.spi_end(at), b"+DRVSPIINIT=0", (), []),
    (lambda at: at_driver.spi_read(at, 2), b"+DRVSPIRD=2", (b"+DRVSPIRD:ffff",), b"\xff\xff"),
    (lambda at: at_driver.spi_read(at, 2, 3, 1, 0x1000, 3), b"+DRVSPIRD=2,0x03,1,0x001000,3", (b"+DRVSPIRD:0102",), b"\1\2"),
    (lambda at: at_driver.spi_read(at, 1, addr=7, addr_size=1), b"+DRVSPIRD=1,0,0,0x07,1", (b"+DRVSPIRD:00",), b"\0"),
    (lambda at: at_driver.spi_write(at, b"ab"), b"+DRVSPIWR=2", Data(b"ab"), []),
    (lambda at: at_driver.spi_write(at, b"ab", 0x9F, 1), b"+DRVSPIWR=2,0x9f,1", Data(b"ab"), []),
    (lambda at: at_driver.spi_write(at, None, 3, 1, 0x1000, 3), b"+DRVSPIWR=0,0x03,1,0x001000,3", (), []),
    (lambda at: at_driver.spi_write(at, b"", 3, 2), b"+DRVSPIWR=0,0x0003,2", (), []),
)  # fmt: skip
BAD = (
    (lambda at: at_driver.adc(at, 10), ValueError),
    (lambda at: at_driver.adc(at, 0, 4), ValueError),
    (lambda at: at_driver.pwm(at, 0, 8, 1), ValueError),
    (lambda at: at_driver.pwm(at, 8000001, 8, 1), ValueError),
    (lambda at: at_driver.pwm(at, 1000, 21, 1), ValueError),
    (lambda at: at_driver.pwm(at, 1000, 8), ValueError),
    (lambda at: at_driver.pwm(at, 1000, 8, 1, 2, 3, 4, 5), ValueError),
    (lambda at: at_driver.pwm_duty(at, None), ValueError),
    (lambda at: at_driver.pwm_duty(at, -1), ValueError),
    (lambda at: at_driver.pwm_duty(at, 1, 2, 3, 4, 5), ValueError),
    (lambda at: at_driver.pwm_fade(at, 1), ValueError),
    (lambda at: at_driver.pwm_fade(at, 1, None), ValueError),
    (lambda at: at_driver.pwm_fade(at, 1 << 20, 1), ValueError),
    (lambda at: at_driver.i2c(at, 2, 1, 2), ValueError),
    (lambda at: at_driver.i2c(at, 0, 1, 2, 1000001), ValueError),
    (lambda at: at_driver.i2c_read(at, 0, 0x80, 1), ValueError),
    (lambda at: at_driver.i2c_read(at, 0, 0x7C00, 1), ValueError),
    (lambda at: at_driver.i2c_read(at, 0, 1, 2049), ValueError),
    (lambda at: at_driver.i2c_write(at, 0, 1, bytes(2049)), ValueError),
    (lambda at: at_driver.i2c_write_bytes(at, 0, 1, bytes(5)), ValueError),
    (lambda at: at_driver.i2c_write_bytes(at, 0, 1, b""), ValueError),
    (lambda at: at_driver.spi_pins(at, -1, 1, 2, 3), ValueError),
    (lambda at: at_driver.spi(at, 40000001), ValueError),
    (lambda at: at_driver.spi(at, 1000, 4), ValueError),
    (lambda at: at_driver.spi(at, 1000, 0, 17), ValueError),
    (lambda at: at_driver.spi(at, 1000, 0, 0, 65), ValueError),
    (lambda at: at_driver.spi_read(at, 0), ValueError),
    (lambda at: at_driver.spi_read(at, 4093), ValueError),
    (lambda at: at_driver.spi_read(at, 1, 256, 1), ValueError),
    (lambda at: at_driver.spi_read(at, 1, None, 1), TypeError),
    (lambda at: at_driver.spi_read(at, 1, 1, 3), ValueError),
    (lambda at: at_driver.spi_read(at, 1, 1, 1, 1, 5), ValueError),
    (lambda at: at_driver.spi_write(at, bytes(4093)), ValueError),
)  # fmt: skip


def test_adc_and_pwm():
    check(ANALOG)


def test_i2c():
    check(I2C)


def test_spi():
    check(SPI)


def test_bounds():
    bounds((
        (lambda at, v: at_driver.adc(at, v), 0, 9),
        (lambda at, v: at_driver.adc(at, 0, v), 0, 3),
        (lambda at, v: at_driver.pwm(at, v, 8, 1), 1, 8000000),
        (lambda at, v: at_driver.pwm(at, 1000, v, 1), 0, 20),
        (lambda at, v: at_driver.pwm(at, 1000, 8, v), 0, 48),
        (lambda at, v: at_driver.pwm(at, 1000, 8, *[1] * max(0, v)), 1, 4),
        (lambda at, v: at_driver.pwm_duty(at, v), 0, 1 << 20),
        (lambda at, v: at_driver.pwm_duty(at, *[1] * max(0, v)), 1, 4),
        (lambda at, v: at_driver.pwm_fade(at, v, 1), 0, (1 << 20) - 1),
        (lambda at, v: at_driver.pwm_fade(at, 1, v), 0, 0x7FFFFFFF),
        (lambda at, v: at_driver.pwm_fade(at, *[1, 1] * max(0, v)), 1, 4),
        (lambda at, v: at_driver.i2c(at, v, 1, 2), 0, 1),
        (lambda at, v: at_driver.i2c(at, 0, v, 2), 0, 48),
        (lambda at, v: at_driver.i2c(at, 0, 1, v), 0, 48),
        (lambda at, v: at_driver.i2c(at, 0, 1, 2, v), 1, 1000000),
        (lambda at, v: at_driver.i2c_end(at, v), 0, 1),
        (lambda at, v: at_driver.i2c_read(at, v, 1, 1), 0, 1),
        (lambda at, v: at_driver.i2c_read(at, 0, v, 1), 0, 0x7F),
        (lambda at, v: at_driver.i2c_read(at, 0, v, 1), 0x7800, 0x7BFF),
        (lambda at, v: at_driver.i2c_read(at, 0, 1, v), 1, 2048),
        (lambda at, v: at_driver.i2c_write(at, v, 1, b"x"), 0, 1),
        (lambda at, v: at_driver.i2c_write_bytes(at, v, 1, b"x"), 0, 1),
        (lambda at, v: at_driver.spi_pins(at, v, 1, 1, 1), 0, 48),
        (lambda at, v: at_driver.spi_pins(at, 1, v, 1, 1), -1, 48),
        (lambda at, v: at_driver.spi_pins(at, 1, 1, v, 1), 0, 48),
        (lambda at, v: at_driver.spi_pins(at, 1, 1, 1, v), -1, 48),
        (lambda at, v: at_driver.spi(at, v), 1, 40000000),
        (lambda at, v: at_driver.spi(at, 1000, v), 0, 3),
        (lambda at, v: at_driver.spi(at, 1000, 0, v), 0, 16),
        (lambda at, v: at_driver.spi(at, 1000, 0, 0, v), 0, 64),
        (lambda at, v: at_driver.spi(at, 1000, 0, 0, 0, v), 0, 2),
        (lambda at, v: at_driver.spi(at, 1000, 0, 0, 0, 0, v), 0, 3),
        (lambda at, v: at_driver.spi_read(at, v), 1, 4092),
        (lambda at, v: at_driver.spi_read(at, 1, 0, v), 0, 2),
        (lambda at, v: at_driver.spi_read(at, 1, 0, 1, 0, v), 0, 4),
        (lambda at, v: at_driver.spi_read(at, 1, v, 1), 0, 255),
        (lambda at, v: at_driver.spi_read(at, 1, v, 2), 0, 65535),
        (lambda at, v: at_driver.spi_read(at, 1, 1, 1, v, 4), 0, 0xFFFFFFFF),
    ))  # fmt: skip
    sizes((
        (lambda at, t: at_driver.i2c_write(at, 0, 1, t.encode()), 1, 2048),
        (lambda at, t: at_driver.i2c_write_bytes(at, 0, 1, t.encode()), 1, 4),
        (lambda at, t: at_driver.spi_write(at, t.encode()), 0, 4092),
    ))  # fmt: skip


def test_bad_parameters():
    refuse(BAD)
