"""The module as a TCP server."""
import socket
import time

import pytest
from mp.services import free_port
from sim.talk import Host


@pytest.fixture
def server(joined):
    """(host, address of the module's server): multiple connections, server running."""
    joined.ok("AT+CIPMUX=1")
    own, port = joined.lines("AT+CIPSTA?")[0].split('"')[1], free_port()
    joined.ok(f"AT+CIPSERVER=1,{port}")
    return joined, (own, port)


def client(address):
    sock = socket.create_connection(address, timeout=5)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def test_both_ways(server):
    host, address = server
    with client(address) as peer:
        assert host.read(b"CONNECT\r\n") == b"0,CONNECT\r\n"
        peer.sendall(b"hello")
        assert host.read(b"hello\r\n") == b"\r\n+IPD,0,5:hello\r\n"
        assert host.send("AT+CIPSEND=0,5", b"there") == b"\r\nRecv 5 bytes\r\n\r\nSEND OK\r\n"
        assert peer.recv(10) == b"there"
        remote = peer.getsockname()
        row = f'+CIPSTATE:0,"TCP","{remote[0]}",{remote[1]},{address[1]},1'
        assert host.lines("AT+CIPSTATE?")[0] == row
    assert host.read(b"CLOSED\r\n") == b"0,CLOSED\r\n"


def test_the_module_hangs_up(server):
    host, address = server
    with client(address) as peer:
        host.read(b"CONNECT\r\n")
        assert host.ask("AT+CIPCLOSE=0") == b"0,CLOSED\r\n\r\nOK\r\n"
        assert peer.recv(10) == b""


def test_most_connections(joined):
    joined.ok("AT+CIPMUX=1")
    joined.ok("AT+CIPSERVERMAXCONN=2")
    own = joined.lines("AT+CIPSTA?")[0].split('"')[1]
    joined.ok("AT+CIPSERVER=1,8099")
    assert joined.ask("AT+CIPSERVERMAXCONN=3") == b"\r\nERROR\r\n"
    with client((own, 8099)), client((own, 8099)):
        joined.read(b"1,CONNECT\r\n")
        with client((own, 8099)) as third:
            assert joined.read(b"Connections\r\n") == b"Have 2 Connections\r\n"
            assert third.recv(10) == b""


def test_query_and_rules(joined):
    assert joined.ask("AT+CIPSERVER=1,8098") == b"\r\nERROR\r\n"  # single connection mode
    joined.ok("AT+CIPMUX=1")
    assert joined.ask("AT+CIPSERVER?") == b"+CIPSERVER:0\r\n\r\nOK\r\n"
    joined.ok("AT+CIPSERVER=1,8098")
    assert joined.ask("AT+CIPSERVER?") == b'+CIPSERVER:1,8098,"TCP",0\r\n\r\nOK\r\n'
    assert joined.ask("AT+CIPSERVER=1,8097") == b"\r\nERROR\r\n"
    assert joined.ask("AT+CIPMUX=0") == b"\r\nERROR\r\n"
    joined.ok("AT+CIPSERVER=0")
    joined.ok("AT+CIPMUX=0")


@pytest.mark.parametrize(("close_all", "kept"), [(0, True), (1, False)])
def test_deleting_the_server(server, close_all, kept):
    host, address = server
    with client(address) as peer:
        host.read(b"CONNECT\r\n")
        answer = host.ask(f"AT+CIPSERVER=0,{close_all}")
        assert answer == (b"" if kept else b"0,CLOSED\r\n") + b"\r\nOK\r\n"
        with pytest.raises(OSError):
            client(address)
        if kept:
            peer.sendall(b"still here")
            host.read(b"still here\r\n")
        else:
            assert peer.recv(1) == b""


def test_idle_clients_are_closed(server):
    host, address = server
    host.ok("AT+CIPSTO=1")
    with client(address) as peer:
        host.read(b"CONNECT\r\n")
        time.sleep(0.7)
        peer.sendall(b"x")
        host.read(b"x\r\n")
        assert host.silent(0.6) == b""
        assert host.read(b"CLOSED\r\n", 2) == b"0,CLOSED\r\n"


def test_default_port_and_taken_port(joined):
    joined.ok("AT+CIPMUX=1")
    joined.ok("AT+CIPSERVER=1")
    assert joined.lines("AT+CIPSERVER?")[0] == '+CIPSERVER:1,333,"TCP",0'
    joined.ok("AT+CIPSERVER=0")
    own = joined.lines("AT+CIPSTA?")[0].split('"')[1]
    with socket.create_server((own, 0)) as other:
        assert joined.ask("AT+CIPSERVER=1,%d" % other.getsockname()[1]) == b"\r\nERROR\r\n"


def test_two_modules_talk_to_each_other(make):
    with Host(make()) as one, Host(make()) as other:
        own = one.join().lines("AT+CIPSTA?")[0].split('"')[1]
        one.ok("AT+CIPMUX=1")
        one.ok("AT+CIPSERVER=1,8096")
        other.join().ok(f'AT+CIPSTART="TCP","{own}",8096')
        assert one.read(b"CONNECT\r\n") == b"0,CONNECT\r\n"
        other.send("AT+CIPSEND=3", b"abc")
        assert one.read(b"abc\r\n") == b"\r\n+IPD,0,3:abc\r\n"
        one.send("AT+CIPSEND=0,3", b"def")
        assert other.read(b"def\r\n") == b"\r\n+IPD,3:def\r\n"
        other.ok("AT+CIPCLOSE")
        assert one.read(b"CLOSED\r\n") == b"0,CLOSED\r\n"


@pytest.mark.parametrize(
    ("profile", "row"),
    [
        ("c6-4.1", '+CIPSERVER:1,8095,"TCP",0,0'),
        ("esp8266-2.3", '+CIPSERVER:1,8095,"TCP"'),
        ("esp32-2.4", '+CIPSERVER:1,8095,"TCP",0'),
    ],
)
def test_query_by_firmware(make, profile, row):
    with Host(make(profile)) as host:
        host.join().ok("AT+CIPMUX=1")
        host.ok("AT+CIPSERVER=1,8095")
        assert host.lines("AT+CIPSERVER?")[0] == row


def test_a_number_that_is_being_opened_is_no_clients(server, air):
    """AT+CIPSTART=0 has taken its number before its connection is there."""
    host, address = server
    air.dead.add("192.0.2.1")
    air.connect_timeout = 20
    host.write(b'AT+CIPSTART=0,"TCP","192.0.2.1",80\r\n')
    host.write(b"AT\r\n")
    host.read(b"busy p...\r\n")  # it is under way
    with client(address):
        assert host.read(b"CONNECT\r\n") == b"1,CONNECT\r\n"
