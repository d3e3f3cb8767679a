"""ADC, PWM, I2C and SPI over the module's driver commands, on a scripted port."""

from calls import PROMPT, runner, text
from checks import raises
from espat.errors import AtRefused
from espat.pins import ADC, I2C, PWM
from espat.pins_spi import SPI
from fakeport import FakePort

OK = text(())
NO = b"\r\nERROR\r\n"


def cmd(line, *answer):
    return (b"AT+DRV" + line + b"\r\n", text(answer))


def data(line, payload, after=OK):
    return (b"AT+DRV" + line + b"\r\n", PROMPT), (payload, after)


def on(*steps):
    port = FakePort(*steps)
    return port, runner(port)


def test_adc():
    port, at = on(*[cmd(b"ADC=3,1", b"+DRVADC:%d" % n) for n in (0, 4095, 2048, 2000)])
    adc = ADC(at, 3, 1)
    assert adc.read_u16() == 0 and adc.read_u16() == 65535 and adc.read() == 2048 and adc.read_uv() == 2000 * 1250000 // 4095
    port.done()


def test_pwm():
    port, at = on(
        cmd(b"PWMINIT=1000,16,2,4"), cmd(b"PWMDUTY=0,0"), cmd(b"PWMDUTY=,32768"), cmd(b"PWMINIT=1000000,6,2,4"),
        cmd(b"PWMDUTY=0,32"), cmd(b"PWMFADE=63,500"), cmd(b"PWMFADE=,,0,100"), cmd(b"PWMDUTY=0,0"),
    )  # fmt: skip
    pwm = PWM(at, 2, 4)
    pwm.duty_u16(32768, 1)
    assert pwm.freq() == 1000 and pwm.duty_u16(channel=1) == 32768 and pwm.duty_ns(channel=1) == 500007
    pwm.freq(1000000)
    pwm.fade(65535, 500)
    pwm.fade(0, 100, 1)
    pwm.deinit()
    port.done()
    raises(ValueError, pwm.duty_u16, 65536)


def test_pwm_by_time():
    port, at = on(cmd(b"PWMINIT=50,16,2"), cmd(b"PWMDUTY=65536"), cmd(b"PWMDUTY=4915"))
    pwm = PWM(at, 2, freq=50, duty_u16=65535)
    pwm.duty_ns(1500000)
    assert abs(pwm.duty_ns() - 1500000) < 400
    port.done()


def bus(*steps):
    port, at = on(cmd(b"I2CINIT=0,25,26,400000"), *steps)
    return port, I2C(at, 0, scl=25, sda=26, freq=400000)


def test_i2c():
    port, i2c = bus(
        cmd(b"I2CRD=0,0x76,2", b"+DRVI2CRD:00ff"), cmd(b"I2CWRBYTES=0,0x76,2,0xf401"), *data(b"I2CWRDATA=0,0x76,5", b"12345"),
        cmd(b"I2CWRBYTES=0,0x76,1,0xd0"), cmd(b"I2CRD=0,0x76,1", b"+DRVI2CRD:60"), cmd(b"I2CWRBYTES=0,0x50,2,0x0102"),
        cmd(b"I2CRD=0,0x50,3", b"+DRVI2CRD:0a0d0a"), cmd(b"I2CWRBYTES=0,0x76,2,0xf225"),
        cmd(b"I2CRD=0,0x7aff,1", b"+DRVI2CRD:01"), cmd(b"I2CWRBYTES=0,0x76,3,0x010203"), cmd(b"I2CINIT=0"),
    )  # fmt: skip
    assert i2c.readfrom(0x76, 2) == b"\0\xff"
    assert i2c.writeto(0x76, b"\xf4\x01") == 2 and i2c.writeto(0x76, bytearray(b"12345"), False) == 5
    assert i2c.readfrom_mem(0x76, 0xD0, 1) == b"\x60"
    buf = bytearray(3)
    i2c.readfrom_mem_into(0x50, 0x102, buf, addrsize=16)
    assert buf == b"\n\r\n"
    i2c.writeto_mem(0x76, 0xF2, b"\x25")
    one = bytearray(1)
    i2c.readfrom_into(0x2FF, one)
    assert one == b"\1"
    i2c.writevto(0x76, (b"\1", bytearray(b"\2\3")))
    i2c.deinit()
    port.done()


def test_i2c_nobody_there():
    port, i2c = bus((b"AT+DRVI2CRD=0,0x10,1\r\n", NO), cmd(b"I2CRD=0,0x11,1", b"+DRVI2CRD:00"))
    raises(AtRefused, i2c.readfrom, 0x10, 1)
    assert i2c.readfrom(0x11, 1) == b"\0"
    answers = [cmd(b"I2CRD=0,0x%02x,1" % a, b"+DRVI2CRD:00") if a in (0x3C, 0x76) else (b"AT+DRVI2CRD=0,0x%02x,1\r\n" % a, NO)
               for a in range(8, 0x78)]  # fmt: skip
    port, i2c = bus(*answers)
    assert i2c.scan() == [0x3C, 0x76]


def spi(*steps):
    port, at = on(cmd(b"SPICONFGPIO=23,19,18,5"), cmd(b"SPIINIT=1000000,0,0,0,1"), *steps)
    return port, SPI(at, sck=18, mosi=23, miso=19, cs=5)


def test_spi_without_select():
    """A transaction a call."""
    port, bus = spi(*data(b"SPIWR=3", b"abc"), cmd(b"SPIRD=2", b"+DRVSPIRD:0102"), cmd(b"SPIINIT=0"),
                    cmd(b"SPIINIT=40000000,3,0,0,1"), cmd(b"SPIINIT=0"))  # fmt: skip
    bus.write(b"abc")
    bus.write(b"")
    assert bus.read(2) == b"\1\2"
    bus.init(baudrate=40000000, polarity=1, phase=1, bits=8)
    bus.deinit()
    bus.deinit()
    port.done()


def test_spi_selected():
    """What is written while the device is selected goes out as the command and address of the read, or by itself."""
    port, bus = spi(
        cmd(b"SPIRD=3,0x9f,1", b"+DRVSPIRD:ef4016"), cmd(b"SPIRD=4,0x03,1,0x123456,3", b"+DRVSPIRD:00010203"),
        cmd(b"SPIRD=1,0x0b0a,2,0x01020300,4", b"+DRVSPIRD:aa"), *data(b"SPIWR=1", b"\x06"), *data(b"SPIWR=7", b"\x02abcxyz"),
        cmd(b"SPIRD=1", b"+DRVSPIRD:55"),
    )  # fmt: skip
    cs = bus.cs
    cs.init(cs.OUT, value=0)
    assert cs() == 0
    cs.init(cs.OUT, value=1)
    assert cs() == 1
    cs(0)
    cs.init()
    assert cs.value() == 0
    bus.write(b"\x9f")
    assert bus.read(3, 0xFF) == b"\xef\x40\x16"
    cs(1)
    cs.off()
    bus.write(b"\x03")
    bus.write(bytearray(b"\x12\x34\x56"))
    buf = bytearray(4)
    bus.readinto(buf)
    assert buf == b"\0\1\2\3"
    cs.on()
    cs.low()
    bus.write(b"\x0b\x0a\1\2\3\0")
    assert bus.read(1) == b"\xaa"
    cs.high()
    cs(0)
    bus.write(b"\x06")
    cs(1)
    cs(0)
    bus.write(b"\x02abc")
    bus.write(b"xyz")
    cs(1)
    cs(0)
    cs(0)
    assert bus.read(1) == b"\x55"
    cs(1)
    cs(0)
    cs(1)
    cs(1)
    port.done()


def test_spi_cannot():
    port, bus = spi(cmd(b"SPIRD=1", b"+DRVSPIRD:55"))
    assert raises(OSError, bus.write_readinto, b"a", bytearray(1)).args[0] == 95
    bus.cs(0)
    bus.write(b"1234567")
    assert raises(OSError, bus.read, 1).args[0] == 95
    bus.held = None
    bus.cs(0)
    bus.read(1)
    assert raises(OSError, bus.read, 1).args[0] == 95 and raises(OSError, bus.write, b"x").args[0] == 95
    bus.cs(1)
    port.done()


def test_spi_without_miso_and_select():
    port, at = on(cmd(b"SPICONFGPIO=23,-1,18,-1"), cmd(b"SPIINIT=500000,2,0,0,0"))
    SPI(at, 18, 23, baudrate=500000, polarity=1, dma=0)
    port.done()
