"""Commands that only some firmware lines know."""
import pytest
from sim.servers import TcpServer, echo, until
from sim.talk import Host


@pytest.fixture
def newest(make):
    with Host(make("5.0")) as talker:
        yield talker.join()


def test_config_and_bandwidth(newest):
    assert newest.lines("AT+CWCONFIG?") == ["+CWCONFIG:0,0,0", "OK"]
    newest.ok("AT+CWCONFIG=,5")
    assert newest.lines("AT+CWCONFIG?") == ["+CWCONFIG:0,5,0", "OK"]
    assert newest.lines("AT+CWBANDWIDTH?") == ["+CWBANDWIDTH:0,2", "OK"]
    newest.ok("AT+CWBANDWIDTH=0,1")
    assert newest.lines("AT+CWBANDWIDTH?") == ["+CWBANDWIDTH:0,1", "OK"]
    for line in ("AT+CWBANDWIDTH=0,3", "AT+CWBANDWIDTH=1,1", "AT+CWCONFIG=1,2,3,4", "AT+CIPCONNPERSIST=2"):
        assert newest.ask(line).endswith(b"ERROR\r\n")


def test_older_firmware_does_not_know_them(host):
    for name in ("CWCONFIG", "CWBANDWIDTH", "CIPCONNPERSIST"):
        assert host.ask("AT+%s?" % name).endswith(b"ERROR\r\n")


def test_a_link_that_persists(newest, air):
    with TcpServer(echo) as server:
        newest.ok("AT+CIPMUX=1")
        newest.ok("AT+CIPCONNPERSIST=1,1")
        assert newest.lines("AT+CIPCONNPERSIST?") == ["+CIPCONNPERSIST:0,1,0,0,0", "OK"]
        for link in (0, 1):
            newest.ok('AT+CIPSTART=%d,"TCP","127.0.0.1",%d' % (link, server.port))
        air.kick()
        said = newest.read(b"WIFI GOT IP\r\n")
        assert b"0,CLOSED" in said and b"1,CLOSED" not in said
        newest.ok("AT+CIPCONNPERSIST=1,0")
        air.kick()
        assert b"1,CLOSED" in newest.read(b"WIFI GOT IP\r\n")


@pytest.fixture
def oldest(make):
    with Host(make("nonos-1.7")) as talker:
        yield talker.join()


def test_buffered_sending(oldest):
    got = []

    def take(sock):
        while data := sock.recv(4096):
            got.append(data)

    with TcpServer(take) as server:
        oldest.ok("AT+CIPMUX=1")
        assert oldest.ask("AT+CIPSENDBUF=0,5").endswith(b"ERROR\r\n")
        oldest.ok('AT+CIPSTART=0,"TCP","127.0.0.1",%d' % server.port)
        for number, word in ((1, b"hello"), (2, b"again")):
            oldest.write(b"AT+CIPSENDBUF=0,5\r\n")
            assert b"%d,%d\r\n\r\nOK\r\n" % (number, number - 1) in oldest.read(b"> ")
            oldest.write(word)
            assert b"\r\nRecv 5 bytes\r\n" in oldest.read(b"0,%d,SEND OK\r\n" % number)
        until(lambda: b"".join(got) == b"helloagain")
        assert oldest.ask("AT+CIPSENDBUF=0,2049").endswith(b"ERROR\r\n")
