"""The exceptions: where they stand, what they carry, what they say."""

from checks import raises
from espat.errors import AtAnswer, AtBusy, AtError, AtRefused, AtReset, AtTimeout

KINDS = ((AtTimeout, 110), (AtBusy, 16), (AtReset, 104), (AtRefused, 5), (AtAnswer, 5), (AtError, 5))


def test_the_tables_are_not_loaded_before_an_error_is_printed():
    import sys

    for name in ("espat.meanings", "espat.reasons", "espat.codenames"):
        sys.modules.pop(name, None)
    error = AtRefused(b"+CWJAP", 2)
    assert error.code == 2 and error.errno == 5 and "espat.meanings" not in sys.modules
    assert "espat.reasons" not in sys.modules and "espat.codenames" not in sys.modules
    assert error.meaning in str(error) and "espat.meanings" in sys.modules


def test_all_are_oserrors_with_an_errno():
    for kind, errno in KINDS:
        e = kind(b"+CWJAP")
        assert isinstance(e, OSError) and isinstance(e, AtError)
        assert e.errno == e.args[0] == errno, kind
        assert (e.command, e.code) == (b"+CWJAP", None)


def test_they_can_be_told_apart():
    for kind, _ in KINDS[:-1]:
        for other, _ in KINDS[:-1]:
            assert isinstance(kind(b""), other) == (kind is other)


def test_text():
    for kind, _ in KINDS:
        text = str(kind(b"+CWJAP"))
        assert text.startswith("AT+CWJAP ") and len(text) > 14
    assert str(AtTimeout(b"")) == "AT was not answered in time"
    assert len({str(kind(b"+X")) for kind, _ in KINDS}) == len(KINDS)


def test_own_text():
    assert str(AtError(b"+X", None, "went astray")) == "AT+X went astray"


def test_code_has_a_meaning():
    e = AtRefused(b"+CWJAP", 2)
    assert e.meaning and e.meaning in str(e) and "0x2" in str(e)
    assert AtRefused(b"+CWJAP").meaning == ""


def test_unknown_code_has_a_text_all_the_same():
    for code in (0, 77, 0x01090000, 0x010B0000, 0xFFFFFFFF):
        assert "0x%x" % code in str(AtRefused(b"+NOSUCH", code))


def test_raised_and_caught():
    def fail():
        raise AtTimeout(b"+X", 3)

    e = raises(OSError, fail)
    assert isinstance(e, AtTimeout) and e.code == 3
