"""adafruit_minimqtt, unchanged, over the library and the simulated module, with a real broker."""

import contextlib
import select
import socket
import ssl
import threading
import time

import pytest

from eco.report import compat
from mp import services
from rules.source import TOP

PKI = TOP / "tests_host/sim/data/pki"
pytestmark = pytest.mark.timeout(60)


def works(scenario):
    return compat("adafruit_minimqtt", scenario)


@pytest.fixture
def port(board, broker):
    """The broker as mqtt.test, port 1883."""
    board.name("mqtt.test", "203.0.113.18", 1883, broker[1])
    return 1883


@pytest.mark.parametrize("qos", [0, 1])
@works("100 messages each way at QoS {qos}")
def test_exchange(board, port, qos):
    got = board.play("p_minimqtt", "exchange", "mqtt.test", port, 100, qos)
    assert got == [["espat/eco/%d" % qos, "message %d" % i] for i in range(100)]


@works("will, several topics, callbacks, ping, unsubscribe, reconnect")
def test_life(board, port):
    told, got, pings = board.play("p_minimqtt", "life", "mqtt.test", port)
    assert sorted(got[:2]) == [["espat/a", "\x01\x02"], ["espat/b", "3.5"]] and got[2:] == [["espat/b", "again"]]
    assert 0xD0 in pings
    assert [what for what, *_ in told] == ["connect", "subscribe", "subscribe", "publish", "publish", "unsubscribe",
                                           "disconnect", "connect", "subscribe", "publish", "disconnect"]
    assert told[0] == ["connect", "mine", 0]


@works("message of 20 KB")
def test_large(board, port):
    assert board.play("p_minimqtt", "large", "mqtt.test", port, 20000) == [["espat/large", True]]


@works("message at QoS 0 leaves although the program sleeps afterwards")
def test_lone(board, port, broker):
    listener = services.Listener(broker[1])
    seen = []

    def watch():
        end = time.monotonic() + 20
        while not listener.messages and time.monotonic() < end:
            time.sleep(0.01)
        seen.append(board.links())  # while the program still sleeps, its link is open

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        board.play("p_minimqtt", "lone", "mqtt.test", port, 1.5)
        thread.join()
        assert listener.messages == [("espat/lone", b"left")] and len(seen[0]) == 1
    finally:
        thread.join()
        listener.close()


@works("no broker: MMQTTException")
def test_refused(board):
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    assert board.play("p_minimqtt", "refused", "127.0.0.1", port) == ["Repeated connect failures", 111]


@contextlib.contextmanager
def tls_in_front_of(port):
    """A TLS port that leads to a plain one."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(PKI / "peer_00.crt", PKI / "peer_00.key")
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=_carry, args=(server, context, port), daemon=True)
        thread.start()
        yield server.getsockname()[1]
        thread.join(10)


def _carry(server, context, port):
    """One connection through, until either side ends it."""
    server.settimeout(20)
    with context.wrap_socket(server.accept()[0], server_side=True) as outer:
        with socket.create_connection(("127.0.0.1", port)) as inner:
            while True:
                ready = [outer] if outer.pending() else select.select([outer, inner], [], [], 20)[0]
                for end in ready:
                    data = end.recv(4096)
                    if not data:
                        return
                    (inner if end is outer else outer).sendall(data)


@works("TLS, nobody verified: the caller said so; user name and password")
def test_tls(board, broker):
    with tls_in_front_of(broker[1]) as port:
        board.name("mqtt.test", "203.0.113.18", 8883, port)
        assert board.play("p_minimqtt", "secure", "mqtt.test", 8883, "somebody") == [["espat/tls", "over TLS"]]
