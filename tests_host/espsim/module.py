"""The module: power, command rule, echo, data phases, output. What it can do hangs on it as parts and commands."""
import asyncio
import contextlib
import re
import sys
import time
import traceback

from . import command, intake
from .board import Board
from .codes import NO_AT, NO_TERMINATOR, OPERATION, PROCESSING, UNSUPPORTED, AtError
from .words import Args

SHAPE = re.compile(rb"AT(E[01]|\+[A-Z0-9_]+|)(\?|=\?|=.*|)", re.DOTALL)
FORMS = {b"": "execute", b"?": "query", b"=?": "test"}


class Module:
    """One simulated module. All methods belong to its event loop; see Sim for use from other threads."""

    def __init__(self, profile, line, air, store, *, faults=None, turnaround=0.0, boot_time=0.01):
        self.profile = profile
        self.uart = line
        self.air = air
        self.store = store
        self.faults = faults
        if faults:
            faults.bind(self)
        self.turnaround = turnaround  # seconds of thinking before each command
        self.boot_time = boot_time
        self.loop = None
        self.failures = []  # tracebacks of handlers that broke: always empty unless espsim has a defect
        self.task = None  # the command under way
        self.restarting = None
        self.background = set()
        self.parts = []
        self.ram = {}
        self.board = Board()  # what is soldered around it
        self.temperature = 41.67  # degrees Celsius inside
        self.clock_offset = None  # set by AT+SYSTIMESTAMP or SNTP
        self.powered_at = time.monotonic()
        self._reset()

    def _reset(self):
        self.commands = intake.Commands(self)
        self.__dict__.pop("force_restart", None)  # a fault may have taken it away
        self.echo = True
        self.syslog = 0
        self.sysstore = 1
        self.quiet = False  # passthrough: reports are held back
        self.afterwards = []  # to be called when the final result of this command is out
        self.ram = {}
        self.routes = {}  # addresses only this module knows (behind a SoftAP) -> where they really are
        self.sieve = None  # AT+SYSMSGFILTER: gets each message, returns what is left of it
        self.gate = None  # AT+USERWKMCUCFG: gets each unasked message, returns True if it will send it later

    # power

    async def power_on(self):
        self.loop = asyncio.get_running_loop()
        await self._boot()

    async def _boot(self):
        self._reset()
        self.intake = intake.Deaf()
        await asyncio.sleep(self.boot_time)
        self.uart.configure(self.uart.setting._make(self.store.get("uart") or self.uart.factory))
        self.parts = [cls(self) for cls in command.PARTS.values()]
        for name, made in zip(command.PARTS, self.parts, strict=True):
            setattr(self, name, made)
        if self.faults:
            self.faults.started()
        self.uart.power(True)
        self.write(self.profile.boot_noise + b"\r\nready\r\n")
        self.intake = self.commands
        self.tell("started")

    async def power_off(self):
        if self.restarting and self.restarting is not asyncio.current_task():
            self.restarting.cancel()
        running = [task for task in (self.task, *self.background) if task and task is not asyncio.current_task()]
        left = running
        while left:  # a wait_for() that ends in the same moment swallows the cancellation (Python 3.11): cancel again
            for task in left:
                task.cancel()
            _, left = await asyncio.wait(left, timeout=0.05)
        await asyncio.gather(*running, return_exceptions=True)
        self.uart.power(False)
        self.background.clear()
        self.task = None
        for made in reversed(self.parts):
            if hasattr(made, "stop"):
                await made.stop()
        self.parts = []

    async def _restart(self, asleep):
        await self.uart.flush()
        await self.power_off()
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self.awakened.wait(), asleep)
        await self._boot()

    def restart_soon(self, asleep=0.0):
        """Fall silent, lose everything that is not in flash, start again (after `asleep` seconds of deep sleep).

        It happens after the running code has returned; more than one call is one restart. In deep sleep it ends that.
        """
        if self.restarting is None or self.restarting.done():
            self.intake = intake.Deaf()
            self.awakened = asyncio.Event()
            self.restarting = self.loop.create_task(self._restart(asleep))
        else:
            self.awakened.set()

    def force_restart(self):
        self.write(b"\r\nWill force to restart!!!\r\n")
        self.restart_soon()

    def spawn(self, coroutine):
        """A task that ends with the next restart."""
        task = self.loop.create_task(self._guarded(coroutine))
        self.background.add(task)
        task.add_done_callback(self.background.discard)
        task.add_done_callback(lambda _: coroutine.close())  # it may have been cancelled before its first step
        return task

    async def _guarded(self, coroutine):
        try:
            return await coroutine
        except asyncio.CancelledError:
            raise
        except Exception:
            self.note_failure()
            return None

    def after_final(self, callback):
        """Call something when the final result of the running command is out."""
        self.afterwards.append(callback)

    def note_failure(self):
        self.failures.append(traceback.format_exc())
        print(self.failures[-1], file=sys.stderr)

    def tell(self, event, *args):
        """Call the method `event` of every part that has one."""
        for made in self.parts:
            if hasattr(made, event):
                getattr(made, event)(*args)

    # settings

    def setting(self, key, default=None):
        """A value set since boot, else the one in flash, else `default`."""
        return self.ram[key] if key in self.ram else self.store.get(key, default)

    def keep(self, key, value, store):
        """Set a value, in flash too if `store`."""
        self.ram[key] = value
        if store:
            self.store.put(key, value)

    def now(self):
        """The module's idea of Unix time: seconds since boot until it was told better."""
        return time.time() + self.clock_offset if self.clock_offset is not None else time.monotonic() - self.powered_at

    # addresses

    def route(self, address, port):
        """Where this module's (address, port) really leads."""
        if address in self.routes and (address, port) not in self.air.routes:
            return self.routes[address], port
        return self.air.route(address, port)

    def unroute(self, address, port):
        """What this module calls the sender (address, port): the reverse of route()."""
        for known, real in list(self.routes.items()):
            if real == address:
                return known, port
        return self.air.unroute(address, port)

    # input

    @property
    def intake(self):
        return self.uart.intake

    @intake.setter
    def intake(self, reader):
        self.uart.intake = reader
        if self.loop:
            self.loop.call_soon(self.uart.kick)

    @property
    def busy(self):
        return self.task is not None

    def refuse(self, sending=False):
        """Input came while a command is under way."""
        self.error_code(AtError(PROCESSING))
        self.write(b"\r\nbusy s...\r\n" if sending and self.profile.busy_s else b"\r\nbusy p...\r\n")

    def echo_back(self, data):
        if self.echo:
            self.write(data)

    def start_command(self, line, over):
        """Begin with a complete line (CR LF at its end); `over`: it was too long and is lost."""
        if not self.profile.echoes_characters:
            self.echo_back(line)
        text = line[:-2].rstrip(b"\r") if self.profile.echoes_characters else line[:-2]
        self.start_task(self._execute(text, over))

    def start_task(self, work):
        """Run a coroutine as the command under way; it returns the final result."""
        self.task = self.loop.create_task(self._finish(work))
        self.task.add_done_callback(lambda _: work.close())

    async def _finish(self, work):
        try:
            final = await work
        except AtError as error:
            self.error_code(error)
            final = "ERROR"
        except asyncio.CancelledError:
            raise
        except Exception:
            self.note_failure()
            final = "ERROR"
        if final:
            self.final(final)
        await self.uart.drain()
        self.task = None
        for callback in self.afterwards:
            callback()
        self.afterwards = []
        if not (self.restarting and not self.restarting.done()) and self.intake is not self.commands:
            self.intake = self.commands

    async def _execute(self, text, over):
        if self.turnaround:
            await asyncio.sleep(self.turnaround)
        if self.faults:
            final = await self.faults.before(text)
            if final is not None:
                return final
        if over:
            raise AtError(NO_TERMINATOR)
        handler, args = self._find(text)
        final = await handler(self, *args)
        for given in args:
            given.end()
        return "OK" if final is None else final

    def _find(self, text):
        """The handler of a command line and its arguments."""
        if not text.startswith(b"AT"):
            raise AtError(NO_AT)
        shape = SHAPE.fullmatch(text)
        name = shape[1].decode() if shape else None
        found = command.COMMANDS.get(name)
        if found is None or not self.profile.has(name):
            raise AtError(UNSUPPORTED)
        kind = FORMS.get(shape[2], "set")
        handler = found.form(kind)
        if handler is None:
            raise AtError(OPERATION)
        return handler, [Args(shape[2][1:])] if kind == "set" else []

    # data phases

    async def prompt(self, klass="A"):
        if klass == "B":
            self.write(b">")
            return
        first, second = self.profile.prompt
        self.write(first)
        if second:
            await asyncio.sleep(0)  # two writes in this firmware: a report may fall between
            self.write(second)

    async def data_phase(self, count, klass="A", *, cancellable=False):
        """Prompt, then exactly `count` raw bytes, without timeout. None if a cancellable phase was left by +++.

        What follows the last byte stays for the next command; after a cancellable (sending) phase it is refused.
        """
        after = intake.Surplus(self) if cancellable else intake.Hold()
        reader = (intake.CancellablePayload if cancellable else intake.Payload)(self, count, after)
        await self.prompt(klass)
        return await self.read_with(reader)

    async def read_with(self, reader):
        """Let `reader` (an intake with a `done` future) have all input until it is done."""
        self.intake = reader
        return await reader.done

    # output

    def write(self, data):
        """One message for the host."""
        self.uart.write(self.sieve(data) if self.sieve else data)

    def emit(self, data):
        """A message the host did not ask for."""
        if not (self.gate and self.gate(data)):
            self.write(data)

    def say(self, text, end=b"\r\n"):
        """One line of an answer. `text` is str (latin-1) or bytes."""
        self.write((text.encode("latin-1") if isinstance(text, str) else text) + end)

    def report(self, text):
        """An unasked line; passthrough keeps it back unless AT+SYSMSG bit 2 asks for it."""
        if not self.quiet or self.setting("sysmsg", 0) & 4:
            self.emit((text.encode("latin-1") if isinstance(text, str) else text) + b"\r\n")

    def final(self, word):
        self.write(f"\r\n{word}\r\n".encode("latin-1"))

    def error_code(self, error):
        if self.syslog:
            self.say(f"ERR CODE:0x{error.word:08x}")
            if error.errno is not None and self.profile.errno_line:
                self.say(f"+ERRNO:0x{error.errno:x}")

    async def drain(self):
        await self.uart.drain()

    @contextlib.contextmanager
    def passthrough(self):
        """Reports are held back inside."""
        self.quiet = True
        try:
            yield
        finally:
            self.quiet = False
