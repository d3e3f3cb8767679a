"""Real servers on the loopback interface for the simulated module to talk to; each is a context manager."""
import base64
import contextlib
import functools
import hashlib
import http.server
import json
import logging
import pathlib
import select
import socket
import socketserver
import ssl
import struct
import sys
import threading
import time

from mp.services import free_port

PKI = pathlib.Path(__file__).parent / "data" / "pki"
MODULE_PKI = pathlib.Path(__file__).parent.parent / "espsim" / "pki"


def server_context(name, *, trust=None, alpn=()):
    """TLS for a server with the certificate pki/<name>.crt; `trust`: the CA of the clients it insists on."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(PKI / f"{name}.crt", PKI / f"{name}.key")
    if trust:
        context.load_verify_locations(trust)
        context.verify_mode = ssl.CERT_REQUIRED
    if alpn:
        context.set_alpn_protocols(list(alpn))
    return context


def until(condition, limit=20):
    """Wait until condition() is true."""
    end = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.01)


class TcpServer:
    """Calls talk(socket) in a thread of its own for every connection. `shown`: (SNI, ALPN, client's subject) of TLS ones."""

    def __init__(self, talk, context=None):
        self.talk = talk
        self.context = context
        self.shown = []
        self.failed = []  # handshakes that were not
        self.open = set()
        if context:
            context.sni_callback = self._name
        self.name = None

    def _name(self, sock, name, context):
        self.name = name

    def __enter__(self):
        outer = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                outer._handle(self.request)

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            block_on_close = False
            allow_reuse_address = True

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()
        return self

    def _handle(self, sock):
        sock.settimeout(10)
        self.open.add(sock)
        try:
            if self.context:
                plain, sock = sock, self._secure(sock)
                self.open.discard(plain)
                if sock is None:
                    return
                self.open.add(sock)
            with contextlib.suppress(OSError):
                self.talk(sock)
        finally:
            self.open.discard(sock)
            if sock:
                sock.close()

    def _secure(self, sock):
        self.name = None
        try:
            sock = self.context.wrap_socket(sock, server_side=True)
        except OSError as error:
            self.failed.append(str(error))
            return None
        peer = sock.getpeercert() or {}
        subject = [value for group in peer.get("subject", ()) for kind, value in group if kind == "commonName"]
        self.shown.append((self.name, sock.selected_alpn_protocol(), subject[0] if subject else None))
        return sock

    def drop(self):
        """End all connections, at least one; behind the handshake of TLS, which works on another socket."""
        kind = ssl.SSLSocket if self.context else socket.socket
        until(lambda: any(isinstance(sock, kind) for sock in list(self.open)))
        self._end_all()

    def _end_all(self):
        for sock in list(self.open):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def __exit__(self, *_):
        self._end_all()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def echo(sock):
    while data := sock.recv(65536):
        sock.sendall(data)


def forward_to(port):
    """A talk() that passes everything on to a local port: TLS in front of a plain server."""

    def talk(sock):
        with socket.create_connection(("127.0.0.1", port)) as inner:
            while _pass_on(sock, inner):
                pass

    return talk


def _pass_on(outer, inner):
    """Some bytes in each direction, in one thread: a TLS socket is not for two. False at the end."""
    waiting = hasattr(outer, "pending") and outer.pending()
    ready = [outer] if waiting else select.select([outer, inner], [], [], 20)[0]
    for source, sink in ((outer, inner), (inner, outer)):
        if source in ready:
            data = source.recv(65536)
            if not data:
                return False
            sink.sendall(data)
    return bool(ready)


# HTTP


class Web:
    """An HTTP server that answers like httpbin.org and serves `files` (path -> bytes)."""

    def __init__(self, files=None, context=None):
        self.files = dict(files or {})
        self.context = context
        self.requests = []  # (method, path, headers, body)

    def __enter__(self):
        outer = self

        class Handler(Pages):
            web = outer

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            block_on_close = False

            def handle_error(self, request, address):
                if not isinstance(sys.exc_info()[1], OSError):  # a client that hangs up is no news
                    super().handle_error(request, address)

        self.server = Server(("127.0.0.1", 0), Handler)
        if self.context:
            self.server.socket = self.context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_port
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def url(self, path="/"):
        return f"http{'s' if self.context else ''}://127.0.0.1:{self.port}{path}"


class Pages(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "gunicorn/19.9.0"
    sys_version = ""

    def log_message(self, *_):
        pass

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.web.requests.append((self.command, self.path, dict(self.headers), body))
        path = self.path.partition("?")[0]
        if path in self.web.files:
            self.say(200, self.web.files[path], "application/octet-stream")
        elif path.startswith("/status/"):
            self.say(int(path[8:]), b"the body of a refusal", "text/plain")
        elif hasattr(self, "page_" + path.strip("/")):
            getattr(self, "page_" + path.strip("/"))(body)
        elif path in ("/get", "/post", "/put", "/delete"):
            self.say(200, self.mirror(body), "application/json")
        else:
            self.say(404, b"no such page", "text/plain")

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = answer

    def say(self, status, body, kind):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def mirror(self, body):
        text = body.decode("latin-1")
        shown = {"args": self.path.partition("?")[2], "data": text, "headers": dict(self.headers), "method": self.command}
        return json.dumps(shown).encode()

    # special behaviour

    def page_chunked(self, body):
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for piece in (b"one,", b"two;x" * 100, b"\r\nOK\r\n"):
            self.wfile.write(b"%x;name=value\r\n%s\r\n" % (len(piece), piece))
        self.wfile.write(b"0\r\nTrailer: yes\r\n\r\n")

    def page_untilclose(self, body):
        self.send_response(200)
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b"the end of the connection is the end of me")

    def page_cut(self, body):
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b"x" * 100)
        self.close_connection = True

    def page_slow(self, body):
        self.send_response(200)
        self.send_header("Content-Length", "4")
        self.end_headers()
        self.wfile.write(b"ab")
        self.wfile.flush()
        time.sleep(1.5)
        self.wfile.write(b"cd")

    def page_away(self, body):
        self.send_response(302)
        self.send_header("Location", "/get")
        self.send_header("Content-Length", "0")
        self.end_headers()


# WebSocket


def ws_frame(opcode, data, final=True):
    size = struct.pack("!B", len(data)) if len(data) < 126 else struct.pack("!BH", 126, len(data))
    return bytes([opcode | final << 7]) + size + data


class WsEcho:
    """The talk() of a WebSocket server that sends messages back. `frames`: what came; `heads`: the requests."""

    def __init__(self, greeting=()):
        self.greeting = list(greeting)  # frames sent when a connection is open
        self.frames = []
        self.heads = []
        self.socks = []
        self.answers_pings = True

    def __call__(self, sock):
        head = b""
        while b"\r\n\r\n" not in head:
            head += sock.recv(1)
        self.heads.append(head.decode())
        fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:] if line)
        proof = hashlib.sha1(fields["Sec-WebSocket-Key"].encode() + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()
        lines = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"]
        lines += [f"Sec-WebSocket-Accept: {base64.b64encode(proof).decode()}", "", ""]
        sock.sendall("\r\n".join(lines).encode())
        self.socks.append(sock)
        for frame in self.greeting:
            sock.sendall(frame)
        while self._one(sock):
            pass

    def _one(self, sock):
        """Answer one frame; False at the end."""
        read = sock.makefile("rb", buffering=0)
        first, second = self._exactly(read, 2)
        size = second & 127
        if size == 126:
            size = struct.unpack("!H", self._exactly(read, 2))[0]
        elif size == 127:
            size = struct.unpack("!Q", self._exactly(read, 8))[0]
        assert second & 0x80, "a client must mask"
        mask = self._exactly(read, 4)
        data = bytes(byte ^ mask[at % 4] for at, byte in enumerate(self._exactly(read, size)))
        self.frames.append((first & 15, bool(first & 0x80), data))
        if first & 15 == 9 and self.answers_pings:
            sock.sendall(ws_frame(10, data))
        elif first & 15 == 8:
            sock.sendall(ws_frame(8, data))
            return False
        elif first & 15 in (0, 1, 2):
            sock.sendall(ws_frame(first & 15, data))
        return True

    @staticmethod
    def _exactly(file, count):
        data = b""
        while len(data) < count:
            more = file.read(count - len(data))
            if not more:
                raise OSError("closed")
            data += more
        return data


# MQTT


class Broker:
    """amqtt in a thread: `port` for MQTT, `ws_port` for MQTT over WebSocket."""

    def __enter__(self):
        import asyncio

        from amqtt.broker import Broker as Program

        for name in ("amqtt", "transitions", "websockets"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self.port, self.ws_port = free_port(), free_port()
        settings = {
            "listeners": {
                "default": {"type": "tcp", "bind": f"127.0.0.1:{self.port}"},
                "ws": {"type": "ws", "bind": f"127.0.0.1:{self.ws_port}"},
            },
            "plugins": {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}},
        }
        ready = threading.Event()
        failure = []

        async def main():
            self.loop, self.leaving = asyncio.get_running_loop(), asyncio.Event()
            program = Program(settings)
            try:
                await program.start()
            except Exception as error:
                failure.append(error)
            ready.set()
            await self.leaving.wait()
            await program.shutdown()

        self.thread = threading.Thread(target=lambda: asyncio.run(main()), daemon=True)
        self.thread.start()
        assert ready.wait(20) and not failure, failure
        return self

    def __exit__(self, *_):
        self.loop.call_soon_threadsafe(self.leaving.set)
        self.thread.join(10)


def reach(address, port):
    """Where a server of the module on a port below 1024 really is: without privileges it is opened higher."""
    return address, port if port >= 1024 or may_bind_low() else 20000 + port


@functools.cache
def may_bind_low():
    with socket.socket() as sock:
        try:
            sock.bind(("127.0.0.1", 1023))
        except PermissionError:
            return False
        except OSError:
            pass
        return True
