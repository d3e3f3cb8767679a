"""The guide's worked examples 4.2.1, 4.2.3, 4.2.4 and 4.2.12, spoken word by word."""
import json
import pathlib
import re
import socket

import pytest
from sim.talk import Host

DATA = json.loads((pathlib.Path(__file__).parent / "data" / "guide_scenarios.json").read_text())


class Peers:
    """The programs on the guide's PCs: one socket per address, entered into the air as routes."""

    def __init__(self, air, kind):
        self.sockets = {}
        self.kind = kind
        for address, port in DATA["peers"].items():
            sock = socket.socket(socket.AF_INET, kind)
            sock.bind(("127.0.0.1", 0))
            sock.settimeout(5)
            if kind == socket.SOCK_STREAM:
                sock.listen(1)
            self.sockets[address] = sock
            air.routes[(address, port)] = sock.getsockname()
        self.link = None  # the accepted connection, or the last datagram's sender

    def arrived(self, address, size):
        if self.kind == socket.SOCK_DGRAM:
            data, self.link = self.sockets[address].recvfrom(2000)
            self.speaker = self.sockets[address]
            return data
        return self._stream().recv(size)

    def _stream(self):
        if self.link is None:
            self.link, _ = self.sockets["192.168.3.102"].accept()
            self.link.settimeout(5)
        return self.link

    def say(self, data):
        if self.kind == socket.SOCK_DGRAM:
            self.speaker.sendto(data, self.link)
        else:
            self._stream().sendall(data)

    def close(self):
        for sock in [*self.sockets.values(), self.link]:
            if isinstance(sock, socket.socket):
                sock.close()


def read_lines(host, wanted):
    """The lines that come, as many as wanted; a prompt counts as one."""
    lines = []
    while len(lines) < len(wanted):
        expected = wanted[len(lines)]
        match = b">" if expected == ">" else re.compile(rb"[^\r\n]+\r\n")
        lines.append(host.read(match).decode().strip("\r\n"))
    return lines


@pytest.mark.parametrize("section", DATA["scenarios"])
def test_scenario(make, air, section):
    steps = DATA["join"] + DATA["scenarios"][section]
    udp = any('"UDP"' in step.get("say", "") for step in steps)
    peers = Peers(air, socket.SOCK_DGRAM if udp else socket.SOCK_STREAM)
    try:
        with Host(make()) as host:
            walk(host, peers, air, steps)
            assert host.silent() == b""
    finally:
        peers.close()


def walk(host, peers, air, steps):
    own = None
    for step in steps:
        answer = list(step["answer"])
        if "say" in step:
            host.write(step["say"].encode() + b"\r\n")
            answer.insert(0, step["say"])  # the echo
        elif "input" in step:
            host.write(step["input"].encode())
        else:
            peers.say(step["peer"].encode())
        got = read_lines(host, answer)
        if step.get("say") == "AT+CIPSTA?":
            own = got[1].split('"')[1]
            assert own.startswith("127.0.")
        assert got == [line.replace("OWN", own or "").replace("GW", air.gateway) for line in answer]
        for address, data in step.get("arrives", {}).items():
            assert peers.arrived(address, len(data)) == data.encode()


def test_more_bytes_than_announced(connected):
    """4.2.1, note: busy p..., the first n bytes are sent, then SEND OK."""
    host, peer = connected
    assert host.send("AT+CIPSEND=4", b"test and more\r\n") == b"\r\nbusy p...\r\n\r\nRecv 4 bytes\r\n\r\nSEND OK\r\n"
    assert peer.recv(100) == b"test"
    assert host.ask("AT") == b"\r\nOK\r\n"
