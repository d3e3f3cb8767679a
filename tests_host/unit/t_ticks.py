"""Milliseconds, and their arithmetic across the wrap."""

from checks import nogc
from espat.ticks import sleep_ms, ticks_add, ticks_diff, ticks_ms


def test_ticks_go_on():
    t = ticks_ms()
    sleep_ms(30)
    gone = ticks_diff(ticks_ms(), t)
    assert 25 <= gone < 5000


def test_diff_and_add():
    t = ticks_ms()
    for ms in (0, 1, 1000, 75000, 3600000):
        assert ticks_diff(ticks_add(t, ms), t) == ms
        assert ticks_diff(t, ticks_add(t, ms)) == -ms


def test_across_the_wrap():
    last = ticks_add(0, -1)
    assert last > 1 << 28
    assert ticks_add(last, 1) == 0
    assert ticks_diff(0, last) == 1 and ticks_diff(last, 0) == -1
    assert ticks_diff(ticks_add(last, 500), last) == 500


def test_ticks_are_small_numbers():
    """Deadlines are compared in the steady state: nothing of it may allocate."""
    nogc(lambda: ticks_diff(ticks_add(ticks_ms(), 1000), ticks_ms()))
    assert 0 <= ticks_ms() < 1 << 62
