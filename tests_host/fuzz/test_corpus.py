"""The simulated module gets every input that the fuzzer has kept for it."""

import pathlib
import socket

import pytest

from fuzz import module

CORPUS = pathlib.Path(__file__).parent / "corpus" / "espsim"


def test_espsim():
    files = sorted(CORPUS.iterdir())
    assert len(files) > 50
    for file in files:
        module.espsim(file.read_bytes())


@pytest.mark.parametrize("state", [module.ONLINE, module.ONLINE | module.NONOS, module.ONLINE | module.OPEN_END])
def test_what_the_states_are(monkeypatch, state):
    """Links are open, a payload comes in pieces, and what lacks its end stays half a command."""
    seen, exchange = [], module._exchange

    def noted(clock, wires, data, seconds):
        seen.append((data, exchange(clock, wires, data, seconds)))
        return seen[-1][1]

    monkeypatch.setattr(module, "_exchange", noted)
    module.espsim(bytes([state]) + b"AT+CIPSEND=1,8\r\n\xfeabc\xfedefgh\xfeAT+CW")
    told, heard = zip(*seen[len(module.JOIN):])
    assert all(b"OK" in answer for _, answer in seen[:len(module.JOIN)])
    assert told[:4] == (b"AT+CIPSEND=1,8\r\n", b"abc", b"defgh", b"AT+CW" if state & module.OPEN_END else b"AT+CW\r\n")
    assert b">" in heard[0] and not heard[1] and b"SEND OK" in heard[2]
    assert (b"ERROR" in heard[3]) != bool(state & module.OPEN_END)


@pytest.mark.parametrize("command", [
    b'AT+CIPSTART=2,"TCP","203.0.113.1",80', b'AT+PING="203.0.113.1"', b'AT+CIPDOMAIN="a.example"',
    b'AT+CIPSEND=0,3,"203.0.113.1",9\r\n' + module.PAUSE + b"abc",
])  # fmt: skip
def test_nothing_leaves_this_machine(monkeypatch, command):
    refused = []
    monkeypatch.setattr(module, "_only_here", lambda address, check=module._only_here: refused.append(address) or check(address))
    monkeypatch.setattr(socket.socket, "connect", None)  # a call of either would break the command's handler
    monkeypatch.setattr(socket, "getaddrinfo", None)
    module.espsim(bytes([module.ONLINE]) + command)
    assert ("203.0.113.1" in [address[0] for address in refused]) != (b"DOMAIN" in command)


def test_a_module_that_stays_dumb_is_noticed():
    class Dumb:
        received = b""

    clock, wires = type("Clock", (), {"work": lambda *_: None})(), Dumb()
    wires.line = type("Line", (), {"host_bytes": lambda *_: None})()
    wires.received = bytearray()
    assert not module._revive(clock, wires)
