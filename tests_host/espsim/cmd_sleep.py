"""Sleep: AT+SLEEP, AT+SLEEPWKCFG, AT+GSLP.

In light sleep the UART hears nothing: what the host writes is lost until the wake-up pin has the level that was set
(sim.call(sim.module.board.set_pin, 12, 0)). The radio wakes the module by itself, so reports go on. Without a wake-up
source the host does not get it back but by a reset.
"""
from . import radio
from .codes import SILENT, Fail
from .command import Command, command, part
from .intake import Deaf
from .station import SOFTAP

DISABLED, MODEM, LIGHT, LISTEN = range(4)
GPIO = 2


class Asleep(Deaf):
    """The intake while the CPU sleeps."""


@part("power")
class Power:
    """m.power."""

    def __init__(self, m):
        self.m = m
        self.mode = 2 if m.profile.nonos else MODEM
        self.wake_up = None  # (pin, level)
        m.board.watchers = [self._pin]

    @property
    def light(self):
        return self.mode == (1 if self.m.profile.nonos else LIGHT)

    @property
    def asleep(self):
        return isinstance(self.m.intake, Asleep)

    def held_awake(self):
        return self.wake_up is not None and self.m.board.pins.get(self.wake_up[0], 1 - self.wake_up[1]) == self.wake_up[1]

    def doze(self):
        """Sleep, unless there is something to do."""
        if self.light and not self.held_awake() and not self.m.busy and self.m.intake is self.m.commands:
            self.m.uart.clear_input()
            self.m.intake = Asleep()

    def after_command(self):
        """The command's final result is out; the command loop takes over the intake first."""
        self.m.loop.call_soon(self.doze)

    def _pin(self, pin, level):
        if self.wake_up is None or pin != self.wake_up[0]:
            return
        if level != self.wake_up[1]:
            self.m.after_final(self.after_command) if self.m.busy else self.doze()
        elif self.asleep:
            self.m.intake = self.m.commands


@command("+SLEEP")
class Sleep(Command):
    async def query(self, m):
        m.say(f"+SLEEP:{m.power.mode}")

    async def set(self, m, args):
        mode = args.int(0, 2 if m.profile.nonos else 3)
        args.end()
        if mode and m.wifi.mode & SOFTAP:
            raise Fail()
        if mode == DISABLED and radio.role(m):
            raise Fail()
        m.power.mode = mode
        m.mcu.sleep_command(mode)
        if m.power.light:
            m.after_final(m.power.after_command)


@command("+SLEEPWKCFG")
class WakeUp(Command):
    async def set(self, m, args):
        source, pin = args.int(0, 2), args.int()
        level = args.int(0, 1, default=None)
        args.end()
        if source != GPIO or level is None or pin > 39:
            raise Fail()
        m.power.wake_up = (pin, level)


@command("+GSLP")
class DeepSleep(Command):
    async def set(self, m, args):
        milliseconds = args.int()
        args.end()
        m.say(str(milliseconds))
        m.final("OK")
        m.restart_soon(milliseconds / 1000)
        return SILENT
