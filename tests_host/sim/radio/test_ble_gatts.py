"""The module as GATT server: its table, what phones may do with it, notification and indication."""
import pytest
from bumble import att
from espsim import radio_table
from sim.ble_tools import BleHost, Phone


@pytest.fixture
def phone(air, server):
    """A phone connected to the server, its services discovered: `phone.peer` is the connection."""
    server.ok("AT+BLEADVSTART")
    with Phone(air) as one:
        one.peer = one.connect(server.address)
        assert server.line() == f'+BLECONN:0,"{one.address}"'.encode()
        one.discover(one.peer)
        yield one


def write_row(host, number, row):
    """A row of the table as a user writes it."""
    host.write(f'AT+SYSMFG=2,"ble_data","cfg{number}",7,{len(row)}\r\n'.encode())
    host.read(b">")
    host.write(row.encode())
    assert host.read(b"OK\r\n") == b"\r\nOK\r\n"


# the table


def test_services_start_and_stop(make, air):
    with BleHost(make(), role=2) as host, Phone(air) as phone:
        host.error("AT+BLEGATTSSRV?")
        host.error("AT+BLEGATTSCHAR?")
        host.error("AT+BLEGATTSSRVSTART")
        host.ok("AT+BLEGATTSSRVCRE")
        host.error("AT+BLEGATTSSRVCRE")
        assert host.ask("AT+BLEGATTSSRV?") == b"+BLEGATTSSRV:1,0,0xA002,1\r\n+BLEGATTSSRV:2,0,0xA003,1\r\n\r\nOK\r\n"
        host.ok("AT+BLEGATTSSRVSTART=2")
        assert host.ask("AT+BLEGATTSSRV?") == b"+BLEGATTSSRV:1,0,0xA002,1\r\n+BLEGATTSSRV:2,1,0xA003,1\r\n\r\nOK\r\n"
        host.error("AT+BLEGATTSSRVSTART=3")
        host.error("AT+BLEGATTSSRVSTART=0")
        host.ok("AT+BLEADVSTART")
        peer = phone.connect(host.address)
        host.line()
        assert [str(one.uuid) for one in phone.discover(peer)][2:] == ["UUID-16:A003"]
        host.ok("AT+BLEGATTSSRVSTART")
        assert [str(one.uuid) for one in phone.discover(peer)][2:] == ["UUID-16:A002", "UUID-16:A003"]
        host.ok("AT+BLEGATTSSRVSTOP=1")
        assert [str(one.uuid) for one in phone.discover(peer)][2:] == ["UUID-16:A003"]
        host.ok("AT+BLEGATTSSRVSTOP")
        assert len(phone.discover(peer)) == 2
        host.error("AT+BLEGATTSSRVSTOP=9")


def test_services_come_before_connections(make, air):
    with BleHost(make(), role=2) as host, Phone(air) as phone:
        host.ok("AT+BLEADVSTART")
        phone.connect(host.address)
        host.line()
        host.error("AT+BLEGATTSSRVCRE")


def test_a_client_may_have_services_too(make):
    with BleHost(make(), role=1, services=True) as host:
        assert host.ask("AT+BLEGATTSSRV?").startswith(b"+BLEGATTSSRV:1,1,0xA002,1\r\n")


def test_the_first_rows_are_the_guides():
    assert radio_table.DEFAULT_ROWS[:4] == [
        "0,16,0x2800,0x01,2,2,A002",
        "1,16,0x2803,0x01,1,1,2",
        "2,16,0xC300,0x01,1,1,30",
        "3,16,0x2901,0x11,1,1,30",
    ]
    assert len(radio_table.DEFAULT_ROWS) == 31  # the guide's own service begins at row 31


def test_the_table_can_be_read(make):
    """Compare first, write only what differs."""
    with BleHost(make()) as host:
        row = b'+SYSMFG:"ble_data","cfg2",7,23,2,16,0xC300,0x01,1,1,30\r\n\r\nOK\r\n'
        assert host.ask('AT+SYSMFG=1,"ble_data","cfg2"') == row
        names = [row.split(b",")[1] for row in host.ask('AT+SYSMFG=1,"ble_data"').split(b"\r\n") if row.startswith(b"+SYSMFG")]
        assert names == [b'"cfg%d"' % number for number in range(31)]


def test_an_empty_table(make):
    """All rows erased: no services, but GATT and GAP."""
    with BleHost(make()) as host:
        host.ok('AT+SYSMFG=0,"ble_data"')
        host.ok("AT+BLEINIT=2")
        host.ok("AT+BLEGATTSSRVCRE")
        assert host.ask("AT+BLEGATTSSRV?") == b"\r\nOK\r\n"


def test_the_guides_third_service(make, air):
    """6.9.2: rows 31 to 34, written at run time."""
    with BleHost(make()) as host, Phone(air) as phone:
        for row in ("31,16,0x2800,0x01,2,2,FF01", "32,16,0x2803,0x11,1,1,0A", "33,16,0xC300,0x11,1,1,30"):
            write_row(host, row[:2], row)
        write_row(host, 34, "34,16,0x2902,0x11,2,2,0000")
        host.ok("AT+BLEINIT=2")
        host.ok("AT+BLEGATTSSRVCRE")
        host.ok("AT+BLEGATTSSRVSTART")
        assert b"+BLEGATTSSRV:3,1,0xFF01,1\r\n" in host.ask("AT+BLEGATTSSRV?")
        answer = host.ask("AT+BLEGATTSCHAR?")
        assert answer.endswith(b'+BLEGATTSCHAR:"char",3,1,0xC300,0x0a\r\n+BLEGATTSCHAR:"desc",3,1,1,0x2902\r\n\r\nOK\r\n')
        host.ok("AT+BLEADVSTART")
        peer = phone.connect(host.address)
        services = phone.discover(peer)
        assert str(services[-1].uuid) == "UUID-16:FF01"
        value = services[-1].characteristics[0]
        phone.call(value.write_value, b"7", with_response=True)
        assert phone.call(value.read_value) == b"7"
        host.read(b"+WRITE:0,3,1,,1,7\r\n")


def test_own_services_with_long_uuids(make, air):
    """A Nordic UART in place of the firmware's table; rows survive a restart."""
    base = "6E4000{}B5A3F393E0A9E50E24DCCA9E"
    rows = [
        f"0,16,0x2800,0x01,16,16,{base.format('01')}",
        "1,16,0x2803,0x01,1,1,0C",
        f"2,128,0x{base.format('02')},0x10,244,1,00",
        "3,16,0x2803,0x01,1,1,10",
        f"4,128,0x{base.format('03')},0x01,244,1,00",
        "5,16,0x2902,0x11,2,2,0000",
    ]
    with BleHost(make()) as host, Phone(air) as phone:
        for number, row in enumerate(rows):
            write_row(host, number, row)
        for number in range(len(rows), 31):
            host.ok(f'AT+SYSMFG=0,"ble_data","cfg{number}"')
        host.sim.restart()
        host.read(b"ready\r\n")
        host.ok("ATE0")
        host.ok("AT+BLEINIT=2")
        host.ok("AT+BLEGATTSSRVCRE")
        host.ok("AT+BLEGATTSSRVSTART")
        host.ok("AT+BLEADVSTART")
        assert b"+BLEGATTSSRV:1,1,0x6E400001B5A3F393E0A9E50E24DCCA9E,1\r\n" in host.ask("AT+BLEGATTSSRV?")
        assert b'+BLEGATTSCHAR:"char",1,1,0x6E400002B5A3F393E0A9E50E24DCCA9E,0x0c\r\n' in host.ask("AT+BLEGATTSCHAR?")
        peer = phone.connect(host.address)
        host.line()
        phone.discover(peer)
        phone.write(peer, "6E400002-B5A3-F393-E0A9-E50E24DCCA9E", b"hello", with_response=False)
        assert host.line() == b"+WRITE:0,1,1,,5,hello"


@pytest.mark.parametrize("row", ["0,16,0x2803,0x01,1,1,2", "nonsense", "0,16,0x2800,0x01,1,1,A002", "0,16,0x2800,0x01,2,2,XY"])
def test_a_table_that_makes_no_sense(make, row):
    with BleHost(make()) as host:
        write_row(host, 0, row)
        host.ok("AT+BLEINIT=2")
        host.error("AT+BLEGATTSSRVCRE")


# phones read and write


def test_reading(server, phone):
    assert phone.read(phone.peer, 0xC300) == b"0"
    assert server.line() == f'+READ:0,"{phone.address}"'.encode()
    assert server.prompted("AT+BLEGATTSSETATTR=1,1,,1", b"8") == b"\r\nOK\r\n"
    assert phone.read(phone.peer, 0xC300) == b"8"
    server.line()


def test_what_may_not_be_read_or_written(server, phone):
    with pytest.raises(Exception, match="READ_NOT_PERMITTED"):
        phone.read(phone.peer, 0xC302)
    with pytest.raises(Exception, match="WRITE_NOT_PERMITTED"):
        phone.write(phone.peer, 0xC300, b"x")
    assert server.silent(0.05) == b""


def test_writing(server, phone):
    phone.write(phone.peer, 0xC302, b"with response")
    assert server.line() == b"+WRITE:0,1,3,,13,with response"
    phone.write(phone.peer, 0xC303, b"without", with_response=False)
    assert server.line() == b"+WRITE:0,1,4,,7,without"


def test_values_are_raw(server, phone):
    """Every byte goes through, and only the length tells where a value ends."""
    value = bytes(range(20))
    phone.write(phone.peer, 0xC302, value)
    assert server.exactly(18 + 20) == b"+WRITE:0,1,3,,20," + value + b"\r\n"[:1]
    assert server.exactly(1) == b"\n"
    value = b"\r\nOK\r\n+WRITE:0,1"
    phone.write(phone.peer, 0xC302, value)
    assert server.exactly(19 + len(value)) == b"+WRITE:0,1,3,,%d," % len(value) + value + b"\r\n"


def test_long_values(server, phone):
    """More than one packet: prepared writes at MTU 23, one write after an exchange."""
    value = bytes(index & 255 for index in range(300))
    phone.call(phone.peer.gatt_client.write_long_value, phone.find(phone.peer, 0xC302).handle, value)
    assert server.exactly(20 + 300) == b"+WRITE:0,1,3,,300," + value + b"\r\n"
    phone.call(phone.peer.gatt_client.request_mtu, 517)
    server.line()
    phone.write(phone.peer, 0xC302, value)
    assert server.exactly(20 + 300) == b"+WRITE:0,1,3,,300," + value + b"\r\n"


def test_too_long_for_its_row(server, phone):
    with pytest.raises(Exception, match="INVALID_ATTRIBUTE_LENGTH"):
        phone.call(phone.find(phone.peer, 0xC300).descriptors[0].write_value, b"ab", with_response=True)
    assert server.silent(0.05) == b""


def test_descriptors(server, phone):
    descriptor = phone.find(phone.peer, 0xC300).descriptors[0]
    phone.call(descriptor.write_value, b"d", with_response=True)
    assert server.line() == b"+WRITE:0,1,1,1,1,d"
    assert phone.call(descriptor.read_value) == b"d"
    server.line()
    assert server.prompted("AT+BLEGATTSSETATTR=1,1,1,1", b"e") == b"\r\nOK\r\n"
    assert phone.call(descriptor.read_value) == b"e"


def test_setattr_limits(server):
    for bad in ("1,1,,2", "3,1,,1", "1,9,,1", "1,1,2,1", "1,1,1", "1,1,,0", "1,1,,1,1", "1,1,,513"):
        server.error(f"AT+BLEGATTSSETATTR={bad}")
    assert server.prompted("AT+BLEGATTSSETATTR=1,2,,512", bytes(512)) == b"\r\nOK\r\n"


# pushing


def test_notify(server, phone):
    phone.subscribe(phone.peer, 0xC305)
    assert server.read(b"\x01\x00\r\n") == b"+WRITE:0,1,6,1,2,\x01\x00\r\n"
    assert server.prompted("AT+BLEGATTSNTFY=0,1,6,4", b"1234") == b"\r\nOK\r\n"
    assert server.prompted("AT+BLEGATTSNTFY=0,1,6,20", bytes(range(20))) == b"\r\nOK\r\n"
    assert phone.wait_for(2) == [(0xC305, b"1234"), (0xC305, bytes(range(20)))]


def test_indicate(server, phone):
    phone.subscribe(phone.peer, 0xC306)
    server.read(b"\x02\x00\r\n")
    assert server.prompted("AT+BLEGATTSIND=0,1,7,3", b"abc") == b"\r\nOK\r\n"
    assert phone.wait_for(1) == [(0xC306, b"abc")]


def test_nobody_subscribed(server, phone):
    """The prompt comes, the data are taken, the sending fails."""
    assert server.prompted("AT+BLEGATTSNTFY=0,1,6,4", b"1234") == b"\r\nERROR\r\n"
    assert server.prompted("AT+BLEGATTSIND=0,1,7,4", b"1234") == b"\r\nERROR\r\n"
    phone.subscribe(phone.peer, 0xC305)
    server.read(b"\x01\x00\r\n")
    assert server.prompted("AT+BLEGATTSNTFY=0,1,6,1", b"1") == b"\r\nOK\r\n"
    phone.call(phone.find(phone.peer, 0xC305).unsubscribe)
    server.read(b"\x00\x00\r\n")
    assert server.prompted("AT+BLEGATTSNTFY=0,1,6,1", b"2") == b"\r\nERROR\r\n"
    assert phone.wait_for(1) == [(0xC305, b"1")]


def test_push_limits(server, phone):
    for bad in ("0,1,6,21", "1,1,6,4", "0,1,7,4", "0,1,1,4", "0,3,6,4", "0,1,9,4", "0,1,6,0", "0,1,6"):
        server.error(f"AT+BLEGATTSNTFY={bad}")
    for bad in ("0,1,7,21", "1,1,7,4", "0,1,6,4"):
        server.error(f"AT+BLEGATTSIND={bad}")
    phone.call(phone.peer.gatt_client.request_mtu, 185)
    server.line()
    phone.subscribe(phone.peer, 0xC305)
    server.read(b"\x01\x00\r\n")
    assert server.prompted("AT+BLEGATTSNTFY=0,1,6,182", bytes(182)) == b"\r\nOK\r\n"
    server.error("AT+BLEGATTSNTFY=0,1,6,183")


def test_the_peer_goes_in_the_data_phase(server, phone):
    phone.subscribe(phone.peer, 0xC305)
    server.read(b"\x01\x00\r\n")
    server.write(b"AT+BLEGATTSNTFY=0,1,6,4\r\n")
    server.read(b">")
    phone.disconnect(phone.peer)
    assert server.line() == f'+BLEDISCONN:0,"{phone.address}"'.encode()
    server.write(b"1234")
    assert server.read(b"ERROR\r\n") == b"\r\nERROR\r\n"


def test_no_confirmation_comes(server, phone):
    """The phone takes the indication and vanishes."""
    phone.subscribe(phone.peer, 0xC306)
    server.read(b"\x02\x00\r\n")
    phone.vanish()
    answer = server.prompted("AT+BLEGATTSIND=0,1,7,3", b"abc")
    assert answer.endswith(b"\r\nERROR\r\n")


def test_subscriptions_end_with_the_connection(server, phone):
    phone.subscribe(phone.peer, 0xC305)
    server.read(b"\x01\x00\r\n")
    phone.disconnect(phone.peer)
    server.line()
    server.ok("AT+BLEADVSTART")
    phone.connect(server.address)
    server.line()
    assert server.prompted("AT+BLEGATTSNTFY=0,1,6,4", b"1234") == b"\r\nERROR\r\n"


def test_odd_ccc_values_count_by_their_bits(server, phone):
    """The guide writes the characters 1 and 2: bit 0 of 0x31 is set."""
    phone.call(phone.find(phone.peer, 0xC305).descriptors[0].write_value, b"12", with_response=True)
    assert server.line() == b"+WRITE:0,1,6,1,2,12"
    assert server.prompted("AT+BLEGATTSNTFY=0,1,6,4", b"1234") == b"\r\nOK\r\n"


def test_requests_the_server_does_not_know(server, phone):
    """A strange PDU gets an error response and harms nobody."""

    async def strange():
        pdu = att.ATT_PDU.from_bytes(bytes([att.Opcode.ATT_READ_MULTIPLE_REQUEST, 0xFF, 0xFF, 0xFE, 0xFF]))
        return await phone.peer.gatt_client.send_request(pdu)

    assert phone.call(strange).error_code == att.ATT_ATTRIBUTE_NOT_FOUND_ERROR
    assert phone.read(phone.peer, 0xC300) == b"0"
