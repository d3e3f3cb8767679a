"""Peers that speak no TLS where TLS is expected, and OpenSSL's own server for what Python's ssl has not."""

import contextlib
import socket
import struct
import subprocess
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
