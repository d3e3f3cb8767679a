"""Fixtures of the simulator's own tests. A simulator that broke inside fails the test that used it."""
import socket

import pytest
from espsim import Air, Sim
from sim.servers import Broker
from sim.talk import Host


@pytest.fixture
def air():
    return Air()


@pytest.fixture
def make(air):
    """make(profile=..., **options): a running Sim; all are stopped, and checked, at the end."""
    running = []

    def start(profile="esp32-3.4", **options):
        options.setdefault("air", air)
        running.append(Sim(profile=profile, **options).start())
        return running[-1]

    yield start
    failures = []
    for sim in running:
        failures += sim.module.failures
        sim.stop()
        assert not sim.thread.is_alive()
    assert failures == []


@pytest.fixture
def sim(make):
    return make()


@pytest.fixture
def host(sim):
    with Host(sim) as talker:
        yield talker


@pytest.fixture
def joined(host):
    """A host whose module has joined the guide's access point, echo off."""
    return host.join()


@pytest.fixture
def logged(host):
    """Echo off, error codes on, no network."""
    host.ok("ATE0")
    host.ok("AT+SYSLOG=1")
    return host


@pytest.fixture
def online(joined):
    """Echo off, error codes on, on the network."""
    joined.ok("AT+SYSLOG=1")
    return joined


@pytest.fixture(scope="session")
def broker():
    """An MQTT broker for all tests: topics that are retained or shared must differ."""
    with Broker() as running:
        yield running


@pytest.fixture
def listener():
    """A listening TCP socket on the loopback interface; .accept() gives a socket with a time-out."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(5)
        yield server


@pytest.fixture
def datagrams():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(5)
        yield sock


@pytest.fixture
def connected(joined, listener):
    """(host, peer socket): a TCP link in single connection mode."""
    joined.ok('AT+CIPSTART="TCP","127.0.0.1",%d' % listener.getsockname()[1])
    peer, _ = listener.accept()
    peer.settimeout(5)
    yield joined, peer
    peer.close()
