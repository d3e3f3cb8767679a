"""The words that mean something whatever the command is."""

from checks import nogc
from espat import reports as words


def _all(fn, text):
    # the same at an offset, in a bytearray with bytes around it
    assert fn(bytearray(b"??" + text + b"??"), 2, 2 + len(text)) == fn(text, 0, len(text))
    return fn(text, 0, len(text))


def test_equals():
    assert words.equals(b"xOKx", 1, 3, b"OK") and not words.equals(b"xOKx", 1, 4, b"OK")
    assert not words.equals(b"O", 0, 1, b"OK") and words.equals(b"", 0, 0, b"")


def test_one_of():
    for text in words.DONE + words.REFUSALS + words.NOT_SENT:
        kinds = (words.DONE, words.REFUSALS, words.NOT_SENT)
        assert sum([_all(lambda buf, a, b: words.one_of(buf, a, b, k), text) for k in kinds]) == 1, text  # noqa: B023
    assert not words.one_of(b"OK", 0, 1, words.DONE)


def test_unpublished():
    for text, at in ((b"+MQTTPUB:FAIL", 0), (b"+MQTTDISCONNECTED:0+MQTTPUB:FAIL", 19), (b"MQTTPUB:FAIL", -1), (b"FAIL", -1),
                     (b"+MQTTPUB:FAIL ", -1)):  # fmt: skip
        assert words.unpublished(text, 0, len(text)) == at
        moved = words.unpublished(b"??" + text + b"??", 2, 2 + len(text))
        assert moved == (at + 2 if at >= 0 else -1)
    assert words.unpublished(b"+MQTTPUB:FAIL", 1, 13) == -1


def test_hexadecimal():
    for text, n in ((b"0", 0), (b"9aF", 0x9AF), (b"010b0000", 0x010B0000), (b"7fffffff", 0x7FFFFFFF), (b"ffffffff", 0xFFFFFFFF)):
        assert _all(words.hexadecimal, text) == n
    for c in range(256):
        good = bytes([c]) in b"0123456789abcdefABCDEF"
        assert (words.hexadecimal(bytes([c]), 0, 1) >= 0) == good, c
    assert words.hexadecimal(b"", 0, 0) == -1


def test_busy():
    for text in (b"busy p...", b"busy s...", b"busy inet..."):
        assert _all(words.busy, text)
    for text in (b"busy", b"busy ", b"busybody", b"Busy p..."):
        assert not _all(words.busy, text)
    assert not words.busy(b"busy p...", 0, 5)


def test_error_code():
    assert _all(words.error_code, b"ERR CODE:0x010b0000") == 0x010B0000
    for text in (b"ERR CODE:0x010b000", b"ERR CODE:0x010b00000", b"ERR CODE:0x010b00g0", b"ERR CODE: 0x10b0000", b"ERR CODE:"):
        assert _all(words.error_code, text) == -1


def test_ready():
    for text in (b"ready", b"invalid", b"\x8cready", b":\xf8ready", b"\0:ready", b"xxxready"):
        assert _all(words.ready, text), text
    for text in (b"eady", b"ready ", b"ssid:ready", b"+X:ready", b"invalid argument", b"invali", b"", b"READY"):
        assert not _all(words.ready, text), text
    assert not words.ready(b"already", 3, 7) and not words.ready(b"ready", 1, 5)


def test_booting():
    assert _all(words.booting, b"ets Jan  8 2013,rst cause:4, boot mode:(3,6)")
    assert not _all(words.booting, b"ets Jan") and not _all(words.booting, b"sets January, February, March")


def test_nothing_allocates():
    line = bytearray(b"ERR CODE:0x010b0000")
    noise = bytearray(b"\x80:ready")

    def all_of_them():
        words.error_code(line, 0, 19)
        words.ready(noise, 0, 7)
        words.busy(line, 0, 19)
        words.unpublished(line, 0, 19)
        words.booting(line, 0, 19)
        words.one_of(line, 0, 19, words.NOT_SENT)
        words.equals(line, 0, 19, words.READY)

    nogc(all_of_them)
