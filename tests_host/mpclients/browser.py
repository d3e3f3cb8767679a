"""A client of web servers that run on the module: requests one by one and at the same time, and WebSocket."""

import base64
import hashlib
import http.client
import json
import os
import socket
import ssl
import struct
import threading

SECONDS = 20
BIG = 50000


class Browser:
    """Visits the pages of programs/t_microdot.py, in a thread. said: what went wrong; done: it has ended."""

    def __init__(self, address, port, cafile=None, name=None):
        self.address, self.port = address, port
        self.tls = ssl.create_default_context(cafile=cafile) if cafile else None
        if self.tls:
            self.tls.maximum_version = ssl.TLSVersion.TLSv1_2
        self.name = name
        self.said, self.done = [], False
        self.thread = threading.Thread(target=self._visit, daemon=True)
        self.thread.start()

    def close(self):
        self.thread.join(SECONDS)

    def _visit(self):
        for page in (self.hello, self.form, self.large, self.pieces, self.missing, self.many, self.websocket):
            try:
                page()
            except Exception as error:
                self.said.append("%s: %r" % (page.__name__, error))
        self.done = True

    def connect(self):
        sock = socket.create_connection((self.address, self.port), timeout=SECONDS)
        return self.tls.wrap_socket(sock, server_hostname=self.name) if self.tls else sock

    def ask(self, method, path, body="", **headers):
        """(status, headers, body). Reads until the server closes: a new connection that crosses the module's AT+CIPCLOSE on
        the line could be given the same link, and be closed in its place."""
        with self.connect() as sock, sock.makefile("rb") as file:
            lines = ["%s %s HTTP/1.1" % (method, path), "Host: board", "Connection: close", "Content-Length: %d" % len(body)]
            lines += ["%s: %s" % (name.replace("_", "-"), value) for name, value in headers.items()]
            sock.sendall(("\r\n".join([*lines, "", ""]) + body).encode())
            status = int(file.readline().split()[1])
            head = http.client.parse_headers(file)
            return status, head, file.read()

    def expect(self, found, wanted):
        if found != wanted:
            self.said.append("%r instead of %r" % (found, wanted))

    def hello(self):
        status, headers, body = self.ask("GET", "/")
        self.expect((status, body), (200, b"hello from the board"))
        self.expect(headers["Content-Type"], "text/plain; charset=UTF-8")

    def form(self):
        what = {"numbers": list(range(300)), "text": "Gr\u00fc\u00dfe"}
        status, headers, body = self.ask("POST", "/echo?x=1", json.dumps(what), Content_Type="application/json")
        self.expect((status, json.loads(body)), (200, {"json": what, "x": "1"}))

    def large(self):
        status, _, body = self.ask("GET", "/large")
        self.expect((status, len(body)), (200, BIG))
        self.expect(body == bytes((i * 7 + (i >> 8) * 13) & 255 for i in range(BIG)), True)

    def pieces(self):
        self.expect(self.ask("GET", "/pieces")[2], b"".join(b"piece %d\n" % n for n in range(50)))

    def missing(self):
        self.expect(self.ask("GET", "/nowhere")[0], 404)

    def many(self):
        """Two at the same time, six times."""
        threads = [threading.Thread(target=self._repeat) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(SECONDS)

    def _repeat(self):
        try:
            for _ in range(6):
                self.expect(self.ask("GET", "/")[2], b"hello from the board")
        except Exception as error:
            self.said.append("at the same time: %r" % error)

    # WebSocket

    def websocket(self):
        with self.connect() as sock, sock.makefile("rb") as file:
            self._upgrade(sock, file)
            for size in (1, 125, 126, 3000):
                for opcode in (1, 2):
                    text = b"x" * size if opcode == 1 else bytes(i & 255 for i in range(size))
                    sock.sendall(frame(opcode, text))
                    self.expect(receive(file), (opcode, text))
            sock.sendall(frame(9, b"ping"))
            self.expect(receive(file), (10, b"ping"))
            sock.sendall(frame(8, struct.pack("!H", 1000)))
            self.expect(file.read(1) in (b"", b"\x88"), True)

    def _upgrade(self, sock, file):
        key = base64.b64encode(os.urandom(16)).decode()
        lines = ["GET /ws HTTP/1.1", "Host: board", "User-Agent: Mozilla/5.0", "Connection: keep-alive, Upgrade",
                 "Upgrade: websocket",
                 "Origin: http://board", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: " + key, "", ""]
        sock.sendall("\r\n".join(lines).encode())
        head = [line.decode().strip() for line in iter(file.readline, b"\r\n")]
        self.expect(head[0].split()[1], "101")
        proof = base64.b64encode(hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()).decode()
        fields = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:])}
        self.expect(fields["sec-websocket-accept"], proof)


def frame(opcode, data):
    """A masked frame, as clients send them."""
    size = len(data)
    head = bytes((0x80 | opcode, 0x80 | size)) if size < 126 else struct.pack("!BBH", 0x80 | opcode, 0xFE, size)
    mask = os.urandom(4)
    return head + mask + bytes(byte ^ mask[i % 4] for i, byte in enumerate(data))


def receive(file):
    """(opcode, data) of a server's frame."""
    opcode, size = file.read(2)
    if size == 126:
        size = struct.unpack("!H", file.read(2))[0]
    return opcode & 15, file.read(size)
