"""What the tap writes down, and what it does not."""

import json

from espat.tap import Tap, escape
from fakeport import FakePort


def make(*steps, **options):
    port = FakePort(*steps, **options)
    text = []
    return port, Tap(port, text.append), text


def read(text):
    return [json.loads(line) for line in text]


def test_escape_every_byte():
    data = bytes(range(256))
    back = json.loads('"%s"' % escape(data, 0, 256))
    assert bytes([ord(c) for c in back]) == data
    assert escape(b"abcd", 1, 3) == "bc"
    for c in escape(data, 0, 256):
        assert 32 <= ord(c) < 127


def test_lines():
    port, line, text = make((b"AT\r\n", b"\r\nOK\r\n"))
    assert line.write(b"xAT\r\n", 1, 4) == 4
    buf = bytearray(20)
    n = line.any()
    assert n == 6 and line.readinto(buf, n) == 6 and bytes(buf[:6]) == b"\r\nOK\r\n"
    entries = read(text)
    assert [(e["dir"], e["data"]) for e in entries] == [("tx", "AT\r\n"), ("rx", "\r\nOK\r\n")]
    assert all(isinstance(e["ms"], int) and e["ms"] >= 0 for e in entries)
    assert all(x[-1:] == "\n" and x.count("\n") == 1 for x in text)


def test_only_what_was_taken():
    port, line, text = make((b"ABCDEF", b""), room=4)
    assert line.write(b"ABCDEF", 0, 6) == 4
    assert line.write(b"ABCDEF", 4, 2) == 2
    assert [e["data"] for e in read(text)] == ["ABCD", "EF"]


def test_nothing_is_not_written_down():
    port, line, text = make(room=0)
    assert line.write(b"x", 0, 1) == 0
    assert line.readinto(bytearray(4), 4) == 0
    assert text == []


def test_hide():
    port, line, text = make((b"secret", b"secret"))
    line.hide = True
    line.write(b"secret", 0, 6)
    line.readinto(bytearray(6), 6)
    line.hide = False
    assert [e["data"] for e in read(text)] == ["...", "..."]
    assert "secret" not in "".join(text)


def test_the_rest_is_handed_on():
    port, line, text = make()
    line.baud(921600)
    line.wait(7)
    assert port.rates == [921600] and port.now == 7


def test_as_a_transcript():
    """What a tap writes is what the transcripts are made of."""
    port, line, text = make((b"AT+GMR\r\n", b"AT version:3\r\n\r\nOK\r\n"))
    at = port.at()
    at.port = line
    assert at.run(b"+GMR") == [b"AT version:3"]
    sent = "".join([e["data"] for e in read(text) if e["dir"] == "tx"])
    came = "".join([e["data"] for e in read(text) if e["dir"] == "rx"])
    assert (sent, came) == ("AT+GMR\r\n", "AT version:3\r\n\r\nOK\r\n")
