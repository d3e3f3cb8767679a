"""The command line, the pseudo terminal, traces and scripted faults."""
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time

import pytest
from espsim import Sim
from espsim.faults import Faults
from sim.talk import Host

HERE = pathlib.Path(__file__).parent.parent


@pytest.fixture
def program():
    """program(*options): (process, first line it prints)."""
    running = []

    def start(*options):
        command = [sys.executable, "-m", "espsim", *options]
        process = subprocess.Popen(command, cwd=HERE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        running.append(process)
        return process, process.stdout.readline().strip()

    yield start
    for process in running:
        if process.poll() is None:
            process.kill()
        process.communicate()


def port_of(line):
    words = line.rpartition(":")
    assert words[0] == "espsim: listening on 127.0.0.1", line
    return ("127.0.0.1", int(words[2]))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_runs_until_it_is_told_to_end(program, tmp_path, number):
    trace = tmp_path / "trace.json"
    process, line = program("--tcp", "127.0.0.1:0", "--trace", str(trace), "--state", str(tmp_path / "flash"))
    with Host(port_of(line)) as host:
        time.sleep(0.35)
        host.silent(0.05)
        assert host.ask("AT") == b"AT\r\n\r\nOK\r\n"
        host.ok("AT+CWMODE=1")
    process.send_signal(number)
    assert process.wait(5) == 0
    assert process.stderr.read() == ""
    written = json.loads(trace.read_text())
    assert [piece for piece in written["log"] if piece["dir"] == "tx"][0]["data"] == "AT\r\n"
    assert {"id", "firmware", "topic", "echo", "fidelity", "expect"} <= set(written)
    assert json.loads((tmp_path / "flash").read_text())["nvs"]["cwmode"] == 1


def test_once(program):
    process, line = program("--tcp", "127.0.0.1:0", "--once", "--profile", "nonos-1.7")
    Host(port_of(line)).close()
    assert process.wait(5) == 0


def test_a_taken_port_is_one_clear_sentence(program):
    with socket.create_server(("127.0.0.1", 0)) as holder:
        process, _ = program("--tcp", "127.0.0.1:%d" % holder.getsockname()[1])
        assert process.wait(5) == 1
        error = process.stderr.read()
        assert error.startswith("espsim: ") and "in use" in error and len(error.splitlines()) == 1


def test_pseudo_terminal(program, tmp_path):
    path = tmp_path / "tty"
    process, line = program("--pty", str(path))
    assert line == f"espsim: pty at {path}"
    time.sleep(0.4)
    terminal = os.open(path, os.O_RDWR | os.O_NOCTTY)
    os.set_blocking(terminal, False)
    got = b""
    os.write(terminal, b"AT\r\n")
    deadline = time.monotonic() + 5
    while not got.endswith(b"\r\nOK\r\n") and time.monotonic() < deadline:
        try:
            got += os.read(terminal, 1000)
        except BlockingIOError:
            time.sleep(0.01)
    assert got == b"\r\nready\r\nAT\r\n\r\nOK\r\n"
    os.close(terminal)
    process.terminate()
    assert process.wait(5) == 0
    assert not path.is_symlink()


def test_tcp_takes_the_line_from_the_terminal_and_back(program, tmp_path):
    process, _ = program("--pty", str(tmp_path / "tty"), "--tcp", "127.0.0.1:0")
    address = port_of(process.stdout.readline().strip())
    time.sleep(0.4)
    terminal = os.open(tmp_path / "tty", os.O_RDWR | os.O_NOCTTY)
    with Host(address) as host:
        assert host.ask("AT") == b"AT\r\n\r\nOK\r\n"
        os.write(terminal, b"AT+CWMODE?\r\n")
        got = b""
        while not got.endswith(b"\r\nOK\r\n"):
            got += os.read(terminal, 1000)
        assert got.endswith(b"AT+CWMODE?\r\n+CWMODE:0\r\n\r\nOK\r\n")
        assert host.sock.recv(10) == b""
    os.close(terminal)


def test_turnaround(make):
    with Host(make(turnaround=0.1)) as host:
        begin = time.monotonic()
        host.ok("AT")
        assert 0.1 <= time.monotonic() - begin < 0.3


def test_scripted_bytes(air):
    rules = [
        {"on": "to_host", "at": 2, "drop": 1},
        {"on": "to_host", "at": 4, "insert": "\u0000"},
        {"on": "to_module", "at": 6, "drop": 1, "insert": "E"},
    ]
    with Sim(faults=rules, air=air) as sim, Host(sim) as host:
        assert host.ask("AT") == b"AT\n\x00\r\nOK\r\n"
        host.write(b"AT?0\r\n")
        assert host.read(b"\r\nOK\r\n") == b"ATE0\r\n\r\nOK\r\n"


def test_scripted_commands(air):
    rules = [
        {"on": "command", "match": "AT+CWMODE", "do": "error"},
        {"on": "command", "match": "AT+CIPMUX", "do": "busy"},
        {"on": "command", "match": "AT+GMR", "do": "restart"},
    ]
    with Sim(faults=rules, air=air) as sim, Host(sim) as host:
        host.ok("ATE0")
        assert host.ask("AT+CWMODE=1") == b"\r\nERROR\r\n"
        host.ok("AT+CWMODE=1")
        host.write(b"AT+CIPMUX=1\r\n")
        assert host.read(b"...\r\n") == b"\r\nbusy p...\r\n"
        host.write(b"AT+GMR\r\n")
        assert host.read(b"ready\r\n") == b"\r\nready\r\n"
        assert sim.faults.rules == []


def test_script_file(tmp_path):
    path = tmp_path / "faults.json"
    path.write_text('[{"on": "to_host", "at": 0, "insert": "x"}]')
    assert Faults.load(str(path)).to_host(b"abc") == b"xabc"


def test_trace_is_limited(make):
    sim = make()
    sim.trace.limit = 1000
    with Host(sim) as host:
        for _ in range(200):
            host.ok("AT")
    assert sim.trace.size <= 1020
