"""The user commands: a piece of RAM, the guide's address, waking the host up."""
from .codes import Fail
from .command import Command, command, part

RELEASE, ALLOCATE, WRITE, READ, CLEAR = range(5)
BLOCK = 1024


@part("userram")
class UserRam:
    """m.userram."""

    def __init__(self, m):
        self.data = None

    def span(self, args):
        """(offset, end) of a set command's size and offset; Fail if it is not within the RAM."""
        size, offset = args.int(1), args.int(0, default=0)
        args.end()
        if self.data is None or offset + size > len(self.data):
            raise Fail()
        return offset, offset + size


@command("+USERRAM")
class Ram(Command):
    async def query(self, m):
        m.say(f"+USERRAM:{len(m.userram.data or b'')}")

    async def set(self, m, args):
        operation = args.int(0, 4)
        ram = m.userram
        if operation == ALLOCATE:
            size = args.int(1)
            args.end()
            if ram.data is not None or size > m.profile.heap_block:
                raise Fail()
            ram.data = bytearray(size)
        elif operation in (WRITE, READ):
            start, end = ram.span(args)
            return await self._write(m, start, end) if operation == WRITE else self._read(m, start, end)
        else:
            args.int(default=0)  # a size may be given, and means nothing
            args.end()
            if ram.data is None:
                raise Fail()
            ram.data = bytearray(len(ram.data)) if operation == CLEAR else None
        return None

    @staticmethod
    async def _write(m, start, end):
        m.userram.data[start:end] = await m.data_phase(end - start)
        return "WRITE OK"

    @staticmethod
    def _read(m, start, end):
        for at in range(start, end, BLOCK):
            piece = bytes(m.userram.data[at : min(at + BLOCK, end)])
            m.write(b"+USERRAM:%d," % len(piece) + piece)


@command("+USERDOCS")
class Documents(Command):
    async def query(self, m):
        for language in ("en", "zh_CN"):
            m.say(f'+USERDOCS:"https://docs.espressif.com/projects/esp-at/{language}/latest/{m.profile.chip.lower()}/index.html"')


# waking the host

BY_GPIO, BY_UART = 1, 2
SAYS_ITSELF, BY_SLEEP, AWAKE_AFTERWARDS = 1, 2, 4  # bits of <check mcu awake method>


@part("mcu")
class Mcu:
    """m.mcu: does the host sleep, and what waits for it to wake up."""

    def __init__(self, m):
        self.m = m
        self.settings = None  # (mode, number, signal, delay in s, method)
        self.asleep = False
        self.waiting = []
        self.timer = None

    def configure(self, settings):
        self._release()
        self.settings = settings
        self.asleep = False
        self.m.gate = self._gate if settings else None

    def _gate(self, data):
        """True if a message waits until the host is awake."""
        if not self.asleep:
            return False
        self.waiting.append(data)
        if self.timer is None:
            mode, number, signal, delay, _ = self.settings
            if mode == BY_GPIO:
                self.m.board.set_pin(number, signal)
            else:
                self.m.board.serial.append(signal)
            self.timer = self.m.loop.call_later(delay, self._timed_out)
        return True

    def _timed_out(self):
        self.asleep = not self.settings[4] & AWAKE_AFTERWARDS
        self._release()

    def _release(self):
        """Take the signal back and say what has waited."""
        if self.timer:
            self.timer.cancel()
            self.timer = None
            mode, number, signal, _, _ = self.settings
            if mode == BY_GPIO:
                self.m.board.set_pin(number, 1 - signal)
        waiting, self.waiting = self.waiting, []
        for data in waiting:
            self.m.write(data)

    def told(self, asleep, bit):
        """The host has said that it sleeps or is awake, in the way of a method's bit."""
        if self.settings and self.settings[4] & bit:
            self.asleep = asleep
            if not asleep:
                self._release()

    def sleep_command(self, mode):
        self.told(bool(mode), BY_SLEEP)

    async def stop(self):
        if self.timer:
            self.timer.cancel()


@command("+USERWKMCUCFG")
class WakeMcu(Command):
    async def set(self, m, args):
        if not args.int(0, 1):
            args.end()
            m.mcu.configure(None)
            return
        mode = args.int(BY_GPIO, BY_UART)
        number = args.int(0, 39) if mode == BY_GPIO else args.int(1, 1)
        signal = args.int(0, 1 if mode == BY_GPIO else 255)
        delay = args.int(0, 60000) / 1000
        method = args.int(0, 15, default=SAYS_ITSELF)
        args.end()
        m.mcu.configure((mode, number, signal, delay, method))


@command("+USERMCUSLEEP")
class McuSleep(Command):
    async def set(self, m, args):
        state = args.int(0, 1)
        args.end()
        m.mcu.told(bool(state), SAYS_ITSELF)
