"""adafruit_httpserver, unchanged, as a server on the simulated module; its clients are the host's own."""

import concurrent.futures
import http.client
import json
import socket
import ssl
import time
import urllib.request

import pytest
import websockets.sync.client

from eco.report import compat
from rules.source import TOP

PKI = TOP / "tests_host/sim/data/pki"
pytestmark = pytest.mark.timeout(60)


def works(scenario):
    return compat("adafruit_httpserver", scenario)


class Site:
    """The server that a board runs."""

    def __init__(self, address, show, port, context=None):
        self.address, self.show, self.port, self.context = address, show, port, context

    def connect(self):
        return socket.create_connection((self.address, self.port), timeout=10)

    def ask(self, method, path, body=None, **headers):
        """(status, body) of one request on a connection of its own."""
        made = http.client.HTTPSConnection if self.context else http.client.HTTPConnection
        more = {"context": self.context} if self.context else {}
        connection = made(self.address, self.port, timeout=10, **more)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


@pytest.fixture
def site(board):
    port = board.free_port()
    with board.playing("p_httpserver", "serve", port) as show:
        yield Site(board.address(), show, port)
        Site(board.address(), show, port).ask("GET", "/quit")


@works("GET with parameters, JSON both ways, unknown path, wrong method")
def test_requests(site):
    assert site.ask("GET", "/hello?name=world") == (200, b"Hello world")
    code, body = site.ask("POST", "/json", json.dumps({"a": [1, 2]}), **{"Content-Type": "application/json"})
    assert code == 200 and json.loads(body) == {"got": {"a": [1, 2]}, "from": "127.0.0.1"}
    assert site.ask("GET", "/nowhere")[0] == 404
    assert site.ask("POST", "/hello")[0] == 400


@works("body of 20 KB received, file and chunks sent")
def test_bodies(site):
    data = bytes(i * 7 & 255 for i in range(20000))
    assert site.ask("POST", "/length", data) == (200, b"%d %d" % (len(data), sum(data) & 0xFFFF))
    assert site.ask("GET", "/page") == (200, b"<p>file</p>" * 500)
    assert site.ask("GET", "/chunks") == (200, b"".join(b"chunk %d;" % i for i in range(20)))


@works("redirect followed by the client")
def test_redirect(site):
    with urllib.request.urlopen("http://%s:%d/away" % (site.address, site.port), timeout=10) as answer:
        assert answer.read() == b"Hello you"


@works("four clients at once, 40 requests")
def test_clients_at_once(site):
    def client(number):
        return [site.ask("GET", "/hello?name=%d.%d" % (number, i)) for i in range(10)]

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(client, range(4)))
    assert answers == [[(200, b"Hello %d.%d" % (number, i)) for i in range(10)] for number in range(4)]


@works("clients that say nothing, leave, or reset do not stop it")
def test_rude_clients(site):
    site.connect().close()  # leaves without a word
    rude = site.connect()
    rude.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    rude.sendall(b"GET /he")
    time.sleep(0.1)
    rude.close()  # resets
    silent = site.connect()
    begun = time.monotonic()
    assert site.ask("GET", "/hello") == (200, b"Hello you")
    assert time.monotonic() - begun < 4
    silent.close()


@works("server-sent events")
def test_events(site):
    code, body = site.ask("GET", "/events")
    assert code == 200 and body.count(b"data: event") == 3


@works("WebSocket: 50 messages, ping, close")
def test_websocket(site):
    with websockets.sync.client.connect("ws://%s:%d/socket" % (site.address, site.port), open_timeout=10) as peer:
        for i in range(50):
            peer.send("number %d" % i)
            assert peer.recv(10) == "you said number %d" % i
        assert peer.ping().wait(10)
        peer.send("end")
        with pytest.raises(websockets.exceptions.ConnectionClosed):
            peer.recv(10)
    assert site.ask("GET", "/hello") == (200, b"Hello you")


@works("HTTPS")
def test_https(board):
    port = board.free_port()
    context = ssl.create_default_context(cafile=TOP / "tests_host/espsim/pki/client_ca_00.crt")
    context.check_hostname = False
    tls = [str(PKI / "peer_00.crt"), str(PKI / "peer_00.key")]
    with board.playing("p_httpserver", "serve", port, tls) as show:
        site = Site(board.address(), show, port, context)
        assert site.ask("GET", "/hello?name=tls") == (200, b"Hello tls")
        site.ask("GET", "/quit")
    assert show.value == 2
