"""The HTTP client's functions, on a scripted port."""

import io

from calls import PROMPT, runner, text
from checks import raises
from espat.errors import AtRefused
from espat.net import http
from fakeport import FakePort

U = "http://h/x"
OK = text(())
HEAD = (b"AT+HTTPCHEAD=4\r\n", PROMPT), (b"A: b", OK)
UNHEAD = (b"AT+HTTPCHEAD=0\r\n", OK)
GET = b'AT+HTTPCGET="http://h/x",,,60000\r\n'


def pieces(name, *bodies, end=b"OK"):
    return b"".join([b"+%s:%d,%s\r\n" % (name, len(b), b) for b in bodies]) + text((), end)


def run(call, *steps, known=True):
    """What call(at) gives while the module answers so."""
    port = FakePort(*steps)
    at = runner(port)
    at.has = lambda name: known
    value = call(at)
    port.done()
    return value


def test_get():
    assert run(lambda at: http.get(at, U), (GET, pieces(b"HTTPCGET", b"ab", b"\r\nOK\r\n"))) == b"ab\r\nOK\r\n"
    old = (b'AT+HTTPCLIENT=2,0,"http://h/x",,,1\r\n', pieces(b"HTTPCLIENT", b"ab"))
    assert run(lambda at: http.get(at, U), old, known=False) == b"ab"


def test_where_a_body_goes():
    steps = (GET, pieces(b"HTTPCGET", b"abc", b"defg"))
    room = bytearray(8)
    assert run(lambda at: http.get(at, U, into=room), steps) == 7 and room == b"abcdefg\0"
    file = io.BytesIO()
    assert run(lambda at: http.get(at, U, into=file), steps) == 7 and file.getvalue() == b"abcdefg"
    got = []
    assert run(lambda at: http.get(at, U, into=lambda piece: got.append(bytes(piece))), steps) == 7
    assert got == [b"abc", b"defg"]
    seen = []
    assert run(lambda at: http.get(at, U, progress=seen.append), steps) == b"abcdefg" and seen == [3, 7]


def test_trouble_with_where_it_goes():
    """The answer is read to its end, then the error comes; the engine is ready."""

    def full(piece):
        raise OSError(28)

    for into, kind in ((bytearray(5), ValueError), (full, OSError)):
        port = FakePort((GET, pieces(b"HTTPCGET", b"abc", b"defg")), (b"AT\r\n", OK))
        at = runner(port)
        at.has = lambda name: True
        raises(kind, http.get, at, U, into=into)
        at.run(b"")
        port.done()


def test_headers_are_told_and_taken_back():
    assert run(lambda at: http.get(at, U, headers={"A": "b"}), *HEAD, (GET, pieces(b"HTTPCGET", b"x")), UNHEAD) == b"x"
    line = (b'AT+HTTPCLIENT=2,0,"http://h/x",,,1,"A: b"\r\n', pieces(b"HTTPCLIENT", b"x"))
    assert run(lambda at: http.get(at, U, headers=("A: b",)), line, known=False) == b"x"


def test_they_are_taken_back_after_a_refusal_too():
    port = FakePort(*HEAD, (GET, b"ERR CODE:0x010a7194\r\n\r\nERROR\r\n"), UNHEAD)
    at = runner(port)
    at.has = lambda name: True
    error = raises(AtRefused, http.get, at, U, headers={"A": "b"})
    assert http.status(error) == 404 and "404 not found" in error.meaning
    port.done()


def test_long_urls():
    url = "https://h/" + "x" * 2000
    steps = (
        (b"AT+HTTPURLCFG=2010\r\n", PROMPT), (url.encode(), text((), b"SET OK")),
        (b'AT+HTTPCGET="",4058,,60000\r\n', pieces(b"HTTPCGET", b"x")), (b"AT+HTTPURLCFG=0\r\n", OK),
    )  # fmt: skip
    assert run(lambda at: http.get(at, url), *steps) == b"x"
    steps = steps[:2] + ((b'AT+HTTPCLIENT=5,0,"",,,2\r\n', pieces(b"HTTPCLIENT", b"y")),) + steps[3:]
    assert run(lambda at: http.delete(at, url), *steps) == b"y"


def test_upload():
    steps = (b'AT+HTTPCPOST="http://h/x",3\r\n', PROMPT), (b"a=1", pieces(b"HTTPCPOST", b"{}", end=b"SEND OK"))
    assert run(lambda at: http.post(at, U, "a=1"), *steps) == b"{}"
    steps = (b'AT+HTTPCPUT="http://h/x",2\r\n', PROMPT), (b"ab", text((), b"SEND OK"))
    assert run(lambda at: http.put(at, U, bytearray(b"ab")), *steps) == b""
    post = b'AT+HTTPCLIENT=3,0,"http://h/x",,,1,""\r\n'
    assert run(lambda at: http.post(at, U), (post, pieces(b"HTTPCLIENT", b"ok"))) == b"ok"
    put = b'AT+HTTPCLIENT=4,0,"http://h/x",,,1\r\n'
    assert run(lambda at: http.put(at, U), (put, pieces(b"HTTPCLIENT", b"ok"))) == b"ok"


def test_upload_from_a_stream():
    data = bytes(range(256)) * 4
    steps = (b'AT+HTTPCPOST="http://h/x",1024\r\n', PROMPT), (data, pieces(b"HTTPCPOST", b"{}", end=b"SEND OK"))
    sent = []
    assert run(lambda at: http.post(at, U, io.BytesIO(data), size=1024, progress=sent.append), *steps) == b"{}"
    assert sent[-1] == 1024 and len(sent) > 2
    steps = (b'AT+HTTPCPOST="http://h/x",9\r\n', PROMPT), (b"abc" + bytes(6), text((), b"SEND OK"))
    raises(ValueError, run, lambda at: http.post(at, U, io.BytesIO(b"abc"), size=9), *steps)


def test_upload_that_is_refused():
    port = FakePort((b'AT+HTTPCPOST="http://h/x",1\r\n', PROMPT), (b"x", b"ERR CODE:0x010a7000\r\n\r\nSEND FAIL\r\n"))
    error = raises(AtRefused, http.post, runner(port), U, b"x")
    assert http.status(error) == 0 and error.meaning == "no connection to the server"
    assert http.status(AtRefused(b"+X", 0x01090000)) is None and http.status(AtRefused(b"+X")) is None


def test_head():
    lines = (b"+HTTPCLIENT:19,Content-Length: 123", b"+HTTPCLIENT:14,Location: http://h/y:z")
    steps = (b'AT+HTTPCLIENT=1,0,"http://h/x",,,1\r\n', text(lines))
    assert run(lambda at: http.head(at, U), steps) == {"content-length": "123", "location": "http://h/y:z"}
    assert run(lambda at: http.size(at, U), (b'AT+HTTPGETSIZE="http://h/x",,,60000\r\n', text((b"+HTTPGETSIZE:7",)))) == 7


def test_no_such_method():
    raises(KeyError, run, lambda at: http.request(at, "PATCH", U))
