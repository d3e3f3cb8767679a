"""What the emulated Pico runs; str.format() puts the figures in, board.py says which.

The watch starts before the first byte is asked for, so that nothing that has come before makes a figure better.
"""

_START = """
import gc, sys, time, machine
from machine import UART, Pin
sys.path.insert(0, "/lib")
import espat
from espat import at_basic
M = machine.mem32
FLOW = {flow}
more = {{"flow": UART.RTS | UART.CTS, "cts": Pin(10), "rts": Pin(11)}} if FLOW else {{}}
u = UART(1, 115200, tx=Pin(8), rx=Pin(9), rxbuf={rxbuf}, timeout=0, **more)
port = {port}
modem = espat.Modem(port, active={active}, rx={rx}, tx={tx})
at_basic.line(modem, {baud}, 3 if FLOW else 0)
modem.port.baud({baud})
if {level}: M[0x40038034] = {level}
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

_LINKS = _START + """
links = []
for i in range({links}):
    s = modem.socket()
    s.connect(("127.0.0.1", {server}))
    links.append(s)
"""

RECEIVE = _LINKS + """
buf = bytearray({rx})
def run(n):
    if len(links) > 1: watch.start()  # the first ones fill their rings while the last ones are asked
    for s in links:
        s.write(b"go")
    take = type(links[0]).recv_into
    if len(links) > 1:
        take = type(links[0]).readinto  # no exception where there is nothing
        for s in links: s.setblocking(False)
    else:
        watch.start()
    got = 0
    while got < n:
        for s in links:
            got += take(s, buf) or 0
    watch.stop(got)
run({size})
"""

SEND = _LINKS + """
block = bytes(1024)
def run(rounds):
    for s in links: s.write(block)
    while any(modem.links.sending(s.link) for s in links): modem.wait()
    watch.start()
    for _ in range(rounds):
        for s in links: s.write(block)
    while modem.links.tx.n or modem.engine.phase: modem.wait()
    watch.stop(rounds * 1024 * len(links))
run({size} // 1024 // {links})
"""

ASK = _LINKS + """
s.write(b"x"); s.read(1)
watch.start()
for _ in range(20):
    s.write(b"x"); s.read(1)
watch.stop(20)
"""

DATAGRAMS = _START + """
s = modem.socket(2, 2)
s.connect(("127.0.0.1", {server}))
block = bytes(64)
s.send(block)
def drain():
    while modem.links.tx.n or modem.engine.phase: modem.wait()
drain()
watch.start()
for _ in range(50): s.send(block)
drain()
watch.stop(50)
"""

DATAGRAMS_BACK = _START + """
s = modem.socket(2, 2)
s.connect(("127.0.0.1", {server}))
block = bytes(64)
s.send(block); s.recv(100)
watch.start()
for _ in range(30):
    s.send(block); s.recv(100)
watch.stop(30)
"""

_PIPE = _START + """
from espat.net import passthrough
pipe = passthrough.connect(modem, "127.0.0.1", {server}, room=4096)
"""

PIPE_RECEIVE = _PIPE + """
buf = bytearray(4096)
def run(n):
    pipe.write(b"go")
    watch.start()
    got = 0
    while got < n: got += pipe.readinto(buf)
    watch.stop(got)
run({size})
"""

PIPE_SEND = _PIPE + """
block = bytes(1024)
def run(rounds):
    pipe.write(block)
    u.flush()
    watch.start()
    for _ in range(rounds): pipe.write(block)
    u.flush()
    watch.stop(rounds * 1024)
run({size} // 1024)
"""
