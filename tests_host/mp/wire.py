"""A tap on the serial line between a program and the simulated module, and its traffic in words.

Wire relays bytes both ways and hands each piece to a listener. Words turns the pieces into readable lines: commands,
answers and reports as they are, payload as a size.
"""

import contextlib
import re
import select
import socket
import threading

TO_MODULE = ">"
FROM_MODULE = "<"


class Wire:
    """Relays one connection after the other from `address` (once running) to the module at `module` ("HOST:PORT").

    hear: called with (TO_MODULE or FROM_MODULE, bytes) for every piece, in order. counts: bytes per direction so far.
    """

    def __init__(self, module, hear):
        host, _, port = module.rpartition(":")
        self.module = host, int(port)
        self.hear = hear
        self.counts = {TO_MODULE: 0, FROM_MODULE: 0}
        self._stop, self._stopped = socket.socketpair()

    @contextlib.contextmanager
    def running(self):
        """Gives the address to connect to."""
        with socket.create_server(("127.0.0.1", 0)) as server:
            thread = threading.Thread(target=self._serve, args=(server,), daemon=True)
            thread.start()
            try:
                yield "127.0.0.1:%d" % server.getsockname()[1]
            finally:
                self._stop.close()
                thread.join()
                self._stopped.close()

    def _serve(self, server):
        while server in select.select([server, self._stopped], [], [])[0]:
            near, _ = server.accept()
            with near, socket.create_connection(self.module) as far, contextlib.suppress(OSError):
                for end in (near, far):
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._relay(near, far)

    def _relay(self, near, far):
        """Until one side closes."""
        ways = {near: (far, TO_MODULE), far: (near, FROM_MODULE)}
        while True:
            ready = select.select([near, far, self._stopped], [], [])[0]
            if self._stopped in ready:
                return
            for end in ready:
                data = end.recv(4096)
                if not data:
                    return
                other, way = ways[end]
                self.counts[way] += len(data)
                self.hear(way, data)
                other.sendall(data)


_SEND = re.compile(rb"AT\+CIPSEND(?:L|EX)?=(\d+)(?:,(\d+))?")
_BLOCK = re.compile(
    rb"\+(?:CIPRECVDATA[:,](\d+)[,:](?:\"[^\"]*\",\d+,)?"
    rb"|IPD,(?:\d+,)?(\d+)(?:,[^:\r\n]*)?:"
    rb"|MQTTSUBRECV:\d+,\"[^\"]*\",(\d+),)")
_SECRET = re.compile(r'(AT\+CWJAP(?:_CUR|_DEF)?="(?:[^"\\]|\\.)*",")((?:[^"\\]|\\.)+)(")')


class Words:
    """Cuts the traffic into readable lines; say: called with (direction, text) for each."""

    def __init__(self, say):
        self.say = say
        self._rest = {TO_MODULE: b"", FROM_MODULE: b""}
        self._payload = {TO_MODULE: 0, FROM_MODULE: 0}  # bytes of payload still to come
        self._size = {TO_MODULE: 0, FROM_MODULE: 0}

    def hear(self, way, data):
        self._rest[way] += data
        while self._rest[way] and (self._skip_payload(way) if self._payload[way] else self._take_line(way)):
            pass

    def _skip_payload(self, way):
        taken = min(self._payload[way], len(self._rest[way]))
        self._rest[way] = self._rest[way][taken:]
        self._payload[way] -= taken
        if not self._payload[way]:
            self.say(way, "[%d bytes of data]" % self._size[way])
        return True

    def _take_line(self, way):
        rest = self._rest[way]
        if way == FROM_MODULE:
            found = _BLOCK.match(rest.lstrip(b"\r\n"))
            if found:
                self._rest[way] = rest.lstrip(b"\r\n")[found.end():]
                self.say(way, _printable(found.group()))
                return self._expect_payload(way, next(g for g in found.groups() if g))
            if rest.lstrip(b"\r\n")[:1] == b">":
                self._rest[way] = rest.lstrip(b"\r\n")[1:].lstrip(b" ")
                self.say(way, "> (send now)")
                return True
        line, end, behind = rest.partition(b"\n")
        if not end:
            return False
        self._rest[way] = behind
        line = line.rstrip(b"\r\n")
        if line:
            self.say(way, _printable(line))
        sending = _SEND.match(line) if way == TO_MODULE else None
        return self._expect_payload(way, sending.group(2) or sending.group(1)) if sending else True

    def _expect_payload(self, way, size):
        self._payload[way] = self._size[way] = int(size)
        return True


def _printable(line):
    text = line.decode(errors="backslashreplace")
    return _SECRET.sub(r"\1********\3", "".join(c if c.isprintable() else "\\x%02x" % ord(c) for c in text))
