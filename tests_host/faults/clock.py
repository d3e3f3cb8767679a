"""A world in which waiting costs nothing: an asyncio loop whose time passes only when nothing is left to do.

The simulated module and its peers run on this loop. The library runs beside it, in the same thread: whenever it waits
or sleeps, the loop works until the next byte has come or the time is over. So a command's time-out of a minute takes
a moment, and the same script gives the same bytes every time.
"""

import asyncio
import selectors
import types

import espat.ticks

FOREVER = 1e9
GLANCE = 0.00005  # seconds that a look at an empty line costs, so that no busy loop stands still

TICK = 0.01


class Hang(BaseException):
    """The program waits beyond every promised time. No Exception: nobody may catch it."""


class _Selector:
    """The system's selector, which never sleeps."""

    def __init__(self, loop):
        self.real = selectors.DefaultSelector()
        self.loop = loop

    def __getattr__(self, name):
        return getattr(self.real, name)

    def select(self, timeout=None):
        events = self.real.select(0)
        if not events and timeout != 0:
            self.loop.leap(timeout)
        return events


class Clock(asyncio.SelectorEventLoop):
    """now: seconds, as everything on this loop and the library sees them. deadline: when the program counts as hung.
    tick: called every 10 ms while the program sleeps, as a board's timer does."""

    tick = None

    def __init__(self):
        self.now = 1000.0
        self.limit = self.deadline = FOREVER
        super().__init__(_Selector(self))
        asyncio._set_running_loop(self)
        espat.ticks.time = types.SimpleNamespace(monotonic_ns=lambda: int(self.now * 1e9), sleep=self.sleep)

    def time(self):
        return self.now

    def leap(self, timeout):
        """Nothing is left to do for so long."""
        ahead = self.limit if timeout is None else self.now + timeout
        self.now = max(self.now, min(ahead, self.limit))

    def work(self, seconds, wake=None):
        """Let the loop work for so long, or until wake()."""
        self.limit = min(self.now + seconds, self.deadline)
        while True:
            self._run_once()
            if wake and wake() or self.now >= self.limit and not self._ready:
                break
        if self.now >= self.deadline:
            raise Hang

    def sleep(self, seconds):
        end = self.now + seconds
        while self.tick and end - self.now > TICK:
            self.work(TICK)
            self.tick(None)
        self.work(max(0.0, end - self.now))

    def run(self, coroutine):
        """What run_until_complete() does, but in between the library's calls."""
        task = self.create_task(coroutine)
        self.work(60, task.done)
        return task.result()

    def end(self):
        import time

        for task in asyncio.all_tasks(self):
            task.cancel()
        self.deadline = FOREVER
        self.work(0.001)
        self._selector.real.close()
        asyncio._set_running_loop(None)
        espat.ticks.time = time
        self._selector = None
        self._ssock.close()
        self._csock.close()
        self._closed = True


class Wires:
    """The serial line between library and module: `host` is the library's port, `plug` the module's."""

    def __init__(self, clock, line, faults):
        self.clock, self.line, self.faults = clock, line, faults
        self.received = bytearray()
        self.paused = False
        self.host = HostPort(self)
        self.plug = ModulePort(self)
        line.plug(self.plug)


class ModulePort:
    """What espsim's ports have."""

    full = False

    def __init__(self, wires):
        self.wires = wires

    def write(self, data):
        self.wires.received += data

    def pause(self, yes):
        self.wires.paused = yes

    async def drain(self):
        pass

    def unplugged(self):
        pass

    close = unplugged


class HostPort:
    """What lib/espat/uart.py has."""

    hide = False

    def __init__(self, wires):
        self.wires = wires

    def any(self):
        wires = self.wires
        if not wires.received:
            wires.clock.work(GLANCE)
        return len(wires.received)

    def readinto(self, buf, n):
        received = self.wires.received
        n = min(n, len(received), len(buf))
        buf[:n] = received[:n]
        del received[:n]
        return n

    def write(self, buf, off, n):
        if self.wires.paused:
            return 0
        self.wires.line.host_bytes(bytes(memoryview(buf)[off:off + n]))
        return n

    def wait(self, ms):
        received = self.wires.received
        self.wires.clock.work(ms / 1000, lambda: bool(received))

    def baud(self, rate):
        self.wires.faults.host_baud = rate
