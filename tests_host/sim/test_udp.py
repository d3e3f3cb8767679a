"""UDP links."""
import socket

import pytest
from sim.talk import Host


def start(host, sock, *more):
    line = 'AT+CIPSTART="UDP","127.0.0.1",%d' % sock.getsockname()[1]
    return host.ask(line + "".join(f",{value}" for value in more))


@pytest.fixture
def other():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(5)
        yield sock


def test_one_datagram_per_send(joined, datagrams):
    assert start(joined, datagrams) == b"CONNECT\r\n\r\nOK\r\n"
    assert joined.send("AT+CIPSEND=3", b"one") == b"\r\nRecv 3 bytes\r\n\r\nSEND OK\r\n"
    assert joined.send("AT+CIPSEND=1400", b"2" * 1400).endswith(b"SEND OK\r\n")
    data, module = datagrams.recvfrom(2000)
    assert (data, datagrams.recv(2000)) == (b"one", b"2" * 1400)
    assert module[0] == joined.lines("AT+CIPSTA?")[0].split('"')[1]
    for size in (1, 1472):
        datagrams.sendto(b"x" * size, module)
        assert joined.read(b"x\r\n") == b"\r\n+IPD,%d:" % size + b"x" * size + b"\r\n"


def test_too_long_a_datagram_is_lost(joined, datagrams):
    start(joined, datagrams)
    joined.send("AT+CIPSEND=1", b"x")
    _, module = datagrams.recvfrom(10)
    datagrams.sendto(bytes(1473), module)
    datagrams.sendto(b"after", module)
    assert joined.read(b"after\r\n") == b"\r\n+IPD,5:after\r\n"


def test_local_port_and_foreign_sender(joined, datagrams, other):
    own = joined.lines("AT+CIPSTA?")[0].split('"')[1]
    start(joined, datagrams, 4711)
    assert joined.lines("AT+CIPSTATE?")[0].endswith(",4711,0")
    joined.ok("AT+CIPDINFO=1")
    other.sendto(b"hi", (own, 4711))
    assert joined.read(b"hi\r\n") == b'\r\n+IPD,2,"127.0.0.1",%d:hi\r\n' % other.getsockname()[1]


@pytest.mark.parametrize(("mode", "second_goes_to"), [(0, "first"), (1, "other"), (2, "third")])
def test_modes(joined, datagrams, other, mode, second_goes_to):
    own = joined.lines("AT+CIPSTA?")[0].split('"')[1]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as third:
        third.bind(("127.0.0.1", 0))
        third.settimeout(5)
        start(joined, datagrams, 4712, mode)
        for sender in (other, third):
            sender.sendto(b"hi", (own, 4712))
            joined.read(b"hi\r\n")
        joined.send("AT+CIPSEND=2", b"yo")
        receiver = {"first": datagrams, "other": other, "third": third}[second_goes_to]
        assert receiver.recv(10) == b"yo"


def test_mode_needs_a_local_port(joined, datagrams):
    assert start(joined, datagrams, "", 1) == b"\r\nERROR\r\n"


def test_sending_to_another_host(joined, datagrams, other, air):
    air.names["other.example"] = "127.0.0.1"
    start(joined, datagrams)
    for host in ("127.0.0.1", "other.example"):
        joined.send('AT+CIPSEND=4,"%s",%d' % (host, other.getsockname()[1]), b"over")
        assert other.recv(10) == b"over"
    joined.send("AT+CIPSEND=4", b"home")
    assert datagrams.recv(10) == b"home"
    air.dns_down = True
    assert joined.ask('AT+CIPSEND=4,"other.example",1000') == b"\r\nERROR\r\n"


def test_an_answer_of_port_unreachable_does_no_harm(joined, datagrams):
    port = datagrams.getsockname()[1]
    start(joined, datagrams)
    datagrams.close()
    for _ in range(3):
        assert joined.send("AT+CIPSEND=1", b"x").endswith(b"SEND OK\r\n")
    assert f'"UDP","127.0.0.1",{port},' in joined.lines("AT+CIPSTATE?")[0]


def test_taken_local_port(joined, datagrams):
    joined.ok("AT+CIPMUX=1")
    own = joined.lines("AT+CIPSTA?")[0].split('"')[1]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as holder:
        holder.bind((own, 0))
        line = 'AT+CIPSTART=0,"UDP","127.0.0.1",9,%d' % holder.getsockname()[1]
        assert joined.ask(line) == b"\r\nERROR\r\n"


def test_udp_is_never_passive_on_nonos(make, datagrams):
    with Host(make("nonos-1.7")) as host:
        host.ask("ATE0")
        host.ok("AT+CWMODE=1")
        host.ok('AT+CWJAP="espressif","1234567890"')
        host.ok("AT+CIPRECVMODE=1")
        host.ok('AT+CIPSTART="UDP","127.0.0.1",%d' % datagrams.getsockname()[1])
        host.write(b"AT+CIPSEND=1\r\n")
        host.read(b"> ")
        host.write(b"x")
        host.read(b"SEND OK\r\n")
        _, module = datagrams.recvfrom(10)
        datagrams.sendto(b"shown", module)
        assert host.read(b"shown") == b"\r\n+IPD,5:shown"
