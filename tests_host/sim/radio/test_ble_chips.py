"""What differs by chip and firmware, and without Bluetooth."""
import subprocess
import sys
import textwrap

import pytest
from sim.ble_tools import BleHost, Phone
from sim.talk import Host


NIMBLE = ["c6-4.1", "5.0"]
BLUEDROID_ONLY = ["AT+BLEGATTSSRVCRE", "AT+BLEGATTSSRVSTART", "AT+BLEGATTSSRVSTOP", "AT+BLEDATALEN=0,30", "AT+BLEENCRSP=0,1",
                  "AT+BLEHIDINIT=1", "AT+BLEHIDKB=0,4,0,0,0,0,0", "AT+BLEHIDMUS=0,1,1,0", "AT+BLEHIDCONSUMER=1"]  # fmt: skip


@pytest.fixture(params=NIMBLE)
def server(make, request):
    with BleHost(make(profile=request.param), role=2) as host:
        yield host


def meet(server, phone):
    server.ok("AT+BLEADVPARAM=50,50,0,0,7")
    server.ok("AT+BLEADVSTART")
    peer = phone.connect(server.address)
    server.line()
    phone.discover(peer)
    return peer


def test_nimble_makes_its_services_by_itself(server):
    for line in BLUEDROID_ONLY:
        server.error(line)
    assert server.ask("AT+BLEGATTSSRV?") == b"+BLEGATTSSRV:1,1,0xA002,1\r\n+BLEGATTSSRV:2,1,0xA003,1\r\n\r\nOK\r\n"


def test_nimble_wants_parameters_first(server):
    for line in ('AT+BLEADVDATA="020106"', "AT+BLEADVSTART", 'AT+BLEADVDATAEX="a","A002","01",0'):
        server.error(line)
    server.ok("AT+BLEADVPARAM=50,50,0,0,7,0,,,1,1")
    server.ok('AT+BLEADVDATA="020106"')
    server.ok("AT+BLEADVSTART")
    assert server.ask("AT+BLEADVPARAM?") == b'+BLEADVPARAM:50,50,0,0,7,0,0,"00:00:00:00:00:00",1,1\r\nOK\r\n'


def test_nimble_values_and_ccc(server, air):
    with Phone(air) as phone:
        peer = meet(server, phone)
        assert [one.uuid.to_bytes() for one in peer.gatt_client.services][:2] == [b"\x00\x18", b"\x01\x18"]
        assert server.prompted("AT+BLEGATTSSETATTR=1,1,1", b"8") == b"\r\nOK\r\n"
        server.error("AT+BLEGATTSSETATTR=1,1,,1")
        phone.subscribe(peer, 0xC305)
        assert server.line() == b"+WRITE:0,1,6,1,2,01"  # as digits here
        phone.write(peer, 0xC302, b"raw")
        assert server.line() == b"+WRITE:0,1,3,,3,raw"
        assert server.prompted("AT+BLEGATTSNTFY=0,1,6,2", b"hi") == b"\r\nOK\r\n"
        assert server.ask("AT+BLECONN?") == f'+BLECONN:0,"{phone.address}"\n\r\nOK\r\n'.encode()
        assert server.ask("AT+BLECONNPARAM?").startswith(b"+BLECONNPARAM:0,")
        assert server.ask("AT+BLECONNPARAM?").split(b"\r\n")[0].count(b",") == 4


def test_nimble_pairs_without_asking(server, air):
    with Phone(air) as phone:
        server.ok("AT+BLESECPARAM=9,3,16,3,3")
        peer = meet(server, phone)
        pairing = phone.pair(peer)
        server.read(b"+BLEAUTHCMPL:0,0\r\n")
        pairing.result(5)


def test_nimble_scan_rows(make, air):
    """A sixth value, the event type; an event and the response to it are two rows."""
    with BleHost(make(profile="c6-4.1"), role=1) as client, Phone(air) as phone:
        phone.advertise(bytes.fromhex("02010603031dba"), b"\x03\x09ab")
        client.ok("AT+BLESCANPARAM=1,0,0,100,100")
        client.ok("AT+BLESCAN=1,3")
        text = client.read(b"+BLESCANDONE\r\n")
        rows = {row for row in text.split(b"\r\n") if row.startswith(b"+BLESCAN:")}
        assert rows == {
            f'+BLESCAN:"{phone.address}",-40,02010603031dba,,0,0'.encode(),
            f'+BLESCAN:"{phone.address}",-40,,03096162,0,4'.encode(),
        }


def test_old_firmware_says_no_end_of_scan(make, air):
    with BleHost(make(profile="esp32-2.4"), role=1) as client, Phone(air) as phone:
        phone.advertise()
        client.ok("AT+BLESCAN=1,3")
        text = client.silent(0.6)
        assert b"+BLESCAN:" in text and b"+BLESCANDONE" not in text
        client.ok("AT+BLESCAN=1,3")


def test_c3_has_bluedroid_and_phys(make):
    with BleHost(make(profile="c3-3.3"), role=2) as host:
        host.ok("AT+BLEGATTSSRVCRE")
        assert host.ask("AT+BLEADVPARAM?").endswith(b',"00:00:00:00:00:00",1,1\r\nOK\r\n')
        host.error("AT+BTINIT=1")


@pytest.mark.parametrize("profile", ["esp8266-2.3", "nonos-1.7"])
def test_chips_without_bluetooth(make, profile):
    with Host(make(profile=profile)) as host:
        host.ok("ATE0")
        for line in ("AT+BLEINIT?", "AT+BLEINIT=1", "AT+BLUFI=1", "AT+BTINIT=1"):
            assert host.ask(line) == b"\r\nERROR\r\n"


@pytest.mark.parametrize("profile, classic", [("esp32-3.4", True), ("esp32-2.4", False), ("c6-4.1", False)])
def test_the_list_of_commands(make, profile, classic):
    with Host(make(profile=profile)) as host:
        host.ok("ATE0")
        answer = host.ask("AT+CMD?")
        assert b'"AT+BLEINIT",0,1,1,0' in answer
        assert (b'"AT+BTINIT",0,1,1,0' in answer) == classic


def test_no_passthrough_beside_bluetooth(make):
    with BleHost(make(), role=2) as host:
        host.error("AT+CIPMODE=1")
        host.ok("AT+BLEINIT=0")
        host.ok("AT+CIPMODE=1")


def run(program):
    environment = {"PYTHONPATH": ":".join(sys.path)}
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, env=environment)


def test_without_bumble_there_is_no_bluetooth():
    """Where Bumble cannot be imported the commands are unknown and not listed; everything else works."""
    program = textwrap.dedent(
        """
        import sys
        sys.modules["bumble"] = None
        from espsim import Sim
        from sim.talk import Host
        with Sim() as sim, Host(sim) as host:
            host.ok("ATE0")
            for line in ("AT+BLEINIT?", "AT+BLEINIT=1", "AT+BLUFI=1", "AT+BTINIT=1", "AT+BLEHIDINIT=1"):
                assert host.ask(line) == b"\\r\\nERROR\\r\\n", line
            assert b"+BLE" not in host.ask("AT+CMD?") and b"+BT" not in host.ask("AT+CMD?")
            host.join()
            assert host.ask("AT+RFPOWER?") == b"+RFPOWER:78\\r\\n\\r\\nOK\\r\\n"
            host.ok("AT+CIPMODE=1")
            host.ok("AT+SLEEP=0")
            assert not sim.module.failures
        print("fine")
        """
    )
    done = run(program)
    assert done.stdout == "fine\n", done.stderr


def test_bumble_is_loaded_only_when_needed():
    program = "import sys\nfrom espsim import Sim\nfrom sim.talk import Host\n" + textwrap.dedent(
        """
        with Sim() as sim, Host(sim) as host:
            host.join()
            print("bumble" in sys.modules)
            host.ok("AT+BLEINIT=1")
            print("bumble" in sys.modules)
        """
    )
    done = run(program)
    assert done.stdout == "False\nTrue\n", done.stderr
