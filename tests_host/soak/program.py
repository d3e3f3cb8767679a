"""The board's side of the soak: mixed traffic for so many seconds; every byte is checked. Runs on MicroPython.

Prints one line a report: `mem <bytes in use after a collection> <rounds> <errors>`, `error <name> <errno>`, at the end
`late <modules>`, which have loaded after the start, `links <their states>` and `done`. WRONG is what must never be printed.
"""

import gc

hold = bytearray(8000)  # so that what is loaded leaves a piece of the heap whole
import os
import random
import sys
import time

import espat_board
import usocket

SECONDS = int(os.getenv("SOAK_SECONDS"))
ECHO, UDP, PIN, OWN = [int(os.getenv(name)) for name in ("SOAK_ECHO", "SOAK_UDP", "SOAK_PIN", "SOAK_OWN")]


class Pin:
    """The module's reset pin, at the end of a connection."""

    def value(self, level):
        if level:
            s = usocket.socket()
            s.connect(usocket.getaddrinfo("127.0.0.1", PIN)[0][-1])
            s.close()


SERVES = bool(os.getenv("SOAK_SERVES"))
modem = espat_board.modem(rx=512, tx=512, reset=Pin())
# what is loaded when it is needed first is loaded now: the heap shall be flat from here on
from espat.net import network, socket, udp  # noqa: F401

if SERVES:
    from espat.net import server  # noqa: F401
from espat import replay, rescue  # noqa: F401

network.use(modem)
socket.use(modem.links)
del hold
gc.collect()
loaded = set(sys.modules)
print("begin", gc.mem_alloc(), gc.mem_free())

AF_INET, SOCK_DGRAM = socket.AF_INET, socket.SOCK_DGRAM
listener = None
buf = bytearray(512)
counts = [0, 0]  # rounds, errors


def pattern(seed, at, n):
    out = bytearray(n)
    for i in range(n):
        out[i] = (seed + (at + i) * 7 + ((at + i) >> 8) * 13) & 255
    return bytes(out)


def join():
    wlan = network.WLAN()
    if not wlan.isconnected():
        wlan.active(True)
        if wlan.status() != network.STAT_CONNECTING:
            wlan.connect("espressif", "1234567890")
        end = time.time() + 60
        while not wlan.isconnected():
            if wlan.status() < 0 or time.time() > end:
                raise OSError(113, "no network")
            time.sleep_ms(20)


def check(sock, seed, at, n):
    """Read n bytes, which must be the pattern's; fewer are an end before the end."""
    while n:
        k = sock.recv_into(buf, min(n, len(buf)))
        if not k:
            raise OSError(128, "the end before the end")
        if bytes(buf[:k]) != pattern(seed, at, k):
            print("WRONG bytes: seed", seed, "at", at, bytes(buf[:k]), "link", sock.link.index)
            sys.exit(1)
        at += k
        n -= k


def echo(socks):
    """Send on each link, and read it back."""
    total = random.getrandbits(11) + 1
    seed = random.getrandbits(8)
    for s in socks:
        s.settimeout(20)
        s.connect(("127.0.0.1", ECHO))
    at = 0
    while at < total:
        n = min(300, total - at)
        for i, s in enumerate(socks):
            s.write(pattern(seed + i, at, n))
        for i, s in enumerate(socks):
            check(s, seed + i, at, n)
        at += n


def datagrams(s):
    s.settimeout(3)
    s.connect(("127.0.0.1", UDP))
    for _ in range(3):
        data = pattern(random.getrandbits(8), 0, 1 + random.getrandbits(9))
        s.send(data)
        if s.recv(1000) != data:
            print("WRONG datagram")
            sys.exit(1)


def serve(seconds):
    """Send back what a client sends, if one comes."""
    global listener
    if not listener:
        made = socket.socket()
        made.bind(("", OWN))
        made.listen(2)
        listener = made
    listener.settimeout(seconds)
    try:
        client, _ = listener.accept()
    except OSError as e:
        if e.args[0] != 110:
            raise
        return
    try:
        client.settimeout(10)
        while True:
            n = client.recv_into(buf)
            if not n:
                break
            client.write(bytes(buf[:n]))
    finally:
        client.close()


def one():
    kind = random.getrandbits(3)
    socks = []
    try:
        if kind < 5:
            n = 1 if kind < 3 else kind - 1 if SERVES else 2
            socks = [socket.socket() for _ in range(n)]
            echo(socks)
        elif kind == 5 or not SERVES:
            socks = [socket.socket(AF_INET, SOCK_DGRAM)]
            datagrams(socks[0])
        else:
            serve(0.5)
    finally:
        for s in socks:
            s.close()


def report():
    gc.collect()
    print("mem", gc.mem_alloc(), counts[0], counts[1])


random.seed(int(os.getenv("SOAK_SEED")))
join()
end = time.time() + SECONDS
while time.time() < end:
    try:
        one()
    except OSError as e:
        counts[1] += 1
        print("error", type(e).__name__, e.args[0])
        for _ in range(4):
            try:
                join()
                break
            except OSError as e:
                print("error", type(e).__name__, e.args[0], "while joining")
                time.sleep(2)
    counts[0] += 1
    if counts[0] % 10 == 0:
        report()
if listener:
    listener.close()
for _ in range(600):  # a fault may have struck just now
    modem.step()
    if not any(link.state for link in modem.links.table):
        break
    time.sleep_ms(100)
report()
print("late", sorted(set(sys.modules) - loaded))
print("links", [link.state for link in modem.links.table])
print("done")
