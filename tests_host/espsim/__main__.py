"""Command line: python3 -m espsim --tcp 127.0.0.1:7000"""
import argparse
import asyncio
import signal
import sys

from . import profile as profiles
from .faults import Faults
from .ports import PtyPort, serve_tcp
from .spi import serve_spi
from .sim import build, shut_down
from .trace import Trace
from .web import Web, Watched


def arguments(argv=None):
    ask = argparse.ArgumentParser(prog="espsim", description="A simulated ESP-AT module.")
    ask.add_argument("--tcp", metavar="HOST:PORT", help="listen for the host here (default 127.0.0.1:7000; port 0: any)")
    ask.add_argument("--spi", metavar="HOST:PORT", help="offer an SPI bus here in place of the UART (port 0: any)")
    ask.add_argument("--pty", metavar="PATH", help="offer a pseudo terminal under this name")
    ask.add_argument("--profile", default=profiles.DEFAULT, choices=sorted(profiles.PROFILES), help="firmware line")
    ask.add_argument("--baud", type=int, default=0, help="pace the line to this rate (default: no pace)")
    ask.add_argument("--flow", action="store_true", help="RTS/CTS wires are there (AT+UART_CUR switches them on)")
    ask.add_argument("--state", metavar="FILE", help="keep the module's flash in this file")
    ask.add_argument("--trace", metavar="FILE", help="write what went over the line as a transcript")
    ask.add_argument("--script", metavar="FILE", help="scripted faults (JSON)")
    ask.add_argument("--web", metavar="HOST:PORT", help="show the line and inject faults on a web page, e.g. 127.0.0.1:8080")
    ask.add_argument("--turnaround", type=float, default=0, metavar="MS", help="thinking time before each command")
    ask.add_argument("--once", action="store_true", help="end when the host leaves")
    options = ask.parse_args(argv)
    if not options.tcp and not options.pty and not options.spi:
        options.tcp = "127.0.0.1:7000"
    for place in filter(None, (options.tcp, options.spi, options.web)):
        if not place.rpartition(":")[2].isdigit():
            ask.error(f"HOST:PORT is wanted, not {place}")
    if options.spi and (options.tcp or options.pty or options.baud):
        ask.error("an SPI bus stands in place of the UART")
    return options


async def main(options):
    trace = Watched(options.trace) if options.web else Trace(options.trace) if options.trace else None
    faults = Faults.load(options.script) if options.script else Faults() if options.web else None
    module = build(options.profile, baud=options.baud, flow=options.flow, state=options.state, faults=faults, trace=trace,
                   turnaround=options.turnaround / 1000, boot_time=0.3)
    end = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, end.set)
    server = await open_ports(options, module, end)
    web = await open_web(options.web, module) if options.web else None
    module.uart.start()
    module.air.enter(module)
    try:
        await module.power_on()
        await end.wait()
    finally:
        if server:
            server.close()
        if web:
            await web.stop()
        await shut_down(module)
        if trace:
            trace.save(options.profile)


async def open_ports(options, module, end):
    """Open what was asked for and say where; returns the TCP server, if any."""
    server = None
    if options.pty:
        PtyPort(module.uart, options.pty)
        print(f"espsim: pty at {options.pty}", flush=True)
    if options.tcp or options.spi:
        host, _, port = (options.tcp or options.spi).rpartition(":")
        serve = serve_tcp if options.tcp else serve_spi
        server = await serve(module.uart, host or "127.0.0.1", int(port), end.set if options.once else None)
        print("espsim: listening on {}:{}".format(*server.sockets[0].getsockname()), flush=True)
    return server


async def open_web(address, module):
    """Serve the page that shows the line, and say where."""
    host, _, port = address.rpartition(":")
    web = Web(module)
    await web.start(host.strip("[]") or "127.0.0.1", int(port))
    print(f"espsim: web page at {web.url}", flush=True)
    return web


if __name__ == "__main__":
    try:
        asyncio.run(main(arguments()))
    except OSError as error:
        sys.exit(f"espsim: {error}")
