"""The simulated module's side of the bus, transaction by transaction, with a host that only knows the reference."""

import re
import socket
import subprocess
import sys
import time

import pytest

from espsim import Air, Sim
from rules import source

PATIENCE = 10


class Host:
    """A master by hand."""

    def __init__(self, address):
        self.sock = socket.create_connection(address)
        self.sock.settimeout(PATIENCE)
        self.level = 0

    def _byte(self):
        byte = self.sock.recv(1)[0]
        if byte != 2:
            self.level = byte & 1
        return byte

    def transaction(self, written, count=0):
        """Bytes written, bytes read, chip select low from end to end."""
        self.sock.sendall(b"\0\2" + len(written).to_bytes(2, "little") + written)
        data = b""
        if count:
            self.sock.sendall(b"\3" + count.to_bytes(2, "little"))
            while self._byte() != 2:
                pass
            while len(data) < count:
                data += self.sock.recv(count - len(data))
        self.sock.sendall(b"\1")
        while self._byte() & 6 != 4:
            pass
        return data

    def rises(self):
        while not self.level:
            self._byte()

    def stays_low(self, seconds=0.2):
        """Whether nothing happens for a while."""
        self.sock.settimeout(seconds)
        try:
            while not self.level:
                self._byte()
        except TimeoutError:
            return True
        finally:
            self.sock.settimeout(PATIENCE)
        return False

    def status(self):
        """(length, number, state)"""
        word = self.transaction(b"\2\4\0", 4)
        return int.from_bytes(word[:2], "little"), word[2], word[3]

    def ask(self, length, number, magic=0xFE):
        self.transaction(b"\1\0\0" + length.to_bytes(2, "little") + bytes((number, magic)))

    def take(self):
        """(number, a message)."""
        self.rises()
        length, number, state = self.status()
        assert state == 1
        data = self.transaction(b"\4\0\0", length)
        self.transaction(b"\x08\0\0")
        return number, data

    def send(self, data, number):
        self.ask(len(data), number)
        self.rises()
        assert self.status()[1:] == (number, 2)
        self.transaction(b"\3\0\0" + data)
        self.transaction(b"\7\0\0")

    def until(self, end):
        """All that comes up to these bytes, and the numbers of the messages."""
        text, numbers = b"", []
        while not text.endswith(end):
            number, data = self.take()
            text += data
            numbers.append(number)
        return text, numbers


@pytest.fixture
def sim():
    with Sim(profile="c3-3.3", air=Air(), spi=True) as sim:
        yield sim
        assert sim.module.failures == []


@pytest.fixture
def host(sim):
    host = Host(sim.address)
    text, numbers = host.until(b"ready\r\n")
    assert numbers == list(range(1, len(numbers) + 1))
    host.number = numbers[-1]
    yield host
    host.sock.close()


def test_a_command(sim, host):
    host.send(b"AT\r\n", 1)
    text, numbers = host.until(b"OK\r\n")
    assert text == b"AT\r\n\r\nOK\r\n"
    assert numbers[0] == host.number + 1
    host.send(b"ATE0\r\n", 2)
    assert host.until(b"OK\r\n")[0] == b"ATE0\r\n\r\nOK\r\n"


def test_messages_of_4092_bytes_at_most(sim, host):
    sim.inject(b"x" * 9000)
    sizes = []
    while sum(sizes) < 9000:
        sizes.append(len(host.take()[1]))
    assert sizes == [4092, 4092, 816]


def test_requests_it_does_not_heed(sim, host):
    for length, number, magic in ((4, 7, 0xFE), (4, 1, 0xFF), (0, 1, 0xFE), (4093, 1, 0xFE)):
        host.ask(length, number, magic)
    assert host.stays_low()
    assert host.status() == (0, 0, 0)
    assert len(sim.call(lambda: sim.module.uart.port.ignored)) == 4
    host.send(b"AT\r\n", 1)
    host.until(b"OK\r\n")


def test_a_request_while_it_sends_is_kept(sim, host):
    sim.inject(b"something")
    host.rises()
    host.ask(4, 1)
    assert host.status() == (9, host.number + 1, 1)
    assert host.take()[1] == b"something"
    host.rises()
    assert host.status()[1:] == (1, 2)
    host.transaction(b"\3\0\0AT\r\n")
    host.transaction(b"\7\0\0")
    host.until(b"OK\r\n")


def test_data_out_of_turn_is_not_taken(sim, host):
    host.transaction(b"\3\0\0AT\r\n")
    host.transaction(b"\7\0\0")
    assert host.transaction(b"\4\0\0", 4) == b"\0\0\0\0"
    assert host.stays_low()
    assert sim.trace.bytes("tx") == b""


def test_a_restart(sim, host):
    host.send(b"AT\r\n", 1)
    host.until(b"OK\r\n")
    host.send(b"AT+RST\r\n", 2)
    assert host.until(b"OK\r\n")[0].endswith(b"OK\r\n")
    text, numbers = host.until(b"ready\r\n")
    assert numbers[0] == 1
    host.send(b"AT\r\n", 1)
    host.until(b"OK\r\n")


def test_nobody_there_before_ready():
    with Sim(profile="c3-3.3", air=Air(), spi=True, boot_time=0.01) as sim:
        host = Host(sim.address)
        host.until(b"ready\r\n")
        sim.call(sim.module.restart_soon, 0.5)
        end = time.monotonic() + PATIENCE
        while sim.call(lambda: sim.module.uart.port.on) and time.monotonic() < end:
            time.sleep(0.01)
        host.level = 0
        host.ask(4, 1)
        assert host.status() == (0, 0, 0)
        assert host.until(b"ready\r\n")[1][0] == 1


def test_another_host_finds_it_as_it_is(sim, host):
    """The bus is wired to another board: the module goes on."""
    host.send(b"AT\r\n", 1)
    host.until(b"OK\r\n")
    sim.inject(b"held")
    again = Host(sim.address)
    number, data = again.take()
    assert data == b"held" and number > 1
    again.sock.close()


def test_from_the_command_line():
    """python3 -m espsim --spi; with --once it ends when the bus is unplugged."""
    command = [sys.executable, "-m", "espsim", "--spi", "127.0.0.1:0", "--profile", "c6-4.1", "--once"]
    process = subprocess.Popen(command, cwd=source.TOP / "tests_host", stdout=subprocess.PIPE, text=True)
    try:
        address, port = re.search(r"listening on (.+):(\d+)", process.stdout.readline()).groups()
        host = Host((address, int(port)))
        host.until(b"ready\r\n")
        host.send(b"AT\r\n", 1)
        assert host.until(b"OK\r\n")[0] == b"AT\r\n\r\nOK\r\n"
        host.sock.close()
        assert process.wait(PATIENCE) == 0
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
