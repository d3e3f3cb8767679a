"""The examples, unchanged, against a simulated module and real servers; the last line of each tells how it went."""

import contextlib
import pathlib
import socket
import struct
import threading

import pytest

from espsim import Air, Sim
from mp import board, host, services
from net.stage import PASSWORD, SSID

LAST = {
    "00_check_firmware": "ok: module answers",
    "01_scan": "ok: access points found",
    "02_connect": "ok: connected",
    "03_http_get": "ok: page fetched",
    "04_mqtt": "ok: 3 messages there and back",
    "05_udp": "ok: the time has come",
    "06_asyncio_client": "ok: two downloads at once",
}
NEEDS_MICROPYTHON = ("03_http_get", "06_asyncio_client")  # CPython's requests and asyncio work on system sockets only
PAGE = b"A page for the examples.\n" * 20
SECONDS_1900 = 0xEA123456


@contextlib.contextmanager
def time_server():
    """Answers SNTP questions with one time; gives its port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=answer, args=(server,), daemon=True)
        thread.start()
        yield server.getsockname()[1]
        server.sendto(b"", server.getsockname())
        thread.join()


def answer(server):
    while True:
        query, sender = server.recvfrom(100)
        if not query:
            return
        if len(query) == 48 and query[0] & 7 == 3:  # a client's
            server.sendto(bytes((0x24, 1)) + bytes(38) + struct.pack("!II", SECONDS_1900, 0), sender)


@pytest.fixture(scope="module")
def settings(request):
    """What the examples' boards answer to setting(); servers and module run until the last of them has ended."""
    air = Air()
    air.names["page.test"] = air.names["broker.test"] = air.names["time.test"] = "127.0.0.1"
    with contextlib.ExitStack() as stack:
        web = services.WebServer(PAGE)
        port = stack.enter_context(web.running()).rstrip("/").rpartition(":")[2]
        _, broker = stack.enter_context(services.broker())
        clock = stack.enter_context(time_server())
        sim = stack.enter_context(Sim(air=air))
        yield {"PORT": "%s:%d" % sim.address[:2], "SSID": SSID, "PASSWORD": PASSWORD, "URL": "http://page.test:%s/" % port,
               "HOST": "page.test", "HTTP_PORT": port, "BROKER": "broker.test", "BROKER_PORT": str(broker),
               "NTP": "time.test", "NTP_PORT": str(clock)}
        assert sim.module.failures == []


def rows():
    for interpreter in host.INTERPRETERS:
        for name in LAST:
            if interpreter != "cpython" or name not in NEEDS_MICROPYTHON:
                yield name, interpreter


def test_every_first_example_is_here():
    found = {path.stem for path in (host.TOP / "examples").glob("0[0-6]_*.py")}
    assert found == set(LAST)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name, interpreter", rows())
def test_example(settings, tmp_path, name, interpreter):
    reason = host.why_missing(interpreter)
    if reason:
        pytest.skip(reason)
    lines = board.Unix(pathlib.Path(tmp_path), settings, lib=host.LIB, interpreter=interpreter).run(name, seconds=30)
    assert lines[-1] == LAST[name]
    CHECKS.get(name, lambda lines: None)(lines)


def seen(text):
    def check(lines):
        assert any(text in line for line in lines), lines

    return check


CHECKS = {
    "00_check_firmware": seen("AT firmware 3.4"),
    "01_scan": seen("espressif"),
    "03_http_get": seen("A page for the examples."),
    "04_mqtt": seen("message 2"),
    "05_udp": seen(str(SECONDS_1900)),
    "06_asyncio_client": seen("two answers of"),
}
