"""Small peers: some that speak no TLS where it is expected, OpenSSL's server, a web server that redirects, an MQTT client."""

import contextlib
import socket
import struct
import subprocess
import threading
import time

from mp.services import free_port


def talk_text(sock):
    """An HTTP server that wonders."""
    sock.recv(1000)
    sock.sendall(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\nThis is no HTTP.")


def talk_noise(sock):
    sock.sendall(bytes(i * 73 & 255 for i in range(3000)))
    sock.recv(1000)


def talk_alert(sock):
    """A TLS alert, fatal, handshake failure."""
    sock.recv(1000)
    sock.sendall(b"\x15\x03\x03\x00\x02\x02\x28")


def talk_close(sock):
    sock.recv(1000)


def talk_reset(sock):
    sock.recv(1000)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def talk_cut(sock):
    """The beginning of a handshake record."""
    sock.recv(1000)
    sock.sendall(b"\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03")


def talk_redirect(code, url):
    def talk(sock):
        head = b""
        while b"\r\n\r\n" not in head:
            head += sock.recv(1000)
        sock.sendall(("HTTP/1.0 %d Elsewhere\r\nLocation: %s\r\nContent-Length: 9\r\n\r\nelsewhere" % (code, url)).encode())

    return talk


def talk_greet(name):
    """A server that says its name and waits for the end."""
    def talk(sock):
        sock.sendall(name.encode())
        sock.recv(1)

    return talk


def call(address, number, answers):
    """Says "client <number>" to the module's server and keeps the answer."""
    try:
        with socket.create_connection(address, timeout=10) as sock:
            sock.sendall(b"client %d" % number)
            answers.append(sock.makefile("rb").read().decode())
    except OSError as error:
        answers.append(repr(error))


class EchoServer:
    """Sends everything back, on a given port; close() ends its connections too."""

    def __init__(self, port):
        self.listener = socket.create_server(("127.0.0.1", port))
        self.socks = [self.listener]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                self.socks.append(self.listener.accept()[0])
                threading.Thread(target=self._echo, args=(self.socks[-1],), daemon=True).start()

    @staticmethod
    def _echo(sock):
        with contextlib.suppress(OSError):
            while data := sock.recv(65536):
                sock.sendall(data)
        sock.close()

    def close(self):
        for sock in self.socks:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()


@contextlib.contextmanager
def psk_server(key):
    """openssl s_server with a pre-shared key; gives its port."""
    port = free_port()
    command = ["openssl", "s_server", "-accept", "127.0.0.1:%d" % port, "-psk", key.encode().hex(), "-nocert", "-tls1_2",
               "-cipher", "PSK:@SECLEVEL=0", "-rev", "-quiet"]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(5)


def _wait_for(port, process):
    end = time.monotonic() + 10
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise RuntimeError("openssl s_server did not start")


class MqttPeer:
    """Subscribes to from/board, publishes `count` messages to to/board, and keeps what it hears. See programs/t_mqtt.py."""

    def __init__(self, port, qos, count):
        self.qos, self.count = qos, count
        self.heard, self.trouble = [], ""
        self.sock = socket.create_connection(("127.0.0.1", port), timeout=20)
        self.file = self.sock.makefile("rb")
        self._send(0x10, b"\0\4MQTT\4\2\0\0" + self._text(b"peer"))
        self._packet()
        self._send(0x82, b"\0\1" + self._text(b"from/board") + bytes((qos,)))
        self._packet()
        self.lock = threading.Lock()
        self.window = threading.Semaphore(10)
        self.threads = [threading.Thread(target=one, daemon=True) for one in (self._listen, self._publish)]
        for thread in self.threads:
            thread.start()

    @staticmethod
    def _text(text):
        return struct.pack("!H", len(text)) + text

    @staticmethod
    def message(n):
        return b"%d:" % n + b"x" * (n * 7 % 150)

    def _send(self, kind, body):
        size = bytes((len(body),)) if len(body) < 128 else bytes((len(body) & 127 | 128, len(body) >> 7))
        self.sock.sendall(bytes((kind,)) + size + body)

    def _packet(self):
        kind = self.file.read(1)[0]
        size = shift = 0
        while True:
            byte = self.file.read(1)[0]
            size |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return kind, self.file.read(size)

    def _publish(self):
        for n in range(self.count):
            number = struct.pack("!H", n + 1) if self.qos else b""
            if self.qos:
                self.window.acquire(timeout=20)
            with self.lock:
                self._send(0x30 | self.qos << 1, self._text(b"to/board") + number + self.message(n))

    def _listen(self):
        try:
            while True:
                self._take(*self._packet())
        except (OSError, IndexError, ValueError) as error:
            if len(self.heard) < self.count:
                self.trouble = repr(error)

    def _take(self, kind, body):
        if kind & 0xF0 == 0x40:
            self.window.release()
        elif kind & 0xF0 == 0x30:
            at = 2 + int.from_bytes(body[:2], "big")
            if kind & 6:
                with self.lock:
                    self._send(0x40, body[at:at + 2])
                at += 2
            self.heard.append(body[at:])

    def wait(self, seconds):
        """(how many were heard, how many of them were right and in order, what went wrong)."""
        end = time.monotonic() + seconds
        while len(self.heard) < self.count and time.monotonic() < end and not self.trouble:
            time.sleep(0.01)
        right = sum(text == self.message(n) for n, text in enumerate(self.heard))
        return len(self.heard), right, self.trouble

    def close(self):
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)
        for thread in self.threads:
            thread.join(5)
        self.file.close()
        self.sock.close()


def message(k):
    """What programs/t_interrupt.py sends."""
    return b"\xff" + bytes([k // 250, k % 250]) + bytes([(k + i) % 250 for i in range(20 + k * 37 % 700)])


def judge_messages(data, sent, cut, whole):
    """"" when data is the messages `sent` one behind the other, of those in `cut` only the beginning or nothing."""
    rest = list(sent)
    pieces = data.split(b"\xff")
    if pieces[0]:
        return "it begins with %r" % pieces[0][:20]
    for number, piece in enumerate(pieces[1:], 1):
        piece = b"\xff" + piece
        last = number == len(pieces) - 1 and not whole
        while rest and not message(rest[0]).startswith(piece) and rest[0] in cut:
            rest.pop(0)
        if not rest or not message(rest[0]).startswith(piece):
            return "piece %d, %r, does not belong behind message %d" % (number, piece[:20], sent[len(sent) - len(rest) - 1])
        if piece != message(rest[0]) and rest[0] not in cut and not last:
            return "message %d is cut off: %d of %d bytes" % (rest[0], len(piece), len(message(rest[0])))
        rest.pop(0)
    missing = [k for k in rest if k not in cut]
    return "messages %r are missing" % missing[:5] if whole and missing else ""
