"""The CircuitPython examples, over a board's own file and busio.UART."""

import urllib.request

import pytest

from eco.board import ended_well
from eco.web import Web
from mp import host

pytestmark = pytest.mark.timeout(60)


def run(board, name, **settings):
    words, paths, variables = board.example(name, **settings)
    done = host.run("cpython", *words, paths=paths, extra=variables, timeout=30, cwd=board.folder)
    ended_well(done)
    return done.output


def test_requests_get(board):
    with Web().running() as web:
        board.name("example.com", "203.0.113.80", 80, web.port)
        assert "200 hello" in run(board, "requests_get", URL="http://example.com/hello")
    assert web.used() == [1]


def test_minimqtt(board, broker):
    output = run(board, "minimqtt", BROKER="127.0.0.1", BROKER_PORT=str(broker[1]))
    assert output.count("received espat/circuitpython message") == 3


def test_httpserver(board):
    port = board.free_port()
    words, paths, variables = board.example("httpserver", PORT=str(port))
    with board.running(words, paths, variables) as show:
        bodies = [_get(board, port, path) for path in ("/", "/signal", "/", "/stop")]
    ended_well(show.done)
    assert bodies == [b"Hello from an ESP-AT module", b'{"rssi": -41}', b"Hello from an ESP-AT module", b"bye"]


def _get(board, port, path):
    with urllib.request.urlopen("http://%s:%d%s" % (board.address(), port, path), timeout=10) as answer:
        return answer.read()
