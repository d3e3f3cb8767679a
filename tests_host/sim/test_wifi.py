"""The station: scanning, joining, being refused, losing the access point and coming back."""
import time

import pytest
from sim.servers import until
from sim.talk import Host

JOINED = b"WIFI CONNECTED\r\nWIFI GOT IP\r\n\r\nOK\r\n"


@pytest.fixture
def station(host):
    host.ok("ATE0")
    host.ok("AT+CWMODE=1")
    return host


def test_join_exact_bytes(station):
    assert station.ask('AT+CWJAP="espressif","1234567890"') == JOINED
    assert station.ask("AT+CWJAP?") == b'+CWJAP:"espressif","02:00:5e:10:00:00",1,-41,0,1,3,0,1\r\n\r\nOK\r\n'
    assert station.ask("AT+CWSTATE?") == b'+CWSTATE:2,"espressif"\r\n\r\nOK\r\n'


def test_join_while_joined_leaves_first(station):
    station.ok('AT+CWJAP="espressif","1234567890"')
    assert station.ask('AT+CWJAP="open",""') == b"WIFI DISCONNECT\r\n" + JOINED


@pytest.mark.parametrize(
    ("ssid", "password", "code"),
    [("espressif", "wrong-password", 2), ("nowhere", "1234567890", 3), ("enterprise", "1234567890", 4), ("espressif", "", 2)],
)
def test_refusals(station, ssid, password, code):
    assert station.ask(f'AT+CWJAP="{ssid}","{password}"') == b"+CWJAP:%d\r\n\r\nERROR\r\n" % code
    assert station.ask("AT+CWJAP?") == b"\r\nOK\r\n"
    assert station.lines("AT+CWSTATE?")[0].startswith("+CWSTATE:4,")


def test_an_access_point_that_refuses(station, air):
    air.find("wpa2").refuses = True
    assert station.ask('AT+CWJAP="wpa2","1234567890"') == b"+CWJAP:4\r\n\r\nERROR\r\n"


def test_time_out(station, air):
    air.find("wpa2").silent = True
    begin = time.monotonic()
    assert station.ask('AT+CWJAP="wpa2","1234567890",,,,,,3') == b"+CWJAP:1\r\n\r\nERROR\r\n"
    assert 2.9 < time.monotonic() - begin < 4


def test_no_lease(station, air):
    air.find("wpa2").leases, air.second = False, 0.1
    assert station.ask('AT+CWJAP="wpa2","1234567890",,,,,,3') == b"WIFI CONNECTED\r\n+CWJAP:1\r\n\r\nERROR\r\n"
    assert station.lines("AT+CWSTATE?")[0] == '+CWSTATE:1,"wpa2"'


@pytest.mark.parametrize("name", ["open", "wep", "wpa", "wpa2", "wpa-wpa2", "wpa3", "wpa2-wpa3", "wapi", "owe", "hidden"])
def test_every_encryption(station, air, name):
    password = air.find(name).password.decode()
    assert station.ask(f'AT+CWJAP="{name}","{password}"') == JOINED


def test_pci_keeps_open_and_wep_out(station):
    assert station.ask('AT+CWJAP="open","",,1') == b"+CWJAP:4\r\n\r\nERROR\r\n"
    assert station.ask('AT+CWJAP="wpa2","1234567890",,1') == JOINED


def escaped(data):
    return b'"' + b"".join(b"\\" + bytes([byte]) if byte in b'",\\' else bytes([byte]) for byte in data) + b'"'


@pytest.mark.parametrize("ssid", [b'POT",-AL00a', b"comma,comma", b"back\\slash", "Café 中文".encode(), b"x" * 32, b"+CWLAP:(3,"])
def test_odd_names_are_shown_as_they_are(station, air, ssid):
    point = air.find(ssid)
    point.password = b'p\\w"1,2345'
    line = b'+CWLAP:(3,"' + ssid + b'",%d,"%s",%d,-1,-1,4,4,7,0)\r\n' % (point.rssi, point.bssid.encode(), point.channel)
    assert line in station.ask("AT+CWLAP")
    assert station.ask(b"AT+CWJAP=" + escaped(ssid) + b"," + escaped(point.password)) == JOINED
    assert station.ask("AT+CWJAP?").startswith(b'+CWJAP:"' + ssid + b'","')


def test_a_password_of_63_bytes(station, air):
    air.add("long", "k" * 63)
    assert station.ask('AT+CWJAP="long","%s"' % ("k" * 63)) == JOINED


def test_scan_is_sorted_filtered_and_masked(station):
    rows = station.lines("AT+CWLAP")[:-1]
    strengths = [int(row.rpartition('"')[0].rpartition(',"')[0].rpartition(",")[2]) for row in rows]
    assert strengths == sorted(strengths, reverse=True)
    assert len(rows) == 19
    assert '+CWLAP:(3,"",-80,"02:00:5e:10:00:12",1,-1,-1,4,4,7,0)' in rows
    assert station.lines('AT+CWLAP="hidden"')[0].startswith('+CWLAP:(3,"hidden",-80')
    station.ok("AT+CWLAPOPT=1,6,-60")
    assert station.lines("AT+CWLAP")[0] == '+CWLAP:("espressif",-41)'
    assert len(station.lines("AT+CWLAP")) == 8
    station.ok("AT+CWLAPOPT=1,31,-100,1")
    assert station.lines("AT+CWLAP") == ['+CWLAP:(0,"open",-55,"02:00:5e:10:00:01",6)', "OK"]
    assert station.ask('AT+CWLAP="no such"') == b"\r\nOK\r\n"


def test_station_commands_need_station_mode(host):
    host.ok("ATE0")
    host.ok("AT+CWMODE=2")
    for line in ("AT+CWLAP", 'AT+CWJAP="espressif","1234567890"', 'AT+CWHOSTNAME="me"'):
        assert host.ask(line) == b"\r\nERROR\r\n"


def test_thrown_out_and_back(station, air):
    station.ok('AT+CWJAP="espressif","1234567890"')
    air.kick()
    assert station.read(b"GOT IP\r\n") == b"WIFI DISCONNECT\r\nWIFI CONNECTED\r\nWIFI GOT IP\r\n"


def test_an_access_point_that_goes_off_and_on(station, air):
    air.second = 0.1
    station.ok('AT+CWJAP="espressif","1234567890"')
    air.switch("espressif", False)
    assert station.read(b"DISCONNECT\r\n") == b"WIFI DISCONNECT\r\n"
    assert station.lines("AT+CWSTATE?")[0] == '+CWSTATE:3,"espressif"'
    assert station.lines("AT+CIPSTA?")[0] == '+CIPSTA:ip:"0.0.0.0"'
    air.switch("espressif", True)
    assert station.read(b"GOT IP\r\n") == b"WIFI CONNECTED\r\nWIFI GOT IP\r\n"


def test_no_reconnecting_when_switched_off(station, air):
    air.second = 0.1
    station.ok('AT+CWJAP="espressif","1234567890",,,0')
    air.kick()
    station.read(b"DISCONNECT\r\n")
    assert station.silent(0.3) == b""
    assert station.lines("AT+CWRECONNCFG?")[0] == "+CWRECONNCFG:0,0"


def test_reconnecting_gives_up_after_its_count(station, air):
    station.ok('AT+CWJAP="espressif","1234567890"')
    station.ok("AT+CWRECONNCFG=1,1")
    air.second = 0.1
    air.switch("espressif", False)
    station.read(b"DISCONNECT\r\n")
    until(lambda: station.lines("AT+CWSTATE?")[0] == '+CWSTATE:4,"espressif"')
    air.switch("espressif", True)
    assert station.silent(0.3) == b""


def test_leaving(station, air):
    air.second = 0.1
    station.ok('AT+CWJAP="espressif","1234567890"')
    assert station.ask("AT+CWQAP") == b"WIFI DISCONNECT\r\n\r\nOK\r\n"
    assert station.lines("AT+CWSTATE?")[0] == '+CWSTATE:4,"espressif"'
    assert station.silent(0.3) == b""
    assert station.ask("AT+CWJAP") == JOINED


def test_joins_again_after_a_restart(sim, station):
    station.ok('AT+CWJAP="espressif","1234567890"')
    sim.restart()
    assert station.read(b"GOT IP\r\n") == b"\r\nready\r\nWIFI CONNECTED\r\nWIFI GOT IP\r\n"
    station.ok("AT+CWAUTOCONN=0")
    sim.restart()
    assert station.read(b"ready\r\n")
    assert station.silent(0.1) == b""
    assert station.ask("AT+CWJAP").endswith(JOINED)


def test_mode_change_leaves_and_joins(station):
    station.ok('AT+CWJAP="espressif","1234567890"')
    assert station.ask("AT+CWMODE=0") == b"WIFI DISCONNECT\r\n\r\nOK\r\n"
    assert station.ask("AT+CWMODE=1") == b"\r\nOK\r\n"
    assert station.read(b"GOT IP\r\n") == b"WIFI CONNECTED\r\nWIFI GOT IP\r\n"
    station.ok("AT+CWMODE=0")
    station.ok("AT+CWMODE=3,0")
    assert station.silent(0.1) == b""


def test_driver_off(station):
    station.ok('AT+CWJAP="espressif","1234567890"')
    assert station.ask("AT+CWINIT=0") == b"WIFI DISCONNECT\r\n\r\nOK\r\n"
    assert station.ask("AT+CWINIT?") == b"+CWINIT:0\r\n\r\nOK\r\n"
    assert station.ask("AT+CWMODE=1") == b"\r\nERROR\r\n"
    station.ok("AT+CWINIT=1")
    assert station.ask("AT+CWJAP") == JOINED


def test_addresses(station):
    assert station.lines("AT+CIPSTA?")[:3] == ['+CIPSTA:ip:"0.0.0.0"', '+CIPSTA:gateway:"0.0.0.0"', '+CIPSTA:netmask:"0.0.0.0"']
    station.ok('AT+CWJAP="espressif","1234567890"')
    mac = station.lines("AT+CIPSTAMAC?")[0].split('"')[1]
    address = station.lines("AT+CIPSTA?")[0].split('"')[1]
    assert station.ask("AT+CIFSR") == f'+CIFSR:STAIP,"{address}"\r\n+CIFSR:STAMAC,"{mac}"\r\n\r\nOK\r\n'.encode()
    station.ok('AT+CIPSTAMAC="1A:fe:35:98:d3:7b"')
    assert station.lines("AT+CIPSTAMAC?")[0] == '+CIPSTAMAC:"1a:fe:35:98:d3:7b"'
    for bad in ("15:fe:35:98:d3:7b", "ff:ff:ff:ff:ff:ff", "00:00:00:00:00:00", "1a-fe-35-98-d3-7b"):
        assert station.ask(f'AT+CIPSTAMAC="{bad}"') == b"\r\nERROR\r\n"


def test_static_address_and_dhcp_switch_each_other(station):
    assert station.ask("AT+CWDHCP?") == b"+CWDHCP:3\r\nOK\r\n"
    station.ok('AT+CIPSTA="192.168.6.100","192.168.6.1","255.255.255.0"')
    assert station.ask("AT+CWDHCP?") == b"+CWDHCP:2\r\nOK\r\n"
    station.ok('AT+CWJAP="espressif","1234567890"')
    assert station.lines("AT+CIPSTA?")[0] == '+CIPSTA:ip:"192.168.6.100"'
    station.ok("AT+CWDHCP=1,1")
    assert station.lines("AT+CIPSTA?")[0].startswith('+CIPSTA:ip:"127.0.')
    assert station.ask('AT+CIPSTA="192.168.6.300"') == b"\r\nERROR\r\n"


def test_ipv6(station, air):
    air.find("espressif").ipv6 = True
    station.ok("AT+CIPV6=1")
    assert station.ask('AT+CWJAP="espressif","1234567890"') == JOINED
    assert station.read(b"GL\r\n") == b"WIFI GOT IPv6 LL\r\nWIFI GOT IPv6 GL\r\n"
    lines = station.lines("AT+CIPSTA?")
    assert lines[3].startswith('+CIPSTA:ip6ll:"fe80::7edf:a1ff:fe00:') and lines[4].startswith('+CIPSTA:ip6gl:"2001:db8::')


def test_small_settings(station):
    station.ok('AT+CWHOSTNAME="my_test"')
    assert station.ask("AT+CWHOSTNAME?") == b"+CWHOSTNAME:my_test\r\n\r\nOK\r\n"
    assert station.ask("AT+CWHOSTNAME=\"" + "x" * 33 + '"') == b"\r\nERROR\r\n"
    station.ok('AT+CWCOUNTRY=1,"DE",1,13')
    assert station.ask("AT+CWCOUNTRY?") == b'+CWCOUNTRY:1,"DE",1,13\r\n\r\nOK\r\n'
    station.ok("AT+CWSTAPROTO=3")
    assert station.ask("AT+CWSTAPROTO?") == b"+CWSTAPROTO:3\r\nOK\r\n"
    assert station.ask("AT+CWAUTOCONN?") == b"+CWAUTOCONN:1\r\nOK\r\n"


def test_the_address_stays_over_a_restart(make):
    one, other = make(), make()
    with Host(one) as host:
        before = host.join().lines("AT+CIPSTA?")[0]
        host.ok("AT+CWAUTOCONN=0")
        one.restart()
        with Host(other) as second:
            second.join()
        host.read(b"ready\r\n")
        assert host.join().lines("AT+CIPSTA?")[0] == before


def test_a_scan_takes_its_time(station, air):
    air.scan_time = 0.2
    station.write(b"AT+CWLAP\r\nAT\r\n")
    assert station.read(b"+CWLAP").startswith(b"\r\nbusy p...\r\n")
    station.read(b"\r\nOK\r\n")


def test_two_modules_in_one_air_have_their_own_addresses(make):
    with Host(make()) as one, Host(make()) as other:
        addresses = {host.join().lines("AT+CIPSTA?")[0] for host in (one, other)}
        assert len(addresses) == 2
        assert one.lines("AT+CIPSTAMAC?") != other.lines("AT+CIPSTAMAC?")
