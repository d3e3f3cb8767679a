"""Nothing a host or a peer sends breaks the module."""
import random
import re
import socket
import struct
import time

import pytest
from espsim.command import COMMANDS
from sim.talk import PROMPT, Host

PIECES = [b"\r\n", b"\n", b"\r", b"AT", b"AT+", b"=", b"?", b",", b'"', b"\\", b"\x00", b"\xff", b"+++", b">", b"-1", b"0", b"5",
          b"65536", b"99999999999999999999", b'"espressif"', b'"127.0.0.1"', b'"TCP"', b'"UDP"', b"x" * 300]
NEVER = {"+GSLP", "+SLEEP"}  # would sleep for the rest of the test


def garbage(rng):
    names = sorted(name.encode() for name in COMMANDS if name not in NEVER)
    line = b""
    for _ in range(rng.randrange(1, 9)):
        line += rng.choice([rng.choice(PIECES), b"AT" + rng.choice(names), rng.randbytes(rng.randrange(6))])
    return line + b"\r\n" * rng.randrange(2)


def revive(host):
    """Whatever it is doing, bring it back to answer AT; fail if it does not."""
    for _ in range(10):
        time.sleep(0.06)
        host.write(b"+++")
        time.sleep(0.06)
        host.write(b"\r\nAT+RST\r\n")
        host.silent(0.1)
        host.write(b"x" * 9000 + b"\r\n")  # fills a data phase that is left
        host.silent(0.1)
        host.write(b"ATE0\r\n")
        if b"OK\r\n" in host.silent(0.2):
            return
    raise AssertionError("the module does not answer any more")


@pytest.mark.parametrize("profile", ["esp32-3.4", "nonos-1.7"])
def test_random_input(make, profile):
    rng = random.Random(20261124)
    sim = make(profile)
    with Host(sim) as host:
        for _ in range(3000):
            line = garbage(rng)
            if b"GSLP" not in line:
                host.write(line)
        host.silent(0.3)
        revive(host)
        assert sim.module.failures == []


def test_random_arguments_of_every_command(make):
    """Each command alone, so that it runs and is not merely refused as busy."""
    rng = random.Random(5)
    sim = make()
    values = [b"", b"0", b"1", b"2", b"5", b"-1", b"80", b"70000", b'""', b'"a"', b'"127.0.0.1"', b'"TCP"', b'"\\', b"x"]
    values.append(b'"' + b"y" * 70 + b'"')
    with Host(sim) as host:
        host.join()
        for name in sorted(COMMANDS):
            if name in NEVER | {"+RST", "+RESTORE"}:
                continue
            for _ in range(12):
                line = b"AT" + name.encode() + b"=" + b",".join(rng.choices(values, k=rng.randrange(7)))
                host.write(line + b"\r\n")
                got = host.read(re.compile(rb"\r\n(OK|ERROR)\r\n(\r\n>)?"), 20)
                if got.endswith(b">"):
                    host.write(b"z" * 9000)
                    host.read(re.compile(rb"\r\n(OK|ERROR|SEND OK|SEND FAIL|SET OK|WRITE OK)\r\n"))
        revive(host)


def test_an_endless_line_takes_no_memory(sim, host):
    for _ in range(200):
        host.write(b"A" * 10000)
    host.write(b"\r\n")
    host.read(b"ERROR\r\n", 5)
    assert len(sim.module.commands.line) == 0
    assert host.ask("AT").endswith(b"\r\nOK\r\n")


def test_a_host_that_unplugs_in_a_data_phase(sim, connected):
    host, peer = connected
    host.write(b"AT+CIPSEND=10\r\n")
    host.read(PROMPT)
    host.write(b"abc")
    host.close()
    with Host(sim) as again:
        again.write(b"defghij")
        assert again.read(b"SEND OK\r\n") == b"\r\nRecv 10 bytes\r\n\r\nSEND OK\r\n"
        assert peer.recv(20) == b"abcdefghij"


def test_restart_at_any_moment_of_a_send(sim, joined, listener):
    port = listener.getsockname()[1]
    for delay in (0, 0.001, 0.003, 0.01):
        joined.write(f'AT+CIPSTART="TCP","127.0.0.1",{port}\r\n'.encode())
        time.sleep(delay)
        joined.write(b"AT+CIPSEND=100\r\n" + bytes(50))
        time.sleep(delay)
        sim.restart()
        joined.write(b"ATE0\r\n")
        joined.read(b"GOT IP\r\n")
    joined.silent(0.1)
    assert joined.ask("AT") in (b"\r\nOK\r\n", b"AT\r\n\r\nOK\r\n")


def test_peers_that_come_and_go(joined):
    joined.ok("AT+CIPMUX=1")
    own = joined.lines("AT+CIPSTA?")[0].split('"')[1]
    joined.ok("AT+CIPSERVER=1,8093")
    for number in range(100):
        peer = socket.create_connection((own, 8093), timeout=5)
        if number % 3:
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            peer.send(b"x")
        peer.close()
        time.sleep(0.003)  # the queue of five that wait is all the module has
    joined.silent(0.3)
    assert joined.ask("AT+CIPSTATE?") == b"\r\nOK\r\n"
