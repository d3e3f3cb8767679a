"""Throughput of MicroPython's unix port here, over the simulated module with its line paced in real time."""

import socketserver
import tempfile
import threading

from bench import board, operations, throughput
from espsim import Sim

_START = """
links = []
for _ in range({links}):
    s = socket.socket()
    s.connect(("127.0.0.1", {port}))
    links.append(s)
buf = bytearray(4096)
block = bytes(1024)
n = 0
"""
_RECEIVE = _START + """
t = time.ticks_us()
for s in links: s.write(b"g")
for s in links: s.setblocking(len(links) == 1)
while n < {size}:
    for s in links: n += s.readinto(buf, 4096) or 0
"""
_SEND = _START + """
t = time.ticks_us()
while n < {size}:
    for s in links: n += s.write(block)
while modem.links.tx.n or modem.engine.phase: modem.wait()
"""
_PIPE = """
from espat.net import passthrough
pipe = passthrough.connect(modem, "127.0.0.1", {port}, room=4096)
buf = bytearray(4096)
block = bytes(1024)
n = 0
t = time.ticks_us()
"""
_PIPE_RECEIVE = _PIPE + """
pipe.write(b"g")
while n < {size}: n += pipe.readinto(buf)
"""
_PIPE_SEND = _PIPE + """
pipe.write(b"p")
while n < {size}: n += pipe.write(block)
pipe.read(1)
"""
_END = """
print("MOVED", n, time.ticks_diff(time.ticks_us(), t))
"""
MODES = (
    ("receive, passive", _RECEIVE, 1, throughput.passive),
    ("receive, passive, 5 links", _RECEIVE, 5, throughput.passive),
    ("send", _SEND, 1, throughput.sending(2048)),
    ("send, 5 links in turn", _SEND, 5, throughput.sending(1024)),
    ("passthrough, receive", _PIPE_RECEIVE, 1, throughput.line),
    ("passthrough, send", _PIPE_SEND, 1, throughput.line),
)


class _Server(socketserver.BaseRequestHandler):
    """Sends as many bytes as it was made for when the first one is g, tells when so many have come when it is p."""

    def handle(self):
        first = self.request.recv(1)
        try:
            if first == b"g":
                self.request.sendall(bytes(self.server.amount))
            data = self.request.recv(65536)
            left = self.server.size - len(data)
            while data:
                if first == b"p" and left <= 0:
                    self.request.sendall(b"k")
                    first = b""
                data = self.request.recv(65536)
                left -= len(data)
        except OSError:
            pass


def rows():
    """(mode, baud, kB/s, share of the ceiling)."""
    for name, text, links, ceiling in MODES:
        for baud in throughput.ALL:
            throughput.say(f"unix port, {name} at {baud} baud ...")
            rate, share = _rate(text, links, baud), ceiling(baud)
            yield name, baud, f"{rate:.1f}", f"{100 * rate / share:.0f} % of {share:.1f}"


def _rate(text, links, baud):
    size = throughput.size_for(baud) // 1024 * 1024
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Server) as server:
        server.daemon_threads = True
        server.size, server.amount = size, size // links + 4096
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with tempfile.TemporaryDirectory() as folder, Sim(baud=baud, flow=True, turnaround=board.TURNAROUND) as sim:
            program = text.format(links=links, port=server.server_address[1], size=size) + _END
            output = operations.program(folder, sim, program)
        server.shutdown()
    n, us = [line.split()[1:] for line in output.splitlines() if line.startswith("MOVED")][-1]
    return int(n) * 1000 / int(us)
