"""The world around a program under test, each a context manager: the simulated module, an HTTP server, an MQTT broker.

All listen on the loopback interface, on ports the system chooses, and end with their with block.
"""

import contextlib
import http.server
import importlib.util
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

from mp import host

START_SECONDS = 20


class Failure(Exception):
    """Something around the program did not work; the text is one sentence."""


def free_port():
    """A TCP port on which nobody listens, at no address, and below those that the system gives to connections: nobody is
    in its way, now or later."""
    while True:
        port = random.SystemRandom().randrange(10000, 32000)
        with contextlib.suppress(OSError), socket.create_server(("", port)):
            return port


@contextlib.contextmanager
def _process(command, log, **options):
    """A running program that is ended, at the latest by force, when the block ends."""
    process = subprocess.Popen([str(c) for c in command], stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                               **options)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(what, ready, process, log):
    """Until ready() gives something, which is returned; Failure when the process ends or time runs out before."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        value = ready()
        if value:
            return value
        if process.poll() is not None:
            break
        time.sleep(0.05)
    words = pathlib.Path(log.name).read_text(errors="replace").strip().splitlines()
    raise Failure("%s did not start (%s)" % (what, words[-1] if words else "it said nothing"))


def _accepts(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


@contextlib.contextmanager
def espsim(*arguments):
    """The simulated module as a process of its own; gives the address "HOST:PORT" of its serial line."""
    with tempfile.NamedTemporaryFile("w", suffix=".log") as log:
        command = [sys.executable, "-m", "espsim", "--tcp", "127.0.0.1:0", *arguments]
        variables = {**os.environ, "PYTHONPATH": str(host.TOP / "tests_host"), "PYTHONUNBUFFERED": "1"}
        with _process(command, log, env=variables) as process:
            yield _wait_for("the simulated module", lambda: _listening(log), process, log)


def _listening(log):
    for line in pathlib.Path(log.name).read_text().splitlines():
        if line.startswith("espsim: listening on "):
            return line.split()[-1]
    return None


class WebServer:
    """Serves `page` at every path; requests: (client's address, request line) of each request so far."""

    def __init__(self, page):
        self.page = page
        self.requests = []

    @contextlib.contextmanager
    def running(self):
        """Gives the URL of the page."""
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler()) as server:
            thread = threading.Thread(target=server.serve_forever, daemon=True)
            thread.start()
            try:
                yield "http://127.0.0.1:%d/" % server.server_port
            finally:
                server.shutdown()
                thread.join()

    def _handler(outer):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outer.requests.append((self.client_address[0], self.requestline))
                self.send_response(200)
                self.send_header("Content-Type", "text/plain; charset=utf-8")
                self.send_header("Content-Length", str(len(outer.page)))
                self.end_headers()
                self.wfile.write(outer.page)

            def log_message(self, *arguments):
                pass

        return Handler


def broker_program():
    """(name, command with the configuration file left out, configuration) of the MQTT broker that is here."""
    mosquitto = shutil.which("mosquitto", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    if mosquitto:
        return "mosquitto", [mosquitto, "-c"], "listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\n"
    if importlib.util.find_spec("amqtt"):
        settings = {"listeners": {"default": {"type": "tcp", "bind": "127.0.0.1:{port}"}},
                    "plugins": {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}}}
        program = "import sys; from amqtt.scripts.broker_script import main; main()"
        return "amqtt", [sys.executable, "-c", program, "-c"], json.dumps(settings)  # JSON is YAML
    raise Failure("there is no MQTT broker: neither mosquitto nor the Python package amqtt")


@contextlib.contextmanager
def broker():
    """An MQTT broker on the loopback interface; gives (its name, its port)."""
    name, command, configuration = broker_program()
    port = free_port()
    with tempfile.TemporaryDirectory() as folder, open(os.path.join(folder, "broker.log"), "w") as log:
        path = os.path.join(folder, "broker.conf")
        with open(path, "w") as f:
            f.write(configuration.replace("{port}", str(port)))
        with _process([*command, path], log) as process:
            _wait_for("the MQTT broker (%s)" % name, lambda: _accepts(port), process, log)
            yield name, port


class Listener:
    """An MQTT client that only listens, to see from outside what a program published; messages: (topic, payload) pairs."""

    def __init__(self, port):
        self.messages = []
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=START_SECONDS)
        self._file = self._socket.makefile("rb")
        self._send(0x10, b"\0\4MQTT\4\2\0\x3c" + _text(b"espat-listener"))
        self._expect(0x20)
        self._send(0x82, b"\0\1" + _text(b"#") + b"\0")
        self._expect(0x90)
        self._socket.settimeout(None)
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def close(self):
        self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._file.close()
        self._socket.close()

    def _send(self, kind, body):
        self._socket.sendall(bytes((kind, len(body))) + body)  # all of ours are shorter than 128 bytes

    def _expect(self, kind):
        got = self._packet()
        if got[0] != kind:
            raise Failure("the MQTT broker answered with packet type 0x%02x instead of 0x%02x" % (got[0], kind))

    def _packet(self):
        kind = self._file.read(1)
        if not kind:
            raise EOFError
        size = shift = 0
        while True:
            byte = self._file.read(1)[0]
            size |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return kind[0], self._file.read(size)

    def _listen(self):
        with contextlib.suppress(EOFError, OSError, IndexError):
            while True:
                kind, body = self._packet()
                if kind & 0xF0 == 0x30:  # quality of service 0, as subscribed
                    size = int.from_bytes(body[:2], "big")
                    self.messages.append((body[2:2 + size].decode(), body[2 + size:]))


def _text(data):
    return len(data).to_bytes(2, "big") + data
