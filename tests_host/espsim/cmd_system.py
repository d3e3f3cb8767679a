"""The module itself: UART, memory, clock, registers, radio power."""
import time

from . import radio
from .codes import SILENT, Fail
from .command import Command, command
from .line import Setting


@command("+UART", "+UART_CUR", "+UART_DEF")
class Uart(Command):
    """A new rate holds from after the OK. NonOS' bare name and _DEF keep it in flash."""

    async def query(self, m):
        setting = m.uart.setting
        if self.name == "+UART_DEF":
            setting = Setting(*(m.store.get("uart") or m.uart.factory))
        m.say(f"{self.name}:{self._real(m, setting.baud)},{setting.databits},{setting.stopbits},{setting.parity},{setting.flow}")

    async def set(self, m, args):
        setting = Setting(
            args.int(80, m.profile.most_baud), args.int(5, 8), args.int(1, 3), args.int(0, 2), args.int(0, 3)
        )
        args.end()
        if self.name != "+UART_CUR":
            m.store.put("uart", list(setting))
        m.final("OK")
        await m.uart.flush()
        m.uart.configure(setting)
        return SILENT

    @staticmethod
    def _real(m, baud):
        """The ESP32 divides an 80 MHz clock in steps of 1/16: 115200 reads back as 115201."""
        if m.profile.chip != "ESP32":
            return baud
        clock = 80_000_000 << 4
        return clock // (clock // baud)


@command("+SYSRAM")
class Ram(Command):
    async def query(self, m):
        free = (160 if m.profile.chip != "ESP8266" else 40) * 1024 - 1200 * len(m.net.links) - sum(
            link.waiting for link in m.net.links.values()
        )
        m.ram["least_heap"] = min(free, m.ram.get("least_heap", free))
        least = f",{m.ram['least_heap']}" if m.profile.ram_numbers > 1 else ""
        m.say(f"+SYSRAM:{free}{least}", end=b"\r\n" if m.profile.nonos else b"")


@command("+SYSMSG", "+SYSMSG_CUR", "+SYSMSG_DEF")
class Messages(Command):
    async def query(self, m):
        m.say(f"{self.name}:{m.setting('sysmsg', 0)}", end=b"\r\n" if m.profile.nonos else b"")

    async def set(self, m, args):
        value = args.int(0, 3 if m.profile.nonos else 7)
        args.end()
        m.keep("sysmsg", value, self.stores(m))


@command("+SYSTIMESTAMP")
class Timestamp(Command):
    async def query(self, m):
        m.say(f"+SYSTIMESTAMP:{int(m.now())}", end=b"")

    async def set(self, m, args):
        stamp = args.int()
        args.end()
        m.clock_offset = stamp - time.time()


@command("+SYSREG")
class Register(Command):
    """A register reads back what was written to it; untouched ones are 0."""

    async def set(self, m, args):
        write, address = args.int(0, 1), args.int(0, 0xFFFFFFFF)
        registers = m.ram.setdefault("registers", {})
        if write:
            value = args.int(0, 0xFFFFFFFF)
            args.end()
            registers[address] = value
            return
        args.end()
        m.say(f"+SYSREG:0x{registers.get(address, 0):x}")


@command("+SYSTEMP")
class Temperature(Command):
    async def query(self, m):
        m.say(f"+SYSTEMP:{m.temperature:.02f}", end=b"")


# AT+RFPOWER: what the ESP32 makes of a requested power, as (from, power).
STEPS = ((78, 78), (72, 72), (66, 66), (60, 60), (56, 56), (52, 52), (44, 44), (40, 34))


@command("+RFPOWER")
class Power(Command):
    async def query(self, m):
        if not m.wifi.mode:
            raise Fail()
        wifi, *ble = m.ram.get("rfpower", (78, 0, 0, 0))
        has_ble = radio.AVAILABLE and m.profile.has("+BLEINIT")
        m.say("+RFPOWER:" + ",".join(str(value) for value in ([wifi, *ble] if has_ble else [wifi])))

    async def set(self, m, args):
        wanted = args.int(40, 84)
        ble = [args.int(0, 15, default=None) for _ in range(3)] if args.left() else [None] * 3
        args.end()
        if not m.wifi.mode:
            raise Fail()
        wifi = next(power for start, power in STEPS if wanted >= start) if m.profile.chip == "ESP32" else wanted
        advertising = m.ram.get("rfpower", (78, 0, 0, 0))[1] if ble[0] is None else ble[0]
        m.ram["rfpower"] = (wifi, advertising, advertising, advertising)
