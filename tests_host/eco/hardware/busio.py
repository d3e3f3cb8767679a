"""busio with the behaviour of CircuitPython's UART; at the other end of its wires is the simulated module."""

import os
import socket

_in_use = set()


class UART:
    """readinto() takes no length and waits for all of it, which timeout=0 forbids; write() takes no str."""

    def __init__(self, tx, rx, *, baudrate=9600, bits=8, parity=None, stop=1, timeout=1, receiver_buffer_size=64):
        if {tx, rx} & _in_use:
            raise ValueError("%s in use" % tx)
        _in_use.update((tx, rx))
        if timeout != 0:
            raise ValueError("it would wait %s s for what nobody sends" % timeout)
        self.baudrate = baudrate
        self._size = receiver_buffer_size
        self._rx = bytearray()
        host, port = os.environ["ESPAT_PORT"].split(":")
        self._line = socket.create_connection((host, int(port)))
        self._line.setblocking(False)

    @property
    def in_waiting(self):
        room = self._size - len(self._rx)
        if room:
            try:
                self._rx += self._line.recv(room)
            except BlockingIOError:
                pass
        return len(self._rx)

    def readinto(self, buf):
        n = min(self.in_waiting, len(buf))
        if not n:
            return None
        buf[:n] = self._rx[:n]
        del self._rx[:n]
        return n

    def read(self, nbytes=None):
        buf = bytearray(self.in_waiting if nbytes is None else nbytes)
        n = self.readinto(buf)
        return None if n is None else bytes(buf[:n])

    def write(self, buf):
        if isinstance(buf, str):
            raise TypeError("object with buffer protocol required")
        self._line.setblocking(True)
        self._line.sendall(buf)
        self._line.setblocking(False)
        return len(buf)

    def reset_input_buffer(self):
        while self.in_waiting:
            self._rx.clear()
