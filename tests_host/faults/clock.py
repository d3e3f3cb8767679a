"""A world in which waiting costs nothing: an asyncio loop whose time passes only when nothing is left to do.

The simulated module and its peers run on this loop. The library runs beside it, in the same thread: whenever it waits
or sleeps, the loop works until the next byte has come or the time is over. So a command's time-out of a minute takes
a moment, and the same script gives the same bytes every time.
"""

import asyncio
import heapq
import selectors
import types

import espat.ticks

FOREVER = 1e9
GLANCE = 0.00005  # seconds that a look at an empty line costs, so that no busy loop stands still

TICK = 0.01
LAZY, LAZIEST = 0.03, 0.1  # of a silence, and seconds at most: for how long a lazy clock's library looks away


class Hang(BaseException):
    """The program waits beyond every promised time. No Exception: nobody may catch it."""


class Clock(asyncio.SelectorEventLoop):
    """now: seconds, as everything on this loop and the library sees them. deadline: when the program counts as hung.
    tick: called every 10 ms while the program sleeps, as a board's timer does. heard: when bytes passed last. lazy: the
    longer nothing has passed, the longer the library sleeps between two looks at the line, unless bytes come: of a minute
    of silence some hundred looks remain, and what it does then it does up to a tenth of a second later."""

    tick = None
    lazy = False
    heard = 0.0

    def __init__(self):
        self.now = 1000.0
        self.limit = self.deadline = FOREVER
        selector = selectors.EpollSelector()
        self._poll = selector._selector.poll
        super().__init__(selector)
        asyncio._set_running_loop(self)
        espat.ticks.time = types.SimpleNamespace(monotonic_ns=lambda: int(self.now * 1e9), sleep=self.sleep)

    def time(self):
        return self.now

    def _idle(self):
        """Whether nothing happens on this loop until the limit, as in most cases."""
        if self._ready or self._scheduled and self._scheduled[0]._when < self.limit + self._clock_resolution:
            return False
        return not self._poll(0, 1)

    def _run_once(self):
        """asyncio's, without what it does for threads and debugging; it never sleeps, but lets time pass."""
        ready, timers = self._ready, self._scheduled
        if self._poll(0, 1):
            self._process_events(self._selector.select(0))
        elif not ready:
            self.now = max(self.now, min(timers[0]._when, self.limit) if timers else self.limit)
        due = self.now + self._clock_resolution
        while timers and (timers[0]._cancelled or timers[0]._when < due):
            handle = heapq.heappop(timers)
            handle._scheduled = False
            ready.append(handle)
        for _ in range(len(ready)):
            handle = ready.popleft()
            if not handle._cancelled:
                handle._run()

    def work(self, seconds, wake=None):
        """Let the loop work for so long, or until wake()."""
        self.limit = min(self.now + seconds, self.deadline)
        while True:
            if self._idle():
                self.now = max(self.now, self.limit)
            else:
                self._run_once()
            if wake and wake() or self.now >= self.limit and not self._ready:
                break
        if self.now >= self.deadline:
            raise Hang

    def look_away(self, seconds, wake=None):
        """Sleep for so long, or until wake(); a lazy one longer while all is silent."""
        self.work(seconds, wake)
        heard = self.heard
        more = self.lazy and min(LAZIEST, (self.now - heard) * LAZY) - seconds
        if more > 0:
            self.work(more, lambda: self.heard > heard)

    def sleep(self, seconds):
        end = self.now + seconds
        while self.tick and end - self.now > TICK:
            self.look_away(TICK)
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
        self._selector.close()
        asyncio._set_running_loop(None)
        espat.ticks.time = time
        self._selector = self._poll = None
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
        self.wires.clock.heard = self.wires.clock.now

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
    wrote = False  # since the last look

    def __init__(self, wires):
        self.wires = wires

    def any(self):
        wires = self.wires
        if not wires.received:
            if self.wrote and wires.clock.lazy:  # it has more to write, most likely
                self.wrote = False
                wires.clock.now += GLANCE
            else:
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
        self.wires.clock.heard = self.wires.clock.now
        self.wrote = True
        self.wires.line.host_bytes(bytes(memoryview(buf)[off:off + n]))
        return n

    def wait(self, ms):
        received = self.wires.received
        self.wires.clock.look_away(ms / 1000, lambda: bool(received))

    def baud(self, rate):
        self.wires.faults.host_baud = rate
