"""examples/10 to 16 and 41, as they stand, with their peers around them, on MicroPython."""

import contextlib
import pathlib
import socket
import struct
import threading
import time

import pytest

from mp import board, host, services
from mpclients import run
from mpclients.pki import HOST, Pki
from mpclients.world import World
from net.stage import PASSWORD, SSID

SECONDS = 30


@pytest.fixture(params=run.MICROPYTHON)
def stand(request, tmp_path):
    reason = host.why_missing(request.param)
    if reason:
        pytest.skip(reason)
    with World(Pki(tmp_path)) as world:
        yield Stand(request.param, tmp_path, world)


class Stand:
    """An example, and threads that are its peers."""

    def __init__(self, interpreter, folder, world):
        self.interpreter, self.folder, self.world = interpreter, folder, world
        self.port = services.free_port()
        self.said = []

    def run(self, name, peer=None, **settings):
        """The example's lines; peer: function that runs meanwhile."""
        thread = threading.Thread(target=self._peer, args=(peer,), daemon=True)
        if peer:
            thread.start()
        values = {"PORT": "%s:%d" % self.world.sim.address[:2], "SSID": SSID, "PASSWORD": PASSWORD, "SERVER_PORT": str(self.port)}
        unix = board.Unix(self.folder, {**values, **settings}, interpreter=self.interpreter)
        lines = unix.run(name, SECONDS)
        if peer:
            thread.join(SECONDS)
        assert not thread.is_alive() and self.said == []
        return lines

    def _peer(self, peer):
        try:
            peer()
        except Exception as error:
            self.said.append(repr(error))

    @contextlib.contextmanager
    def dial(self):
        """A connection to the module's server, as soon as it listens."""
        end = time.monotonic() + SECONDS
        while True:
            try:
                sock = socket.create_connection((self.world.address, self.port), timeout=SECONDS)
                break
            except OSError:
                assert time.monotonic() < end
                time.sleep(0.05)
        with sock, sock.makefile("rwb", buffering=0) as file:
            yield file


def test_tcp_server(stand):
    def clients():
        for n in range(2):
            with stand.dial() as file:
                for word in (b"first", b"second"):
                    file.write(b"%d %s\n" % (n, word))
                    assert file.readline() == b"%d %s\n" % (n, word.upper())

    assert stand.run("10_tcp_server", clients, CLIENTS="2")[-1] == "ok: 4 lines for 2 clients"


def test_tls_get(stand):
    stand.world.air.names[HOST] = "127.0.0.1"
    _, port = stand.world.do_web("server")
    settings = {"TLS_HOST": HOST, "TLS_PORT": str(port), "CA": stand.world.pki.path("ca.pem")}
    assert stand.run("11_tls_get", **settings)[-1] == "ok: verified page fetched"
    _, port = stand.world.do_web("stranger")
    with pytest.raises(services.Failure, match="not accepted"):
        stand.run("11_tls_get", **{**settings, "TLS_PORT": str(port)})


def test_tls_mutual(stand):
    stand.world.air.names[HOST] = "127.0.0.1"
    number, port = stand.world.do_tls("server", "clients.pem")
    cert, key = stand.world.pki.pair("client")
    settings = {"TLS_HOST": HOST, "TLS_PORT": str(port), "CA": stand.world.pki.path("ca.pem"), "CERT": cert, "KEY": key}
    assert stand.run("12_tls_mutual", **settings)[-1] == "ok: both sides are verified"
    assert [tuple(one) for one in stand.world.do_shown(number)] == [(HOST, None, "device 7")]


def test_udp_multicast(stand):
    group = "239.7.8.9"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as member:
        loopback = socket.inet_aton("127.0.0.1")
        member.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        member.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, struct.pack("4s4s", socket.inet_aton(group), loopback))
        member.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, loopback)
        member.bind((group, stand.port))
        member.settimeout(SECONDS)

        def other():
            data, sender = member.recvfrom(100)
            assert (data, sender[0]) == (b"who is there?", stand.world.address)
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as answering:
                answering.sendto(b"I am", (stand.world.address, stand.port))

        lines = stand.run("13_udp_multicast", other, GROUP=group, GROUP_PORT=str(stand.port))
    assert lines[-1] == "ok: 1 found" and "says b'I am'" in lines[-2]


def test_asyncio_server(stand):
    def clients():
        with stand.dial() as one, stand.dial() as two:
            for file, word in ((two, b"two\n"), (one, b"one\n"), (two, b"again\n")):
                file.write(word)
                assert file.readline().endswith(b" ticks, you said: " + word)

    assert stand.run("14_asyncio_server", clients, CLIENTS="2")[-1] == "ok: served 2 clients"


def test_softap(stand):
    def station():
        with stand.dial() as file:
            assert file.read(2000).endswith(b"hello from the board\n")

    lines = stand.run("15_softap", station, AP_SSID="board", AP_PASSWORD="87654321")
    assert lines[-1] == "ok: access point up and down again"
    assert any(line.startswith("access point board on channel 6") for line in lines) and any("served" in line for line in lines)


def test_portal(stand):
    names = services.free_port()  # ports are shared by UDP and TCP here

    def phone():
        with stand.dial() as file:
            file.write(b"GET /generate_204 HTTP/1.1\r\nHost: anything\r\n\r\n")
            assert b"<option>espressif</option>" in read(file)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.settimeout(SECONDS)
            question = b"\7example\3com\0\0\1\0\1"
            s.sendto(b"\x12\x34\1\0\0\1\0\0\0\0\0\1" + question + b"\0\0\x29\4\xd0\0\0\0\0\0\0", (stand.world.address, names))
            answer = s.recv(512)
            assert answer[:4] == b"\x12\x34\x81\x80" and answer[12:12 + len(question)] == question
            assert len(answer) == 28 + len(question) and answer[-4:] == bytes((192, 168, 4, 1))
        with stand.dial() as file:
            file.write(b"nonsense\r\n\r\n")
            read(file)
        with stand.dial() as file:
            body = b"ssid=%s&key=%%3%d%s" % (SSID.encode(), int(PASSWORD[0]), PASSWORD[1:].encode())
            file.write(b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
            assert b"Thank you" in read(file)

    lines = stand.run("41_portal", phone, DNS_PORT=str(names))
    assert lines[-2:] == ["joining " + SSID, "ok: joined"]


def test_microdot(stand):
    pytest.importorskip("microdot")
    run.copies(stand.folder, ["microdot"])

    def browser():
        for path, wanted in (("/", b"<h1>espat</h1><p>visit 1</p>"), ("/data", b'"visits": 1'), ("/stop", b"bye")):
            with stand.dial() as file:
                file.write(b"GET %s HTTP/1.0\r\n\r\n" % path.encode())
                assert wanted in read(file), path

    assert stand.run("16_microdot", browser)[-1] == "ok: 1 visits"


def read(file):
    """All until the end."""
    data = b""
    while piece := file.read(4096):
        data += piece
    return data


def test_they_are_short():
    for path in pathlib.Path(host.TOP, "examples").glob("1*.py"):
        assert len(path.read_text().splitlines()) < 60, path.name
