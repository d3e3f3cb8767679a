"""A module, its access point, its peers and the library, in one thread and in the time of clock.py."""

import asyncio
import pathlib
import socket
import struct

from espat import Modem
from espat.net import network
from espat.net import socket as sockets
from espsim.air import Air
from espsim.faults import Faults
from espsim import transport
from espsim.sim import build, shut_down
from espsim.trace import Trace

from faults.clock import FOREVER, Clock, Wires

SSID, PASSWORD = "espressif", "1234567890"
PEER_PATIENCE = 20  # seconds of silence after which a server hangs up, as servers do
PKI = pathlib.Path(__file__).parents[1] / "sim" / "data" / "pki"


class PromptStream(transport.TcpStream):
    """The module's sockets without Nagle's rule: it waits for the kernel's clock, which is not ours."""

    def __init__(self, sock):
        super().__init__(sock)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def set_options(self, linger, nodelay, keep_alive):
        super().set_options(linger, 1, keep_alive)


class Pin:
    """The wire to the module's reset pin."""

    def __init__(self, world):
        self.world = world
        self.pulses = 0

    def value(self, level):
        if level:
            self.pulses += 1
            self.world.faults.mute(0.000001)
            self.world.module.restart_soon()


class World:
    """One module and the library on it. baud: pace of the line, 0 none. trace: keep what passes."""

    def __init__(self, profile="esp32-3.4", baud=0, seed=1, trace=False, reset=True):
        transport.TcpStream = PromptStream
        self.clock = Clock()
        self.faults = Faults(seed=seed)
        self.air = Air()
        self.air.connect_timeout = 5.0
        self.trace = Trace() if trace else None
        self.module = build(profile, baud=baud, air=self.air, faults=self.faults, trace=self.trace)
        self.module.uart.start()
        self.air.enter(self.module)
        self.wires = Wires(self.clock, self.module.uart, self.faults)
        self.clock.run(self.module.power_on())
        self.wires.received.clear()
        self.port = self.wires.host
        self.pin = Pin(self) if reset else None
        self.servers, self.streams, self.endings = [], [], []
        self.faults.actors = {"peer_rst": self._rst, "peer_fin": self._fin, "peer_stall": self._stall}
        self.stalled = asyncio.Event()
        self.stalled.set()
        self.modem = None

    def bring_up(self, **options):
        """The library on the module."""
        options = {"ticker": self._ticker, "reset": self.pin, **options}
        self.modem = Modem(self.port, **options)
        network.use(self.modem)
        sockets.use(self.modem)
        return self.modem

    def _ticker(self, ms, callback):
        self.clock.tick = callback
        return callback

    def join(self, seconds=30):
        """As programs do it; OSError when it cannot be."""
        wlan = network.WLAN()
        if not wlan.isconnected():
            wlan.active(True)
            if wlan.status() != network.STAT_CONNECTING:
                wlan.connect(SSID, PASSWORD)
        end = self.clock.now + seconds
        while not wlan.isconnected():
            if self.clock.now > end or wlan.status() < 0:
                raise OSError(113, "no network, status %d" % wlan.status())
            self.clock.sleep(0.1)
        return wlan

    def close(self):
        for writer in self.streams:
            writer.close()
        for server in self.servers:
            server.close()
        self.clock.deadline = FOREVER
        for end in self.endings:
            self.clock.run(end())
        self.clock.run(shut_down(self.module))
        failures = self.module.failures
        self.clock.end()
        network.use(None)
        return failures

    # peers

    def serve(self, talk, context=None):
        """A TCP server on the loopback interface; talk: coroutine function(reader, writer). Gives its port."""

        async def handle(reader, writer):
            self.streams.append(writer)
            try:
                await talk(reader, writer)
            except (OSError, asyncio.TimeoutError, asyncio.IncompleteReadError, EOFError):
                pass
            finally:
                self.streams.remove(writer)
                writer.close()

        server = self.clock.run(asyncio.start_server(handle, "127.0.0.1", 0, ssl=context))
        self.servers.append(server)
        return server.sockets[0].getsockname()[1]

    def echo_datagrams(self, change=lambda data: data):
        """A UDP port that sends back what comes; gives its number."""

        class Echo(asyncio.DatagramProtocol):
            def connection_made(self, transport):
                self.transport = transport

            def datagram_received(self, data, sender):
                self.transport.sendto(change(data), sender)

        transport, _ = self.clock.run(self.clock.create_datagram_endpoint(Echo, local_addr=("127.0.0.1", 0)))
        self.servers.append(transport)
        return transport.get_extra_info("sockname")[1]

    @property
    def address(self):
        """The module's own."""
        return self.module.wifi.bind_address

    async def patient(self, awaitable):
        """A peer's wait for the module: as long as peers wait, and not while it is stalled."""
        try:
            await self.stalled.wait()
        except asyncio.CancelledError:
            awaitable.close()
            raise
        return await asyncio.wait_for(awaitable, PEER_PATIENCE)

    # what peers do when a fault strikes

    def _rst(self, rule):
        for writer in self.streams:
            sock = writer.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()

    def _fin(self, rule):
        for writer in self.streams:
            if writer.can_write_eof():
                writer.write_eof()
            else:
                writer.close()

    def _stall(self, rule):
        self.stalled.clear()
        for writer in self.streams:
            writer.transport.pause_reading()
        self.faults.later(rule["seconds"], self._go_on)

    def _go_on(self):
        self.stalled.set()
        for writer in self.streams:
            if not writer.is_closing():
                writer.transport.resume_reading()
