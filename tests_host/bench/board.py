"""Runs on the emulated Pico: one figure a run, in simulated time, the same to the cycle on every machine."""

import asyncio
import pathlib
import shutil
import tempfile

from mp import host
from pico import Pico
from pico.espsim_peer import EspsimPeer
from rules import mpy

TURNAROUND = 0.001  # s the simulated module thinks about a command
PASSTHROUGH = 2920  # bytes of a block that the module forwards
_MODULES = """__init__ answers args at at_basic bringup busio_uart engine errors modem names parser replay reports resync
ring spare step text ticks uart net/__init__ net/at_join net/at_links net/at_tcp net/at_wifi net/ipd net/joining net/link
net/links net/network net/polling net/reading net/sock net/socket net/survey net/traffic""".split()

_START = """
import gc, sys, time, machine
from machine import UART, Pin
sys.path.insert(0, "/lib")
import espat
from espat import at_basic
M = machine.mem32
FLOW = {flow}
more = {{"flow": UART.RTS | UART.CTS, "cts": Pin(10), "rts": Pin(11)}} if FLOW else {{}}
u = UART(1, 115200, tx=Pin(8), rx=Pin(9), rxbuf=4096, timeout=0, **more)
modem = espat.Modem(u, active={active})
at_basic.line(modem, {baud}, 3 if FLOW else 0)
modem.port.baud({baud})
time.sleep_ms(5)
wlan = modem.wlan()
wlan.connect("espressif", "1234567890")
while not wlan.isconnected(): pass
class Watch:
    def start(self):
        gc.collect()
        self.heap, self.us, self.cycles, self.lost = gc.mem_alloc(), time.ticks_us(), M[0x30000000], M[0x30000010]
    def stop(self, n):
        us = time.ticks_diff(time.ticks_us(), self.us)
        print("FIGURE", n, us, (M[0x30000000] - self.cycles) & 0x3FFFFFFF, gc.mem_alloc() - self.heap, M[0x30000010] - self.lost)
watch = Watch()
"""

RECEIVE = _START + """
links = []
for i in range({links}):
    s = modem.socket()
    s.connect(("127.0.0.1", {port}))
    s.write(b"go\\n")
    links.append(s)
buf = bytearray(4096)
n = 0
for s in links: n += s.recv_into(buf)
first = n
if len(links) > 1:
    for s in links: s.setblocking(False)
watch.start()
while n < {size}:
    for s in links:
        try:
            n += s.recv_into(buf)
        except OSError as e:
            if e.errno != 11: raise
watch.stop(n - first)
"""

SEND = _START + """
s = modem.socket()
s.connect(("127.0.0.1", {port}))
block = bytes(1024)
s.write(block)
watch.start()
for _ in range({size} // 1024): s.write(block)
while modem.links.sending(s.link): modem.wait()
watch.stop({size} // 1024 * 1024)
"""

ASK = _START + """
s = modem.socket()
s.connect(("127.0.0.1", {port}))
s.write(b"x"); s.read(1)
watch.start()
for _ in range(20):
    s.write(b"x"); s.read(1)
watch.stop(20)
"""


class Figure:
    """What one run gave. n: bytes or rounds, us, cycles of work, heap: bytes allocated and kept, lost: UART overruns."""

    def __init__(self, output):
        words = [line.split() for line in output.splitlines() if line.startswith("FIGURE")][-1][1:]
        self.n, self.us, self.cycles, self.heap, self.lost = map(int, words)

    @property
    def rate(self):
        """kB/s."""
        return self.n * 1000 / self.us


class Board:
    """An emulated Pico with the library compiled on it; use it as a context manager."""

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        mpy.compile_all(self.folder / "all")
        for name in _MODULES:
            target = self.folder / "espat" / (name + ".mpy")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(self.folder / "all" / "espat" / (name + ".mpy"), target)
        return self

    def __exit__(self, *error):
        shutil.rmtree(self.folder)

    def run(self, script, baud, size, links=1, active=False, flow=False):
        """One Figure. size: bytes to be moved."""
        with EspsimPeer(turnaround=TURNAROUND, flow=flow) as peer:
            port = peer.serve(_server(size // links + 4096))
            with Pico(uart=peer, files={"/lib/espat": str(self.folder / "espat")}) as pico:
                text = script.format(baud=baud, size=size, links=links, active=active, flow=flow, port=port)
                return Figure(pico.run(text, timeout=200).output)


def _server(size):
    async def serve(reader, writer):
        first = await reader.read(1)
        try:
            if first == b"g":
                writer.write(bytes(size))
            elif first == b"x":
                while first:
                    writer.write(first)
                    first = await reader.read(1)
            while await reader.read(65536):
                pass
        except (OSError, asyncio.CancelledError):
            pass

    return serve


def ceiling(baud, n, more=62):
    """kB/s of a line at that rate when n bytes cost `more` bytes beside them and the module's turn-around."""
    return n / ((n + more) * 10 / baud + TURNAROUND) / 1000


def missing():
    """Why nothing can be run here, or None."""
    return host.why_missing("mp64")
