"""A host for the simulated module: writes, waits for what must come, and notes what must not."""
import re
import socket
import time

FINAL = re.compile(rb"\r\n(OK|ERROR|SEND OK|SEND FAIL|SEND Canceled|SEND CANCELLED|SET OK|WRITE OK)\r\n")
PROMPT = b"\r\nOK\r\n\r\n>"


class Host:
    """One connection to a Sim (or to an address)."""

    def __init__(self, sim, timeout=20):
        address = getattr(sim, "address", sim)
        self.sock = socket.create_connection(address)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.timeout = timeout
        self.pending = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.sock.close()

    def write(self, data):
        self.sock.sendall(data)

    def _more(self, deadline):
        self.sock.settimeout(max(0.001, deadline - time.monotonic()))
        try:
            data = self.sock.recv(65536)
        except TimeoutError:
            data = b""
        self.pending += data
        return data

    def read(self, match, timeout=None):
        """All bytes up to the end of `match`, bytes or a compiled pattern."""
        deadline = time.monotonic() + (timeout or self.timeout)
        pattern = re.compile(re.escape(match)) if isinstance(match, bytes) else match
        while not (found := pattern.search(self.pending)):
            if not self._more(deadline) and time.monotonic() >= deadline:
                raise AssertionError(f"waited for {match!r}, got {self.pending!r}")
        data, self.pending = self.pending[: found.end()], self.pending[found.end() :]
        return data

    def exactly(self, count, timeout=None):
        deadline = time.monotonic() + (timeout or self.timeout)
        while len(self.pending) < count:
            if not self._more(deadline) and time.monotonic() >= deadline:
                raise AssertionError(f"waited for {count} bytes, got {len(self.pending)}: {self.pending[:200]!r}")
        data, self.pending = self.pending[:count], self.pending[count:]
        return data

    def silent(self, seconds=0.05):
        """What arrives within `seconds`: b"" if nothing does."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self._more(deadline)
        data, self.pending = self.pending, b""
        return data

    def ask(self, line, timeout=None):
        """A command line; the bytes of its answer up to the final result."""
        self.write((line.encode("latin-1") if isinstance(line, str) else line) + b"\r\n")
        return self.read(FINAL, timeout)

    def ok(self, line, timeout=None):
        answer = self.ask(line, timeout)
        assert answer.endswith(b"\r\nOK\r\n"), (line, answer)
        return answer

    def lines(self, line):
        """The lines of an answer without empty ones."""
        return [one for one in self.ask(line).decode("latin-1").split("\r\n") if one]

    # what most tests begin with

    def join(self, ssid="espressif", password="1234567890"):
        self.ok("ATE0")
        self.ok("AT+CWMODE=1")
        self.ok(f'AT+CWJAP="{ssid}","{password}"')
        return self

    def send(self, line, data):
        """A command with a data phase; the bytes after the prompt."""
        self.write(line.encode() + b"\r\n")
        self.read(PROMPT)
        self.write(data)
        return self.read(FINAL)
