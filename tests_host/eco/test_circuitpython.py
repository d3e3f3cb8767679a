"""CircuitPython's modules over the library: the contract of reference/api-circuitpython.md, call by call."""

import contextlib
import socket
import ssl
import threading
import time

import pytest

from eco.ntp import TimeServer
from rules.source import TOP

MODULE = TOP / "tests_host/espsim/pki"
PEERS = TOP / "tests_host/sim/data/pki"
pytestmark = pytest.mark.timeout(60)


def _echo(client):
    while data := client.recv(4096):
        client.sendall(data)


def _greet(client):
    client.sendall(b"hello")


@contextlib.contextmanager
def peer(talk):
    """The port of a TCP server that lets talk(client) speak to each client and then closes."""

    def serve():
        with contextlib.suppress(OSError):
            while True:
                client = server.accept()[0]
                client.settimeout(20)
                threading.Thread(target=speak, args=(client,), daemon=True).start()

    def speak(client):
        with client, contextlib.suppress(OSError):
            talk(client)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
        thread.join(5)


@contextlib.contextmanager
def datagram_echo():
    """The port of a UDP server that sends back what it gets."""

    def serve():
        while True:
            data, sender = sock.recvfrom(4096)
            if not data:
                return
            sock.sendto(data, sender)

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield sock.getsockname()[1]
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", sock.getsockname())
        thread.join(5)


# socketpool


@pytest.mark.parametrize("function", ["names", "socket_object", "native_ssl_may_wrap"])
def test_pool(board, function):
    board.play("p_pool", function)


@pytest.mark.parametrize("function", ["receiving", "sending", "not_waiting", "exhaustion"])
def test_streams(board, function):
    with peer(_echo) as port:
        board.play("p_pool", function, port)


def test_end_of_a_stream(board):
    with peer(_greet) as port:
        board.play("p_pool", "end", port)


def test_what_was_sent_has_left(board):
    with peer(_echo) as port:
        board.play("p_pool", "leaves_at_once", port)
    sends = board.sim.trace.bytes("tx").split(b"AT+CIPSEND=")[1:]
    assert [line.split(b",")[1].split(b"\r")[0] for line in sends] == [b"1", b"1", b"1", b"1", b"4"]


def test_connects_that_fail(board):
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    board.air.dead.add("203.0.113.66")
    board.play("p_pool", "failing", port)


def test_names(board):
    board.name("known.test", "203.0.113.7", 80, 1)
    board.play("p_pool", "lookup", "known.test")
    with peer(_echo) as port:
        board.name("echo.test", "203.0.113.8", 7, port)
        board.play("p_pool", "by_name", "echo.test")


def test_datagrams(board):
    with datagram_echo() as first, datagram_echo() as second, datagram_echo() as named:
        board.name("echo.test", "203.0.113.8", 7, named)
        board.play("p_pool", "datagrams", first, second, "echo.test")


def test_server(board):
    port = board.free_port()
    with board.playing("p_pool", "server", port) as show:
        with socket.create_connection((board.address(), port), timeout=10) as client:
            client.sendall(b"ping")
            assert client.recv(10) == b"pong"
        with socket.create_connection((board.address(), port), timeout=10) as silent:
            assert silent.recv(10) == b""
    assert show.value == "served"


def test_without_adafruits_libraries(board):
    assert board.play("p_bare", "joins") == "10.0.0.1"


def test_bleio_is_loaded_by_its_first_use(board):
    before, still, address, same, uuid = board.play("p_bleio", "lazily")
    assert before == still == []
    assert "01:02:03:04:05:06" in address and same and uuid == 0x180F


# ssl


def _own(folder, name):
    return [str(folder / (name + ".crt")), str(folder / (name + ".key"))]


def test_tls_objects(board):
    with peer(_echo) as port:
        board.play("p_ssl", "objects", port)
    board.play("p_ssl", "another_radio")


def test_tls_client_with_a_certificate(board):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*_own(PEERS, "peer_00"))
    context.load_verify_locations(MODULE / "server_ca.crt")  # signs what clients of a module's server show
    context.verify_mode = ssl.CERT_REQUIRED
    context.maximum_version = ssl.TLSVersion.TLSv1_2

    def talk(client):
        with context.wrap_socket(client, server_side=True) as secure:
            assert secure.getpeercert()
            secure.sendall(secure.recv(10) + b" pong")

    with peer(talk) as port:
        board.name("espressif.test", "203.0.113.44", 8443, port)
        files = [str(MODULE / "client_cert_00.crt"), str(MODULE / "client_key_00.key")]
        assert board.play("p_ssl", "talk", "espressif.test", 8443, files) == "ping pong"
        assert board.play("p_ssl", "talk", "espressif.test", 8443, None) in (104, 111)


def test_tls_server_that_asks_for_certificates(board):
    port = board.free_port()
    context = ssl.create_default_context(cafile=MODULE / "client_ca_00.crt")
    context.check_hostname = False
    with TimeServer().running() as clock:
        board.name("cn.ntp.org.cn", "203.0.113.123", 123, clock.port)
        with board.playing("p_ssl", "serve", port, _own(PEERS, "peer_00"), str(MODULE / "server_ca.crt")) as show:
            with pytest.raises(OSError):
                _say(board, port, context)
            context.load_cert_chain(MODULE / "client_cert_00.crt", MODULE / "client_key_00.key")
            assert _say(board, port, context) == b"hello"
    assert show.value == "hello"


def _say(board, port, context):
    with socket.create_connection((board.address(), port), timeout=5) as plain, context.wrap_socket(plain) as secure:
        secure.sendall(b"hello")
        return secure.recv(10)


# wifi


def test_joining(board):
    assert board.play("p_wifi", "joining") == [1, -41]


def test_addresses(board):
    assert board.play("p_wifi", "addresses") == board.address()


def test_fixed_address(board):
    subnet = board.play("p_wifi", "addresses").rpartition(".")[0]
    fixed = [subnet + ".77", subnet + ".1", "9.9.9.9"]
    assert board.play("p_wifi", "fixed", *fixed[:2]) == fixed


@pytest.mark.parametrize("function", ["names", "switching", "addresses_as_objects", "services"])
def test_radio(board, function):
    board.play("p_wifi", function)


def test_scanning(board):
    found = board.play("p_wifi", "scanning")
    modes = {name: sorted(mode.rpartition(".")[2] for mode in entry[3]) for name, entry in found.items()}
    assert found["espressif"][:3] == [1, -41, 6]
    assert modes["open"] == ["OPEN"] and modes["wep"] == ["WEP"] and modes["espressif"] == ["PSK", "WPA2"]
    assert modes["wpa-wpa2"] == ["PSK", "WPA", "WPA2"] and modes["wpa3"] == ["PSK", "WPA3"]
    assert modes["enterprise"] == ["ENTERPRISE", "WPA2"] and modes["wpa2-wpa3"] == ["PSK", "WPA2", "WPA3"]
    assert 'POT",-AL00a' in found and "Caf\u00e9 \u4e2d\u6587" in found


def test_ping(board):
    board.air.names["gone.test"] = "203.0.113.99"
    board.air.dead.add("203.0.113.99")
    assert board.play("p_wifi", "ping", "gone.test") is True


def test_network_lost_and_found(board):
    with board.playing("p_wifi", "loss") as show:
        board.air.switch("espressif", False)
        time.sleep(0.2)
        board.air.switch("espressif", True)
    assert show.value == [True, True, True]


def test_restart_of_the_module(board):
    with board.playing("p_wifi", "restart") as show:
        board.sim.restart()
    assert show.value == [1, True, "espressif"]


def test_access_point(board):
    assert board.play("p_wifi", "access_point") == ["192.168.4.1", "255.255.255.0", "192.168.4.1", ["192.168.4.1"]]
