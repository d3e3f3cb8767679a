"""The simulated module at the board's UART in simulated time: figures that do not depend on the speed of this machine.

    with EspsimPeer(turnaround=0.001) as peer:
        port = peer.serve(handler)              # an asyncio server on 127.0.0.1 that lives in simulated time too
        with Pico(uart=peer, files=...) as pico: ...

espsim runs on an event loop whose clock is the board's. Its sockets are real; what a server on the same loop sends is
there at once. For servers elsewhere give `patience`, the seconds of real time to wait for their data while simulated time
stands still; such runs are not the same to the cycle.
"""

import asyncio
import math
import selectors
import socket

from espsim import command, profile as profiles
from espsim.air import Air
from espsim.line import CTS, RTS, SLICE, Line
from espsim.module import Module
from espsim.sim import shut_down
from espsim.store import Store
from espsim.trace import Trace

from .pico import Lockstep, Reply


class EspsimPeer(Lockstep):
    """A module with its air. baud: its rate at power-up. flow: RTS and CTS wires are there; the rest as in espsim.Sim."""

    def __init__(self, profile=profiles.DEFAULT, *, baud=115200, flow=False, air=None, state=None, turnaround=0.0,
                 boot_time=0.01, patience=0.0):
        command.load()
        profile = profiles.get(profile)
        self.loop = _BoardTimeLoop(patience)
        self.trace = Trace()
        self.line = _EmulatedLine(baud=baud, wired=flow, rx_ring=profile.rx_ring, tx_ring=profile.tx_ring, trace=self.trace)
        self.air = air or Air()
        self.module = Module(profile, self.line, self.air, Store(state), turnaround=turnaround, boot_time=boot_time)
        self._servers = []
        self.loop.call(self._start())

    async def _start(self):
        self.line.start()
        self.line.plug(self.line.pins)
        self.air.enter(self.module)
        self._power = asyncio.ensure_future(self.module.power_on())

    def serve(self, handler, limit=65536, receive_buffer=None):
        """Start an asyncio server with that (reader, writer) coroutine; returns its port.

        limit: bytes its readers hold. receive_buffer: bytes the system holds for it (None: as many as it likes).
        """
        listener = socket.create_server(("127.0.0.1", 0))
        if receive_buffer:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        server = self.loop.call(asyncio.start_server(handler, sock=listener, limit=limit))
        self._servers.append(server)
        return server.sockets[0].getsockname()[1]

    def exchange(self, now, data, queued):
        self.loop.now = now / 1e9
        self.line.queued = queued
        if data:
            self.loop.call_soon(self.line.host_bytes, data)
        self.loop.call_soon(self.line.progress)
        seconds = self.loop.run_until_quiet()
        return self.line.reply(None if seconds is None else math.ceil(seconds * 1e9))

    def close(self):
        self.loop.call(shut_down(self.module))
        for server in self._servers:
            server.close()
        for task in asyncio.all_tasks(self.loop):
            task.cancel()
        self.loop.run_until_quiet()
        self.loop.close()

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()


class _QuietSelector(selectors.DefaultSelector):
    """Never waits for a timer: when nothing is ready, it stops the loop and tells until when there is nothing to do."""

    def __init__(self, patience):
        super().__init__()
        self.patience = patience
        self.on_quiet = None

    def select(self, timeout=None):
        events = super().select(0)
        if events or timeout == 0:
            return events
        events = super().select(self.patience) if self.patience else events
        if not events:
            self.on_quiet(timeout)
        return events


class _BoardTimeLoop(asyncio.SelectorEventLoop):
    def __init__(self, patience):
        self.now = 0.0
        self._wake = None
        selector = _QuietSelector(patience)
        super().__init__(selector)
        selector.on_quiet = self._quiet

    def time(self):
        return self.now

    def _quiet(self, timeout):
        self._wake = timeout
        self.stop()

    def run_until_quiet(self):
        """Run what can run now; returns the seconds until the next timer, or None."""
        self.call_soon(lambda: None)  # so that quiet is only found after at least one turn
        self.run_forever()
        return self._wake

    def call(self, coroutine):
        """Result of a coroutine that waits for no timer."""
        task = self.create_task(coroutine)
        self.run_until_quiet()
        if not task.done():
            raise RuntimeError("%s waits for something" % coroutine)
        return task.result()


class _EmulatedLine(Line):
    """The module's side of a line whose bytes the emulator moves in their time: its rings and flow control, no wires."""

    def __init__(self, **options):
        super().__init__(**options)
        self.pins = _Pins()
        self.queued = 0  # bytes that the emulator still has to move to the board
        self.news = asyncio.Event()
        self.told = None

    def start(self):
        self.configure(self.setting)

    def host_bytes(self, data):
        if self.trace:
            self.trace.add("tx", data)
        self._arrive(data)

    def write(self, data):
        self._leave(data)

    def _throttle(self):
        pass  # the board's CTS, from reply(), does that

    @property
    def waiting(self):
        """Bytes in the transmit ring."""
        return self.queued + len(self.pins.out)

    async def drain(self):
        while self.waiting > self.tx_ring:
            await asyncio.sleep(max(SLICE, (self.waiting - self.tx_ring) / self.inward.rate))

    async def flush(self):
        while self.waiting:
            self.news.clear()
            await self.news.wait()

    def progress(self):
        self.news.set()

    def reply(self, wake):
        """What the emulator has to know: bytes, and rate and flow control when they have changed."""
        setting = self.setting
        go_on = not (self.wired and setting.flow & RTS) or len(self.ring) < self.rx_ring
        state = {"baud": setting.baud, "obey_rts": bool(self.wired and setting.flow & CTS), "cts": go_on}
        changed = {name: value for name, value in state.items() if self.told is None or self.told[name] != value}
        self.told = state
        data = bytes(self.pins.out)
        self.pins.out.clear()
        return Reply(tx=[(0, data)] if data else [], wake=wake, **changed)


class _Pins:
    """The port of the line: collects what goes out until the next reply."""

    full = False

    def __init__(self):
        self.out = bytearray()

    def write(self, data):
        self.out += data

    def pause(self, yes):
        pass

    def close(self):
        self.out.clear()
