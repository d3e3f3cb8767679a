"""Runs on the emulated Pico: one figure a run, in simulated time, the same to the cycle on every machine."""

import asyncio
import pathlib
import shutil
import tempfile

from pico import Pico
from pico.espsim_peer import EspsimPeer
from rules import mpy

TURNAROUND = 0.001  # s the simulated module thinks about a command
_LEFT_OUT = "ble", "circuitpython"  # folders that the programs in scripts.py need nothing of
# the port under the library
UARTS = {
    "machine.UART": "u",
    "rp2_uart": "__import__('espat.rp2_uart').rp2_uart.Rp2Uart(u, 1)",
}


class Figure:
    """What one run gave. n: bytes or rounds, us, cycles of work, heap: bytes allocated, lost: UART overruns."""

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
        mpy.compile_all(self.folder)
        for name in _LEFT_OUT:
            shutil.rmtree(self.folder / "espat" / name)
        with Pico(files={"/lib/espat": str(self.folder / "espat")}) as pico:
            pico.save_flash(self.folder / "flash")
        return self

    def __exit__(self, *error):
        shutil.rmtree(self.folder)

    def alone(self, text):
        """The Figure of a program that needs no module."""
        with Pico(flash=self.folder / "flash") as pico:
            return Figure(pico.run(text, timeout=200).output)

    def run(self, script, baud, size, links=1, active=False, flow=False, rxbuf=4096, rx=4096, tx=2048, port="machine.UART",
            level=0, udp=False):
        """One Figure. size: bytes to be moved. level: what UART1's register of FIFO levels is set to. udp: the server echoes
        datagrams."""
        with EspsimPeer(turnaround=TURNAROUND, flow=flow) as peer:
            server = _udp_echo(peer.loop) if udp else peer.serve(_server(size // links + 4096))
            with Pico(uart=peer, flash=self.folder / "flash") as pico:
                text = script.format(baud=baud, size=size, links=links, active=active, flow=flow, rxbuf=rxbuf, rx=rx,
                                     tx=tx, port=UARTS[port], server=server, level=level)
                return Figure(pico.run(text, timeout=200).output)


class _Echo(asyncio.DatagramProtocol):
    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, sender):
        self.transport.sendto(data, sender)


def _udp_echo(loop):
    """The port of a datagram server that lives as long as the loop."""
    transport, _ = loop.call(loop.create_datagram_endpoint(_Echo, local_addr=("127.0.0.1", 0)))
    return transport.get_extra_info("sockname")[1]


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
