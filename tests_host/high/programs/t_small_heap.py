"""Long answers on a heap with hardly any room: handed on line by line, 60 networks and all commands need no more than a few
kilobytes at a time."""

import gc

import high
import play
from espat import at_basic
from espat.net import at_scan, at_wifi
from high import ask, modem

ONLY = ("mp64", "mp32")
TIMEOUT = 90
ROOM = 6144  # bytes left of the heap
NAMES = ["network number %02d, x" % n for n in range(60)]


class Ballast:
    """Fills the heap but for ROOM bytes in one piece, crumbs and all."""

    def __enter__(self):
        gc.collect()
        self.room = bytearray(ROOM)
        chain = self.chain = None
        for size in (65536, 16384, 4096, 1024, 256, 64, 0):
            try:
                while True:
                    chain = (chain, bytearray(size)) if size else (chain,)
            except MemoryError:
                pass  # no piece of this size is free
        self.chain = chain
        self.room = None
        gc.collect()
        assert gc.mem_free() < 2 * ROOM, gc.mem_free()

    def __exit__(self, *error):
        self.chain = None
        gc.collect()


def test_sixty_networks():
    for n, name in enumerate(NAMES):
        ask("add", play.hexed(name.encode()), "", {"channel": 1 + n % 11, "ecn": 3, "rssi": -30 - n})
    at_wifi.mode(modem, 1)
    seen = bytearray(60)
    weight = [0]

    def each(entry):
        weight[0] += 120  # a list of five and more, two texts: at least
        if entry[1].startswith(b"network number"):
            seen[int(entry[1][15:17])] += 1

    with Ballast():
        at_scan.scan(modem, each)
    assert seen == b"\1" * 60, seen
    assert weight[0] > ROOM, "they would have fitted at once"
    high.ready()


def test_all_commands():
    count = [0, 0]

    def each(line):
        count[0] += 1
        count[1] += len(line) + 16

    with Ballast():
        at_basic.commands(modem, each)
    assert count[0] > 150 and count[1] > ROOM, count
    high.ready()
