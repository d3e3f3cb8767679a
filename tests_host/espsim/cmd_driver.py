"""The module's own ADC, PWM, I2C and SPI. What they are wired to is the Board's business."""
import time

from .codes import LENGTH, AtError, Fail
from .command import Command, command, part

FULL_SCALE = (950, 1250, 1750, 2450)  # mV for each attenuation
CLOCK = 80_000_000
NO_DMA_MOST, DMA_MOST = 64, 4092
PINS_MOST = 39


class Channel:
    """A PWM output. `duty` follows a fade."""

    def __init__(self, frequency, resolution):
        self.frequency = frequency
        self.top = 1 << resolution
        self.start = self.target = 0
        self.began = self.lasts = 0.0

    def go(self, target, seconds=0.0):
        self.start, self.target, self.began, self.lasts = self.duty, target, time.monotonic(), seconds

    @property
    def duty(self):
        passed = time.monotonic() - self.began
        if passed >= self.lasts:
            return self.target
        return int(self.start + (self.target - self.start) * passed / self.lasts)


@part("driver")
class Driver:
    """m.driver."""

    def __init__(self, m):
        m.board.pwm.clear()
        self.channels = []
        self.i2c = {}  # port -> True while initialised
        self.spi_pins = None
        self.spi = None  # SpiSetting

    def device(self, board, port, address):
        """The I2C device; Fail if the port is off or nobody acknowledges."""
        found = board.i2c[port].get(address) if port in self.i2c else None
        if found is None:
            raise Fail()
        return found


@command("+DRVADC")
class Adc(Command):
    async def set(self, m, args):
        channel, attenuation = args.int(0, 7), args.int(0, 3)
        args.end()
        raw = m.board.millivolts.get(channel, 0) * 4095 // FULL_SCALE[attenuation]
        m.say(f"+DRVADC:{min(4095, max(0, raw))}", end=b"")


@command("+DRVPWMINIT")
class PwmInit(Command):
    async def set(self, m, args):
        frequency, resolution = args.int(1, 8_000_000), args.int(0, 20)
        pins = [args.int(0, PINS_MOST) for _ in range(min(4, max(1, args.left())))]
        args.end()
        if frequency << resolution > CLOCK:
            raise Fail()
        m.driver.channels = [Channel(frequency, resolution) for _ in pins]
        m.board.pwm = dict(zip(pins, m.driver.channels, strict=True))


def channels(m, args, width):
    """The initialised channels, and for each a list of `width` arguments (None: left out)."""
    count = -(-args.left() // width)
    if not m.driver.channels:
        raise Fail()
    if count > len(m.driver.channels):
        raise Fail()
    return m.driver.channels[:count]


@command("+DRVPWMDUTY")
class PwmDuty(Command):
    async def set(self, m, args):
        wanted = [(channel, args.int(0, channel.top, default=None)) for channel in channels(m, args, 1)]
        args.end()
        for channel, duty in wanted:
            if duty is not None:
                channel.go(duty)


@command("+DRVPWMFADE")
class PwmFade(Command):
    async def set(self, m, args):
        wanted = [
            (channel, args.int(0, channel.top - 1, default=None), args.int(default=None)) for channel in channels(m, args, 2)
        ]
        args.end()
        for channel, duty, milliseconds in wanted:
            if duty is not None:
                channel.go(duty, (milliseconds or 0) / 1000)


# I2C


@command("+DRVI2CINIT")
class I2cInit(Command):
    async def set(self, m, args):
        port = args.int(0, 1)
        if not args.left():
            if m.driver.i2c.pop(port, None) is None:
                raise Fail()
            return
        args.int(0, PINS_MOST), args.int(0, PINS_MOST), args.int(1, 1_000_000)
        args.end()
        m.driver.i2c[port] = True


def target(args):
    """(port, address); ten bits come as 0b11110xx and a byte."""
    return args.int(0, 1), args.int(0, 0x7BFF)


@command("+DRVI2CRD")
class I2cRead(Command):
    async def set(self, m, args):
        port, address = target(args)
        count = args.int(1, 2048)
        args.end()
        data = m.driver.device(m.board, port, address).read(count)
        m.say(f"+DRVI2CRD:{data.hex()}", end=b"")


@command("+DRVI2CWRDATA")
class I2cWrite(Command):
    async def set(self, m, args):
        port, address = target(args)
        count = args.int(1, 2048)
        args.end()
        if port not in m.driver.i2c:
            raise Fail()
        data = await m.data_phase(count)
        m.driver.device(m.board, port, address).write(data)


@command("+DRVI2CWRBYTES")
class I2cWriteBytes(Command):
    async def set(self, m, args):
        port, address = target(args)
        count = args.int(1, 4)
        value = args.int(0, 0xFFFFFFFF)
        args.end()
        if value >> 8 * count:
            raise args.reject()
        m.driver.device(m.board, port, address).write(value.to_bytes(count, "big"))


# SPI


class SpiSetting:
    def __init__(self, command_bits, address_bits, dma, order):
        self.command_bytes, self.address_bytes = -(-command_bits // 8), -(-address_bits // 8)
        self.most = DMA_MOST if dma else NO_DMA_MOST
        self.send_lsb, self.receive_lsb = bool(order & 1), bool(order & 2)


def mirror(data):
    """Every byte with its bits the other way round."""
    return bytes(int(f"{byte:08b}"[::-1], 2) for byte in data)


@command("+DRVSPICONFGPIO")
class SpiPins(Command):
    async def set(self, m, args):
        pins = args.int(0, PINS_MOST), args.int(-1, PINS_MOST), args.int(0, PINS_MOST), args.int(-1, PINS_MOST)
        args.end()
        m.driver.spi_pins = pins


@command("+DRVSPIINIT")
class SpiInit(Command):
    async def set(self, m, args):
        clock = args.int(0, 40_000_000)
        if not args.left():
            if clock or m.driver.spi is None:
                raise Fail()
            m.driver.spi = None
            return
        args.int(0, 3)
        setting = SpiSetting(args.int(0, 16), args.int(0, 64), args.int(0, 2), args.int(0, 3, default=0))
        args.end()
        if not clock or m.driver.spi_pins is None:
            raise Fail()
        m.driver.spi = setting


class SpiTransaction(Command):
    """<data_len>[,<cmd>,<cmd_len>][,<addr>,<addr_len>]"""

    least = 1

    def begin(self, m, args):
        """How many bytes of data, and the bytes of the command and address phases."""
        setting = m.driver.spi
        if setting is None:
            raise Fail()
        length = args.int(self.least, DMA_MOST)
        if length > setting.most:
            raise AtError(LENGTH, 0)
        head = self._phase(args, 0xFFFF, 2, setting.command_bytes) + self._phase(args, 0xFFFFFFFF, 4, setting.address_bytes)
        args.end()
        return length, head

    @staticmethod
    def _phase(args, most, longest, usual):
        if not args.left():
            return bytes(usual)
        value, count = args.int(0, most), args.int(0, longest)
        if value >> 8 * count:
            raise args.reject()
        return value.to_bytes(count, "big")

    @staticmethod
    def exchange(m, sent, count):
        device = m.board.spi.get(m.driver.spi_pins[3])
        setting = m.driver.spi
        data = device.transfer(mirror(sent) if setting.send_lsb else sent, count) if device else b"\xff" * count
        return mirror(data) if setting.receive_lsb else data


@command("+DRVSPIRD")
class SpiRead(SpiTransaction):
    async def set(self, m, args):
        length, head = self.begin(m, args)
        m.say(f"+DRVSPIRD:{self.exchange(m, head, length).hex()}")


@command("+DRVSPIWR")
class SpiWrite(SpiTransaction):
    least = 0

    async def set(self, m, args):
        length, head = self.begin(m, args)
        data = await m.data_phase(length) if length else b""
        self.exchange(m, head + data, 0)
