"""adafruit_ntp, unchanged, over the library and the simulated module, with a time server on the loopback interface."""

import time

import pytest

from eco.ntp import TimeServer
from eco.report import compat

pytestmark = pytest.mark.timeout(60)


def works(scenario):
    return compat("adafruit_ntp", scenario)


@works("asks the default servers by their names")
def test_default_servers(board):
    with TimeServer().running() as server:
        for n in range(4):
            board.name("%d.adafruit.pool.ntp.org" % n, "203.0.113.%d" % n, 123, server.port)
        off, year = board.play("p_ntp", "ask", 3)
    assert all(abs(x) < 0.5 for x in off) and year == time.localtime().tm_year
    assert server.asked >= 3


@works("time of another day, server by address")
def test_another_day(board):
    with TimeServer(ahead=400 * 86400).running() as server:
        off, year = board.play("p_ntp", "ask_at", "127.0.0.1", server.port)
    assert abs(off[0] - 400 * 86400) < 0.5


@works("lost answer: asks again")
def test_lost(board):
    with TimeServer(silent=1).running() as server:
        off, _ = board.play("p_ntp", "ask_at", "127.0.0.1", server.port)
    assert abs(off[0]) < 0.5 and server.asked >= 2


@works("server that never answers: ETIMEDOUT")
def test_silent(board):
    with TimeServer(silent=99).running() as server:
        board.name("quiet.test", "203.0.113.9", 123, server.port)
        assert board.play("p_ntp", "silent", "quiet.test") == 110
    assert server.asked == 2
