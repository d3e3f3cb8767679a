"""What CircuitPython's _bleio gives: UUIDs, addresses, scan entries, buffers, services as they are registered."""

from checks import raises
from espat.ble import bleio
from radio import ADDR, NIMBLE, OK, Radio

TEXT = "6e400001-b5a3-f393-e0a9-e50e24dcca9e"
DATA = b"\2\1\6\5\x09duck\3\3\x0d\x18"


def adapter(r):
    """An adapter on top of this radio."""
    it = bleio.Adapter(r.ble)
    bleio.use(it)
    return it


def test_uuids():
    short, long = bleio.UUID(0x180D), bleio.UUID(TEXT)
    assert (short.size, short.uuid16, long.size) == (16, 0x180D, 128)
    assert bleio.UUID(long.uuid128) == long and long != short and len({short, bleio.UUID(0x180D)}) == 1
    raises(AttributeError, lambda: long.uuid16)
    raises(AttributeError, lambda: short.uuid128)
    buf = bytearray(4)
    short.pack_into(buf, 1)
    assert buf == b"\0\x0d\x18\0" and str(short) == "UUID(0x180d)"


def test_addresses():
    a = bleio.Address(bytes(reversed(ADDR)), bleio.Address.RANDOM_STATIC)
    assert a.address_bytes == bytes(reversed(ADDR)) and a.type == 1
    assert a != bleio.Address(bytes(reversed(ADDR))) and a == bleio.Address(a.address_bytes, 1)
    assert "24:0a:c4:09:34:23" in repr(a)
    raises(ValueError, bleio.Address, b"12345")


def test_scan_entries():
    entry = bleio.ScanEntry(0, ADDR, 0, -40, DATA)
    assert entry.address == bleio.Address(bytes(reversed(ADDR))) and entry.rssi == -40
    assert entry.connectable and not entry.scan_response and entry.advertisement_bytes == DATA
    for prefixes, every, some in (
        (b"", True, True), (b"\2\1\6", True, True), (b"\3\x09du", True, True), (b"\2\x09x", False, False),
        (b"\2\1\6\2\x09x", False, True), (b"\1\3", True, True),
    ):  # fmt: skip
        assert entry.matches(prefixes) == every and entry.matches(prefixes, match_all=False) == some, prefixes
    assert bleio.ScanEntry(0, ADDR, 4, -40, b"").scan_response
    assert not bleio.ScanEntry(0, ADDR, 3, -40, b"").connectable
    assert not bleio.ScanEntry(0, ADDR, 0, -40, b"\x09\x09du").matches(b"\2\x0ax")


def test_scanning():
    r = Radio(NIMBLE, (b"AT+BLESCANPARAM=1,0,0,160,160\r\n", OK), (b"AT+BLESCAN=1\r\n", OK))
    a = adapter(r)
    results = a.start_scan(b"\3\x09du", timeout=1)
    r.port.expect(b"AT+BLESCAN=0\r\n", OK)
    for rssi, data in ((-40, DATA), (-90, DATA), (-40, b"\2\1\6")):
        r.port.say(b'+BLESCAN:"24:0a:c4:09:34:23",%d,%s,,0\r\n' % (rssi, b"".join([b"%02x" % c for c in data])))
    found = list(results)
    assert [e.rssi for e in found] == [-40]
    r.done()


def test_the_end_of_an_earlier_advertising():
    """It does not end the one that was begun since."""
    r = Radio(NIMBLE)
    a = adapter(r)
    for timeout in (1, 0):
        if not timeout:
            r.port.expect(b"AT+BLEADVSTOP\r\n", OK)
        for line in (b"PARAM=160,160,0,0,7", b'DATA=""', b"START"):
            r.port.expect(b"AT+BLEADV" + line + b"\r\n", OK)
            if line[:4] == b"DATA":
                r.port.expect(b'AT+BLESCANRSPDATA=""\r\n', OK)
        a._registered = 0
        a.start_advertising(b"", timeout=timeout)
    r.run(3000)
    assert a.advertising
    r.done()


def test_what_is_waited_for_is_not_crowded_out():
    r = Radio(NIMBLE)
    a = adapter(r)
    r.say(b'+BLECONN:0,"24:0a:c4:09:34:23"\r\n')
    a.results[:] = []
    r.conns.push(9, (0, 0x400, 0x7FF, bleio.UUID(0x180D).own))
    for _ in range(60):
        r.say(b"+NOTIFY:0,1,1,1,x")
    assert [event for event, _ in a.results] == [9]


def test_services():
    r = Radio(NIMBLE)
    adapter(r)
    service = bleio.Service(bleio.UUID(0x180D))
    c = bleio.Characteristic.add_to_service(
        service, bleio.UUID(0x2A37), properties=0x1A, read_perm=bleio.Attribute.ENCRYPT_NO_MITM,
        write_perm=bleio.Attribute.NO_ACCESS, max_length=2, initial_value="hi", user_description="rate",
    )  # fmt: skip
    assert c.value == b"hi" and not service.remote and service.characteristics == (c,)
    uuid, rows = service.definition()
    (kind, flags, descriptors) = rows[0]
    assert uuid == bleio.UUID(0x180D).own and kind == bleio.UUID(0x2A37).own and flags == 0x212
    assert descriptors[0][0] == bleio.UUID(0x2901).own
    raises(NotImplementedError, bleio.Service, bleio.UUID(1), secondary=True)


def test_buffers():
    r = Radio(NIMBLE)
    adapter(r)
    service = bleio.Service(bleio.UUID(0x180D))
    c = bleio.Characteristic.add_to_service(service, bleio.UUID(1), properties=8, max_length=20)
    buffer = bleio.CharacteristicBuffer(c, timeout=0, buffer_size=16)
    assert buffer.read() is None and buffer.readline() is None and buffer.readinto(bytearray(2)) is None
    c.listener(b"one\ntw")
    c.listener(b"o\nthree and more than fits")
    assert buffer.in_waiting == 16
    assert buffer.readline() == b"one\n" and buffer.read(2) == b"tw"
    buf = bytearray(3)
    assert buffer.readinto(buf) == 3 and buf == b"o\nt"
    buffer.reset_input_buffer()
    assert buffer.in_waiting == 0
    packets = bleio.PacketBuffer(c, buffer_size=2)
    for packet in (b"one", b"two", b"lost"):
        c.listener(packet)
    buf = bytearray(4)
    raises(ValueError, packets.readinto, bytearray(2))
    assert [packets.readinto(buf) for _ in range(3)] == [3, 3, 0] and buf[:3] == b"two"
    raises(ValueError, packets.write, bytes(21))
    assert packets.incoming_packet_length == packets.outgoing_packet_length == 20
    packets.deinit()
    assert c.listener is None


def test_what_it_cannot_do():
    r = Radio(NIMBLE)
    a = adapter(r)
    raises(ValueError, a.start_advertising, bytes(32))
    raises(NotImplementedError, a.start_advertising, b"", anonymous=True)
    raises(NotImplementedError, bleio.set_adapter, object())
    assert a.connections == () and not a.connected and not a.advertising and a.enabled
