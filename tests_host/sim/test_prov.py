"""SmartConfig, WPS and enterprise access points, driven from the air's side."""
import pytest
from espsim.air import WEP, WPA2_ENTERPRISE
from sim.talk import Host


@pytest.fixture
def station(host):
    host.ok("ATE0")
    host.ok("AT+SYSLOG=1")
    host.ok("AT+CWMODE=1")
    return host


def fail(host, line, code=0x010A0000):
    assert host.ask(line) == b"ERR CODE:0x%08x\r\n\r\nERROR\r\n" % code


HEARD = b"smartconfig type:%s\r\nSmart get wifi info\r\nssid:espressif\r\npassword:1234567890\r\n"
JOINED = b"WIFI CONNECTED\r\nWIFI GOT IP\r\nsmartconfig connected wifi\r\n"


def test_smartconfig(station, air):
    air.smartconfig("espressif", "1234567890")  # nobody listens yet
    assert station.silent() == b""
    assert station.ask("AT+CWSTARTSMART") == b"\r\nOK\r\n"
    fail(station, "AT+CWSTARTSMART")
    air.smartconfig("espressif", "1234567890")
    assert station.read(b"connected wifi\r\n") == HEARD % b"ESPTOUCH" + JOINED
    assert station.ask("AT+CWSTOPSMART") == b"\r\nOK\r\n"
    assert station.ask("AT+CWJAP?").startswith(b'+CWJAP:"espressif",')
    station.ok("AT+RST")
    assert b"WIFI GOT IP" in station.read(b"GOT IP\r\n")  # the credentials were stored


@pytest.mark.parametrize(
    ("kind", "heard", "deaf"),
    [(1, ["ESPTOUCH"], ["AIRKISS", "ESPTOUCH_V2"]), (2, ["AIRKISS"], ["ESPTOUCH"]), (3, ["AIRKISS"], ["ESPTOUCH_V2"])],
)
def test_types(station, air, kind, heard, deaf):
    station.ok(f"AT+CWSTARTSMART={kind}")
    for one in deaf:
        air.smartconfig("espressif", "1234567890", one)
    assert station.silent() == b""
    air.smartconfig("espressif", "1234567890", heard[0])
    assert station.read(b"connected wifi\r\n") == HEARD % heard[0].encode() + JOINED


def test_version_2_with_key_and_reserved_data(station, air):
    station.ok('AT+CWSTARTSMART=4,0,"1234567890123456"')
    air.smartconfig("espressif", "1234567890", "ESPTOUCH_V2", reserved="hello", key="another key 1234")
    assert station.silent() == b""
    air.smartconfig("espressif", "1234567890", "ESPTOUCH_V2", reserved="hello", key="1234567890123456")
    assert station.read(b"connected wifi\r\n") == HEARD % b"ESPTOUCH_V2" + b"+SCRD:5,hello\r\n" + JOINED


def test_wrong_password_and_too_weak_an_access_point(station, air):
    station.ok("AT+CWSTARTSMART")
    air.smartconfig("espressif", "wrong")
    assert station.read(b"password:wrong\r\n").startswith(b"smartconfig type:ESPTOUCH\r\n")
    assert station.silent(0.2) == b""
    station.ok("AT+CWSTOPSMART")
    station.ok("AT+CWSTARTSMART=1,3")
    air.smartconfig("wpa", "1234567890")
    station.read(b"password:1234567890\r\n")
    assert station.silent(0.2) == b""
    station.ok("AT+CWSTOPSMART")


def test_stopped(station, air):
    station.ok("AT+CWSTARTSMART")
    station.ok("AT+CWSTOPSMART")
    air.smartconfig("espressif", "1234567890")
    assert station.silent() == b""


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("AT+CWSTARTSMART=0", 0x01070000),
        ("AT+CWSTARTSMART=5", 0x01070000),
        ("AT+CWSTARTSMART=1,8", 0x01070001),
        ('AT+CWSTARTSMART=4,0,"short"', 0x01040002),
        ("AT+WPS=2", 0x01070000),
        ("AT+WPS=1,8", 0x01070001),
        ("AT+WPS", 0x010C0000),
    ],
)
def test_arguments(station, line, code):
    fail(station, line, code)


def test_only_for_stations(host):
    host.ok("ATE0")
    host.ok("AT+SYSLOG=1")
    for line in ("AT+CWSTARTSMART", "AT+WPS=1", 'AT+CWJEAP="x",1,"i","u","p",0'):
        fail(host, line, 0x010A8022 if "EAP" in line else 0x010A0000)


def test_wps(station, air):
    air.push_button("espressif")  # nobody waits yet
    assert station.ask("AT+WPS=1") == b"\r\nOK\r\n"
    assert station.silent() == b""
    air.push_button("wpa2")  # has no WPS
    assert station.silent() == b""
    air.push_button("espressif")
    assert station.read(b"GOT IP\r\n") == b"WIFI CONNECTED\r\nWIFI GOT IP\r\n"
    assert station.ask("AT+CWJAP?").startswith(b'+CWJAP:"espressif",')


def test_wps_off_and_not_for_wep(station, air):
    station.ok("AT+WPS=1")
    station.ok("AT+WPS=0")
    air.push_button("espressif")
    assert station.silent() == b""
    air.add("old", "12345", ecn=WEP, wps=1)
    station.ok("AT+WPS=1")
    air.push_button("old")
    assert station.silent() == b""
    station.ok("AT+WPS=1,6")  # WPA3 at least
    air.push_button("espressif")
    assert station.silent() == b""


# enterprise


@pytest.fixture
def office(air):
    return air.add("dlink11111", "", ecn=WPA2_ENTERPRISE, accounts={"espressif": "test11"})


def test_name_and_password(station, office):
    assert station.ask("AT+CWJEAP?") == b"\r\nOK\r\n"
    answer = station.ask('AT+CWJEAP="dlink11111",1,"example@espressif.com","espressif","test11",0')
    assert answer == b"WIFI CONNECTED\r\nWIFI GOT IP\r\n\r\nOK\r\n"
    shown = b'+CWJEAP:"dlink11111",1,"example@espressif.com","espressif","test11",0\r\n\r\nOK\r\n'
    assert station.ask("AT+CWJEAP?") == shown
    fail(station, 'AT+CWJEAP="dlink11111",1,"example@espressif.com","espressif","test11",0', 0x010A8011)
    station.ok("AT+RST")
    station.read(b"GOT IP\r\n")
    station.ok("ATE0")
    assert station.ask("AT+CWJEAP?") == shown


def test_certificate(station, office):
    answer = station.ask('AT+CWJEAP="dlink11111",0,"example@espressif.com",,,3')
    assert answer == b"WIFI CONNECTED\r\nWIFI GOT IP\r\n\r\nOK\r\n"


@pytest.mark.parametrize("line", ['"dlink11111",2,"i","espressif","wrong",0,3', '"nowhere",1,"i","espressif","test11",0,3'])
def test_refused(station, office, air, line):
    air.second = 0.1
    assert station.ask("AT+CWJEAP=" + line) == b"+CWJEAP:Timeout\r\nERR CODE:0x010a8016\r\n\r\nERROR\r\n"


def test_an_enterprise_access_point_is_not_for_cwjap(station, office):
    assert station.ask('AT+CWJAP="dlink11111","test11"').startswith(b"+CWJAP:4\r\n")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('"",1,"i","u","p",0', 0x8014),
        ('"x",3,"i","u","p",0', 0x8024),
        ('"x",1,"","u","p",0', 0x8018),
        ('"x",1,"i","%s","p",0' % ("u" * 33), 0x801A),
        ('"x",1,"i","u","",0', 0x801C),
        ('"x",1,"i","u","p",4', 0x801E),
        ('"x",0,"i",,,2', 0x801F),
        ('"x",1,"i","u","p"', 0x8020),
        ('"x",1,"i","u","p",0,15,1', 0x8020),
        ('1,1,"i","u","p",0', 0x8012),
    ],
)
def test_enterprise_codes(station, line, code):
    fail(station, "AT+CWJEAP=" + line, 0x010A0000 | code)


def test_missing_certificates(station):
    station.ok('AT+SYSMFG=0,"wpa2_ca"')
    fail(station, 'AT+CWJEAP="x",1,"i","u","p",2', 0x010A8008)
    station.ok('AT+SYSMFG=0,"wpa2_cert"')
    fail(station, 'AT+CWJEAP="x",0,"i",,,1', 0x010A800B)


def test_a_default_firmware_has_no_eap(make):
    with Host(make("c3-3.3")) as host:
        host.ok("AT+SYSLOG=1")
        assert b"ERR CODE:0x01090000" in host.ask("AT+CWJEAP?")
