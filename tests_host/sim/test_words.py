"""The simulator's argument parser."""
import pytest
from espsim.codes import INVALID, LENGTH, NUMBER, PARSE, TYPE, AtError
from espsim.words import Args, split


def test_fields_and_quotes():
    assert split(b'1,"ab",,"",x') == [(b"1", False), (b"ab", True), (b"", False), (b"", True), (b"x", False)]
    assert split(b"1,") == [(b"1", False), (b"", False)]


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (rb'"comma\,backslash\\ssid"', rb"comma,backslash\ssid"),
        (rb'"\"{\"sensor\":012}\""', b'"{"sensor":012}"'),
        (rb'"\x\y"', b"xy"),
        (b'"a,b"', b"a,b"),
        ('"Café"'.encode(), "Café".encode()),
        (b'"\\\\"', b"\\"),
    ],
)
def test_escapes(raw, value):
    assert Args(raw).bytes() == value


@pytest.mark.parametrize(
    "raw", [b'"open', b'"ends in \\', b'"a"b', b'"a" ,1', rb'"a\"']
)
def test_malformed_strings(raw):
    with pytest.raises(AtError) as caught:
        split(raw)
    assert caught.value.sub == PARSE


@pytest.mark.parametrize(("raw", "value"), [(b"5", 5), (b"-3", -3), (b"0x1C000", 0x1C000), (b"+7", 7), (b"007", 7)])
def test_numbers(raw, value):
    assert Args(raw).int(-10, 1 << 20) == value


@pytest.mark.parametrize(
    ("raw", "sub"),
    [
        (b"5x", PARSE),
        (b"1_0", PARSE),
        (b" 1", PARSE),
        (b"6", INVALID),
        (b"-1", INVALID),
        (b'"1"', TYPE),
        (b"", NUMBER),
        (b"\xb2", PARSE),
    ],
)
def test_bad_numbers_name_their_error(raw, sub):
    with pytest.raises(AtError) as caught:
        Args(raw).int(0, 5)
    assert caught.value.sub == sub


def test_error_codes_carry_the_index():
    args = Args(b'1,"abc",x')
    args.int()
    with pytest.raises(AtError) as caught:
        args.bytes(most=2)
    assert caught.value.word == 0x01000000 | LENGTH << 16 | 1
    with pytest.raises(AtError) as caught:
        args.text()
    assert caught.value.word == 0x01000000 | TYPE << 16 | 2


def test_missing_and_surplus_arguments_name_both_counts():
    args = Args(b"1")
    args.int()
    with pytest.raises(AtError) as caught:
        args.int()
    assert (caught.value.sub, caught.value.ext) == (NUMBER, 0x0201)
    args = Args(b"1,2,3")
    args.int()
    with pytest.raises(AtError) as caught:
        args.end()
    assert (caught.value.sub, caught.value.ext) == (NUMBER, 0x0103)


def test_omitted_arguments_take_their_default():
    args = Args(b'"a",,3')
    assert (args.text(), args.int(default=9), args.int()) == ("a", 9, 3)
    assert args.int(default=None) is None
    args.end()


def test_choice_ignores_case():
    assert Args(b'"tcp"').choice("TCP", "UDP") == "TCP"
    with pytest.raises(AtError):
        Args(b'"tcpp"').choice("TCP", "UDP")
