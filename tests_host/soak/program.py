"""The board's side of the soak: mixed traffic for so many seconds; every byte is checked. Runs on MicroPython.

Prints one line a report: `mem <bytes in use after a collection> <rounds> <errors>`, `error <name> <errno>`, at the end
`late <modules>`, which have loaded after the start, `links <their states>` and `done`. WRONG is what must never be printed.

Written for a small heap: local names cost nothing, global ones and short texts a place in the interpreter's table each, and
that table would double. What is sent and what has come lies in one buffer each, made once.
"""

import gc

gc.threshold(1024)  # what is loaded leaves garbage: collected often, it leaves no gaps between what stays
import os
import select
import sys
import time
from random import getrandbits, seed

import espat
import usocket


def connected(port):
    s = usocket.socket()
    s.connect(usocket.getaddrinfo("127.0.0.1", port)[0][-1])
    return s


def line(sock):
    """The port to the simulated module at the other end of a connection: boards/unix.py without what this one needs not."""
    sock.setsockopt(6, 1, 1)
    sock.setblocking(False)
    poll = select.poll()
    poll.register(sock, 1)
    count = {None: 0}  # and no branch, see boards/unix.py

    class Line:
        hide = False

        def any(self):
            return 4096

        def readinto(self, buf, n):
            try:
                n = sock.readinto(buf, n)
                return count.get(n, n)
            except OSError:
                return 0

        def write(self, buf, off, n):
            try:
                n = sock.write(buf, off, n)
                return count.get(n, n)
            except OSError:
                return 0

        def wait(self, ms):
            try:
                poll.ipoll(ms)
            except OSError:  # interrupted by the ticker, see boards/unix.py
                pass

        def baud(self, rate):
            pass

        def value(self, level):
            """The reset pin."""
            if level:
                connected(PIN).close()

    return Line()


def ticker(ms, step):
    """boards/unix.py's, in short."""
    import ffi
    from _thread import start_new_thread
    from micropython import schedule

    libc = ffi.open(None)
    libc.func("p", "signal", "ip")(14, libc.addr("abs"))
    usleep = libc.func("i", "usleep", "i")
    kill = libc.func("i", "kill", "ii")
    pid = libc.func("i", "getpid", "")()
    asked = [False]

    def run(_):
        try:
            step(None)
        finally:
            asked[0] = False

    def work():
        while True:
            usleep(ms * 1000)
            if not asked[0]:
                asked[0] = True
                schedule(run, None)
            kill(pid, 14)

    start_new_thread(work, ())
    return run


def start():
    global PIN
    numbers = [int(n) for n in os.getenv("SOAK_NUMBERS").split()]
    PIN = numbers[4]
    port = line(connected(numbers[0]))
    modem = espat.Modem(port, rx=256, tx=256, reset=port, ticker=ticker)
    from espat.net import network, socket

    network.use(modem)
    socket.use(modem)
    return modem, network, socket.socket, numbers


modem, network, socket, numbers = start()


def join():
    wlan = network.WLAN()
    if not wlan.isconnected():
        wlan.active(True)
        if wlan.status() != network.STAT_CONNECTING:
            wlan.connect("espressif", "1234567890")
        end = time.time() + 60
        while not wlan.isconnected():
            if wlan.status() < 0 or time.time() > end:
                raise OSError(113)
            time.sleep_ms(20)


# what is loaded in passing, first: there is room yet
join()
listener = socket()
listener.bind(("", numbers[3]))
listener.listen(2)
# what is loaded when it is needed first is loaded now: the heap shall be flat from here on
from espat import replay, rescue  # noqa: F401
from espat.net import clients, server, udp  # noqa: F401

loaded = set(sys.modules)
gc.collect()
print("begin", gc.mem_alloc(), gc.mem_free())

out = bytearray(256)
buf = bytearray(256)


def fill(at, n):
    for i in range(at, at + n):
        out[i - at] = (i * 7 + (i >> 8) * 13) & 255


def check(at, n):
    for i in range(at, at + n):
        if buf[i - at] != (i * 7 + (i >> 8) * 13) & 255:
            print("WRONG byte at", i, "of", at, n, "in", bytes(buf))
            sys.exit(1)


def streams(socks):
    """Send on each link, and read it back: a shorter answer is an end before the end."""
    for s in socks:
        s.settimeout(20)
        s.connect(("127.0.0.1", numbers[1]))
    at = getrandbits(12)
    end = at + getrandbits(11) + 1
    while at < end:
        n = min(200, end - at)
        for i, s in enumerate(socks):
            fill(at + i * 99, n)
            s.write(out, n)
        for i, s in enumerate(socks):
            k = 0
            while k < n:
                got = s.recv_into(buf, n - k)
                if not got:
                    raise OSError(128)
                check(at + i * 99 + k, got)
                k += got
        at += n


def datagrams(s):
    s.settimeout(3)
    s.connect(("127.0.0.1", numbers[2]))
    for _ in range(3):
        at = getrandbits(12)
        n = 1 + getrandbits(8)
        fill(at, n)
        s.send(memoryview(out)[:n])
        if s.recv_into(buf) != n:
            print("WRONG datagram")
            sys.exit(1)
        check(at, n)


def serve():
    """Send back what a client sends, if one comes."""
    listener.settimeout(0.5)
    try:
        client = listener.accept()[0]
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
            client.write(buf, n)
    finally:
        client.close()


def one():
    kind = getrandbits(3)
    socks = []
    try:
        if kind < 5:
            for _ in range(1 if kind < 3 else kind - 1):
                socks.append(socket())
            streams(socks)
        elif kind == 5:
            socks.append(socket(2, 2))
            datagrams(socks[0])
        else:
            serve()
    finally:
        for s in socks:
            s.close()


def main():
    rounds = errors = 0
    seed(numbers[5])
    end = time.time() + numbers[6]
    while time.time() < end:
        try:
            one()
        except OSError as e:
            errors += 1
            print("error", type(e).__name__, e.args[0])
            for _ in range(4):
                try:
                    join()
                    break
                except OSError as e:
                    print("error", type(e).__name__, e.args[0], "while joining")
                    time.sleep(2)
        rounds += 1
        if rounds % 10 == 0:
            gc.collect()
            print("mem", gc.mem_alloc(), rounds, errors)
    listener.close()
    for _ in range(600):  # a fault may have struck just now
        modem.step()
        if not any(link.state for link in modem.links.table):
            break
        time.sleep_ms(100)
    gc.collect()
    print("mem", gc.mem_alloc(), rounds, errors)


main()
print("late", sorted(set(sys.modules) - loaded))
print("links", [link.state for link in modem.links.table])
print("done")
