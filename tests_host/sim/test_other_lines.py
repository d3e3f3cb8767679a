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


@pytest.fixture
def both_bands(make, air):
    air.add("fast", channel=36, rssi=-45)
    with Host(make("c5-5.0")) as talker:
        yield talker.join()


def found(host, command="AT+CWLAP"):
    """{name: channel} of what a scan finds."""
    rows = [line[8:].split(",") for line in host.lines(command) if line.startswith("+CWLAP:(")]
    return {row[1].strip('"'): int(row[4]) for row in rows if row[4].isdigit()}


def test_bands_of_the_c5(both_bands, air):
    assert both_bands.lines("AT+CWBANDMODE?") == ["+CWBANDMODE:3", "OK"]
    assert found(both_bands)["fast"] == 36 and found(both_bands, "AT+CWLAP=,,36") == {"fast": 36}
    both_bands.ok("AT+CWBANDMODE=1")
    assert "fast" not in found(both_bands) and "espressif" in found(both_bands)
    assert both_bands.lines('AT+CWJAP="fast","1234567890"')[-2:] == ["+CWJAP:3", "ERROR"]
    both_bands.ok("AT+CWBANDMODE=2")
    assert set(found(both_bands)) == {"fast"}
    both_bands.ok('AT+CWJAP="fast","1234567890"')
    both_bands.write(b"AT+CWBANDMODE=1\r\n")
    assert b"WIFI DISCONNECT\r\n" in both_bands.read(b"\r\nOK\r\n") + both_bands.silent(0.1)
    for line in ("AT+CWBANDMODE=0", "AT+CWBANDMODE=4", "AT+CWBANDMODE", "AT+CWBANDMODE=1,1"):
        assert both_bands.ask(line).endswith(b"ERROR\r\n")
    both_bands.ok("AT+CWMODE=0")
    assert both_bands.ask("AT+CWBANDMODE=3").endswith(b"ERROR\r\n")


def test_settings_by_band(both_bands, host):
    for name in ("CWSTAPROTO", "CWAPPROTO"):
        assert both_bands.ask(f"AT+{name}?") == b"+%s:71,116\r\nOK\r\n" % name.encode()
        both_bands.ok(f"AT+{name}=7,20")
        assert both_bands.ask(f"AT+{name}?") == b"+%s:7,20\r\nOK\r\n" % name.encode()
        assert both_bands.ask(f"AT+{name}=7").endswith(b"ERROR\r\n")
        assert host.ask(f"AT+{name}=7,20").endswith(b"ERROR\r\n")
    both_bands.ok('AT+CWCOUNTRY=1,"DE",1,13,15')
    assert both_bands.lines("AT+CWCOUNTRY?") == ['+CWCOUNTRY:1,"DE",1,13,15', "OK"]
    assert host.ask('AT+CWCOUNTRY=1,"DE",1,13,15').endswith(b"ERROR\r\n")


def test_other_radios_do_not_hear_5_ghz(joined, air):
    air.add("fast", channel=36, rssi=-45)
    assert "fast" not in found(joined) and joined.lines('AT+CWJAP="fast","1234567890"')[-1] == "ERROR"
    assert joined.ask("AT+CWBANDMODE?").endswith(b"ERROR\r\n")
