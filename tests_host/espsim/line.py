"""The UART between host and module: rings, baud rate, flow control.

Without a baud rate the line is lossless and as fast as the host. With one, bytes take their time on the wire in both
directions, the module's receive ring overflows when its task does not read, and only RTS/CTS (wires present and
switched on by AT+UART_CUR) prevents that.
"""
import asyncio
import collections

WIRE_LIMIT = 4096  # bytes taken from the host ahead of the wire before its port is paused
SLICE = 0.002  # seconds of traffic handed on in one go
RTS, CTS = 1, 2  # bits of the flow control setting

Setting = collections.namedtuple("Setting", "baud databits stopbits parity flow")


class _Wire:
    """One direction at the baud rate: bytes put in come out when their last bit has passed."""

    def __init__(self, deliver):
        self.deliver = deliver
        self.queue = bytearray()
        self.rate = 0  # bytes per second
        self.go = asyncio.Event()  # cleared while the far end asks to wait
        self.go.set()
        self.filled = asyncio.Event()
        self.empty = asyncio.Event()
        self.empty.set()

    def put(self, data):
        self.queue += data
        self.filled.set()
        self.empty.clear()

    async def run(self):
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            if not self.queue:
                self.empty.set()
                self.filled.clear()
                await self.filled.wait()
                due = max(due, loop.time())
            if not self.go.is_set():
                await self.go.wait()
                due = max(due, loop.time())
            chunk = bytes(self.queue[: max(1, int(self.rate * SLICE))])
            due += len(chunk) / self.rate
            if due > loop.time():
                await asyncio.sleep(due - loop.time())
            del self.queue[: len(chunk)]
            self.deliver(chunk, due)


class Line:
    """Joins a port (towards the host) and an intake (the module's reader of the moment)."""

    def __init__(self, *, baud=0, wired=False, rx_ring=2048, tx_ring=8192, faults=None, trace=None):
        self.paced = baud > 0
        self.wired = wired
        self.rx_ring = rx_ring
        self.tx_ring = tx_ring
        self.faults = faults
        self.trace = trace
        self.factory = self.setting = Setting(baud or 115200, 8, 1, 0, RTS)
        self.port = None
        self.intake = None
        self.ring = bytearray()  # received, not yet read by the module
        self.lost = 0  # bytes the ring had no room for
        self.unsent_lost = 0  # bytes a host that did not listen never got
        self.feeding = False
        self.arrived = 0.0  # when the last bytes arrived
        self.silence = 0.0  # how long the line had been quiet before them
        self.inward = _Wire(self._arrive)
        self.outward = _Wire(self._leave)
        self.tasks = []

    # life

    def start(self):
        loop = asyncio.get_running_loop()
        self.configure(self.setting)
        if self.paced:
            self.tasks = [loop.create_task(self.inward.run()), loop.create_task(self.outward.run())]

    def stop(self):
        for task in self.tasks:
            task.cancel()

    def configure(self, setting):
        """A new rate and flow control, at once: wait for flush() first."""
        self.setting = setting
        bits = 1 + setting.databits + (setting.parity > 0) + (setting.stopbits + 1) / 2
        self.inward.rate = self.outward.rate = setting.baud / bits
        self._room()

    @property
    def byte_time(self):
        """Seconds one byte takes on the wire; 0 on a line without pace."""
        return 1 / self.inward.rate if self.paced else 0.0

    @property
    def lossless(self):
        return not self.paced or bool(self.wired and self.setting.flow & RTS)

    # host to module

    def host_bytes(self, data):
        """Called by the port with what the host wrote."""
        if self.trace:
            self.trace.add("tx", data)
        if self.faults:
            data = self.faults.to_module(data)
        self.receive(data)
        self._throttle()

    def receive(self, data):
        """Bytes of the host on the wire, with all faults they have."""
        if self.paced:
            self.inward.put(data)
        else:
            self._arrive(data)

    def _arrive(self, data, when=None):
        """Bytes are in, the last of them at the time `when` (now)."""
        if when is None:
            when = asyncio.get_running_loop().time()
            began = when
        else:
            began = when - len(data) * self.byte_time
        self.silence = began - self.arrived
        self.arrived = when
        self.ring += data
        self.kick()
        excess = len(self.ring) - self.rx_ring
        if excess > 0 and not self.lossless:
            del self.ring[self.rx_ring :]
            self.lost += excess
        self._room()

    def kick(self):
        """Let the intake read on: it may have room again, or be another one."""
        if self.feeding or self.intake is None:
            return
        self.feeding = True
        try:
            while self.ring:
                taken = self.intake.take(self.ring)
                if not taken:
                    break
                del self.ring[:taken]
        finally:
            self.feeding = False
        self._room()

    def clear_input(self):
        self.ring.clear()
        self._room()

    def _room(self):
        if self.lossless and len(self.ring) >= self.rx_ring:
            self.inward.go.clear()
        else:
            self.inward.go.set()
        self._throttle()

    def _throttle(self):
        if self.port is None:
            return
        waiting = len(self.inward.queue) if self.paced else len(self.ring)
        self.port.pause(waiting >= (WIRE_LIMIT if self.paced else self.rx_ring))

    # module to host

    def write(self, data):
        """Bytes for the host. Never blocks; producers of much data await drain()."""
        if self.faults and self.port:
            data = self.faults.to_host(data)
        self.transmit(data)

    def transmit(self, data):
        """Bytes for the host on the wire, with all faults they have."""
        if self.paced:
            self.outward.put(data)
        else:
            self._leave(data)

    def _leave(self, data, when=None):
        if self.port is None:
            return
        if self.paced and self.port.full and not (self.wired and self.setting.flow & CTS):
            self.unsent_lost += len(data)
            return
        if self.trace:
            self.trace.add("rx", data)
        self.port.write(data)
        if self.paced and self.port.full:
            self.outward.go.clear()

    def port_ready(self):
        """Called by the port when the host has read and there is room again."""
        self.outward.go.set()

    async def drain(self):
        """Wait until the transmit ring has room."""
        while self.paced and len(self.outward.queue) > self.tx_ring:
            await asyncio.sleep(max(SLICE, (len(self.outward.queue) - self.tx_ring) / self.outward.rate))
        if not self.paced and self.port is not None:
            await self.port.drain()

    async def flush(self):
        """Wait until the last byte has left."""
        if self.paced:
            await self.outward.empty.wait()
        elif hasattr(self.port, "flush"):
            await self.port.flush()

    def power(self, on):
        """The module starts, or has gone: a port with a state of its own (SPI) must know."""
        if hasattr(self.port, "power"):
            self.port.power(on)

    # plugging

    def plug(self, port):
        """A host is there; one that was there before is unplugged."""
        before, self.port = self.port, port
        if before is not None:
            before.unplugged()
        self.outward.go.set()
        self._throttle()

    def unplug(self, port):
        if self.port is port:
            self.port = None
            self.outward.go.set()
