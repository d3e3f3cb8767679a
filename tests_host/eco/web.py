"""An HTTP/1.1 server with the answers that clients find hard: chunks, redirects, large bodies, pauses, ends."""

import contextlib
import http.server
import json
import threading
import time


def pattern(n):
    """n bytes that differ from place to place; programs have the same."""
    return bytes((i * 7 + (i >> 8) * 13) & 255 for i in range(min(n, 65536))) * (n // 65536 + 1)


class Web:
    """requests: (number of the connection, method, path, headers, body) of each request so far."""

    def __init__(self, tls=None):
        self.requests = []
        self.connections = 0
        self.tls = tls  # an ssl.SSLContext
        self.port = None

    @contextlib.contextmanager
    def running(self):
        with Server(("127.0.0.1", 0), Handler) as server:
            server.web = self
            server.daemon_threads = True
            if self.tls:
                server.socket = self.tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
            self.port = server.server_port
            thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
            thread.start()
            try:
                yield self
            finally:
                server.shutdown()
                thread.join()

    def used(self):
        """How many requests each connection has carried, in order."""
        numbers = [number for number, *_ in self.requests]
        return [numbers.count(n) for n in sorted(set(numbers))]


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request, address):
        pass  # clients that leave are part of the tests


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 20

    def setup(self):
        web = self.server.web
        web.connections += 1
        self.number = web.connections
        super().setup()

    def handle_any(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.web.requests.append((self.number, self.command, self.path, dict(self.headers), body))
        self.body = body
        name = self.path.strip("/").split("/")[0].split("?")[0] or "hello"
        getattr(self, "page_" + name)()

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = handle_any

    def do_HEAD(self):
        self.handle_any()

    def answer(self, body, kind="text/plain", code=200, **headers):
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for key, value in headers.items():
            self.send_header(key, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def page_hello(self):
        self.answer(b"hello")

    def page_json(self):
        self.answer(json.dumps({"numbers": list(range(200)), "text": "Gr\u00fc\u00dfe"}).encode(), "application/json")

    def page_echo(self):
        what = {"method": self.command, "type": self.headers.get("Content-Type"), "length": len(self.body),
                "body": self.body.decode("latin-1")[:2000]}
        self.answer(json.dumps(what).encode(), "application/json")

    def page_empty(self):
        self.send_response(204)
        self.end_headers()

    def page_chunked(self):
        """Chunks of 1, 2, 4 ... 1024 bytes, some of them in several pieces."""
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        data = pattern(2047)
        for size in [1 << i for i in range(11)]:
            chunk = b"%x\r\n%s\r\n" % (size, data[size - 1:2 * size - 1])
            for at in range(0, len(chunk), 300):
                self.wfile.write(chunk[at:at + 300])
        self.wfile.write(b"0\r\n\r\n")

    def page_redirect(self):
        """/redirect/N leads to /redirect/N-1 and so on, then to /hello. No body: adafruit_requests would not read it."""
        left = int(self.path.rsplit("/", 1)[1])
        self.answer(b"", code=302, Location="/redirect/%d" % (left - 1) if left > 1 else "/hello")

    def page_absolute(self):
        self.answer(b"", code=301, Location="http://" + self.headers["Host"] + "/hello")

    def page_big(self):
        self.answer(pattern(int(self.path.rsplit("/", 1)[1]))[:int(self.path.rsplit("/", 1)[1])])

    def page_slow(self):
        time.sleep(0.5)
        self.answer(b"late")

    def page_bye(self):
        """Without Content-Length: the end of the connection is the end of the body."""
        self.send_response(200)
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(pattern(5000)[:5000])
        self.close_connection = True

    def page_drop(self):
        """Answer, and close although the client thinks the connection stays."""
        self.answer(b"dropped")
        self.close_connection = True

    def page_never(self):
        """Close without a word."""
        self.close_connection = True

    def log_message(self, *arguments):
        pass
