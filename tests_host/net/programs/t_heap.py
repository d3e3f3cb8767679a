"""MicroPython's heap is locked while data flows: receiving into a buffer, sending from one and polling allocate nothing,
neither in the library nor in the port of boards/unix.py, and with the ticker striking."""

import gc
import select

import micropython

import play
from play import case, pair

import socket

ONLY = ("mp64", "mp32")
BLOCK = bytes(range(256)) * 4
buf = bytearray(1024)

play.join()


def locked(function):
    """Run function with the heap locked; what it gives."""
    gc.collect()
    micropython.heap_lock()
    try:
        value = function()
    except MemoryError:
        value = MemoryError
    finally:
        micropython.heap_unlock()
    if value is MemoryError:
        raise AssertionError("it allocates")
    return value


def feed(peer, blocks):
    play.ask("send_blocks", peer.handle, play.hexed(BLOCK), blocks)


def fill(s, blocks):
    # how many blocks are right
    right = 0
    while blocks:
        blocks -= 1
        if s.readinto(buf) == 1024 and buf == BLOCK:
            right += 1
    return right


@case
def test_readinto():
    for timeout in (None, 5, 5.0):
        s, peer = pair(timeout)
        feed(peer, 60)
        assert fill(s, 2) == 2
        assert locked(lambda: fill(s, 50)) == 50  # noqa: B023
        s.close()


@case
def test_recv_into():
    s, peer = pair(5)
    feed(peer, 60)

    def receive():
        total = 0
        while total < 50000:
            total += s.recv_into(buf)
            total += s.recv_into(buf, 7)
            total += s.readinto(buf, 100)
        return total

    s.recv_into(buf)
    assert locked(receive) >= 50000


@case
def test_not_waiting():
    s, peer = pair(0)
    feed(peer, 20)

    def receive():
        total = 0
        while total < 20 * 1024:
            n = s.readinto(buf)
            if n:
                total += n
            else:
                s.ioctl(3, 5)
        return total

    assert locked(receive) == 20 * 1024


@case
def test_write():
    for timeout in (None, 5.0):
        s, peer = pair(timeout)
        play.ask("drain", peer.handle)
        view = memoryview(BLOCK)

        def send():
            n = 0
            for _ in range(8):
                n += s.write(BLOCK)  # noqa: B023
                n += s.write(BLOCK, 10)  # noqa: B023
                n += s.write(view, 10, 20)  # noqa: B023
                n += s.send(view)  # noqa: B023
            return n

        send()
        assert locked(send) == 8 * (1024 + 10 + 20 + 1024)
        s.close()


@case
def test_poll():
    pairs = [pair(0) for _ in range(5)]
    p = select.poll()
    for s, _ in pairs:
        p.register(s, select.POLLIN)

    def wait():
        total = 0
        while total < 10 * 1024:
            for s, _ in p.ipoll(100):
                n = s.readinto(buf)
                if n:
                    total += n
        return total

    for _ in range(2):
        feed(pairs[2][1], 10)
        wait()
    feed(pairs[2][1], 10)
    assert locked(wait) == 10 * 1024


@case
def test_five_links():
    pairs = [pair(5) for _ in range(5)]
    sockets = [s for s, _ in pairs]
    for _, peer in pairs:
        feed(peer, 8)
        play.ask("drain", peer.handle)

    def both_ways():
        right = 0
        for _ in range(6):
            for s in sockets:
                s.write(BLOCK)
                right += fill(s, 1)
        return right

    for s in sockets:
        s.write(BLOCK)
        fill(s, 2)
    assert locked(both_ways) == 30


@case
def test_datagrams_cost_little():
    far = play.Datagrams()
    s = play.new(socket.AF_INET, socket.SOCK_DGRAM)
    s.settimeout(5)
    s.connect(far.address)
    s.send(b"x")
    far.recv()
    gc.collect()
    before = gc.mem_alloc()
    for _ in range(20):
        s.send(BLOCK)
        far.recv()
        far.reply(BLOCK)
        assert s.recv_into(buf) == 1024 and buf == BLOCK
    gc.collect()
    assert gc.mem_alloc() - before < 300, gc.mem_alloc() - before


@case
def test_status_calls():
    s, _ = pair(0)

    def ask():
        n = 0
        for _ in range(100):
            n += play.wlan.isconnected() + s.ioctl(3, 4) + (s.readinto(buf) is None) + (play.wlan.status() == 3)
        return n

    ask()
    assert locked(ask) == 700
