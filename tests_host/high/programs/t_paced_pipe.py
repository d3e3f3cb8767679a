"""Passthrough at a real line rate with RTS/CTS: every byte arrives, both ways at once, while the reader dawdles."""

import time

import high
import play
from espat import at_basic
from espat.net import passthrough
from high import ask, modem

TIMEOUT = 120
SIM = {"baud": 921600, "flow": True}
play.join()


def test_both_ways():
    n = 60000
    at_basic.line(modem, 921600, flow=3)
    listener = play.listener()
    pipe = passthrough.connect(modem, *listener.address)
    peer = listener.accept()
    data = play.pattern(65536)
    begun = play.now()
    ask("send_pattern", peer.handle, n)
    handle = ask("check_pattern", peer.handle, n)
    pipe.settimeout(0)
    buf = bytearray(512)
    sent = got = 0
    while (sent < n or got < n) and play.now() < begun + 60000:
        if sent < n:
            sent += pipe.write(memoryview(data)[sent : min(sent + 700, n)]) or 0
        if got in range(20000, 20512):
            time.sleep(0.3)  # more than any buffer holds
        k = pipe.readinto(buf)
        if k:
            assert data[got : got + k] == buf[:k], got
            got += k
    took = play.now() - begun
    assert sent == got == n, (sent, got)
    assert ask("checked", handle) == n
    assert took > n * 10 * 1000 // 921600
    pipe.close()
    high.ready()
