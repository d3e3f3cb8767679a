"""Peers that send without haste: what a module downloads while something else is tried."""

import contextlib
import socket
import threading
import zlib

from net.stage import pattern

FIRST = 1024  # bytes at the start of every download


class Trickle(threading.Thread):
    """Sends a peer some bytes at once, and then a few again and again until it is told to end."""

    def __init__(self, sock, first=FIRST, size=50, pause=0.025):
        super().__init__(daemon=True)
        self.sock, self.first, self.size, self.pause = sock, first, size, pause
        self.over = threading.Event()
        self.sent = self.crc = 0
        self.data = pattern(65536) * 2
        self.start()

    def run(self):
        size = self.first
        try:
            while size:
                piece = self.data[self.sent % 65536:][:size]
                self.sock.sendall(piece)
                self.sent += size
                self.crc = zlib.crc32(piece, self.crc)
                size = 0 if self.over.wait(self.pause) else self.size
            self.sock.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # a module that has restarted is gone: the program knows

    def end(self):
        """[how many bytes it has sent, their checksum]."""
        self.over.set()
        self.join()
        return [self.sent, self.crc]


class Server:
    """Sends to everybody who connects, until he says something. A context manager. sent: [bytes, their checksum] each."""

    def __enter__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.sent = []
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *error):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def _listen(self):
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=self._serve, args=self.listener.accept()[:1], daemon=True).start()

    def _serve(self, sock):
        with sock:
            trickle = Trickle(sock)
            sock.recv(1)
            self.sent.append(trickle.end())
            sock.recv(1024)
