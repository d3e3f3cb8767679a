"""Downloads through the module's message filters: nothing but the resource comes over the line."""

import high
import play
from espat.net import rawdownload
from high import ask, modem

TIMEOUT = 90
play.join()
WEB = ask("web")


def test_download():
    for n in (1, 100, 2048, 2049, 30000):
        stream = rawdownload.open(modem, WEB + "/file/%d" % n)
        assert stream.size == n
        data = b""
        while len(data) < n:
            data += stream.read(700)
        assert data == high.body(n) and stream.read(10) in (b"", None) and stream.readinto(bytearray(5)) == 0
        high.ready()


def test_long_url():
    stream = rawdownload.open(modem, WEB + "/file/500?" + "x" * 300)
    assert stream.read(500) == high.body(500)
    high.ready()


def test_given_up():
    with rawdownload.open(modem, WEB + "/file/20000") as stream:
        assert stream.read(100) == high.body(100)
    high.ready()


def test_refusals():
    high.refused(rawdownload.open, modem, WEB + "/status/404")
    high.refused(rawdownload.open, modem, "http://127.0.0.1:%d/" % play.unused()[1])
    rawdownload._SHORT = 1
    stream = rawdownload.open(modem, WEB + "/cut")
    stream.settimeout(1)
    play.fails(5, stream.read, 1000)
    high.ready()
