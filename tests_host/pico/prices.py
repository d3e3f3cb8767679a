"""What the operations that a receive path is made of cost on the emulated Pico: cycles, and whether they allocate.

    PYTHONPATH=tests_host python3 -m pico.prices          prints a Markdown table

Cycles are given twice: with the flash cache's misses at 60 cycles, and at none (a lower bound). One microsecond is 125.
"""

import sys

from . import Pico
from .peers import Flood, counting

# name, statement; the names that statements use are set up in _COMMON
STATEMENTS = [
    ("`u.any()`", "u.any()"),
    ("`u.write(src, 7, 10)`, room in txbuf", "u.write(src, 7, 10)"),
    ("`bytearray(256).find(b'\\n')`, absent", "page.find(b'\\n')"),
    ("`bytearray(2048).find(b'\\n')`, absent", "src.find(b'\\n')"),
    ("`page.find(b'\\n', 200, 256)`, absent", "page.find(b'\\n', 200, 256)"),
    ("`page.find(b'\\n', 0, 4)`, absent", "page.find(b'\\n', 0, 4)"),
    ("`page.startswith(b'+IPD,', 8)`", "page.startswith(b'+IPD,', 8)"),
    ("`page[7]`", "page[7]"),
    ("`o.m()`, a Python method", "o.m()"),
    ("`o.m3(1, 2, 3)`", "o.m3(1, 2, 3)"),
    ("`g()`, a Python function", "g()"),
    ("`kept()`, a bound method in a local", "kept()"),
    ("`o.m`, making a bound method", "o.m"),
    ("`o.x`", "o.x"),
    ("`o.x = 5`", "o.x = 5"),
    ("a global", "GLOBAL"),
    ("`len(page)`, builtin by name", "len(page)"),
    ("`try: g()` `except OSError`, nothing raised", "\n   try: g()\n   except OSError: pass"),
    ("`raise` and `except` of an exception made before", "\n   try: raise ERROR\n   except OSError: pass"),
    ("`time.ticks_ms()`, bound in a local", "ticks_ms()"),
    ("`int(b'1440')`", "int(b'1440')"),
    ("`BytesIO.seek(0)`", "bio.seek(0)"),
    ("`BytesIO.tell()`", "bio.tell()"),
    ("`BytesIO`: `seek(0)`, `write(src, 8, 256)`", "bio.seek(0); bio.write(src, 8, 256)"),
    ("`BytesIO`: `seek(0)`, `write(src, 7, 256)`", "bio.seek(0); bio.write(src, 7, 256)"),
    ("`BytesIO`: `seek(0)`, `readinto(dst, 256)`", "bio.seek(0); bio.readinto(dst, 256)"),
    ("`BytesIO`: `seek(3)`, `readinto(dst, 256)`", "bio.seek(3); bio.readinto(dst, 256)"),
    ("`dst[0:256] = src[0:256]`, bytearrays", "dst[0:256] = src[0:256]"),
    ("`dst[0:256] = page`, bytearrays", "dst[0:256] = page"),
    ("`view[0:256] = page`", "view[0:256] = page"),
    ("`view[0:256]`, a memoryview of one", "view[0:256]"),
    ("`micropython.schedule(g1, 0)` and its call", "schedule(g1, 0)"),
    ("`for c in page: if c == 10` (256 bytes)", "\n   for c in page:\n    if c == 10: pass"),
    ("`for i in range(256): if page[i] == 10`", "\n   for i in range(256):\n    if page[i] == 10: pass"),
]

_COMMON = """
import gc, io, machine, micropython, time
M = machine.mem32
u = machine.UART(1, baudrate=921600, rxbuf=2048, txbuf=2048, timeout=0)
page = bytearray(b'xxxxxxxx+IPD,' + bytes(243)); src = bytearray(2048); dst = bytearray(2048); view = memoryview(dst)
bio = io.BytesIO(2048); bio.write(src)
class K:
    def __init__(self): self.x = 1
    def m(self): pass
    def m3(self, a, b, c): pass
def g(): pass
def g1(x): pass
o = K(); kept = o.m; GLOBAL = 1; ERROR = OSError(1); schedule = micropython.schedule; ticks_ms = time.ticks_ms
def empty(n):
    a = M[0x30000000]
    for _ in range(n): pass
    return M[0x30000000] - a
empty(100)
"""

_MEASURE = """
def f(n, u=u, page=page, src=src, dst=dst, view=view, bio=bio, o=o, kept=kept, g=g, schedule=schedule, ticks_ms=ticks_ms):
  a = M[0x30000000]
  for _ in range(n):
   STATEMENT
  return M[0x30000000] - a
f(2); gc.collect()
cycles = (f(20) - empty(20)) / 20
time.sleep_ms(5)
allocates = 0
micropython.heap_lock()
try: f(2)
except MemoryError: allocates = 1
micropython.heap_unlock()
print(round(cycles), allocates)
"""

# name, call; 256 bytes wait in the UART's buffer each time
READS = [
    ("`u.readinto(dst, 256)`, 256 waiting", "u.readinto(dst, 256)"),
    ("`u.readinto(dst, 64)`, 256 waiting", "u.readinto(dst, 64)"),
    ("`u.readinto(dst, 1)`, 256 waiting", "u.readinto(dst, 1)"),
    ("`u.readinto(dst)`, 2048 asked, 256 waiting", "u.readinto(dst)"),
    ("`u.readinto(dst, 16)`, nothing waiting", "u.readinto(dst, 16)"),
    ("`u.read(256)`, 256 waiting", "u.read(256)"),
    ("`u.read()`, 256 waiting", "u.read()"),
]

_READ = """
took = [0]
def f(u=u, dst=dst):
    a = M[0x30000000]
    CALL
    took[0] = M[0x30000000] - a
def fill():
    while u.any(): u.read()
    u.write(b'E' if EMPTY else b'F')
    time.sleep_ms(10)
fill(); f(); fill(); gc.collect()
f()
cycles = took[0]
fill()
allocates = 0
micropython.heap_lock()
try: f()
except MemoryError: allocates = 1
micropython.heap_unlock()
print(cycles, allocates)
"""


def statement_prices(pico):
    """{name: (cycles, allocates)}"""
    pico.run(_COMMON)
    prices = {}
    for name, statement in STATEMENTS:
        words = pico.run(_MEASURE.replace("STATEMENT", statement)).output.split()
        prices[name] = int(words[0]), words[1] == "1"
    return prices


def read_prices(pico):
    """{name: (cycles, allocates)}"""
    pico.run(_COMMON)
    prices = {}
    for name, call in READS:
        script = _READ.replace("CALL", call).replace("EMPTY", str("nothing" in name))
        words = pico.run(script).output.split()
        prices[name] = int(words[0]), words[1] == "1"
    return prices


_TIMER = """
def spin(n):
    a = M[0x30000000]
    for _ in range(n): pass
    return M[0x30000000] - a
class Count:
    n = 0
def tick(timer): Count.n += 1
def nothing(timer): pass
alone = spin(10000)
for callback in (tick, nothing):
    timer = machine.Timer(-1, mode=machine.Timer.PERIODIC, period=1, callback=callback)
    time.sleep_ms(2)
    micropython.heap_lock()
    before = Count.n; busy = spin(10000); ticks = Count.n - before or ticks
    micropython.heap_unlock()
    timer.deinit()
print(round((busy - alone) / ticks))
"""


def timer_price(pico):
    """{name: (cycles, allocates)}; with the heap locked an allocation would end the callback with a MemoryError."""
    result = pico.run(_COMMON + _TIMER)
    return {"one tick of `machine.Timer(-1)`, empty callback": (int(result.output.split()[-1]), "MemoryError" in result.output)}


def peer():
    """The other end that read_prices() needs."""
    return Flood({b"F": counting(256)})


def main():
    tables = []
    for cache_miss in (60, 0):
        with Pico(uart=peer(), cache_miss=cache_miss) as pico:
            tables.append({**statement_prices(pico), **timer_price(pico), **read_prices(pico)})
    print("| operation | cycles | without flash cache misses | allocates |\n|---|---|---|---|")
    for name, (cycles, allocates) in tables[0].items():
        print("| %s | %d | %d | %s |" % (name, cycles, tables[1][name][0], "yes" if allocates else "no"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
