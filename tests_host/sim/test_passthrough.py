"""Wi-Fi passthrough: raw bytes both ways, leaving by +++, reconnecting, starting at power-up."""
import socket
import threading
import time

import pytest
from sim.talk import PROMPT


@pytest.fixture
def through(connected):
    host, peer = connected
    host.ok("AT+CIPMODE=1")
    host.write(b"AT+CIPSEND\r\n")
    assert host.read(PROMPT) == PROMPT
    return host, peer


def leave(host):
    time.sleep(0.06)
    host.write(b"+++")
    time.sleep(0.06)


def test_raw_both_ways_and_out(through):
    host, peer = through
    host.write(b"AT\r\n")
    assert peer.recv(100) == b"AT\r\n"
    peer.sendall(b"raw")
    assert host.silent(0.05) == b"raw"
    leave(host)
    assert host.silent(0.05) == b""
    assert host.ask("AT") == b"\r\nOK\r\n"
    peer.sendall(b"still raw")
    assert host.silent(0.05) == b"still raw"
    host.ok("AT+CIPMODE=0")
    peer.sendall(b"framed")
    assert host.read(b"framed\r\n") == b"\r\n+IPD,6:framed\r\n"
    peer.settimeout(0.1)
    with pytest.raises(TimeoutError):
        peer.recv(1)


def test_received_data_is_raw_from_cipmode_on(connected):
    host, peer = connected
    host.ok("AT+CIPMODE=1")
    peer.sendall(b"early")
    assert host.silent(0.05) == b"early"
    assert host.ask("AT+CIPSEND=4") == b"\r\nERROR\r\n"
    assert host.ask("AT+CIPRECVTYPE=1") == b"\r\nERROR\r\n"


@pytest.mark.parametrize("burst", [b"++++", b"+++\r\n", b"a+++", b"++"])
def test_only_a_lone_escape_counts(through, burst):
    host, peer = through
    time.sleep(0.05)
    host.write(burst)
    assert peer.recv(100) == burst
    time.sleep(0.05)
    host.write(b"more")
    assert peer.recv(100) == b"more"


def test_an_escape_right_behind_data_is_data(through):
    host, peer = through
    host.write(b"data")
    time.sleep(0.005)
    host.write(b"+++")
    time.sleep(0.1)
    assert peer.recv(100) == b"data+++"


def test_quit_notice(through, sim):
    host, _ = through
    leave(host)
    host.ok("AT+SYSMSG=1")
    host.write(b"AT+CIPSEND\r\n")
    host.read(PROMPT)
    leave(host)
    assert host.silent(0.05) == b"\r\n+QUITT\r\n"


def test_small_data_waits_for_the_interval(through):
    host, peer = through
    leave(host)
    host.ok("AT+TRANSINTVL=200")
    host.write(b"AT+CIPSEND\r\n")
    host.read(PROMPT)
    begin = time.monotonic()
    host.write(b"abc")
    time.sleep(0.05)
    host.write(b"def")
    assert peer.recv(100) == b"abcdef"
    assert 0.18 < time.monotonic() - begin < 0.5
    begin = time.monotonic()
    host.write(bytes(2920))
    assert len(peer.recv(4000)) == 2920
    assert time.monotonic() - begin < 0.15


def test_a_lost_link_comes_back_silently(through, listener):
    host, peer = through
    peer.close()
    again, _ = listener.accept()
    again.settimeout(5)
    time.sleep(0.05)
    host.write(b"hello again")
    assert again.recv(100) == b"hello again"
    again.sendall(b"welcome")
    assert host.silent(0.1) == b"welcome"
    again.close()


def test_link_changes_are_told_on_request(connected, listener):
    host, peer = connected
    host.ok("AT+SYSMSG=4")
    host.ok("AT+CIPMODE=1")
    host.write(b"AT+CIPSEND\r\n")
    host.read(PROMPT)
    peer.close()
    again, _ = listener.accept()
    assert host.read(b"CONNECT\r\n") == b"CLOSED\r\nCONNECT\r\n"
    again.sendall(b"and on it goes")
    assert host.read(b"goes") == b"and on it goes"
    again.close()


def test_needs_a_single_link(joined, listener):
    joined.ok("AT+CIPMUX=1")
    assert joined.ask("AT+CIPMODE=1") == b"\r\nERROR\r\n"
    joined.ok("AT+CIPMUX=0")
    joined.ok("AT+CIPMODE=1")
    assert joined.ask("AT+CIPMUX=1") == b"\r\nERROR\r\n"
    assert joined.ask("AT+CIPSEND") == b"\r\nERROR\r\n"


def test_as_a_server_of_one_client(joined):
    own = joined.lines("AT+CIPSTA?")[0].split('"')[1]
    for line in ("AT+CIPMUX=1", "AT+CIPSERVERMAXCONN=1", "AT+CIPSERVER=1,8094", "AT+CIPMODE=1"):
        joined.ok(line)
    with socket.create_connection((own, 8094), timeout=5) as peer:
        assert joined.read(b"CONNECT\r\n") == b"0,CONNECT\r\n"
        joined.write(b"AT+CIPSEND\r\n")
        joined.read(PROMPT)
        joined.write(b"served")
        assert peer.recv(10) == b"served"
        leave(joined)
        joined.ok("AT+CIPMODE=0")


def test_udp(joined, datagrams, air):
    joined.ok('AT+CIPSTART="UDP","127.0.0.1",%d,4713,0' % datagrams.getsockname()[1])
    joined.ok("AT+CIPMODE=1")
    joined.write(b"AT+CIPSEND\r\n")
    joined.read(PROMPT)
    joined.write(b"datagram")
    data, module = datagrams.recvfrom(100)
    assert data == b"datagram"
    datagrams.sendto(b"back", module)
    assert joined.read(b"back") == b"back"
    air.second = 0.1
    air.kick()  # the link is opened again, from the same port
    end = time.monotonic() + 20
    datagrams.settimeout(0.1)
    data = b""
    while data != b"again" and time.monotonic() < end:
        joined.write(b"again")
        try:
            data, module = datagrams.recvfrom(100)
        except TimeoutError:
            pass
    assert data == b"again" and module[1] == 4713


def test_from_power_up(sim, joined, listener):
    port = listener.getsockname()[1]
    joined.ok(f'AT+SAVETRANSLINK=1,"127.0.0.1",{port},"TCP"')
    sim.restart()
    peer, _ = listener.accept()
    peer.settimeout(5)
    assert joined.read(b"\r\n>") == b"\r\nready\r\nWIFI CONNECTED\r\nWIFI GOT IP\r\n\r\n>"
    joined.write(b"AT\r\n")
    assert peer.recv(100) == b"AT\r\n"
    peer.sendall(b"raw")
    assert joined.silent(0.05) == b"raw"
    leave(joined)
    assert joined.ask("AT+SAVETRANSLINK=0").endswith(b"\r\nOK\r\n")
    sim.restart()
    assert joined.read(b"GOT IP\r\n").endswith(b"GOT IP\r\n")
    assert joined.silent(0.2) == b""
    peer.close()


def test_a_megabyte_down_is_fast_and_whole(through):
    host, peer = through
    blob = bytes(range(256)) * 4096
    writer = threading.Thread(target=peer.sendall, args=(blob,))
    begin = time.monotonic()
    writer.start()
    assert host.exactly(len(blob)) == blob
    writer.join()
    assert time.monotonic() - begin < 1
