"""CircuitPython's modules on every firmware line: joining, streams, datagrams, a server."""

import binascii

import pytest

from eco.board import Board
from eco.ntp import TimeServer
from eco.test_adafruit_httpserver import Site
from eco.web import Web, pattern
from espsim.profile import PROFILES

pytestmark = pytest.mark.timeout(60)


@pytest.fixture(params=sorted(PROFILES))
def board(request, tmp_path):
    with Board(tmp_path, request.param) as board:
        yield board


def test_requests(board):
    data = pattern(3000)[:3000]
    with Web().running() as web:
        board.name("web.test", "203.0.113.80", 80, web.port)
        assert board.play("p_requests", "digest", "http://web.test/big/3000", 100) == [3000, binascii.crc32(data)]
        assert board.play("p_requests", "get", "http://web.test/hello", 3) == [[200, "hello"]] * 3
    assert web.used() == [1, 3]


def test_ntp(board):
    with TimeServer().running() as server:
        off, _ = board.play("p_ntp", "ask_at", "127.0.0.1", server.port)
    assert abs(off[0]) < 0.5


def test_httpserver(board):
    port = board.free_port()
    with board.playing("p_httpserver", "serve", port) as show:
        site = Site(board.address(), show, port)
        assert site.ask("GET", "/hello?name=a") == (200, b"Hello a")
        assert site.ask("POST", "/length", bytes(3000)) == (200, b"3000 0")
        site.ask("GET", "/quit")
    assert show.value == 3
