"""Parameters are checked before anything is sent; answers are read whatever stands between their lines."""

from checks import raises
from espat import check


def test_integer():
    assert check.integer(5, 0, 5) == 5 and check.integer(0, 0, 5) == 0
    assert check.integer(True, 0, 1) == 1 and not isinstance(check.integer(True, 0, 1), bool)
    assert check.integer(None, 0, 1, True) is None
    for bad in (6, -1):
        assert str(bad) in str(raises(ValueError, check.integer, bad, 0, 5))
    for bad in (None, "1", b"1", 1.0):
        raises(TypeError, check.integer, bad, 0, 5)


def test_string():
    assert check.string("abc", 3, 3) == "abc" and check.string(b"", 0, 3) == b""
    assert check.string(None, 1, 3, True) is None
    raises(ValueError, check.string, "\xe4\xe4", 1, 3)  # two characters, four bytes
    raises(ValueError, check.string, "", 1, 3)
    assert "secret" not in str(raises(ValueError, check.string, "secret", 1, 3))
    for bad in (None, 1, ["a"]):
        raises(TypeError, check.string, bad, 0, 9)


def test_payload():
    assert check.payload(b"ab") == 2 and check.payload(bytearray(8), 8) == 8
    raises(ValueError, check.payload, b"")
    raises(ValueError, check.payload, bytes(9), 8)
    raises(TypeError, check.payload, "text")
    raises(TypeError, check.payload, 5)


def test_number_behind_noise():
    assert check.number([b"wifi: some log", b"+X:12"]) == 12
    assert check.number([b"+X:-3"]) == -3
    assert check.number([b"+SYSRAM:12WIFI DISCONNECT"]) == 12  # a report glued to an answer without CR LF
    for bad in ([], [b"OK then"], [b"+X:"], [b"+X:abc"], [b"+TIME_UPDATED"]):
        raises(ValueError, check.number, bad)


def test_numbers():
    assert check.numbers([b"+X:1,-2,30"]) == (1, -2, 30)
    assert check.numbers([b"+X:1,2,"]) == (1, 2)  # a comma too many
    assert check.numbers([b"+X:148408,84044WIFI GOT IP"]) == (148408, 84044)
    raises(ValueError, check.numbers, [b"+X:1,,2"])


def test_fields_and_text():
    assert check.fields([b'+X:1,"a,b",,0x1f']) == [1, b"a,b", None, 31]
    assert check.text([b'+X:"aa:bb"']) == "aa:bb" and check.text([b"+X:plain"]) == "plain"
    assert check.flag([b"+X:1"]) is True and check.flag([b"+X:0"]) is False


def test_decode():
    assert check.decode(None) == "" and check.decode(12) == "12" and check.decode(b'"q"') == "q"
    raises(ValueError, check.decode, b"\xff\xfe")


def test_addresses():
    lines = [b'+CIPAP:ip:"192.168.4.1"', b'+CIPAP:gateway:"192.168.4.1"', b'+CIPAP:ip6ll,"FE80::1"', b"noise"]
    assert check.addresses(lines) == {"ip": "192.168.4.1", "gateway": "192.168.4.1", "ip6ll": "FE80::1"}
    assert check.addresses([b'+CIPAP:"192.168.4.1"']) == {"ip": "192.168.4.1"}
    assert check.addresses([b"+CIPAP:192.168.4.1"]) == {"ip": "192.168.4.1"}
    raises(ValueError, check.addresses, [])


def _value(line):
    return int(line)


def test_rows_as_list():
    kw = check.rows(b"+X:", _value)
    assert kw["each"] is None
    assert kw["parse"]([b"log", b"+X:1", b"+XY:7", b"+X:2"]) == [1, 2]
    assert kw["parse"]([]) == []
    raises(ValueError, kw["parse"], [b"+X:a"])


def test_rows_one_by_one():
    seen = []
    kw = check.rows(b"+X:", _value, seen.append)
    for line in (b"log", b"+X:1", b"+X:2"):
        kw["each"](line)
    assert seen == [1, 2] and kw["parse"]([]) == 2
    kw["each"](b"+X:bad")  # must not fail in the middle of the receive path
    raises(ValueError, kw["parse"], [])
