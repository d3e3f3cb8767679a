"""The same download through espat, a naive loop, and Adafruit's ESP_ATcontrol, all on CPython over the same simulated module."""

import importlib
import os
import select
import socket
import sys
import time
import types

from mp import host

GET = b"GET / HTTP/1.0\r\n\r\n"


def _espat(address, port):
    for path in (str(host.LIB), str(host.TOP / "boards"), str(host.TOP / "tests_host/unit/shims/cpython"), str(host.INSIDE)):
        if path not in sys.path:
            sys.path.insert(0, path)
    os.environ["ESPAT_PORT"] = "%s:%d" % address
    modem = importlib.import_module("unix").modem(ticker=False)
    wlan = modem.wlan()
    wlan.connect("espressif", "1234567890")
    while not wlan.isconnected():
        pass
    s = modem.socket()
    s.connect(("127.0.0.1", port))
    s.write(GET)
    got = bytearray()
    buf = bytearray(4096)
    n = s.recv_into(buf)
    while n:
        got += buf[:n]
        n = s.recv_into(buf)
    s.close()
    modem.port.close()
    return bytes(got)


class _Serial:
    """A pyserial- and busio-shaped line over a TCP connection. timeout: seconds."""

    def __init__(self, address, timeout=1):
        self.sock = socket.create_connection(address)
        self.timeout = timeout
        self.baudrate = 115200

    @property
    def in_waiting(self):
        return len(self.sock.recv(65536, socket.MSG_PEEK)) if select.select([self.sock], [], [], 0)[0] else 0

    def read(self, n):
        self.sock.settimeout(self.timeout)
        try:
            return self.sock.recv(n)
        except OSError:
            return None

    def readline(self):
        line = b""
        while not line.endswith(b"\n"):
            piece = self.read(1)
            if not piece:
                break
            line += piece
        return line

    def write(self, data):
        self.sock.sendall(data)
        return len(data)

    def reset_input_buffer(self):
        while self.in_waiting:
            self.sock.recv(65536)

    def deinit(self):
        self.sock.close()


def _naive(address, port):
    uart = _Serial(address)

    def ask(command, end=b"OK"):
        uart.write(command + b"\r\n")
        line = uart.readline()
        while line.strip() not in (end, b"ERROR"):
            line = uart.readline()
            if not line:
                raise TimeoutError(command)

    ask(b"ATE0")
    ask(b"AT+CWMODE=1")
    ask(b'AT+CWJAP="espressif","1234567890"')
    ask(b'AT+CIPSTART="TCP","127.0.0.1",%d' % port)
    uart.write(b"AT+CIPSEND=%d\r\n" % len(GET))
    while uart.read(1) != b">":
        pass
    uart.write(GET)
    got = b""
    while True:
        line = b""
        while not line.endswith(b"\n") and not (line.startswith(b"+IPD") and line.endswith(b":")):
            piece = uart.read(1)
            if not piece:
                return got
            line += piece
        if line.startswith(b"+IPD"):
            left = int(line[5:-1])
            while left:
                piece = uart.read(left)
                got += piece
                left -= len(piece)
        elif line.strip() == b"CLOSED":
            uart.deinit()
            return got


def _adafruit(address, port):
    digitalio = types.ModuleType("digitalio")
    digitalio.DigitalInOut = digitalio.Direction = object
    sys.modules.setdefault("digitalio", digitalio)
    control = importlib.import_module("adafruit_espatcontrol.adafruit_espatcontrol")
    out, sys.stdout = sys.stdout, open(os.devnull, "w")
    uart = _Serial(address)
    try:
        esp = control.ESP_ATcontrol(uart, 115200)
        esp.connect({"ssid": "espressif", "password": "1234567890"})
        esp.socket_connect("TCP", "127.0.0.1", port)
        esp.socket_send(GET)
        got = b""
        end = time.monotonic() + 10
        while time.monotonic() < end:
            piece = esp.socket_receive(timeout=1)
            if not piece:
                break
            got += piece
        return got
    finally:
        sys.stdout = out
        uart.deinit()


ALL = (
    ("espat", "passive receive, whole blocks", _espat),
    ("naive readline loop", "active receive, one connection, no error handling", _naive),
    ("adafruit_espatcontrol", "one connection; its packet buffer holds 1500 bytes, +IPD brings 2920", _adafruit),
)
