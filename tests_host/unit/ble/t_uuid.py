"""bluetooth.UUID as MicroPython's own."""

from checks import raises
from espat.ble.conn import UUID

TEXT = "6e400001-b5a3-f393-e0a9-e50e24dcca9e"
RAW = bytes([0x9E, 0xCA, 0xDC, 0x24, 0x0E, 0xE5, 0xA9, 0xE0, 0x93, 0xF3, 0xA3, 0xB5, 1, 0, 0x40, 0x6E])


def test_ways_to_make_one():
    assert bytes(UUID(0x180A)) == b"\x0a\x18"
    assert bytes(UUID(b"\x0a\x18")) == b"\x0a\x18"
    assert bytes(UUID(bytearray(b"\1\2\3\4"))) == b"\1\2\3\4"
    assert bytes(UUID(TEXT)) == RAW
    assert bytes(UUID(TEXT.upper())) == RAW
    assert bytes(UUID(RAW)) == RAW
    assert bytes(UUID(memoryview(RAW))) == RAW
    assert UUID(UUID(TEXT)) == UUID(TEXT)
    assert bytes(UUID(0x6E400001B5A3F393E0A9E50E24DCCA9E)) == RAW


def test_length_tells_the_kind():
    assert [len(UUID(u)) for u in (0, 0xFFFF, b"\1\2\3\4", TEXT)] == [2, 2, 4, 16]


def test_comparing():
    assert UUID(0x180A) == UUID(b"\x0a\x18")
    assert UUID(0x180A) != UUID(0x180B)
    assert UUID(0x180A) != 0x180A
    assert UUID(1) < UUID(2)
    assert UUID(0x0100) < UUID(0x0002)  # byte by byte, as they go over the air
    assert UUID(0xFFFF) < UUID(TEXT) and not UUID(1) < UUID(1)  # short ones first
    assert sorted([UUID(TEXT), UUID(2), UUID(b"\1\0\0\0"), UUID(1)]) == [UUID(1), UUID(2), UUID(b"\1\0\0\0"), UUID(TEXT)]
    assert {UUID(1): "a"}[UUID(1)] == "a"
    assert UUID(TEXT) in (UUID(0x180A), UUID(TEXT))


def test_texts():
    assert repr(UUID(0x180A)) == "UUID(0x180a)"
    assert repr(UUID(TEXT)) == "UUID('%s')" % TEXT
    assert UUID(0x180A).digits() == "180A"
    assert UUID(TEXT).digits() == "6E400001B5A3F393E0A9E50E24DCCA9E"


def test_what_is_none():
    for value in (b"", b"123", bytes(17), "6e400001", "6e400001-b5a3-f393-e0a9-e50e24dcca9x", -1):
        raises(ValueError, UUID, value)
    raises(TypeError, UUID, None)
