"""Passive receive: notices, reading, back-pressure, and the CLOSED that waits."""
import select
import socket
import time

import pytest
from sim.talk import Host


@pytest.fixture
def passive(connected):
    host, peer = connected
    host.ok("AT+CIPRECVTYPE=1")
    return host, peer


def test_one_notice_until_it_is_read(passive):
    host, peer = passive
    peer.sendall(b"abc")
    assert host.read(b"\n+IPD,3\r\n") == b"\r\n+IPD,3\r\n"
    peer.sendall(b"defg")
    assert host.silent(0.1) == b""
    assert host.ask("AT+CIPRECVLEN?") == b"+CIPRECVLEN:7\r\n\r\nOK\r\n"
    assert host.ask("AT+CIPRECVDATA=4") == b"+CIPRECVDATA:4,abcd\r\nOK\r\n"
    assert host.read(b"+IPD,3\r\n") == b"\r\n+IPD,3\r\n"
    assert host.ask("AT+CIPRECVDATA=100") == b"+CIPRECVDATA:3,efg\r\nOK\r\n"
    assert host.silent(0.1) == b""
    peer.sendall(b"h")
    assert host.read(b"+IPD,1\r\n") == b"\r\n+IPD,1\r\n"


def test_payload_may_hold_anything(passive):
    host, peer = passive
    blob = b"\r\nOK\r\n+IPD,5:>" + bytes(range(256))
    peer.sendall(blob)
    host.read(b"+IPD,%d\r\n" % len(blob))
    host.write(b"AT+CIPRECVDATA=1000\r\n")
    assert host.exactly(17) == b"+CIPRECVDATA:%d," % len(blob)
    assert host.exactly(len(blob)) == blob
    assert host.exactly(6) == b"\r\nOK\r\n"


def test_closed_waits_until_all_is_read(passive):
    host, peer = passive
    peer.sendall(b"last words")
    peer.close()
    assert host.silent(0.15) == b"\r\n+IPD,10\r\n"
    assert host.ask("AT+CIPRECVDATA=5") == b"+CIPRECVDATA:5,last \r\nOK\r\n"
    assert host.silent(0.05) == b"\r\n+IPD,5\r\n"
    host.write(b"AT+CIPRECVDATA=5\r\n")
    assert host.read(b"CLOSED\r\n") == b"+CIPRECVDATA:5,words\r\nOK\r\nCLOSED\r\n"
    assert host.ask("AT+CIPRECVDATA=5") == b"\r\nERROR\r\n"


def test_close_drops_what_was_not_read(passive):
    host, peer = passive
    peer.sendall(b"unread")
    peer.close()
    host.read(b"+IPD,6\r\n")
    assert host.ask("AT+CIPCLOSE") == b"CLOSED\r\n\r\nOK\r\n"
    assert host.silent() == b""


def test_closed_comes_at_once_when_nothing_waits(passive):
    host, peer = passive
    peer.close()
    assert host.read(b"CLOSED\r\n") == b"CLOSED\r\n"


def test_a_full_buffer_stops_the_peer(passive):
    host, peer = passive
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    peer.setblocking(False)
    sent = 0
    while select.select([], [peer], [], 0.2)[1]:
        sent += peer.send(bytes(1000))
    host.silent(0.1)
    assert host.lines("AT+CIPRECVLEN?")[0] == "+CIPRECVLEN:5760"
    assert 5760 <= sent < 25000  # beyond the module's buffer: one window under way, and the peer's own buffer
    got = 0
    peer.setblocking(True)
    while got < sent:
        host.write(b"AT+CIPRECVDATA=2000\r\n")
        head = host.read(b",")
        while b"+CIPRECVDATA" not in head:
            head = host.read(b",")
        size = int(head.rpartition(b":")[2][:-1])
        host.exactly(size)
        host.read(b"\r\nOK\r\n")
        got += size
        time.sleep(0.001)
    assert got == sent


def test_reading_without_data_or_link(passive):
    host, peer = passive
    assert host.ask("AT+CIPRECVDATA=1") == b"\r\nERROR\r\n"
    assert host.ask("AT+CIPRECVDATA=0") == b"\r\nERROR\r\n"
    host.ok("AT+CIPRECVTYPE=0")
    assert host.ask("AT+CIPRECVDATA=1") == b"\r\nERROR\r\n"


def test_back_to_active_mode_shows_what_waits(passive):
    host, peer = passive
    peer.sendall(b"kept")
    host.read(b"+IPD,4\r\n")
    assert host.ask("AT+CIPRECVTYPE=0") == b"\r\n+IPD,4:kept\r\n\r\nOK\r\n"
    peer.sendall(b"new")
    assert host.read(b"new\r\n") == b"\r\n+IPD,3:new\r\n"


def test_mode_per_link(joined, listener):
    joined.ok("AT+CIPMUX=1")
    assert joined.lines("AT+CIPRECVTYPE?")[:5] == [f"+CIPRECVTYPE:{n},0" for n in range(5)]
    joined.ok("AT+CIPRECVTYPE=1,1")
    peers = []
    for number in range(2):
        joined.ok('AT+CIPSTART=%d,"TCP","127.0.0.1",%d' % (number, listener.getsockname()[1]))
        peers.append(listener.accept()[0])
    for peer in peers:
        peer.sendall(b"x")
    shown = joined.silent(0.1)
    assert b"\r\n+IPD,0,1:x\r\n" in shown and b"\r\n+IPD,1,1\r\n" in shown and len(shown) == 26
    assert joined.ask("AT+CIPRECVLEN?") == b"+CIPRECVLEN:0,1,0,0,0\r\n\r\nOK\r\n"
    joined.ok("AT+CIPDINFO=1")
    port = peers[1].getsockname()[1]
    assert joined.ask("AT+CIPRECVDATA=1,9") == b'+CIPRECVDATA:1,"127.0.0.1",%d,x\r\nOK\r\n' % port
    joined.ok("AT+CIPRECVTYPE=5,1")
    assert joined.lines("AT+CIPRECVTYPE?")[4] == "+CIPRECVTYPE:4,1"
    for peer in peers:
        peer.close()


def test_the_older_command_has_no_link(joined):
    joined.ok("AT+CIPRECVMODE=1")
    assert joined.ask("AT+CIPRECVMODE?") == b"+CIPRECVMODE:1\r\n\r\nOK\r\n"
    assert joined.ask("AT+CIPRECVTYPE?") == b"+CIPRECVTYPE:0,1\r\n\r\nOK\r\n"
    assert joined.ask("AT+CIPRECVMODE=0,1") == b"\r\nERROR\r\n"


def test_idle_links_in_2_4(make):
    with Host(make("esp32-2.4")) as host:
        host.join().ok("AT+CIPMUX=1")
        assert host.ask("AT+CIPRECVLEN?") == b"+CIPRECVLEN:-1,-1,-1,-1,-1\r\n\r\nOK\r\n"


def test_udp_reads_merge_datagrams_and_lose_a_cut_rest(joined, datagrams):
    """As in a real log: six of 444 wait, 1000 are read, 1332 are left."""
    joined.ok("AT+CIPRECVTYPE=1")
    joined.ok('AT+CIPSTART="UDP","127.0.0.1",%d' % datagrams.getsockname()[1])
    joined.send("AT+CIPSEND=2", b"hi")
    _, module = datagrams.recvfrom(10)
    for _ in range(6):
        datagrams.sendto(b"d" * 444, module)
    assert joined.read(b"+IPD,444\r\n") == b"\r\n+IPD,444\r\n"
    time.sleep(0.1)
    assert joined.ask("AT+CIPRECVLEN?") == b"+CIPRECVLEN:2664\r\n\r\nOK\r\n"
    assert joined.ask("AT+CIPRECVDATA=1000") == b"+CIPRECVDATA:1000," + b"d" * 1000 + b"\r\nOK\r\n"
    assert joined.read(b"+IPD,1332\r\n") == b"\r\n+IPD,1332\r\n"


def test_udp_beyond_the_buffer_is_lost(joined, datagrams):
    joined.ok("AT+CIPRECVTYPE=1")
    joined.ok('AT+CIPSTART="UDP","127.0.0.1",%d' % datagrams.getsockname()[1])
    joined.send("AT+CIPSEND=2", b"hi")
    _, module = datagrams.recvfrom(10)
    for _ in range(8):
        datagrams.sendto(bytes(1000), module)
    time.sleep(0.1)
    joined.read(b"+IPD,1000\r\n")
    assert joined.lines("AT+CIPRECVLEN?")[0] == "+CIPRECVLEN:5000"
