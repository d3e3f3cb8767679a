"""Answers with raw bytes, lines of any length, payloads from streams; through the real runner."""

import io

from calls import PROMPT, _Slow, runner, text
from checks import raises
from espat.block import Block, Rest, Source
from espat.errors import AtAnswer
from fakeport import FakePort

WILD = b"\r\nOK\r\n>+X:3,\0\xff\r\nERROR\r\n+IPD,0,5:"


def _read(answer, sink=None, port=FakePort):
    port = port((b"AT+X\r\n", answer))
    block = Block(b"+X:", sink)
    return runner(port).run(b"+X", block.value, block=block)


def _head(n):
    return b"+X:%d," % n


def test_gathered():
    for port in (FakePort, _Slow):
        assert _read(_head(len(WILD)) + WILD + text(()), port=port) == WILD
        assert _read(text(()), port=port) == b""
        assert _read(b"+X:0," + text(()), port=port) == b""


def test_several_heads():
    for port in (FakePort, _Slow):
        assert _read(b"+X:3,abc+X:2,de" + text(()), port=port) == b"abcde"  # USERRAM: nothing between
        assert _read(b"+X:3,abc\r\n+X:2,de\r\n" + text(()), port=port) == b"abcde"  # HTTP


def test_handed_on():
    got = bytearray()
    assert _read(_head(len(WILD)) + WILD + text(()), lambda b, at, n: got.extend(b[at : at + n])) == len(WILD)
    assert got == WILD


def test_into_a_buffer():
    buf = bytearray(8)
    assert _read(b"+X:3,abc+X:2,de" + text(()), buf) == 5
    assert buf == b"abcde\0\0\0"
    raises(AtAnswer, _read, b"+X:9,123456789" + text(()), bytearray(8))


def _lines(answer, port=FakePort, each=None):
    port = port((b"AT+X\r\n", answer))
    at = runner(port)
    rest = Rest(at.parser, b"+X", each)
    strays = at.run(b"+X", block=rest)
    assert not at.parser.block
    return rest.lines, strays


def test_lines_of_any_length():
    long = b"0123456789" * 100
    for port in (FakePort, _Slow):
        lines, strays = _lines(b"+X:" + long + b"\r\n+XY:other\r\n+X:\r\n+X:end" + text(()), port)
        assert lines == [long, b"", b"end"] and strays == [b"+XY:other"]


def test_lines_one_by_one():
    seen = []
    lines, _ = _lines(b"+X:a\r\n+X:b" + text(()), each=seen.append)
    assert lines == [] and seen == [b"a", b"b"]


def _send(source, expected):
    n = len(source)
    port = FakePort((b"AT+X=%d\r\n" % n, PROMPT), (expected, text(())), room=50)
    runner(port).run(b"+X=%d" % n, data=source)
    port.done()


def test_source():
    data = bytes(range(256)) * 6
    told = []
    source = Source(io.BytesIO(data), len(data), told.append)
    _send(source, data)
    assert source.short == 0 and told[-1] == len(data) and told == sorted(told) and len(told) > 3


def test_source_that_ends_early():
    source = Source(io.BytesIO(b"abc"), 10)
    _send(source, b"abc" + bytes(7))
    assert source.short == 7
