"""The page's server: what it gives, to whom, and that nobody who watches slows the module."""

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time

import pytest

from mp import host
from sim.talk import Host
from webpage.stage import watched

JSON = {"Content-Type": "application/json"}
SECONDS = 30


@pytest.fixture
def stage():
    with watched() as (sim, web):
        yield sim, web


def ask(web, path, method="GET", body=None, **headers):
    """(status, headers, body)."""
    line = http.client.HTTPConnection("127.0.0.1", web.port, timeout=SECONDS)
    line.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    answer = line.getresponse()
    with contextlib.closing(line):
        return answer.status, dict(answer.getheaders()), answer.read()


def post(web, request, path="/fault", **headers):
    body = request if isinstance(request, str) else json.dumps(request)
    return ask(web, path, "POST", body, **{**JSON, **headers})


@contextlib.contextmanager
def watching(web, extra=""):
    """A generator of (event, data) as a browser gets them."""
    with socket.create_connection(("127.0.0.1", web.port), timeout=SECONDS) as sock:
        sock.sendall(f"GET /events HTTP/1.1\r\nHost: 127.0.0.1:{web.port}\r\n{extra}\r\n".encode())
        yield events(sock.makefile("r", encoding="utf-8", newline="\n"))


def events(file):
    kind = number = None
    for line in file:
        name, _, value = line.rstrip("\n").partition(": ")
        if name == "event":
            kind = value
        elif name == "id":
            number = value
        elif name == "data":
            yield kind, json.loads(value), number


def until(stream, test):
    """Read events until one passes the test."""
    for kind, data, number in stream:
        if test(kind, data):
            return data, number
    raise AssertionError("the stream ended")


def seen(words):
    return lambda kind, data: kind == "line" and any(words in entry[2] for entry in data["log"])


def speak(sim, line=b"AT\r\n", end=b"\r\nOK\r\n"):
    with socket.create_connection(sim.address, timeout=SECONDS) as sock:
        sock.sendall(line)
        got = b""
        while not got.endswith(end):
            more = sock.recv(4096)
            assert more, got
            got += more
    return got


def test_files(stage):
    _, web = stage
    status, headers, page = ask(web, "/")
    assert status == 200 and headers["Content-Type"].startswith("text/html")
    assert "default-src 'self'" in headers["Content-Security-Policy"] and headers["X-Content-Type-Options"] == "nosniff"
    linked = re.findall(rb'(?:src|href)="([^"]+)"', page)
    assert b"main.js" in linked and b"style.css" in linked
    for name in linked:
        assert ask(web, "/" + name.decode())[0] == 200
    for wrong in ("/nothing", "/../server.py", "/%2e%2e/server.py", "/static/main.js"):
        assert ask(web, wrong)[0] == 404


def test_the_page_needs_nobody_else():
    from espsim.web.server import STATIC

    for path in STATIC.iterdir():
        text = path.read_text().replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?://|//cdn|@import|innerHTML|insertAdjacentHTML|document\.write|eval\(", text), path.name


@pytest.mark.parametrize("headers, status", [
    ({"Host": "evil.example:{port}"}, 403), ({"Host": "127.0.0.1:1"}, 403), ({"Host": "127.0.0.1.evil.example:{port}"}, 403),
    ({"Origin": "http://evil.example"}, 403), ({"Origin": "null"}, 403), ({"Origin": "https://127.0.0.1:{port}"}, 403),
    ({"Content_Type": "text/plain"}, 415), ({"Content_Type": "application/x-www-form-urlencoded"}, 415),
    ({"Host": "localhost:{port}", "Origin": "http://localhost:{port}"}, 200), ({"Origin": "http://127.0.0.1:{port}"}, 200),
    ({}, 200),
])  # fmt: skip
def test_who_may_inject(stage, headers, status):
    sim, web = stage
    headers = {"Content_Type": "application/json", **{name: value.format(port=web.port) for name, value in headers.items()}}
    assert ask(web, "/fault", "POST", '{"fault": "error"}', **headers)[0] == status
    assert len(sim.faults.rules) == (status == 200)


def test_other_names_may_not_watch_either(stage):
    _, web = stage
    for path in ("/", "/events", "/trace.json"):
        assert ask(web, path, Host=f"rebound.example:{web.port}")[0] == 403


@pytest.mark.parametrize("wrong", [
    "", "nonsense", "[]", "7", '{"fault": "nothing"}', '{"fault": ["busy"]}', '{"fault": "busy"}',
    '{"fault": "busy", "times": "6"}',
    '{"fault": "busy", "times": 101}', '{"fault": "busy", "times": true}', '{"fault": "busy", "times": NaN}',
    '{"fault": "drop", "n": 3, "way": "up"}', '{"fault": "say", "text": ""}', '{"fault": "close", "link": 4}',
])  # fmt: skip
def test_wrong_requests_do_nothing(stage, wrong):
    sim, web = stage
    assert post(web, wrong)[0] == 400
    assert sim.faults.rules == [] and speak(sim).endswith(b"OK\r\n")


def test_methods_and_sizes(stage):
    _, web = stage
    assert ask(web, "/", "PUT")[0] == 405
    assert post(web, {}, "/elsewhere")[0] == 404
    assert post(web, " " * 5000)[0] == 413


def test_a_fault_strikes_and_can_be_taken_back(stage):
    sim, web = stage
    assert json.loads(post(web, {"fault": "error"})[2]) == {"done": "ERROR"}
    assert speak(sim, end=b"ERROR\r\n").endswith(b"\r\nERROR\r\n")
    assert speak(sim).endswith(b"\r\nOK\r\n"), "it strikes once"
    post(web, {"fault": "error"})
    assert post(web, {}, "/disarm")[0] == 200
    assert speak(sim).endswith(b"\r\nOK\r\n")


@pytest.mark.parametrize("asked, got", [
    ({"fault": "drop", "way": "to_host", "n": 3}, b"K\r\n"),
    ({"fault": "double", "way": "to_host", "n": 3}, b"\r\nO\r\nOK\r\n"),
    ({"fault": "flip", "way": "to_host"}, b"\x1d\nOK\r\n"),
    ({"fault": "drop", "way": "to_module", "n": 4}, b""),
    ({"fault": "twice"}, b"\r\nOK\r\n\r\nOK\r\n"),
    ({"fault": "lose"}, b""),
    ({"fault": "busy", "times": 1}, b"\r\nbusy p...\r\n"),
    ({"fault": "say", "text": "h\u00e9"}, b"\r\nh\xc3\xa9\r\n\r\nOK\r\n"),
])  # fmt: skip
def test_what_faults_do_to_the_bytes(asked, got):
    with watched() as (sim, web), Host(sim, SECONDS) as line:
        line.write(b"ATE0\r\n")
        line.read(b"\r\nOK\r\n")
        assert post(web, asked)[0] == 200
        line.write(b"AT\r\n")
        assert line.exactly(len(got)) == got
        end = time.monotonic() + SECONDS
        while not sim.call(lambda: sim.trace.counts["tx"] == 10 and not sim.module.busy):
            assert time.monotonic() < end
        line.write(b"AT+CWMODE?\r\n")
        assert line.read(b"\r\nOK\r\n").startswith(b"+CWMODE:"), "it strikes once"


def test_every_fault_of_the_catalogue_is_accepted():
    from espsim.web.inject import FAULTS

    with watched() as (sim, web):
        for name, (group, _, _, fields, _) in FAULTS.items():
            if group:
                values = {key: field.get("default", "to_module") for key, field in fields.items()}
                status, _, body = post(web, {"fault": name, **values})
                assert status == 200, (name, body)
                sim.call(sim.faults.disarm)
                sim.restart()  # the next one finds a module that has started
        assert not sim.module.failures
        sim.faults.holding = dict.fromkeys(sim.faults.holding)
        assert speak(sim).endswith(b"\r\nOK\r\n")


def test_watchers_see_the_line_and_the_state(stage):
    sim, web = stage
    with watching(web) as one, watching(web) as other:
        for stream in (one, other):
            hello, _ = until(stream, lambda kind, data: kind == "hello")
            assert hello["profile"] == "esp32-3.4" and {"busy", "power"} <= {fault["id"] for fault in hello["faults"]}
        speak(sim, b"AT+CWMODE=3\r\n")
        for stream in (one, other):
            data, number = until(stream, seen("AT+CWMODE=3"))
            assert data["lost"] == 0
            until(stream, lambda kind, data: kind == "state" and data["wifi"]["mode"] == "station and SoftAP"
                  and data["watchers"] == 2)
    with watching(web, f"Last-Event-ID: {number}\r\n") as again:
        speak(sim, b"AT+GMR\r\n")
        data, _ = until(again, lambda kind, data: kind == "line")
        assert not any("CWMODE=3" in entry[2] for entry in data["log"]), "it goes on where it was"


def test_passwords_do_not_leave(stage):
    sim, web = stage
    speak(sim, b"AT+CWMODE=1\r\n")
    with watching(web) as stream:
        speak(sim, b'AT+CWJAP="espressif","1234567890"\r\n')
        text = json.dumps(until(stream, seen("CWJAP"))[0])
        assert "1234567890" not in text and "espressif" in text
    saved = json.loads(ask(web, "/trace.json")[2])
    assert "1234567890" not in json.dumps(saved)
    assert {entry["dir"] for entry in saved["log"]} == {"tx", "rx"} and any("CWJAP" in entry["data"] for entry in saved["log"])


def test_a_slow_watcher_slows_nobody(stage):
    sim, web = stage
    with watching(web) as slow, watching(web) as other:
        until(slow, lambda kind, data: kind == "hello")  # and it never reads again
        with socket.create_connection(sim.address, timeout=SECONDS) as line:
            line.sendall(b"ATE0\r\n")
            got = b""
            while not got.endswith(b"\r\nOK\r\n"):
                got += line.recv(4096)
            for _ in range(200):
                sim.inject(bytes(100_000))
                left = 100_000
                while left:
                    left -= len(line.recv(left))
            line.sendall(b"AT+GMR\r\n")
            got = b""
            while not got.endswith(b"\r\nOK\r\n"):
                got += line.recv(4096)
        until(other, seen("AT+GMR"))
        assert sim.trace.kept <= 2 << 20


def test_watchers_are_limited(stage):
    _, web = stage
    with contextlib.ExitStack() as crowd:
        for _ in range(32):
            until(crowd.enter_context(watching(web)), lambda kind, data: kind == "hello")
        assert ask(web, "/events")[0] == 503
    end = time.monotonic() + SECONDS
    while ask(web, "/trace.json")[0] != 200 or web.watchers:
        assert time.monotonic() < end, "those who left are counted still"
        time.sleep(0.1)


def test_from_the_command_line(tmp_path):
    """It says where the page is, and ends in spite of a watcher; --trace stays whole."""
    trace = tmp_path / "trace.json"
    command = [sys.executable, "-u", "-m", "espsim", "--tcp", "127.0.0.1:0", "--web", "127.0.0.1:0", "--trace", str(trace)]
    variables = {**os.environ, "PYTHONPATH": str(host.TOP / "tests_host")}
    with subprocess.Popen(command, env=variables, stdout=subprocess.PIPE, text=True) as process:
        try:
            port = int(re.search(r":(\d+)$", process.stdout.readline().strip())[1])
            url = re.fullmatch(r"espsim: web page at http://127\.0\.0\.1:(\d+)/", process.stdout.readline().strip())
            web = type("Web", (), {"port": int(url[1])})
            with watching(web) as stream:
                until(stream, lambda kind, data: kind == "state" and data["state"] == "command mode")
                speak(type("Sim", (), {"address": ("127.0.0.1", port)}))
                until(stream, seen("AT"))
                process.send_signal(signal.SIGTERM)
                assert process.wait(SECONDS) == 0
        finally:
            process.kill()
    assert {"dir": "tx", "data": "AT\r\n"} in json.loads(trace.read_text())["log"]


def test_a_wrong_address_is_said():
    done = subprocess.run([sys.executable, "-m", "espsim", "--web", "here"], cwd=host.TOP / "tests_host", timeout=SECONDS,
                          capture_output=True, text=True)
    assert done.returncode == 2 and "HOST:PORT is wanted, not here" in done.stderr
