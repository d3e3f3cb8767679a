"""AT+BLEINIT, address, name, scanning and advertising, against phones and other modules."""
import re
import time

import pytest
from sim.ble_tools import BleHost, Phone, eventually, hosts

AD = "0201060a09457370726573736966030302a0"
ROW = re.compile(rb'\+BLESCAN:"([0-9a-f:]{17})",(-\d+),([0-9a-f]*),([0-9a-f]*),([01])(?:,(\d))?\r\n')


@pytest.fixture
def server(make):
    with BleHost(make(), role=2) as host:
        yield host


def scan(host, line="AT+BLESCAN=1,3"):
    """The rows of a scan, in order."""
    assert host.ask(line) == b"\r\nOK\r\n"
    text = host.read(b"+BLESCANDONE\r\n")
    rows = ROW.findall(text)
    assert len(rows) == text.count(b"+BLESCAN:")
    return rows


# initialisation


def test_roles(make):
    with BleHost(make()) as host:
        assert host.ask("AT+BLEINIT?") == b"+BLEINIT:0\r\n\r\nOK\r\n"
        host.error("AT+BLEINIT=3")
        host.error("AT+BLEINIT=4")
        host.error("AT+BLEINIT=")
        host.error("AT+BLEINIT=1,1")
        host.error("AT+BLEINIT=?")
        host.ok("AT+BLEINIT=2")
        assert host.ask("AT+BLEINIT?") == b"+BLEINIT:2\r\n\r\nOK\r\n"


def test_the_role_holds_until_a_restart(make):
    sim = make()
    with BleHost(sim, role=1) as host:
        host.error("AT+BLEINIT=2")
        host.ok("AT+BLEINIT=0")
        host.error("AT+BLEINIT=2")
        host.ok("AT+BLEINIT=1")
        host.write(b"AT+RST\r\n")
        host.read(b"ready\r\n")
        assert host.ask("AT+BLEINIT?").startswith(b"AT+BLEINIT?\r\n+BLEINIT:0\r\n")
        host.ok("AT+BLEINIT=2")


def test_five_changes_role_and_has_both(make):
    with BleHost(make(profile="5.0"), role=1) as host:
        host.ok("AT+BLEINIT=0")
        host.ok("AT+BLEINIT=3")
        assert host.ask("AT+BLEINIT?") == b"+BLEINIT:3\r\n\r\nOK\r\n"
        host.ok("AT+BLEADVPARAM=50,50,0,0,7")
        host.ok("AT+BLEADVSTART")
        host.ok("AT+BLESCAN=1")
        host.ok("AT+BLESCAN=0")


BEFORE = [
    "AT+BLEADDR?", "AT+BLEADDR=0", "AT+BLENAME?", 'AT+BLENAME="x"', "AT+BLESCANPARAM?", "AT+BLESCAN=1,3",
    'AT+BLESCANRSPDATA="00"', "AT+BLEADVPARAM?", 'AT+BLEADVDATA="00"', 'AT+BLEADVDATAEX="a","A002","01",1',
    "AT+BLEADVSTART", "AT+BLEADVSTOP", 'AT+BLECONN=0,"24:0a:c4:09:34:23"', "AT+BLECONNPARAM?", "AT+BLECONNPARAM=0,12,14,1,500",
    "AT+BLEDISCONN=0", "AT+BLEDATALEN=0,30", "AT+BLECFGMTU?", "AT+BLECFGMTU=0,300", "AT+BLEGATTSSRVCRE", "AT+BLEGATTSSRVSTART",
    "AT+BLEGATTSSRVSTART=1", "AT+BLEGATTSSRVSTOP", "AT+BLEGATTSSRV?", "AT+BLEGATTSCHAR?", "AT+BLEGATTSNTFY=0,1,6,1",
    "AT+BLEGATTSIND=0,1,7,1", "AT+BLEGATTSSETATTR=1,1,,1",
    "AT+BLEGATTCPRIMSRV=0", "AT+BLEGATTCINCLSRV=0,1", "AT+BLEGATTCCHAR=0,1",
    "AT+BLEGATTCRD=0,3,1", "AT+BLEGATTCWR=0,3,3,,2", "AT+BLESPPCFG?", "AT+BLESPPCFG=0", "AT+BLESPP", "AT+BLESECPARAM?",
    "AT+BLESECPARAM=1,4,16,3,3,0", "AT+BLEENC=0,3", "AT+BLEENCRSP=0,1", "AT+BLEKEYREPLY=0,649784", "AT+BLECONFREPLY=0,1",
    "AT+BLEENCDEV?", "AT+BLEENCCLEAR", "AT+BLEENCCLEAR=0", "AT+BLESETKEY?", "AT+BLESETKEY=123456",
]  # fmt: skip


def test_nothing_works_before_bleinit(make):
    with BleHost(make()) as host:
        for line in BEFORE:
            host.error(line)
        assert host.ask("AT+BLECONN?") == b"\r\nOK\r\n"


def test_roles_keep_to_their_commands(client, server):
    for line in ("AT+BLEADVPARAM?", 'AT+BLEADVDATA="00"', 'AT+BLESCANRSPDATA="00"', "AT+BLEADVSTART", "AT+BLEADVSTOP"):
        client.error(line)
    for line in ("AT+BLESCANPARAM?", "AT+BLESCANPARAM=0,0,0,100,50", "AT+BLESCAN=1,3"):
        server.error(line)


def test_deinit_ends_links_and_advertising(client, server):
    server.ok("AT+BLEADVSTART")
    client.ok(f'AT+BLECONN=0,"{server.address}"')
    server.line()
    assert client.ask("AT+BLEINIT=0") == f'+BLEDISCONN:0,"{server.address}"\r\n\r\nOK\r\n'.encode()
    assert server.line() == f'+BLEDISCONN:0,"{client.address}"'.encode()
    assert client.ask("AT+BLEINIT?") == b"+BLEINIT:0\r\n\r\nOK\r\n"
    client.ok("AT+BLEINIT=1")
    assert client.ask("AT+BLECONN?") == b"+BLECONN:\r\n\r\nOK\r\n"


# address and name


def test_address(server, client, air):
    assert server.ask("AT+BLEADDR?") == f'+BLEADDR:"{server.address}"\r\nOK\r\n'.encode()
    server.ok('AT+BLEADDR=1,"f8:7f:24:87:1c:7b"')
    server.error('AT+BLEADDR=1,"78:7f:24:87:1c:7b"')  # not a static address
    server.error('AT+BLEADDR=1,"ff:ff:ff:ff:ff:ff"')
    server.error('AT+BLEADDR=1,"c0:00:00:00:00:00"')
    server.error('AT+BLEADDR=1,"f8-7f-24-87-1c-7b"')
    server.error("AT+BLEADDR=2")
    server.ok("AT+BLEADVPARAM=50,50,0,1,7")
    server.ok("AT+BLEADVSTART")
    assert {row[0] for row in scan(client)} == {b"f8:7f:24:87:1c:7b"}
    assert {row[4] for row in scan(client)} == {b"1"}
    assert client.ask('AT+BLECONN=0,"f8:7f:24:87:1c:7b",1') == b'+BLECONN:0,"f8:7f:24:87:1c:7b"\r\n\r\nOK\r\n'


def test_the_guide_example_of_advparam(server, client):
    """3.4.8: a static address and channel 39 only."""
    server.ok('AT+BLEADDR=1,"c2:34:45:78:66:89"')
    server.ok('AT+BLEADVPARAM=50,50,0,1,4,0,1,"12:34:45:78:66:88"')
    server.ok("AT+BLEADVSTART")
    assert scan(client)[0][0] == b"c2:34:45:78:66:89"


def test_private_and_public_address(server, client):
    server.ok("AT+BLEADDR=1")
    server.ok("AT+BLEADVPARAM=50,50,0,1,7")
    server.ok("AT+BLEADVSTART")
    private = scan(client)[0][0]
    assert int(private[:2], 16) < 0x40
    server.ok("AT+BLEADVSTOP")
    server.ok("AT+BLEADDR=0")
    server.error("AT+BLEADVSTART")  # own_addr_type 1 without a random address


def test_a_static_address_is_kept_in_flash(make, server):
    server.ok('AT+BLEADDR=1,"f8:7f:24:87:1c:7b"')
    server.sim.restart()
    server.read(b"ready\r\n")
    server.ok("ATE0")
    server.ok("AT+BLEINIT=2")
    server.ok("AT+BLEADVPARAM=50,50,0,1,7")
    server.ok("AT+BLEADVSTART")


def test_name(server, air):
    assert server.ask("AT+BLENAME?") == b"+BLENAME:ESP-AT\r\n\r\nOK\r\n"
    server.ok('AT+BLENAME="esp_demo"')
    assert server.ask("AT+BLENAME?") == b"+BLENAME:esp_demo\r\n\r\nOK\r\n"
    server.error('AT+BLENAME="' + "x" * 33 + '"')
    server.error("AT+BLENAME=esp")
    server.ok("AT+BLEADVSTART")
    with Phone(air) as phone:
        link = phone.connect(server.address)
        phone.discover(link)
        assert phone.read(link, 0x2A00) == b"esp_demo"


def test_name_survives_a_restart_if_stored(server):
    server.ok('AT+BLENAME="kept"')
    server.ok("AT+SYSSTORE=0")
    server.ok('AT+BLENAME="gone"')
    server.sim.restart()
    server.read(b"ready\r\n")
    server.ok("ATE0")
    server.ok("AT+BLEINIT=2")
    assert server.ask("AT+BLENAME?") == b"+BLENAME:kept\r\n\r\nOK\r\n"


# scanning


def test_scan_parameters(client):
    assert client.ask("AT+BLESCANPARAM?") == b"+BLESCANPARAM:0,0,0,100,50\r\nOK\r\n"
    client.ok("AT+BLESCANPARAM=1,0,0,1480,1480")
    assert client.ask("AT+BLESCANPARAM?") == b"+BLESCANPARAM:1,0,0,1480,1480\r\nOK\r\n"
    for bad in ("0,0,0,50,100", "2,0,0,100,50", "0,4,0,100,50", "0,0,4,100,50", "0,0,0,3,3", "0,0,0,16385,4", "0,0,0,100"):
        client.error(f"AT+BLESCANPARAM={bad}")


def test_passive_and_active_scan(client, server):
    server.ok(f'AT+BLEADVDATA="{AD.upper()}"')
    server.ok('AT+BLESCANRSPDATA="1122334455"')
    assert server.ask("AT+BLEADVDATA?") == f'+BLEADVDATA:"{AD}"\r\nOK\r\n'.encode()
    assert server.ask("AT+BLESCANRSPDATA?") == b'+BLESCANRSPDATA:"1122334455"\r\nOK\r\n'
    server.ok("AT+BLEADVSTART")
    rows = scan(client)
    assert {row[2:5] for row in rows} == {(AD.encode(), b"", b"0")}
    client.ok("AT+BLESCANPARAM=1,0,0,100,100")
    assert {row[2:5] for row in scan(client)} == {(AD.encode(), b"1122334455", b"0")}


def test_endless_scan_and_its_end(client, server):
    server.ok("AT+BLEADVSTART")
    client.ok("AT+BLESCANPARAM=0,0,0,100,100")
    client.error("AT+BLESCAN=0")
    client.ok("AT+BLESCAN=1")
    client.error("AT+BLESCAN=1")
    client.error("AT+BLESCANPARAM=0,0,0,100,50")
    for _ in range(3):
        client.read(ROW)
    client.ok("AT+BLESCAN=0")
    client.silent(0.05)
    assert client.silent(0.1) == b""


def test_rows_come_again_and_again(client, server):
    """Nothing filters duplicates: every event that is heard is a row."""
    server.ok("AT+BLEADVPARAM=32,32,0,0,7")
    server.ok("AT+BLEADVSTART")
    client.ok("AT+BLESCANPARAM=0,0,0,100,100")
    client.ok("AT+BLESCAN=1")
    started = time.monotonic()
    for _ in range(10):
        client.read(ROW)
    assert 0.15 < time.monotonic() - started  # 20 to 30 ms each
    client.ok("AT+BLESCAN=0")


def test_filters(client, server, air):
    server.ok(f'AT+BLEADVDATA="{AD}"')
    server.ok("AT+BLEADVSTART")
    with Phone(air) as phone:
        phone.advertise(b"\x02\x01\x06", b"\x06\x09phone")
        client.ok("AT+BLESCANPARAM=1,0,0,100,100")
        assert {row[0] for row in scan(client)} == {server.address.encode(), phone.address.encode()}
        by_address = f'AT+BLESCAN=1,3,1,"{server.address.upper()}"'
        assert {row[0] for row in scan(client, by_address)} == {server.address.encode()}
        assert {row[0] for row in scan(client, 'AT+BLESCAN=1,3,2,"Espressif"')} == {server.address.encode()}
        assert {row[0] for row in scan(client, 'AT+BLESCAN=1,3,2,"phone"')} == {phone.address.encode()}
        assert scan(client, 'AT+BLESCAN=1,3,2,"phon"') == []
    for bad in ('1,3,3,"x"', "1,3,1", "2", '0,3,1,"x",1'):
        client.error(f"AT+BLESCAN={bad}")


def test_the_white_list_is_empty(client, server):
    server.ok("AT+BLEADVSTART")
    client.ok("AT+BLESCANPARAM=0,0,1,100,100")
    assert scan(client) == []


def test_names_full_of_at_text(client, air):
    """Advertising data are shown as hexadecimal digits whatever they hold."""
    evil = b'\r\nOK\r\n+BLECONN:0,"'
    with Phone(air) as phone:
        phone.advertise(bytes([1 + len(evil), 9]) + evil)
        client.ok("AT+BLESCANPARAM=0,0,0,100,100")
        assert {row[2] for row in scan(client)} == {(bytes([1 + len(evil), 9]) + evil).hex().encode()}


def test_garbage_advertisements(client, air):
    with Phone(air) as phone:
        client.ok("AT+BLESCANPARAM=1,0,0,100,100")
        for data in (b"\xff" * 31, b"\x1f", b"\x00\x00\x05", b"\x05\x09ab"):
            phone.advertise(data)
            assert {row[2] for row in scan(client)} == {data.hex().encode()}
            scan(client, 'AT+BLESCAN=1,3,2,"ab"')


# advertising


def test_advertising_parameters(server):
    zero = "00:00:00:00:00:00"
    assert server.ask("AT+BLEADVPARAM?") == f'+BLEADVPARAM:32,64,0,0,7,0,0,"{zero}"\r\nOK\r\n'.encode()
    server.ok("AT+BLEADVPARAM=50,60,0,0,7")
    server.ok("AT+BLEADVPARAM=50,50,0,0,7,0,,")
    server.ok('AT+BLEADVPARAM=50,50,1,0,7,0,0,"12:34:45:78:66:88"')
    assert server.ask("AT+BLEADVPARAM?") == b'+BLEADVPARAM:50,50,1,0,7,0,0,"12:34:45:78:66:88"\r\nOK\r\n'
    for bad in ("60,50,0,0,7", "31,50,0,0,7", "50,16385,0,0,7", "50,50,5,0,7", "50,50,0,2,7", "50,50,0,0,0", "50,50,0,0,8",
                "50,50,1,0,7", '50,50,0,0,7,0,0,"12:34"', "50,50,0,0", '50,50,1,0,7,0,0,"xx:34:45:78:66:88"'):  # fmt: skip
        server.error(f"AT+BLEADVPARAM={bad}")


def test_advertising_data_limits(server):
    server.ok('AT+BLEADVDATA="' + "00" * 31 + '"')
    server.error('AT+BLEADVDATA="' + "00" * 32 + '"')
    server.error('AT+BLEADVDATA="123"')
    server.error('AT+BLEADVDATA="xy"')
    server.error("AT+BLEADVDATA=1234")
    server.error('AT+BLESCANRSPDATA="' + "00" * 32 + '"')
    server.ok('AT+BLEADVDATA=""')


def test_start_and_stop(server, client):
    server.error("AT+BLEADVSTOP")
    server.ok("AT+BLEADVSTART")
    server.error("AT+BLEADVSTART")
    assert scan(client)
    server.ok("AT+BLEADVSTOP")
    assert scan(client) == []
    server.ok("AT+BLEADVSTART")


def test_data_change_while_advertising(server, client):
    server.ok("AT+BLEADVSTART")
    server.ok('AT+BLEADVDATA="020106"')
    assert {row[2] for row in scan(client)} == {b"020106"}


def test_advdataex(server, client):
    assert server.ask("AT+BLEADVDATAEX?") == b'+BLEADVDATAEX:"","","",0\r\nOK\r\n'
    server.ok("AT+BLEADVPARAM=50,50,3,0,7")
    server.ok('AT+BLEADVDATAEX="ESP-AT","A002","0102030405",1')
    assert server.ask("AT+BLEADVDATAEX?") == b'+BLEADVDATAEX:"ESP-AT","A002","0102030405",1\r\nOK\r\n'
    assert server.ask("AT+BLEADVPARAM?").startswith(b"+BLEADVPARAM:50,50,0,")
    rows = scan(client)
    assert {row[2] for row in rows} == {b"0201060709" + b"ESP-AT".hex().encode() + b"020a03" b"030302a0" b"06ff0102030405"}
    client.ok(f'AT+BLECONN=0,"{server.address}"')
    server.line()
    server.error('AT+BLEADVDATAEX="' + "n" * 24 + '","A002","0102030405",1')
    server.error('AT+BLEADVDATAEX="n","A002","01",2')
    server.error('AT+BLEADVDATAEX="n","A0","01",1')
    server.error('AT+BLEADVDATAEX="n","A002","0",1')


@pytest.mark.parametrize("kind, connectable, scannable", [(0, True, True), (2, False, True), (3, False, False)])
def test_kinds_of_advertising(server, client, kind, connectable, scannable):
    server.ok('AT+BLEADVDATA="020106"')
    server.ok('AT+BLESCANRSPDATA="0309aabb"')
    server.ok(f"AT+BLEADVPARAM=50,50,{kind},0,7")
    server.ok("AT+BLEADVSTART")
    client.ok("AT+BLESCANPARAM=1,0,0,100,100")
    assert {row[3] for row in scan(client)} == {b"0309aabb" if scannable else b""}
    answer = client.ask(f'AT+BLECONN=0,"{server.address}",0,3')
    assert answer.endswith(b"\r\nOK\r\n" if connectable else b"\r\nERROR\r\n")


def test_directed_advertising_is_for_one(make, server, client, air):
    with BleHost(make(), role=1) as other:
        server.ok(f'AT+BLEADVPARAM=50,50,4,0,7,0,0,"{client.address}"')
        server.ok("AT+BLEADVSTART")
        assert scan(other) == []
        assert {row[2] for row in scan(client)} == {b""}
        assert other.ask(f'AT+BLECONN=0,"{server.address}",0,3').endswith(b"ERROR\r\n")
        client.ok(f'AT+BLECONN=0,"{server.address}"')


def test_high_duty_directed_advertising_ends_by_itself(server, client):
    server.ok('AT+BLEADVPARAM=50,50,1,0,7,0,0,"12:34:45:78:66:88"')
    server.ok("AT+BLEADVSTART")
    server.error("AT+BLEADVSTART")
    eventually(lambda: server.ask("AT+BLEADVSTART") == b"\r\nOK\r\n")


def test_advertising_ends_with_the_connection(server, client):
    server.ok("AT+BLEADVSTART")
    client.ok(f'AT+BLECONN=0,"{server.address}"')
    server.line()
    server.error("AT+BLEADVSTOP")
    assert scan(client) == []
    server.ok("AT+BLEADVSTART")


def test_two_clients_want_the_same_server(make, server, client):
    """One gets it; the other loses it at once."""
    with hosts(BleHost(make(), role=1)) as other:
        server.ok("AT+BLEADVSTART")
        for host in (client, other):
            host.write(f'AT+BLECONN=0,"{server.address}",0,3\r\n'.encode())
        for host in (client, other):
            host.read(re.compile(rb"\r\n(OK|ERROR)\r\n"))
        eventually(lambda: sorted(host.ask("AT+BLECONN?").count(b"+BLECONN:0,") for host in (client, other)) == [0, 1])
