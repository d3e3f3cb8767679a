"""The module as an access point, with other modules and programs as its stations."""
import socket

import pytest
from sim.servers import until
from sim.talk import Host


@pytest.fixture
def owner(make):
    """(host, Sim) of a module with a SoftAP, on the channel 5, WPA2."""
    sim = make()
    with Host(sim) as host:
        host.ok("ATE0")
        host.ok("AT+SYSLOG=1")
        host.ok("AT+CWMODE=2")
        host.ok('AT+CWSAP="ESP32_softAP","1234567890",5,3')
        yield host, sim


@pytest.fixture
def guest(make):
    sim = make()
    with Host(sim) as host:
        host.ok("ATE0")
        host.ok("AT+CWMODE=1")
        yield host, sim


def fail(host, line, code=0x010A0000):
    assert host.ask(line) == b"ERR CODE:0x%08x\r\n\r\nERROR\r\n" % code


def mac_of(sim):
    return sim.call(lambda: sim.module.wifi.mac).encode()


def test_defaults_and_settings(host, sim):
    host.ok("ATE0")
    host.ok("AT+SYSLOG=1")
    fail(host, 'AT+CWSAP="x","",1,0')  # not in this mode
    host.ok("AT+CWMODE=2")
    tail = sim.call(lambda: sim.module.wifi.ap_mac).replace(":", "")[6:].upper()
    assert host.ask("AT+CWSAP?") == b'+CWSAP:"ESP_%s","",1,0,10,0\r\n\r\nOK\r\n' % tail.encode()
    host.ok('AT+CWSAP="ESP","1234567890",5,3')
    assert host.ask("AT+CWSAP?") == b'+CWSAP:"ESP","1234567890",5,3,10,0\r\n\r\nOK\r\n'
    host.ok(r'AT+CWSAP="a\"b\,c","12345678",11,4,3,1')
    assert host.ask("AT+CWSAP?") == b'+CWSAP:"a"b,c","12345678",11,4,3,1\r\n\r\nOK\r\n'
    host.ok("AT+RST")
    host.read(b"ready\r\n")
    host.ok("ATE0")
    assert b'"a"b,c"' in host.ask("AT+CWSAP?")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('AT+CWSAP="","",1,0', 0x01040000),
        ('AT+CWSAP="x","1234567",1,3', 0x01040003),
        ('AT+CWSAP="x","12345678",1,1', 0x01070003),
        ('AT+CWSAP="x","12345678",1,5', 0x01070003),
        ('AT+CWSAP="x","12345678",15,3', 0x01070002),
        ('AT+CWSAP="x","12345678",1,3,11', 0x01070004),
        ('AT+CWSAP="x","12345678",1,3,1,2', 0x01070005),
        ('AT+CWQIF="02:00:00:00:00:01"', 0x010A0000),
        ('AT+CWDHCPS=1,0,"192.168.4.10","192.168.4.15"', 0x01070001),
        ('AT+CWDHCPS=1,3,"192.168.5.10","192.168.5.15"', 0x010A0000),
        ('AT+CWDHCPS=1,3,"192.168.4.15","192.168.4.10"', 0x010A0000),
        ('AT+CWDHCPS=1,3,"192.168.4.1","192.168.4.10"', 0x010A0000),
        ('AT+CIPAP="192.168.4.256"', 0x01070000),
    ],
)
def test_arguments(owner, line, code):
    fail(owner[0], line, code)


def test_a_module_joins_a_module(owner, guest):
    host, sim = owner
    other, other_sim = guest
    found = [line for line in other.lines("AT+CWLAP") if "ESP32_softAP" in line]
    bssid = sim.call(lambda: sim.module.wifi.ap_mac)
    assert found == [f'+CWLAP:(3,"ESP32_softAP",-30,"{bssid}",5,-1,-1,4,4,7,0)']
    answer = other.ask('AT+CWJAP="ESP32_softAP","1234567890"')
    assert answer == b"WIFI CONNECTED\r\nWIFI GOT IP\r\n\r\nOK\r\n"
    mac = mac_of(other_sim)
    reports = host.read(b'"192.168.4.2"\r\n')
    assert reports == b'+STA_CONNECTED:"%s"\r\n+DIST_STA_IP:"%s","192.168.4.2"\r\n' % (mac, mac)
    assert host.ask("AT+CWLIF") == b"+CWLIF:192.168.4.2,%s\r\n\r\nOK\r\n" % mac
    assert other.lines("AT+CIPSTA?")[:2] == ['+CIPSTA:ip:"192.168.4.2"', '+CIPSTA:gateway:"192.168.4.1"']
    other.ok("AT+CWQAP")
    assert host.read(b"\r\n") == b'+STA_DISCONNECTED:"%s"\r\n' % mac
    assert host.ask("AT+CWLIF") == b"\r\nOK\r\n"


def test_wrong_password_and_own_softap(owner, guest):
    host, _ = owner
    assert guest[0].ask('AT+CWJAP="ESP32_softAP","wrong password"') == b"+CWJAP:2\r\n\r\nERROR\r\n"
    assert host.silent() == b""
    host.ok("AT+CWMODE=3")
    assert b"ESP32_softAP" not in host.ask("AT+CWLAP")
    assert host.ask('AT+CWJAP="ESP32_softAP","1234567890"').startswith(b"+CWJAP:3\r\n")


def test_data_between_two_modules(owner, guest):
    """The addresses both show are the SoftAP's, whatever this machine's are."""
    host, _ = owner
    other, _ = guest
    host.ok("AT+CIPMUX=1")
    host.ok("AT+CIPDINFO=1")
    host.ok("AT+CIPSERVER=1,8080")
    other.ok('AT+CWJAP="ESP32_softAP","1234567890"')
    host.read(b'"192.168.4.2"\r\n')
    other.ok('AT+CIPSTART="TCP","192.168.4.1",8080')
    assert host.read(b"CONNECT\r\n") == b"0,CONNECT\r\n"
    other.send("AT+CIPSEND=4", b"test")
    got = host.read(b"test\r\n")
    assert got.startswith(b'\r\n+IPD,0,4,"192.168.4.2",')
    host.send("AT+CIPSEND=0,5", b"reply")
    assert other.read(b"reply\r\n") == b"\r\n+IPD,5:reply\r\n"
    assert b'"TCP","192.168.4.1",8080,' in other.ask("AT+CIPSTATE?")
    other.ok("AT+CIPCLOSE")
    other.ok('AT+CIPSTART="UDP","192.168.4.1",2233,1112')
    host.ok('AT+CIPSTART=1,"UDP","192.168.4.2",1112,2233,0')
    other.send("AT+CIPSEND=3", b"udp")
    assert host.read(b"udp\r\n").endswith(b'+IPD,1,3,"192.168.4.2",1112:udp\r\n')


def test_kicking(owner, guest):
    host, _ = owner
    other, other_sim = guest
    mac = mac_of(other_sim)
    for command in (b"AT+CWQIF", b'AT+CWQIF="%s"' % mac):
        other.ok('AT+CWJAP="ESP32_softAP","1234567890",,,0')
        host.read(b'"192.168.4.2"\r\n')
        answer = host.ask(command) + host.silent(0.1)
        assert answer.replace(b"\r\nOK\r\n", b"") == b'+STA_DISCONNECTED:"%s"\r\n' % mac
        assert other.read(b"\r\n") == b"WIFI DISCONNECT\r\n"


def test_the_softap_goes_off(air, owner, guest):
    air.second = 0.1
    host, sim = owner
    other, _ = guest
    other.ok('AT+CWJAP="ESP32_softAP","1234567890"')
    host.read(b'"192.168.4.2"\r\n')
    sim.restart()
    assert other.read(b"\r\n") == b"WIFI DISCONNECT\r\n"
    assert other.read(b"GOT IP\r\n") == b"WIFI CONNECTED\r\nWIFI GOT IP\r\n"  # it comes back by itself
    other.ok("AT+RST")
    host.read(b"+STA_DISCONNECTED")
    other.read(b"GOT IP\r\n")
    host.silent(0.2)
    host.ok("AT+CWMODE=1")
    assert b"WIFI DISCONNECT\r\n" in other.read(b"\r\n")
    assert b"ESP32_softAP" not in other.ask("AT+CWLAP")


def test_addresses_and_leases(owner, guest):
    host, _ = owner
    other, _ = guest
    assert host.ask("AT+CWDHCPS?") == b"+CWDHCPS:120,192.168.4.2,192.168.4.101\r\nOK\r\n"
    host.ok('AT+CIPAP="192.168.5.1","192.168.5.1","255.255.255.0"')
    assert host.lines("AT+CIPAP?") == [
        '+CIPAP:ip:"192.168.5.1"', '+CIPAP:gateway:"192.168.5.1"', '+CIPAP:netmask:"255.255.255.0"', "OK",
    ]  # fmt: skip
    assert '+CIFSR:APIP,"192.168.5.1"' in host.lines("AT+CIFSR")
    host.ok('AT+CWDHCPS=1,3,"192.168.5.10","192.168.5.11"')
    assert host.ask("AT+CWDHCPS?") == b"+CWDHCPS:3,192.168.5.10,192.168.5.11\r\nOK\r\n"
    other.ok('AT+CWJAP="ESP32_softAP","1234567890"')
    assert host.read(b'.10"\r\n').endswith(b'"192.168.5.10"\r\n')
    assert other.lines("AT+CIPSTA?")[0] == '+CIPSTA:ip:"192.168.5.10"'
    host.ok("AT+CWDHCPS=0")
    assert host.ask("AT+CWDHCPS?") == b"+CWDHCPS:120,192.168.5.2,192.168.5.101\r\nOK\r\n"


def test_without_dhcp_a_station_stays_without_an_address(air, owner, guest):
    air.second = 0.1
    host, _ = owner
    other, other_sim = guest
    host.ok("AT+CWDHCP=0,2")
    fail(host, "AT+CWDHCPS=0")
    assert other.ask('AT+CWJAP="ESP32_softAP","1234567890",,,,,,3') == b"WIFI CONNECTED\r\n+CWJAP:1\r\n\r\nERROR\r\n"
    assert host.read(b"\r\n") == b'+STA_CONNECTED:"%s"\r\n' % mac_of(other_sim)
    assert host.silent() == b""
    other.ok('AT+CIPSTA="192.168.4.77"')
    other.ok('AT+CWJAP="ESP32_softAP","1234567890"')
    assert host.ask("AT+CWLIF").endswith(b"\r\nOK\r\n") and b"+CWLIF" not in host.ask("AT+CWLIF")
    host.ok('AT+CIPSTART="UDP","192.168.4.77",1112,2233')
    other.ok('AT+CIPSTART="UDP","192.168.4.1",2233,1112')
    host.send("AT+CIPSEND=2", b"hi")
    assert other.read(b"hi\r\n") == b"\r\n+IPD,2:hi\r\n"


def test_full(make, owner, guest):
    host, _ = owner
    host.ok('AT+CWSAP="small","",1,0,1')
    guest[0].ok('AT+CWJAP="small",""')
    with Host(make()) as third:
        third.ok("ATE0")
        third.ok("AT+CWMODE=1")
        assert third.ask('AT+CWJAP="small",""') == b"+CWJAP:4\r\n\r\nERROR\r\n"


def test_no_address_left(air, owner, guest):
    air.second = 0.1
    host, sim = owner
    host.ok('AT+CWDHCPS=1,3,"192.168.4.2","192.168.4.2"')
    sim.call(sim.module.softap.phone_joins, "24:ee:9a:00:00:b4")
    assert guest[0].ask('AT+CWJAP="ESP32_softAP","1234567890",,,,,,3').endswith(b"+CWJAP:1\r\n\r\nERROR\r\n")


def test_a_program_as_a_station(owner):
    host, sim = owner
    mac = "24:ee:9a:00:00:b4"
    assert sim.call(sim.module.softap.phone_joins, mac) == "192.168.4.2"
    assert host.read(b'.2"\r\n') == f'+STA_CONNECTED:"{mac}"\r\n+DIST_STA_IP:"{mac}","192.168.4.2"\r\n'.encode()
    host.ok("AT+CIPMUX=1")
    host.ok("AT+CIPSERVER=1,8080")
    host.ok("AT+CIPDINFO=1")
    address = sim.call(lambda: sim.module.wifi.bind_address)
    with socket.create_connection((address, 8080), source_address=("127.0.0.1", 0)) as sock:
        assert host.read(b"\r\n") == b"0,CONNECT\r\n"
        sock.sendall(b"test")
        assert host.read(b"test\r\n").startswith(b'\r\n+IPD,0,4,"192.168.4.2",')
    host.read(b"0,CLOSED\r\n")
    sim.call(sim.module.softap.phone_leaves, mac)
    assert host.read(b"\r\n") == f'+STA_DISCONNECTED:"{mac}"\r\n'.encode()


def test_old_firmware(make):
    sim = make("nonos-1.7")
    with Host(sim) as host:
        host.ok("ATE0")
        assert host.ask("AT+CWMODE?") == b"+CWMODE:2\r\n\r\nOK\r\n"
        host.ok('AT+CWSAP_CUR="TestStone","",1,0')
        assert host.ask("AT+CWSAP_CUR?") == b'+CWSAP_CUR:"TestStone","",1,0,4,0\r\n\r\nOK\r\n'
        assert host.ask("AT+CIPAP_DEF?").startswith(b'+CIPAP_DEF:ip:"192.168.4.1"\r\n')
        assert host.ask("AT+CWDHCPS_CUR?") == b"+CWDHCPS_CUR:120,192.168.4.2,192.168.4.101\r\n\r\nOK\r\n"
        sim.call(sim.module.softap.phone_joins, "12:d1:86:00:00:40")
        assert host.read(b"\r\n") == b'+STA_CONNECTED:"12:d1:86:00:00:40"\r\n'
        assert host.read(b"\r\n") == host.read(b"\r\n") == b'+DIST_STA_IP:"12:d1:86:00:00:40","192.168.4.2"\r\n'
        host.ok("AT+RST")
        host.read(b"ready\r\n")
        host.ok("ATE0")
        assert b"TestStone" not in host.ask("AT+CWSAP?")
        until(lambda: not sim.module.softap.clients)


def test_ipv6_of_the_softap(owner):
    host, _ = owner
    host.ok("AT+CIPV6=1")
    assert host.lines("AT+CIPAP?")[3].startswith('+CIPAP:ip6ll:"fe80::')
