"""Sending: AT+CIPSEND, AT+CIPSENDEX, AT+CIPSENDL, and leaving them."""
import threading
import time

import pytest
from sim.talk import PROMPT, Host

OK = b"\r\nOK\r\n"


def collect(peer, count):
    data = b""
    while len(data) < count:
        data += peer.recv(65536)
    return data


def test_exact_bytes(connected):
    host, peer = connected
    host.ok("ATE1")
    host.write(b"AT+CIPSEND=4\r\n")
    assert host.read(b">") == b"AT+CIPSEND=4\r\n\r\nOK\r\n\r\n>"
    host.write(b"test")
    assert host.read(b"SEND OK\r\n") == b"\r\nRecv 4 bytes\r\n\r\nSEND OK\r\n"
    assert peer.recv(10) == b"test"


def test_payload_waits_for_ever_and_is_raw(connected):
    host, peer = connected
    host.write(b"AT+CIPSEND=10\r\n")
    host.read(PROMPT)
    for byte in b"AT\r\nAT\r\n\x00":
        host.write(bytes([byte]))
        time.sleep(0.01)
    assert host.silent(0.2) == b""
    host.write(b"\\")
    assert host.read(b"SEND OK\r\n") == b"\r\nRecv 10 bytes\r\n\r\nSEND OK\r\n"
    assert collect(peer, 10) == b"AT\r\nAT\r\n\x00\\"


@pytest.mark.parametrize("arguments", ["=0", "=8193", "=-1", "=", "=0,4", ""])
def test_refused_before_the_prompt(connected, arguments):
    host, _ = connected
    assert host.ask("AT+CIPSEND" + arguments) == b"\r\nERROR\r\n"


def test_no_link(joined):
    assert joined.ask("AT+CIPSEND=4") == b"\r\nERROR\r\n"


def test_reports_keep_coming(connected):
    host, peer = connected
    host.write(b"AT+CIPSEND=4\r\n")
    host.read(PROMPT)
    peer.sendall(b"now")
    assert host.read(b"now\r\n") == b"\r\n+IPD,3:now\r\n"
    host.write(b"test")
    assert host.read(b"SEND OK\r\n") == b"\r\nRecv 4 bytes\r\n\r\nSEND OK\r\n"


def test_peer_gone_in_the_data_phase(connected):
    host, peer = connected
    host.write(b"AT+CIPSEND=4\r\n")
    host.read(PROMPT)
    peer.close()
    assert host.read(b"CLOSED\r\n") == b"CLOSED\r\n"
    host.write(b"test")
    assert host.read(b"FAIL\r\n") == b"\r\nRecv 4 bytes\r\n\r\nSEND FAIL\r\n"
    assert host.ask("AT") == OK


def test_send_timeout(connected):
    host, peer = connected
    host.ok("AT+CIPTCPOPT=,,300")
    for _ in range(2000):
        if host.send("AT+CIPSEND=8192", bytes(8192)).endswith(b"SEND FAIL\r\n"):
            break
    else:
        pytest.fail("a peer that does not read never blocked the module")
    assert host.ask("AT") == OK


def test_escape_cancels(connected):
    host, peer = connected
    host.write(b"AT+CIPSEND=10\r\n")
    host.read(PROMPT)
    time.sleep(0.05)
    host.write(b"+++")
    assert host.read(b"\r\nSEND Canceled\r\n") == b"\r\nSEND Canceled\r\n"
    assert host.ask("AT") == OK
    peer.settimeout(0.1)
    with pytest.raises(TimeoutError):
        peer.recv(1)


def test_escape_within_payload_is_payload(connected):
    host, peer = connected
    assert host.send("AT+CIPSEND=10", b"ab+++cdefg") == b"\r\nRecv 10 bytes\r\n\r\nSEND OK\r\n"
    assert collect(peer, 10) == b"ab+++cdefg"
    host.write(b"AT+CIPSEND=6\r\n")
    host.read(PROMPT)
    time.sleep(0.03)
    host.write(b"+++++")
    time.sleep(0.03)
    host.write(b"+")
    assert host.read(b"SEND OK\r\n") == b"\r\nRecv 6 bytes\r\n\r\nSEND OK\r\n"
    assert collect(peer, 6) == b"++++++"


def test_ex_escapes(connected):
    host, peer = connected
    assert host.send("AT+CIPSENDEX=100", rb"text\0") == b"\r\nRecv 4 bytes\r\n\r\nSEND OK\r\n"
    assert collect(peer, 4) == b"text"
    assert host.send("AT+CIPSENDEX=10", rb"a\b\\0cdefghij"[:10]) == b"\r\nRecv 8 bytes\r\n\r\nSEND OK\r\n"
    assert collect(peer, 8) == rb"ab\0cdef"[:8]


def test_long_send(connected):
    host, peer = connected
    assert host.ask("AT+CIPSENDLCFG?") == b"+CIPSENDLCFG:1024,2920\r\n\r\nOK\r\n"
    host.ok("AT+CIPSENDLCFG=4000,2000")
    blob = bytes(range(250)) * 40
    answer = host.send("AT+CIPSENDL=10000", blob)
    sent = [line for line in answer.decode().split("\r\n") if line]
    assert [line.split(":")[1].split(",")[0] for line in sent[:-1]] == ["4000", "8000", "10000"]
    assert sent[-2:] == ["+CIPSENDL:10000,10000", "SEND OK"]
    assert collect(peer, 10000) == blob


def test_long_send_goes_out_while_it_comes_in(connected):
    host, peer = connected
    host.write(b"AT+CIPSENDL=100000\r\n")
    host.read(PROMPT)
    host.write(b"a" * 50)
    assert peer.recv(100) == b"a" * 50
    time.sleep(0.05)
    host.write(b"+++")
    assert host.read(b"CANCELLED\r\n") == b"\r\nSEND CANCELLED\r\n"
    assert host.ask("AT") == OK


def test_long_send_does_not_end_when_the_link_does(connected):
    host, peer = connected
    host.write(b"AT+CIPSENDL=5000\r\n")
    host.read(PROMPT)
    peer.close()
    host.read(b"CLOSED\r\n")
    host.write(bytes(4000))
    assert host.silent(0.1) == b""
    host.write(bytes(1000))
    assert host.read(b"FAIL\r\n") == b"\r\nSEND FAIL\r\n"


def test_long_send_of_a_megabyte_is_held_back_by_the_peer(connected):
    host, peer = connected
    blob = bytes(range(256)) * 4096
    got = bytearray()

    def read_slowly():
        while len(got) < len(blob):
            got.extend(peer.recv(50000))
            time.sleep(0.001)

    reader = threading.Thread(target=read_slowly)
    reader.start()
    host.ok("AT+CIPSENDLCFG=1048576")
    assert host.send("AT+CIPSENDL=%d" % len(blob), blob) == b"+CIPSENDL:1048576,1048576\r\n\r\nSEND OK\r\n"
    reader.join()
    assert got == blob


def test_2048_is_the_most_on_an_8266(make, listener):
    with Host(make("esp8266-2.3")) as host:
        host.join()
        host.ok('AT+CIPSTART="TCP","127.0.0.1",%d' % listener.getsockname()[1])
        listener.accept()[0].close()
        host.read(b"CLOSED\r\n")
        host.ok('AT+CIPSTART="TCP","127.0.0.1",%d' % listener.getsockname()[1])
        peer, _ = listener.accept()
        assert host.ask("AT+CIPSEND=2049") == b"\r\nERROR\r\n"
        assert host.send("AT+CIPSEND=2048", bytes(2048)).endswith(b"SEND OK\r\n")
        assert host.ask("AT+CIPSENDL=10") == b"\r\nERROR\r\n"
        peer.close()
