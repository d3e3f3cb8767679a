"""What an operation costs in AT commands, how cost grows, and how others fare on the same work."""

import collections
import re
import tempfile
import time

from espsim import Air, Sim
from mp import board, host, services

PAGE = bytes(i & 255 for i in range(20_000))
_JOIN = """
import espat_board
modem = espat_board.modem()
modem.install()
import network, socket, time, gc
wlan = network.WLAN(0)
wlan.connect("espressif", "1234567890")
while not wlan.isconnected(): pass
modem.command("AT+SYSTIMESTAMP?")
"""
_OPERATIONS = {
    "HTTP GET with requests": "import requests\nrequests.get({url!r}).content",
    "MQTT publish, QoS 0, written as umqtt does": "s.write(b'0'); s.write(b'\\x0a'); s.write(b'\\0\\3a/b'); s.write(b'hello')",
    "TCP echo of one byte": "s.write(b'x'); s.read(1)",
    "UDP datagram there and back": "u.sendto(b'x' * 64, ('127.0.0.1', {udp})); u.recv(100)",
}


def program(folder, sim, text, interpreter="mp64", seconds=120):
    """What a program prints that begins behind _JOIN."""
    unix = board.Unix(folder, {"PORT": "%s:%d" % sim.address}, interpreter=interpreter)
    program = unix.folder / "program.py"
    program.write_text(_JOIN + text)
    done = host.run(interpreter, program, paths=[host.LIB, unix.folder], extra=unix.extra, timeout=seconds)
    if done.returncode or done.timed_out:
        raise services.Failure(done.output.strip().splitlines()[-1])
    return done.output


def _commands(sim):
    sent = sim.trace.bytes("tx").split(b"AT+SYSTIMESTAMP?\r\n")[-1]
    return collections.Counter(name.decode() for name in re.findall(rb"AT\+(\w+)", sent))


def counts():
    """(operation, number of commands, which) rows."""
    for what, text in _OPERATIONS.items():
        with tempfile.TemporaryDirectory() as folder, Sim() as sim, services.WebServer(b"page").running() as url, Echo() as echo:
            first = ""
            if "s." in text:
                first = "s = socket.socket(); s.connect(('127.0.0.1', %d)); s.write(b'a'); s.read(1)\n" % echo.port
            if "u." in text:
                first = "u = socket.socket(2, 2); u.sendto(b'x', ('127.0.0.1', %d)); u.recv(9)\n" % echo.udp
            mark = 'modem.command("AT+SYSTIMESTAMP?")\n'
            end = "\ntime.sleep_ms(50)\nmodem.step()\nmodem.command('AT')"
            program(folder, sim, first + mark + text.format(url=url, udp=echo.udp) + end)
            found = _commands(sim)
        yield what, sum(found.values()), ", ".join(f"{n} {name}" for name, n in found.items())


class Echo:
    """Servers that send back what they get, over TCP and UDP."""

    def __enter__(self):
        import socketserver
        import threading

        class Tcp(socketserver.BaseRequestHandler):
            def handle(self):
                data = self.request.recv(4096)
                while data:
                    self.request.sendall(data)
                    data = self.request.recv(4096)

        class Udp(socketserver.BaseRequestHandler):
            def handle(self):
                self.request[1].sendto(self.request[0], self.client_address)

        here = "127.0.0.1", 0
        self.servers = socketserver.ThreadingTCPServer(here, Tcp), socketserver.ThreadingUDPServer(here, Udp)
        for server in self.servers:
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever, daemon=True).start()
        self.port, self.udp = (server.server_address[1] for server in self.servers)
        return self

    def __exit__(self, *error):
        for server in self.servers:
            server.shutdown()
            server.server_close()


_DOWNLOAD = """
s = socket.socket()
s.connect(socket.getaddrinfo("127.0.0.1", {port})[0][-1])
s.write(b"GET / HTTP/1.0\\r\\n\\r\\n")
buf = bytearray(4096)
t = time.ticks_us()
n = s.recv_into(buf)
gc.collect()
heap = gc.mem_alloc()
while True:
    k = s.recv_into(buf)
    if not k: break
    n += k
t = time.ticks_diff(time.ticks_us(), t)
gc.collect()
print(n, t, gc.mem_alloc() - heap)
"""


_LINKS = """
links = []
for _ in range({links}):
    s = socket.socket()
    s.connect(socket.getaddrinfo("127.0.0.1", {port})[0][-1])
    s.write(b"GET / HTTP/1.0\\r\\n\\r\\n")
    links.append(s)
kept = list(links)
buf = bytearray(4096)
t = time.ticks_us()
n = 0
heap = 0
while links:
    for s in list(links):
        k = s.recv_into(buf)
        n += k
        if not k: links.remove(s)
    if not heap:
        gc.collect()
        heap = gc.mem_alloc()
t = time.ticks_diff(time.ticks_us(), t)
gc.collect()
print(n, t, gc.mem_alloc() - heap)
"""
_SCAN = """
wlan.scan()
gc.collect()
heap = gc.mem_alloc()
t = time.ticks_us()
found = wlan.scan()
t = time.ticks_diff(time.ticks_us(), t)
gc.collect()
print(len(found), t, gc.mem_alloc() - heap)
"""


def growth():
    """(what, time, heap growth) rows: downloads of growing size, over more links, scans with more results."""
    for kb in (1, 10, 100, 1000, 10000):
        yield _download(f"download of {kb} KB", kb, _DOWNLOAD)
    for links in range(1, 6):
        yield _download(f"200 KB over each of {links} links at once", 200, _LINKS.replace("{links}", str(links)))
    for networks in (1, 5, 10, 20, 50):
        air = Air([])
        for i in range(networks):
            air.add("network %02d" % i if i else "espressif")
        with tempfile.TemporaryDirectory() as folder, Sim(air=air) as sim:
            n, us, heap = map(int, program(folder, sim, _SCAN).split()[-3:])
        yield f"scan that finds {n}", f"{us / 1000:.1f} ms", f"{heap} B"


def _download(what, kb, text):
    with tempfile.TemporaryDirectory() as folder, Sim() as sim, services.WebServer(bytes(kb * 1000)).running() as url:
        output = program(folder, sim, text.replace("{port}", url.split(":")[2].split("/")[0]))
    n, us, heap = map(int, output.split()[-3:])
    return what, f"{us / 1000:.1f} ms ({n * 1000 / us:.0f} kB/s)", f"{heap} B"


def peers():
    """(host, ratio, remark) rows: the same 20 KB through others; ratio of wall times to espat's."""
    from bench import others

    rows = []
    for name, remark, download in others.ALL:
        best = None
        for _ in range(3):
            with Sim() as sim, services.WebServer(PAGE).running() as url:
                try:
                    start = time.perf_counter()
                    got = download(sim.address, int(url.split(":")[2].split("/")[0]))
                    spent = time.perf_counter() - start
                except Exception as error:
                    best, remark = None, "%s: %s" % (type(error).__name__, str(error)[:80])
                    break
            if got.endswith(PAGE):
                best = min(best or spent, spent)
            else:
                remark = "lost data: %d bytes of %d came" % (len(got), len(PAGE))
        rows.append((name, best, remark))
    own = rows[0][1]
    return [(name, f"{best / own:.1f}" if best and own else "-", remark) for name, best, remark in rows]
