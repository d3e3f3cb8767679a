"""The ring: against a plain bytearray, across the seam, and with the other side running in the middle of each."""

import sys

from checks import ON_MICROPYTHON, skip
from espat import bytesio, ring
from espat.ring import Ring

try:
    from micropython import schedule
except ImportError:
    schedule = None  # CPython


def kinds():
    """A ring over each BytesIO that can run here."""
    return [_over(bytesio.BytesIO), Ring] if ON_MICROPYTHON else [Ring]


def _over(store):
    def make(size):
        r = Ring(size)
        r._io = store(size)
        return r

    return make


def put(r, data):
    return r.put(data, 0, len(data))


def test_the_right_one_is_used():
    assert (ring.BytesIO is not bytesio.BytesIO) == ON_MICROPYTHON


def test_fresh():
    for kind in kinds():
        r = kind(8)
        assert (r.size, r.n, r.free(), r.take(5), r.take(5, True), r.peek(5)) == (8, 0, 8, b"", b"", b"")
        assert r.take_into(bytearray(4), 4) == 0


def test_put_takes_a_part_of_a_buffer():
    for kind in kinds():
        r = kind(8)
        assert r.put(bytearray(b"..abc.."), 2, 3) == 3
        assert r.put(memoryview(b"..def.."), 2, 3) == 3
        assert r.take(10) == b"abcdef"


def test_full():
    for kind in kinds():
        r = kind(4)
        assert put(r, b"abcdef") == 4 and r.free() == 0
        assert put(r, b"x") == 0
        assert r.take(2) == b"ab" and put(r, b"xyz") == 2
        assert r.take(9) == b"cdxy"


def test_nothing_and_less_than_nothing():
    for kind in kinds():
        r = kind(4)
        assert r.put(b"abc", 0, 0) == 0 and r.put(b"abc", 0, -1) == 0 and r.n == 0
        r.skip(0)
        r.skip(0)
        assert r.n == 0


def test_every_seam():
    """All starting offsets, all lengths put, all lengths taken."""
    for kind in kinds():
        for start in range(8):
            for n in range(9):
                for k in range(10):
                    r = kind(8)
                    put(r, bytes(8))
                    r.skip(start)
                    r.skip(8)
                    put(r, b"?")
                    r.put(bytes(start), 0, start)
                    r.skip(1)
                    r.skip(start)
                    data = b"abcdefgh"[:n]
                    assert put(r, data) == n
                    assert r.peek(k) == data[:k]
                    assert r.take(k) == data[:k]
                    assert r.n == max(0, n - k) and r.take(8) == data[k:]


def test_wraps():
    """Never empty, so that the offsets keep running round and round."""
    for kind in kinds():
        r = kind(7)
        put(r, b"#")
        want = bytearray(b"#")
        for i in range(100):
            piece = bytes([i, i + 1, i + 2])[: 1 + i % 3]
            assert put(r, piece) == len(piece)
            want.extend(piece)
            n = len(want) - 1 - i % 2
            buf = bytearray(8)
            got = r.take_into(buf, n)
            assert 0 < got <= n or n == 0
            assert bytes(buf[:got]) == bytes(want[:got])
            want = want[got:]
            while len(want) > 4:
                assert r.take(1) == bytes(want[:1])
                want = want[1:]
        assert r.take(99) == bytes(want)


def test_pieces():
    for kind in kinds():
        r = kind(6)
        put(r, b"abcdef")
        r.skip(4)
        put(r, b"ghi")
        assert r.n == 5
        buf = bytearray(5)
        assert r.peek(5) == b"efghi" and r.n == 5
        assert r.take_into(buf, 5) == 2
        assert r.take_into(buf, 5) == 3 and bytes(buf[:3]) == b"ghi"


def test_take_into_writes_no_further():
    for kind in kinds():
        r = kind(8)
        put(r, b"abc")
        buf = bytearray(b"......")
        assert r.take_into(buf, 2) == 2 and bytes(buf) == b"ab...."


def test_take_into_a_memoryview():
    for kind in kinds():
        r = kind(8)
        put(r, b"abc")
        buf = bytearray(b"......")
        assert r.take_into(memoryview(buf)[2:5], 3) == 3 and bytes(buf) == b"..abc."


def test_empty_again_means_one_piece():
    for kind in kinds():
        r = kind(8)
        put(r, b"abcdef")
        r.take(6)
        put(r, b"12345678")
        assert r.take_into(bytearray(8), 8) == 8


def test_lines():
    for kind in kinds():
        r = kind(16)
        put(r, b"one\ntwo\r\n\nrest")
        assert r.take(99, True) == b"one\n"
        assert r.take(2, True) == b"tw"
        assert r.take(99, True) == b"o\r\n" and r.take(99, True) == b"\n" and r.take(99, True) == b"rest" and r.n == 0


def test_line_across_the_seam():
    for kind in kinds():
        for start in range(10):
            r = kind(10)
            put(r, bytes(9))
            r.skip(start)
            r.skip(9 - start)
            put(r, b"?")
            put(r, bytes(start))
            r.skip(1 + start)
            put(r, b"abc\ndef\nx")
            assert (r.take(99, True), r.take(99, True), r.take(99, True)) == (b"abc\n", b"def\n", b"x"), start


def test_newline_at_the_very_seam():
    for kind in kinds():
        r = kind(4)
        put(r, b"abc\n")
        r.skip(2)
        put(r, b"de")
        assert r.take(9, True) == b"c\n" and r.take(9, True) == b"de"


def test_clear_and_drop():
    for kind in kinds():
        r = kind(6)
        put(r, b"abcdef")
        r.skip(4)
        put(r, b"gh")
        r.skip(3)
        assert r.take(9) == b"h"
        put(r, b"abc")
        r.clear()
        assert r.n == 0 and r.free() == 6
        put(r, b"123456")
        assert r.take(9) == b"123456"


def test_what_is_held_is_there_when_shown():
    for kind in kinds():
        r = kind(6)
        put(r, b"a")
        assert r.hold(b"xbcd", 1, 3) == 3 and r.n == 1 and r.free() == 2
        r.retract()
        assert r.n == 1 and r.free() == 5
        assert r.hold(b"12", 0, 2) == 2 and r.hold(b"3456", 0, 4) == 3
        r.show()
        r.show()
        assert r.n == 6 and r.take(9) == b"a12345" and r.n == 0
        put(r, b"late")
        assert r.n == 4


def test_the_other_side_at_any_moment():
    """Putting in the middle of taking and the other way round, at every line of the ring's code."""
    if ON_MICROPYTHON:
        skip("MicroPython has no sys.settrace; the code is the same")
    takers = (
        lambda r: r.take(3), lambda r: r.take(3, True), lambda r: _into(r, 3), lambda r: r.peek(2) and r.take(2),
        lambda r: r.skip(2) or b"", lambda r: r.clear() or b"",
    )  # fmt: skip
    for taker in takers:
        for prefill in range(6):
            for moment in range(40):
                _interleaved(taker, prefill, moment)
    for prefill in range(6):
        for moment in range(40):
            _interleaved_put(prefill, moment)


def _into(r, n):
    buf = bytearray(n)
    return bytes(buf[: r.take_into(buf, n)])


def _at_line(moment, other):
    # a trace function that calls other() before the moment-th line of ring.py
    count = [0]

    def trace(frame, event, arg):
        if frame.f_code.co_filename != ring.__file__:
            return None
        if event == "line":
            count[0] += 1
            if count[0] == moment:
                sys.settrace(None)
                other()
        return trace

    return trace


def _run(moment, other, what):
    old = sys.gettrace()
    sys.settrace(_at_line(moment, other))
    try:
        return what()
    finally:
        sys.settrace(old)


def _turning(prefill):
    r = Ring(5)
    put(r, b"ABCDE")
    r.skip(3)
    put(r, b"FG")
    r.skip(2)
    want = b"FG"
    while r.n < prefill:
        put(r, b"%d" % r.n)
        want += b"%d" % len(want)
    r.skip(r.n - prefill)
    return r, want[len(want) - prefill :] if prefill else b""


def _interleaved(taker, prefill, moment):
    r, want = _turning(prefill)
    put_in = []
    got = _run(moment, lambda: put_in.append(b"xy"[: put(r, b"xy")]), lambda: taker(r))
    whole = want + b"".join(put_in)
    rest = r.take(9)
    assert whole.startswith(got), (whole, got)
    assert whole.endswith(rest) and len(got) + len(rest) <= len(whole), (whole, got, rest)
    assert r.n == 0 and put(r, b"12345") == 5 and r.take(5) == b"12345"


def _interleaved_put(prefill, moment):
    r, want = _turning(prefill)
    got = []
    n = _run(moment, lambda: got.append(r.take(2)), lambda: put(r, b"xyz"))
    got.append(r.take(9))
    assert b"".join(got) == want + b"xyz"[:n]
    assert r.n == 0 and put(r, b"12345") == 5 and r.take(5) == b"12345"


class _Seeking:
    """The ring's store, with a ticker that strikes behind each seek, as soon as MicroPython lets it."""

    def __init__(self, store, strike):
        self.read, self.readline, self.readinto, self.write = store.read, store.readline, store.readinto, store.write
        self._seek = store.seek
        self._strike = strike

    def seek(self, at):
        schedule(self._strike, None)
        self._seek(at)


def _struck(take):
    # what take() gives while a ticker puts more behind its seek
    r = Ring(16)
    plain = r._io

    def strike(_):
        r._io = plain
        put(r, b"new\n")

    put(r, b"xxxxxxxxx")
    r.skip(9)
    put(r, b"old\n")
    r._io = _Seeking(plain, strike)
    return take(r), r.take(99)


def test_a_ticker_behind_a_seek():
    if not ON_MICROPYTHON:
        skip("CPython has no micropython.schedule")
    for take in (lambda r: r.take(4), lambda r: r.take(4, True), lambda r: _into(r, 4)):
        got = _struck(take)
        assert got == (b"old\n", b"new\n"), got


def test_a_ticker_behind_the_seek_of_a_put():
    if not ON_MICROPYTHON:
        skip("CPython has no micropython.schedule")
    r = Ring(16)
    plain = r._io
    taken = []

    def strike(_):
        r._io = plain
        taken.append(r.take(4))

    put(r, b"old\nmore")
    r._io = _Seeking(plain, strike)
    put(r, b"new\n")
    assert (taken, r.take(99)) == ([b"old\n"], b"morenew\n"), taken
