"""TCP links: opening, failing, receiving in active mode, closing, listing."""
import re
import socket
import struct
import threading
import time

import pytest
from sim.talk import Host


def open_link(host, listener, number=None):
    """A link to the listener; returns (answer, peer socket)."""
    head = "" if number is None else f"{number},"
    answer = host.ask('AT+CIPSTART=%s"TCP","127.0.0.1",%d' % (head, listener.getsockname()[1]))
    peer, _ = listener.accept()
    peer.settimeout(5)
    return answer, peer


def reset(sock):
    """Close with RST instead of FIN."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def test_connects_from_the_stations_own_address(joined, listener):
    answer, peer = open_link(joined, listener)
    assert answer == b"CONNECT\r\n\r\nOK\r\n"
    own = joined.lines("AT+CIPSTA?")[0].split('"')[1]
    assert peer.getpeername()[0] == own
    port = listener.getsockname()[1]
    assert joined.ask("AT+CIPSTATE?") == f'+CIPSTATE:0,"TCP","127.0.0.1",{port},{peer.getpeername()[1]},0\r\n\r\nOK\r\n'.encode()
    peer.close()
    assert joined.read(b"CLOSED\r\n") == b"CLOSED\r\n"
    assert joined.ask("AT+CIPSTATE?") == b"\r\nOK\r\n"


def test_five_links_and_no_sixth(joined, listener):
    joined.ok("AT+CIPMUX=1")
    peers = []
    for number in range(5):
        answer, peer = open_link(joined, listener, number)
        assert answer == b"%d,CONNECT\r\n\r\nOK\r\n" % number
        peers.append(peer)
    port = listener.getsockname()[1]
    for start in ("AT+CIPSTART=5,", "AT+CIPSTART=0,", "AT+CIPSTARTEX="):
        assert joined.ask(f'{start}"TCP","127.0.0.1",{port}') == b"\r\nERROR\r\n"
    peers[2].sendall(b"two")
    assert joined.read(b"two\r\n") == b"\r\n+IPD,2,3:two\r\n"
    assert joined.ask("AT+CIPCLOSE=5").count(b",CLOSED\r\n") == 5
    for peer in peers:
        assert peer.recv(10) == b""
        peer.close()


def test_startex_takes_the_lowest_free_link(joined, listener):
    joined.ok("AT+CIPMUX=1")
    _, first = open_link(joined, listener, 0)
    answer = joined.ask('AT+CIPSTARTEX="TCP","127.0.0.1",%d' % listener.getsockname()[1])
    assert answer == b"1,CONNECT\r\n\r\nOK\r\n"
    first.close()
    assert joined.read(b"CLOSED\r\n") == b"0,CLOSED\r\n"


def test_refused(joined):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        line = 'AT+CIPSTART="TCP","127.0.0.1",%d' % unused.getsockname()[1]
        assert joined.ask(line) == b"\r\nERROR\r\n"
    assert joined.silent() == b""


def test_unreachable_takes_its_time(joined, air):
    air.dead.add("10.9.8.7")
    air.connect_timeout = 0.3
    begin = time.monotonic()
    assert joined.ask('AT+CIPSTART="TCP","10.9.8.7",80') == b"\r\nERROR\r\n"
    assert 0.3 <= time.monotonic() - begin < 1


def test_names(joined, air, listener):
    air.names["Example.com"] = "127.0.0.1"
    port = listener.getsockname()[1]
    assert joined.ask('AT+CIPDOMAIN="Example.com"') == b'+CIPDOMAIN:"127.0.0.1"\r\n\r\nOK\r\n'
    assert joined.ask('AT+CIPDOMAIN="localhost",2') == b'+CIPDOMAIN:"127.0.0.1"\r\n\r\nOK\r\n'
    assert joined.ask('AT+CIPDOMAIN="127.0.0.9"') == b'+CIPDOMAIN:"127.0.0.9"\r\n\r\nOK\r\n'
    assert joined.ask('AT+CIPDOMAIN="127.0.0.9",3') == b"\r\nERROR\r\n"  # no IPv6 address
    joined.ok(f'AT+CIPSTART="TCP","Example.com",{port}')
    assert f'"TCP","127.0.0.1",{port},' in joined.lines("AT+CIPSTATE?")[0]
    joined.ok("AT+CIPCLOSE")
    air.dns_down = True
    assert joined.ask('AT+CIPDOMAIN="Example.com"') == b"\r\nERROR\r\n"
    assert joined.ask(f'AT+CIPSTART="TCP","Example.com",{port}') == b"\r\nERROR\r\n"
    joined.ok(f'AT+CIPSTART="TCP","127.0.0.1",{port}')


def test_no_network_no_link(host, listener):
    host.ok("ATE0")
    host.ok("AT+CWMODE=1")
    port = listener.getsockname()[1]
    assert host.ask(f'AT+CIPSTART="TCP","127.0.0.1",{port}') == b"\r\nERROR\r\n"
    assert host.ask('AT+CIPDOMAIN="localhost"') == b"\r\nERROR\r\n"


@pytest.mark.parametrize(
    "line",
    ['AT+CIPSTART="TCPX","127.0.0.1",80', 'AT+CIPSTART="TCP","127.0.0.1",0', 'AT+CIPSTART="TCP","127.0.0.1",65536',
     'AT+CIPSTART="TCP","127.0.0.1"', 'AT+CIPSTART="TCP",80,"127.0.0.1"', 'AT+CIPSTART=0,"TCP","127.0.0.1",80',
     'AT+CIPSTART="TCP","' + "x" * 65 + '",80', 'AT+CIPSTART="TCPv6","::1",80'],
)
def test_bad_starts(joined, line):
    assert joined.ask(line) == b"\r\nERROR\r\n"


def test_peer_resets(connected):
    host, peer = connected
    reset(peer)
    assert host.read(b"CLOSED\r\n") == b"CLOSED\r\n"


def test_active_receive_comes_in_pieces_of_2920(connected):
    host, peer = connected
    blob = bytes(range(256)) * 40
    peer.sendall(blob)
    peer.close()
    got, sizes = b"", []
    while len(got) < len(blob):
        size = int(re.fullmatch(rb"\r\n\+IPD,(\d+):", host.read(b":"))[1])
        got += host.exactly(size)
        assert host.exactly(2) == b"\r\n"
        sizes.append(size)
    assert got == blob and max(sizes) <= 2920
    assert host.read(b"CLOSED\r\n") == b"CLOSED\r\n"


def test_dinfo(connected):
    host, peer = connected
    assert host.ask("AT+CIPDINFO?") == b"+CIPDINFO:false\r\nOK\r\n"
    host.ok("AT+CIPDINFO=1")
    peer.sendall(b"hi")
    assert host.read(b"hi\r\n") == b'\r\n+IPD,2,"127.0.0.1",%d:hi\r\n' % peer.getsockname()[1]
    assert host.ask("AT+CIPDINFO?") == b"+CIPDINFO:true\r\nOK\r\n"


def test_mux_rules(joined, listener):
    assert joined.ask("AT+CIPMUX?") == b"+CIPMUX:0\r\n\r\nOK\r\n"
    _, peer = open_link(joined, listener)
    assert joined.ask("AT+CIPMUX=1") == b"\r\nERROR\r\n"
    assert joined.ask("AT+CIPCLOSE=0") == b"\r\nERROR\r\n"
    assert joined.ask("AT+CIPCLOSE") == b"CLOSED\r\n\r\nOK\r\n"
    assert joined.ask("AT+CIPCLOSE") == b"\r\nERROR\r\n"
    joined.ok("AT+CIPMUX=1")
    assert joined.ask("AT+CIPCLOSE") == b"\r\nERROR\r\n"
    assert joined.ask("AT+CIPCLOSE=1") == b"\r\nERROR\r\n"
    assert joined.ask("AT+CIPCLOSE=6") == b"\r\nERROR\r\n"
    assert joined.ask("AT+CIPCLOSE=5") == b"\r\nOK\r\n"
    peer.close()


def test_detailed_connection_report(joined, listener):
    joined.ok("AT+SYSMSG=2")
    answer, peer = open_link(joined, listener)
    port = listener.getsockname()[1]
    assert answer == f'+LINK_CONN:0,0,"TCP",0,"127.0.0.1",{port},{peer.getpeername()[1]}\r\n\r\nOK\r\n'.encode()
    peer.close()
    assert joined.read(b"CLOSED\r\n") == b"CLOSED\r\n"


def test_status_numbers(host, listener):
    host.ok("ATE0")
    assert host.ask("AT+CIPSTATUS") == b"STATUS:0\r\n\r\nOK\r\n"
    host.ok("AT+CWMODE=1")
    assert host.ask("AT+CIPSTATUS") == b"STATUS:1\r\n\r\nOK\r\n"
    host.join()
    assert host.ask("AT+CIPSTATUS") == b"STATUS:2\r\n\r\nOK\r\n"
    _, peer = open_link(host, listener)
    assert host.ask("AT+CIPSTATUS").startswith(b'STATUS:3\r\n+CIPSTATUS:0,"TCP","127.0.0.1",')
    peer.close()
    host.read(b"CLOSED\r\n")
    assert host.ask("AT+CIPSTATUS") == b"STATUS:4\r\n\r\nOK\r\n"
    host.ok("AT+CWQAP")
    assert host.ask("AT+CIPSTATUS") == b"STATUS:5\r\n\r\nOK\r\n"


def test_wifi_loss_closes_the_links(joined, listener, air):
    joined.ok("AT+CIPMUX=1")
    _, peer = open_link(joined, listener, 3)
    air.kick()
    assert joined.read(b"GOT IP\r\n", 3) == b"WIFI DISCONNECT\r\n3,CLOSED\r\nWIFI CONNECTED\r\nWIFI GOT IP\r\n"
    peer.close()


def test_restart_drops_links_without_a_word(joined, listener):
    _, peer = open_link(joined, listener)
    joined.write(b"AT+RST\r\n")
    assert joined.read(b"GOT IP\r\n") == b"\r\nOK\r\n\r\nready\r\nWIFI CONNECTED\r\nWIFI GOT IP\r\n"
    assert peer.recv(10) == b""
    peer.close()


def test_tcp_options(joined, listener):
    joined.ok("AT+CIPMUX=1")
    assert joined.lines("AT+CIPTCPOPT?")[:5] == [f"+CIPTCPOPT:{n},-1,0,0,0" for n in range(5)]
    joined.ok("AT+CIPTCPOPT=2,,1,5000")
    joined.ok("AT+CIPTCPOPT=5,0")
    assert joined.lines("AT+CIPTCPOPT?")[2:4] == ["+CIPTCPOPT:2,0,1,5000,0", "+CIPTCPOPT:3,0,0,0,0"]
    assert joined.ask("AT+CIPTCPOPT=6,0") == b"\r\nERROR\r\n"
    assert joined.ask("AT+CIPTCPOPT=0,-2") == b"\r\nERROR\r\n"


def test_ipv6_link(joined):
    if not socket.has_ipv6:
        pytest.skip("no IPv6 on this machine")
    assert joined.ask("AT+CIPV6=2") == b"\r\nERROR\r\n"
    joined.ok("AT+CIPV6=1")
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as server:
        server.settimeout(5)
        port = server.getsockname()[1]
        assert joined.ask(f'AT+CIPSTART="TCPv6","::1",{port}') == b"CONNECT\r\n\r\nOK\r\n"
        peer, _ = server.accept()
        peer.sendall(b"six")
        assert joined.read(b"six\r\n") == b"\r\n+IPD,3:six\r\n"
        assert joined.lines("AT+CIPSTATE?")[0].startswith(f'+CIPSTATE:0,"TCPv6","::1",{port},')
        peer.close()


def test_ping(joined, air):
    assert re.fullmatch(rb"\+PING:\d+\r\n\r\nOK\r\n", joined.ask('AT+PING="127.0.0.1"'))
    air.dns_down = True
    assert joined.ask('AT+PING="localhost"') == b"+PING:TIMEOUT\r\n\r\nERROR\r\n"
    air.dead.add("10.1.1.1")
    assert joined.ask('AT+PING="10.1.1.1"') == b"+PING:TIMEOUT\r\n\r\nERROR\r\n"


def test_name_servers(joined):
    assert joined.ask("AT+CIPDNS?") == b'+CIPDNS:0,"208.67.222.222","8.8.8.8"\r\n\r\nOK\r\n'
    joined.ok('AT+CIPDNS=1,"9.9.9.9","2001:4860:4860::8888"')
    assert joined.ask("AT+CIPDNS?") == b'+CIPDNS:1,"9.9.9.9","2001:4860:4860::8888"\r\n\r\nOK\r\n'
    for bad in ('AT+CIPDNS=1,"9.9.9"', 'AT+CIPDNS=1,"9.9.9.9","9.9.9.9"', 'AT+CIPDNS=1,"1.1.1.1","1.1.1.2","1.1.1.3","1.1.1.4"'):
        assert joined.ask(bad) == b"\r\nERROR\r\n"


def test_errno_line_of_5_0(make):
    with Host(make("5.0")) as host, socket.socket() as unused:
        host.join()
        unused.bind(("127.0.0.1", 0))
        host.ok("AT+SYSLOG=1")
        answer = host.ask('AT+CIPSTART="TCP","127.0.0.1",%d' % unused.getsockname()[1])
        assert answer == b"ERR CODE:0x010a0000\r\n+ERRNO:0x6f\r\n\r\nERROR\r\n"


def test_a_megabyte_each_way_at_more_than_a_megabyte_a_second(connected):
    host, peer = connected
    blob = bytes(1 << 20)
    begin = time.monotonic()
    writer = threading.Thread(target=peer.sendall, args=(blob,))
    writer.start()
    count = 0
    while count < len(blob):
        size = int(host.read(b":").rpartition(b",")[2][:-1])
        count += len(host.exactly(size + 2)) - 2
    writer.join()
    down = time.monotonic() - begin
    reader = threading.Thread(target=lambda: [None for _ in iter(lambda: peer.recv(65536), b"")])
    reader.start()
    begin = time.monotonic()
    for _ in range(len(blob) // 8192):
        assert host.send("AT+CIPSEND=8192", blob[:8192]) == b"\r\nRecv 8192 bytes\r\n\r\nSEND OK\r\n"
    up = time.monotonic() - begin
    host.ok("AT+CIPCLOSE")
    reader.join()
    assert (down, up) < (1, 1)
