"""The simulated module as an object for tests: its own thread, its own event loop."""
import asyncio

from . import command, profile as profiles
from .air import Air
from .background import Background
from .faults import Faults
from .line import Line
from .module import Module
from .ports import serve_tcp
from .spi import serve_spi
from .store import Store
from .trace import Trace


def build(profile=profiles.DEFAULT, *, baud=0, flow=False, air=None, state=None, faults=None, trace=None, turnaround=0.0,
          boot_time=0.01):
    """A module with its line, not switched on yet."""
    command.load()
    profile = profiles.get(profile)
    faults = faults if isinstance(faults, Faults) or faults is None else Faults(faults)
    line = Line(baud=baud, wired=flow, rx_ring=profile.rx_ring, tx_ring=profile.tx_ring, faults=faults, trace=trace)
    store = state if isinstance(state, Store) else Store(state)
    return Module(profile, line, air or Air(), store, faults=faults, turnaround=turnaround, boot_time=boot_time)


class Sim(Background):
    """A running module on a TCP port of the loopback interface.

        with Sim(profile="esp32-3.4") as sim:
            socket.create_connection(sim.address)

    Options are those of build(), and `spi`: the port leads to an SPI bus in place of the UART, see spi.py. `air` may be
    shared by several. `module`, `air`, `trace` and `faults` are the real parts: read them freely, change the module itself
    only through call().
    """

    def __init__(self, profile=profiles.DEFAULT, **options):
        super().__init__("espsim")
        self.trace = Trace(options.pop("trace", None))
        self.port = options.pop("port", 0)
        self.spi = options.pop("spi", False)
        self.module = build(profile, trace=self.trace, **options)
        self.air = self.module.air
        self.faults = self.module.faults
        self.address = None

    async def _live(self):
        module = self.module
        server = await (serve_spi if self.spi else serve_tcp)(module.uart, "127.0.0.1", self.port)
        self.address = server.sockets[0].getsockname()
        module.uart.start()
        self.air.enter(module)
        try:
            await module.power_on()
            await self.up()
        finally:
            server.close()
            await shut_down(module)
            self.trace.save(module.profile.name)

    # from other threads

    def call(self, function, *args):
        """Run function(*args) on the module's loop and return what it returns."""

        async def run():
            result = function(*args)
            return await result if asyncio.iscoroutine(result) else result

        return asyncio.run_coroutine_threadsafe(run(), self.loop).result(30)

    def inject(self, data):
        """Put bytes on the line towards the host, as if the module had sent them."""
        self.call(self.module.write, data)

    def restart(self):
        """Cut the module's power for a moment; returns when it is up again."""
        self.call(self._power_cycle)

    async def _power_cycle(self):
        self.module.restart_soon()
        await self.module.restarting


async def shut_down(module):
    """Switch a module off for good."""
    await module.power_off()
    module.air.release(module)
    module.air.leave(module)
    if module.uart.port is not None:
        module.uart.port.close()
    module.uart.stop()
    await asyncio.sleep(0)
