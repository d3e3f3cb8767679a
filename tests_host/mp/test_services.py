"""The servers around a program under test are real, and are gone when their block ends."""

import socket
import time
import urllib.request

import pytest

from mp import services


def test_web_server():
    web = services.WebServer(b"page")
    with web.running() as url:
        with urllib.request.urlopen(url + "some/where", timeout=10) as answer:
            assert answer.read() == b"page"
    assert web.requests == [("127.0.0.1", "GET /some/where HTTP/1.1")]
    with pytest.raises(OSError):
        urllib.request.urlopen(url, timeout=1)


def test_broker_passes_messages_on():
    with services.broker() as (_, port):
        listener = services.Listener(port)
        try:
            _publish(port, b"espat/test", b"\0payload")
            _wait_until(lambda: listener.messages)
            assert listener.messages == [("espat/test", b"\0payload")]
        finally:
            listener.close()
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", port), timeout=1)


def _publish(port, topic, payload):
    body = len(topic).to_bytes(2, "big") + topic + payload
    with socket.create_connection(("127.0.0.1", port), timeout=10) as s:
        s.sendall(b"\x10\x0d\0\4MQTT\4\2\0\x3c\0\1p")
        assert s.recv(4) == b"\x20\2\0\0"
        s.sendall(bytes((0x30, len(body))) + body)
        s.sendall(b"\xe0\0")
        s.recv(1)


def _wait_until(condition):
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end, "it did not happen within 10 seconds"
        time.sleep(0.02)


def test_espsim_answers_on_its_line():
    with services.espsim() as address:
        host, _, port = address.rpartition(":")
        with socket.create_connection((host, int(port)), timeout=0.2) as line:
            _wait_until(lambda: _asks_at(line))


def _asks_at(line):
    """Whether the module answers AT; it is deaf while it boots."""
    line.sendall(b"AT\r\n")
    try:
        return b"OK\r\n" in line.recv(100)
    except socket.timeout:
        return False


def test_failure_is_one_sentence():
    with pytest.raises(services.Failure, match="the simulated module did not start .*unrecognized"):
        with services.espsim("--no-such-option"):
            pass
