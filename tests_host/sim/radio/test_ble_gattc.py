"""The module as GATT client of phones and other modules."""
import pytest
from bumble import gatt
from bumble.att import Attribute
from sim.ble_tools import BleHost, Phone

NUS, RX, TX = (f"6e40000{n}-b5a3-f393-e0a9-e50e24dcca9e" for n in (1, 2, 3))
Properties, Permissions = gatt.Characteristic.Properties, Attribute.Permissions


class Peripheral(Phone):
    """A phone that offers a UART, a battery that includes another service, and values to trip over."""

    def __init__(self, air):
        super().__init__(air)
        self.written = []
        self.secret = gatt.Characteristic("2A1D", Properties.READ, Permissions.READ_REQUIRES_ENCRYPTION, b"secret")
        self.level = gatt.Characteristic("2A19", Properties.READ | Properties.NOTIFY, Permissions.READABLE, b"\x64")
        self.tx = gatt.Characteristic(TX, Properties.NOTIFY | Properties.INDICATE, Permissions.READABLE, b"")
        self.long = gatt.Characteristic("2A00", Properties.READ, Permissions.READABLE, bytes(range(200)))
        value = gatt.CharacteristicValue(write=lambda _, data: self.written.append(bytes(data)))
        both = Properties.WRITE | Properties.WRITE_WITHOUT_RESPONSE
        self.rx = gatt.Characteristic(RX, both, Permissions.WRITEABLE, value)
        self.command = gatt.Characteristic("2A06", Properties.WRITE_WITHOUT_RESPONSE, Permissions.WRITEABLE, value)

    def __enter__(self):
        super().__enter__()
        uart = gatt.Service(NUS, [self.rx, self.tx])
        identity = gatt.Service("180A", [], primary=False)
        battery = gatt.Service("180F", [self.level, self.long, self.secret, self.command], included_services=[identity])
        self.serve(uart, battery)
        self.advertise()
        return self


@pytest.fixture
def peripheral(air):
    with Peripheral(air) as phone:
        yield phone


@pytest.fixture
def linked(client, peripheral):
    """(client, peripheral): connected on index 0, services looked for."""
    client.ok(f'AT+BLECONN=0,"{peripheral.address}"')
    client.ok("AT+BLEGATTCPRIMSRV=0")
    return client, peripheral


UART, BATTERY = 3, 4  # after 0x1800 and 0x1801


def test_services(client, peripheral):
    client.error("AT+BLEGATTCPRIMSRV=0")
    client.ok(f'AT+BLECONN=0,"{peripheral.address}"')
    for early in ("AT+BLEGATTCCHAR=0,1", "AT+BLEGATTCINCLSRV=0,1", "AT+BLEGATTCRD=0,1,1", "AT+BLEGATTCWR=0,1,1,,1"):
        client.error(early)
    assert client.ask("AT+BLEGATTCPRIMSRV=0") == (
        b"+BLEGATTCPRIMSRV:0,1,0x1800,1\r\n+BLEGATTCPRIMSRV:0,2,0x1801,1\r\n"
        b"+BLEGATTCPRIMSRV:0,3,0x6E400001B5A3F393E0A9E50E24DCCA9E,1\r\n+BLEGATTCPRIMSRV:0,4,0x180F,1\r\n\r\nOK\r\n"
    )
    client.error("AT+BLEGATTCPRIMSRV=1")
    client.error("AT+BLEGATTCPRIMSRV=3")
    client.error("AT+BLEGATTCPRIMSRV?")


def test_included_services(linked):
    """The stray comma and blank are this firmware's."""
    client, _ = linked
    assert client.ask(f"AT+BLEGATTCINCLSRV=0,{BATTERY}") == b"+BLEGATTCINCLSRV:0,4,0x180F,1,0x180A,0\r\n, \r\nOK\r\n"
    assert client.ask(f"AT+BLEGATTCINCLSRV=0,{UART}") == b"\r\nOK\r\n"
    client.error("AT+BLEGATTCINCLSRV=0,9")
    client.error("AT+BLEGATTCINCLSRV=0")


def test_characteristics(linked):
    client, _ = linked
    assert client.ask(f"AT+BLEGATTCCHAR=0,{UART}") == (
        b'+BLEGATTCCHAR:"char",0,3,1,0x6E400002B5A3F393E0A9E50E24DCCA9E,0x0c\r\n'
        b'+BLEGATTCCHAR:"char",0,3,2,0x6E400003B5A3F393E0A9E50E24DCCA9E,0x30\r\n'
        b'+BLEGATTCCHAR:"desc",0,3,2,1,0x2902\r\n\r\nOK\r\n'
    )
    client.error("AT+BLEGATTCCHAR=0,5")
    client.error("AT+BLEGATTCCHAR=0,0")
    client.error("AT+BLEGATTCRD=0,4,1")  # that service's were not looked for


def test_reading(linked):
    client, peripheral = linked
    client.ok(f"AT+BLEGATTCCHAR=0,{BATTERY}")
    assert client.ask(f"AT+BLEGATTCRD=0,{BATTERY},1") == b"+BLEGATTCRD:0,1,\x64\r\n\r\nOK\r\n"
    assert client.ask(f"AT+BLEGATTCRD=0,{BATTERY},1,1") == b"+BLEGATTCRD:0,2,\x00\x00\r\n\r\nOK\r\n"
    client.error(f"AT+BLEGATTCRD=0,{BATTERY},9")
    client.error(f"AT+BLEGATTCRD=0,{BATTERY},1,2")
    client.error(f"AT+BLEGATTCRD=0,{BATTERY},4")  # not readable by its properties
    client.error(f"AT+BLEGATTCRD=0,{BATTERY},3")  # the peer insists on encryption
    client.error(f"AT+BLEGATTCRD=1,{BATTERY},1")


def test_values_longer_than_a_packet(linked):
    """Read in parts, and any byte may be in them."""
    client, _ = linked
    client.ok(f"AT+BLEGATTCCHAR=0,{BATTERY}")
    client.write(f"AT+BLEGATTCRD=0,{BATTERY},2\r\n".encode())
    assert client.exactly(19 + 200) == b"+BLEGATTCRD:0,200," + bytes(range(200)) + b"\r"
    assert client.exactly(7) == b"\n\r\nOK\r\n"[:7]


def test_writing(linked):
    client, peripheral = linked
    client.ok(f"AT+BLEGATTCCHAR=0,{UART}")
    client.ok(f"AT+BLEGATTCCHAR=0,{BATTERY}")
    assert client.prompted(f"AT+BLEGATTCWR=0,{UART},1,,6", b"123456") == b"\r\nOK\r\n"
    assert client.prompted(f"AT+BLEGATTCWR=0,{UART},1,,4", b"\r\n>\0") == b"\r\nOK\r\n"
    assert client.prompted(f"AT+BLEGATTCWR=0,{BATTERY},4,,3", b"cmd") == b"\r\nOK\r\n"
    peripheral.call(lambda: None)
    assert peripheral.written == [b"123456", b"\r\n>\0", b"cmd"]
    for bad in (f"0,{UART},1,,21", f"0,{UART},1,,0", f"0,{UART},1,4", f"0,{UART},3,,4", f"0,{BATTERY},1,,1",
                f"0,{UART},2,,1", "1,3,1,,1"):  # fmt: skip
        client.error(f"AT+BLEGATTCWR={bad}")


def test_longer_writes_after_an_mtu_exchange(linked):
    client, peripheral = linked
    client.ok(f"AT+BLEGATTCCHAR=0,{UART}")
    client.ok("AT+BLECFGMTU=0,200")
    assert client.line() == b"+BLECFGMTU:0,200"
    assert client.prompted(f"AT+BLEGATTCWR=0,{UART},1,,197", bytes(197)) == b"\r\nOK\r\n"
    client.error(f"AT+BLEGATTCWR=0,{UART},1,,198")
    assert peripheral.written == [bytes(197)]


def push(peripheral, characteristic, value, indicate=False, force=False):
    device = peripheral.device
    function = device.indicate_subscribers if indicate else device.notify_subscribers
    return peripheral.begin(function, characteristic, value, force=force)


def test_notifications(linked):
    client, peripheral = linked
    client.ok(f"AT+BLEGATTCCHAR=0,{UART}")
    assert client.prompted(f"AT+BLEGATTCWR=0,{UART},2,1,2", b"\x01\x00") == b"\r\nOK\r\n"
    push(peripheral, peripheral.tx, b"hello").result(5)
    assert client.line() == b"+NOTIFY:0,3,2,5,hello"
    push(peripheral, peripheral.tx, b"\r\nOK\r\n\0").result(5)
    assert client.exactly(25) == b"+NOTIFY:0,3,2,7,\r\nOK\r\n\0\r\n"
    assert client.prompted(f"AT+BLEGATTCWR=0,{UART},2,1,2", b"\x00\x00") == b"\r\nOK\r\n"
    push(peripheral, peripheral.tx, b"unheard").result(5)
    assert client.silent(0.05) == b""


def test_indications(linked):
    client, peripheral = linked
    client.ok(f"AT+BLEGATTCCHAR=0,{UART}")
    assert client.prompted(f"AT+BLEGATTCWR=0,{UART},2,1,2", b"\x02\x00") == b"\r\nOK\r\n"
    push(peripheral, peripheral.tx, b"sure", indicate=True).result(5)  # ends with our confirmation
    assert client.line() == b"+INDICATE:0,3,2,4,sure"


def test_notifications_at_full_speed(linked):
    """A thousand in a row arrive complete and in order."""
    client, peripheral = linked
    client.ok(f"AT+BLEGATTCCHAR=0,{UART}")
    assert client.prompted(f"AT+BLEGATTCWR=0,{UART},2,1,2", b"\x01\x00") == b"\r\nOK\r\n"

    async def flood():
        for number in range(1000):
            await peripheral.device.notify_subscribers(peripheral.tx, b"%04d" % number)

    done = peripheral.begin(flood)
    text = client.read(b",0999\r\n", timeout=10)
    done.result(5)
    assert text == b"".join(b"+NOTIFY:0,3,2,4,%04d\r\n" % number for number in range(1000))


def test_empty_notification_and_unknown_handle(linked):
    client, peripheral = linked
    client.ok(f"AT+BLEGATTCCHAR=0,{UART}")
    client.prompted(f"AT+BLEGATTCWR=0,{UART},2,1,2", b"\x01\x00")
    push(peripheral, peripheral.tx, b"").result(5)
    assert client.line() == b"+NOTIFY:0,3,2,0,"
    push(peripheral, peripheral.level, b"x", force=True).result(5)  # a service the client has not looked at
    assert client.silent(0.05) == b""


def test_a_server_looks_at_its_client(make, client):
    """4.3.3: the server must say AT+BLECONN before it may act as GATT client."""
    with BleHost(make(), role=2) as server:
        client.ok("AT+BLEGATTSSRVCRE")
        client.ok("AT+BLEGATTSSRVSTART")
        server.ok("AT+BLEADVSTART")
        client.ok(f'AT+BLECONN=0,"{server.address}"')
        server.line()
        server.error("AT+BLEGATTCPRIMSRV=0")
        assert server.ask(f'AT+BLECONN=0,"{client.address}"') == b"\r\nOK\r\n"
        assert server.ask("AT+BLEGATTCPRIMSRV=0").count(b"+BLEGATTCPRIMSRV:") == 4


def test_the_peer_vanishes_in_the_data_phase(linked):
    client, peripheral = linked
    client.ok(f"AT+BLEGATTCCHAR=0,{UART}")
    client.write(f"AT+BLEGATTCWR=0,{UART},1,,4\r\n".encode())
    client.read(b">")
    peripheral.vanish()
    client.write(b"1234")
    answer = client.read(b"ERROR\r\n") + client.silent(0.05)
    assert answer.count(b"+BLEDISCONN:0,") == 1
    client.ok("AT")
