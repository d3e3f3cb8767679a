"""HTTP and WebSocket: at_http, at_ws (guide 3.7, 3.9)."""

from calls import PROMPT, Data, bounds, check, refuse, runner, secret, sizes, text
from checks import raises
from espat.errors import AtRefused
from espat.net import at_http, at_ws
from fakeport import FakePort

URL = "http://httpbin.org/get"
WILD = b"a\r\nOK\r\n\0>+HTTPCGET:3,\r\nERROR\r\n"
LONG_HEADER = b"X: " + b"v" * 600


def _pieces(name, *bodies):
    return b"".join([b"+%s:%d," % (name, len(b)) + b + b"\r\n" for b in bodies]) + text(())


HEADERS = (b"+HTTPCLIENT:35,Date: Tue, 19 Oct 2021 09:00:00 GMT", b"+HTTPCLIENT:30, Content-Type: application/json",
           b"+HTTPCLIENT:603," + LONG_HEADER)  # fmt: skip
CLIENT = (
    (lambda at: at_http.head(at, URL), b'+HTTPCLIENT=1,0,"http://httpbin.org/get",,,1', HEADERS,
     [b"Date: Tue, 19 Oct 2021 09:00:00 GMT", b"Content-Type: application/json", LONG_HEADER]),
    (lambda at: at_http.request(at, at_http.GET, URL, host="httpbin.org", path="/get"),
     b'+HTTPCLIENT=2,0,"http://httpbin.org/get","httpbin.org","/get",1', _pieces(b"HTTPCLIENT", WILD, b"tail"), WILD + b"tail"),
    (lambda at: at_http.request(at, at_http.GET, "https://e.com/x"), b'+HTTPCLIENT=2,0,"https://e.com/x",,,2', (), b""),
    (lambda at: at_http.request(at, at_http.GET, "", tls=True), b'+HTTPCLIENT=2,0,"",,,2', _pieces(b"HTTPCLIENT", b"x"), b"x"),
    (lambda at: at_http.request(at, at_http.GET, URL, headers=("A: b", "C: d")),
     b'+HTTPCLIENT=2,0,"http://httpbin.org/get",,,1,"A: b","C: d"', (), b""),
    (lambda at: at_http.request(at, at_http.POST, "http://httpbin.org/post", '{"form":{"purpose":"test"}}', 1),
     b'+HTTPCLIENT=3,1,"http://httpbin.org/post",,,1,"{\\"form\\":{\\"purpose\\":\\"test\\"}}"',
     _pieces(b"HTTPCLIENT", b"{}"), b"{}"),
    (lambda at: at_http.request(at, at_http.POST, "http://h/", "a=1", 0, ("X: y",)),
     b'+HTTPCLIENT=3,0,"http://h/",,,1,"a=1","X: y"',
     (), b""),
    (lambda at: at_http.request(at, at_http.PUT, "http://httpbin.org/put?user=foo"),
     b'+HTTPCLIENT=4,0,"http://httpbin.org/put?user=foo",,,1', (), b""),
    (lambda at: at_http.request(at, at_http.DELETE, "https://httpbin.org/delete"),
     b'+HTTPCLIENT=5,0,"https://httpbin.org/delete",,,2', (), b""),
    (lambda at: at_http.request(at, 2, URL, sink=bytearray(5)), b'+HTTPCLIENT=2,0,"http://httpbin.org/get",,,1',
     _pieces(b"HTTPCLIENT", b"abc", b"de"), 5),
)  # fmt: skip
GIF = "http://www.baidu.com/img/bdlogo.gif"
TYPE = ("connection: keep-alive", "content-type: application/json")
RESOURCES = (
    (lambda at: at_http.size(at, GIF),
     b'+HTTPGETSIZE="http://www.baidu.com/img/bdlogo.gif"', b"+HTTPGETSIZE:204792\0\r\n\r\nOK\r\n", 204792),
    (lambda at: at_http.size(at, "", 1, 10240, 180000), b'+HTTPGETSIZE="",1,10240,180000', (b"+HTTPGETSIZE:1",), 1),
    (lambda at: at_http.get(at, GIF),
     b'+HTTPCGET="http://www.baidu.com/img/bdlogo.gif"', _pieces(b"HTTPCGET", WILD, WILD), WILD * 2),
    (lambda at: at_http.get(at, "http://h/", None, 2048, 2048, 5000), b'+HTTPCGET="http://h/",2048,2048,5000', (), b""),
    (lambda at: at_http.get(at, "http://h/", rx=4096), b'+HTTPCGET="http://h/",,4096', (), b""),
    (lambda at: at_http.post(at, "http://httpbin.org/post", WILD, TYPE),
     b'+HTTPCPOST="http://httpbin.org/post",30,2,"connection: keep-alive","content-type: application/json"',
     Data(WILD, b"+HTTPCPOST:4,\r\nOK", end=b"SEND OK"), b"\r\nOK"),
    (lambda at: at_http.post(at, "http://h/", b"x"), b'+HTTPCPOST="http://h/",1', Data(b"x", end=b"SEND OK"), b""),
    (lambda at: at_http.put(at, "http://h/", b"xy", ("A: b",)), b'+HTTPCPUT="http://h/",2,1,"A: b"',
     Data(b"xy", b"+HTTPCPUT:2,{}", end=b"SEND OK"), b"{}"),
)  # fmt: skip
LONG_URL = "http://h/" + "x" * 500
SETTINGS = (
    (lambda at: at_http.set_url(at, LONG_URL), b"+HTTPURLCFG=509", Data(LONG_URL.encode(), end=b"SET OK"), []),
    (lambda at: at_http.clear_url(at), b"+HTTPURLCFG=0", (), []),
    (lambda at: at_http.url(at), b"+HTTPURLCFG?", b"+HTTPURLCFG:509," + LONG_URL.encode() + text(()), LONG_URL.encode()),
    (lambda at: at_http.url(at), b"+HTTPURLCFG?", (), b""),
    (lambda at: at_http.add_header(at, "Range: bytes=0-255"), b"+HTTPCHEAD=18", Data(b"Range: bytes=0-255"), []),
    (lambda at: at_http.clear_headers(at), b"+HTTPCHEAD=0", (), []),
    (lambda at: at_http.headers(at),
     b"+HTTPCHEAD?", (b'+HTTPCHEAD:0,"Range: bytes=0-255"', b'+HTTPCHEAD:1,"' + LONG_HEADER + b'"'),
     [b"Range: bytes=0-255", LONG_HEADER]),
    (lambda at: at_http.verify(at, 3, 0, 1), b"+HTTPCFG=3,0,1", (), []),
    (lambda at: at_http.verified(at), b"+HTTPCFG?", (b"+HTTPCFG:3,0,1",), [3, 0, 1]),
)  # fmt: skip
URI = "wss://demo.piesocket.com/v3/channel_123?api_key=K&notify_self"
WS = (
    (lambda at: at_ws.configure(at, 0, 30, 60, 4096), b"+WSCFG=0,30,60,4096", (), []),
    (lambda at: at_ws.configure(at, 2), b"+WSCFG=2,10,120", (), []),
    (lambda at: at_ws.configure(at, 1, 1, 7200, None, 3, 0, 0), b"+WSCFG=1,1,7200,,3,0,0", (), []),
    (lambda at: at_ws.add_header(at, b"AUTHORIZATION: Basic QTIzMzIyMDE5OTk6MTIzNDU2Nzg="), b"+WSHEAD=49",
     Data(b"AUTHORIZATION: Basic QTIzMzIyMDE5OTk6MTIzNDU2Nzg="), []),
    (lambda at: at_ws.clear_headers(at), b"+WSHEAD=0", (), []),
    (lambda at: at_ws.headers(at), b"+WSHEAD?", (b'+WSHEAD:0,"A: b"',), [b"A: b"]),
    (lambda at: at_ws.open(at, 0, URI), b'+WSOPEN=0,"' + URI.encode() + b'"', (b"+WS_CONNECTED:0",), [b"+WS_CONNECTED:0"]),
    (lambda at: at_ws.open(at, 0, "ws://h/", "chat", 180000, "Basic x"), b'+WSOPEN=0,"ws://h/","chat",180000,"Basic x"', (), []),
    (lambda at: at_ws.connections(at), b"+WSOPEN?", (b'+WSOPEN:0,2,"ws://h/a,b"', b'+WSOPEN:2,0,"ws://g/"'),
     [(0, 2, "ws://h/a,b"), (2, 0, "ws://g/")]),
    (lambda at: at_ws.connections(at), b"+WSOPEN?", (), []),
    (lambda at: at_ws.send(at, 0, WILD), b"+WSSEND=0,30", Data(WILD, end=b"SEND OK"), []),
    (lambda at: at_ws.send(at, 1, b"x", 2, 60000, False), b"+WSSEND=1,1,2,60000,0", Data(b"x", end=b"SEND OK"), []),
    (lambda at: at_ws.close(at, 2), b"+WSCLOSE=2", (), []),
    (lambda at: at_ws.data_format(at, 1, 0, 1), b"+WSDATAFMT=1,0,1", (), []),
)  # fmt: skip
BAD = (
    (lambda at: at_http.request(at, 1, URL), ValueError),
    (lambda at: at_http.request(at, 6, URL), ValueError),
    (lambda at: at_http.request(at, 2, URL, "data"), ValueError),
    (lambda at: at_http.request(at, 3, URL, "data", 4), ValueError),
    (lambda at: at_http.request(at, 2, URL, headers=("",)), ValueError),
    (lambda at: at_http.request(at, 2, "http://" + "x" * 240), ValueError),
    (lambda at: at_http.request(at, 2, "a\r\nb"), ValueError),
    (lambda at: at_http.size(at, URL, 10241), ValueError),
    (lambda at: at_http.size(at, URL, None, 10241), ValueError),
    (lambda at: at_http.get(at, URL, None, None, None, 180001), ValueError),
    (lambda at: at_http.post(at, URL, b""), ValueError),
    (lambda at: at_http.post(at, URL, "text"), TypeError),
    (lambda at: at_http.put(at, None, b"x"), TypeError),
    (lambda at: at_http.set_url(at, "http://"), ValueError),
    (lambda at: at_http.set_url(at, "x" * 8193), ValueError),
    (lambda at: at_http.add_header(at, ""), ValueError),
    (lambda at: at_http.verify(at, 4), ValueError),
    (lambda at: at_ws.configure(at, 3), ValueError),
    (lambda at: at_ws.configure(at, 0, 0), ValueError),
    (lambda at: at_ws.configure(at, 0, 1, 7201), ValueError),
    (lambda at: at_ws.configure(at, 0, 1, 1, 8193), ValueError),
    (lambda at: at_ws.add_header(at, b""), ValueError),
    (lambda at: at_ws.open(at, 0, "ws:"), ValueError),
    (lambda at: at_ws.open(at, 3, "ws://h/"), ValueError),
    (lambda at: at_ws.open(at, 0, "ws://h/", None, 180001), ValueError),
    (lambda at: at_ws.send(at, 0, b""), ValueError),
    (lambda at: at_ws.send(at, 0, bytes(8183)), ValueError),
    (lambda at: at_ws.send(at, 0, b"x", 16), ValueError),
    (lambda at: at_ws.send(at, 0, b"x", 1, 60001), ValueError),
    (lambda at: at_ws.close(at, -1), ValueError),
    (lambda at: at_ws.data_format(at), ValueError),
)  # fmt: skip


def test_client():
    check(CLIENT)


def test_resources():
    check(RESOURCES)


def test_settings():
    check(SETTINGS)


def test_websocket():
    check(WS)


def test_bounds():
    bounds((
        (lambda at, v: at_http.request(at, v, "u"), 2, 5),
        (lambda at, v: at_http.request(at, 3, "u", "d", v), 0, 3),
        (lambda at, v: at_http.size(at, "u", v), 0, 10240),
        (lambda at, v: at_http.size(at, "u", 0, v), 0, 10240),
        (lambda at, v: at_http.size(at, "u", 0, 0, v), 0, 180000),
        (lambda at, v: at_http.verify(at, v), 0, 3),
        (lambda at, v: at_http.verify(at, 1, v), 0, 255),
        (lambda at, v: at_http.verify(at, 1, 0, v), 0, 255),
        (lambda at, v: at_ws.configure(at, v), 0, 2),
        (lambda at, v: at_ws.configure(at, 0, v), 1, 7200),
        (lambda at, v: at_ws.configure(at, 0, 1, v), 1, 7200),
        (lambda at, v: at_ws.configure(at, 0, 1, 1, v), 1, 8192),
        (lambda at, v: at_ws.configure(at, 0, 1, 1, 1, v), 0, 3),
        (lambda at, v: at_ws.configure(at, 0, 1, 1, 1, 1, v), 0, 255),
        (lambda at, v: at_ws.configure(at, 0, 1, 1, 1, 1, 1, v), 0, 255),
        (lambda at, v: at_ws.open(at, v, "ws://h/"), 0, 2),
        (lambda at, v: at_ws.open(at, 0, "ws://h/", None, v), 0, 180000),
        (lambda at, v: at_ws.send(at, v, b"x"), 0, 2),
        (lambda at, v: at_ws.send(at, 0, b"x", v), 0, 15),
        (lambda at, v: at_ws.send(at, 0, b"x", 1, v), 0, 60000),
        (lambda at, v: at_ws.send(at, 0, b"x", 1, 0, v), 0, 1),
        (lambda at, v: at_ws.close(at, v), 0, 2),
        (lambda at, v: at_ws.data_format(at, *[1] * max(0, v)), 1, 8),
    ))  # fmt: skip
    sizes((
        (lambda at, t: at_http.request(at, 2, "u", host=t), 1, 64),
        (lambda at, t: at_http.set_url(at, t), 8, 8192),
        (lambda at, t: at_ws.send(at, 0, t.encode()), 1, 8182),
    ))  # fmt: skip


def test_bodies_with_secret_headers_are_hidden():
    for call, name in ((at_http.post, b"HTTPCPOST"), (at_http.put, b"HTTPCPUT")):
        port = FakePort((b'AT+%s="u",1,1,"A: b"\r\n' % name, PROMPT), (b"x", text((), b"SEND OK")))
        call(runner(port), "u", b"x", ("A: b",))
        assert port.hidden == port.written
    assert secret(lambda at: at_http.head(at, "u", ("A: b",)))
    port = FakePort((b"AT+WSHEAD=4\r\n", PROMPT), (b"A: b", text(())))
    at_ws.add_header(runner(port), "A: b")
    assert port.hidden == port.written


def test_bad_parameters():
    refuse(BAD)


def test_headers_are_hidden_from_taps():
    assert secret(lambda at: at_http.request(at, 2, URL, headers=("Authorization: x",)))
    assert secret(lambda at: at_http.headers(at))
    assert secret(lambda at: at_ws.headers(at))
    assert secret(lambda at: at_ws.open(at, 0, "ws://h/", auth="Basic x"))
    assert not secret(lambda at: at_http.request(at, 2, URL))
    assert not secret(lambda at: at_ws.open(at, 0, "ws://h/"))
    port = FakePort((b"AT+HTTPCHEAD=4\r\n", PROMPT), (b"A: b", text(())))
    at_http.add_header(runner(port), "A: b")
    assert port.hidden == port.written


def test_status_404():
    port = FakePort((b'AT+HTTPCGET="http://h/"\r\n', b"ERR CODE:0x010a7194\r\n\r\nERROR\r\n"))
    error = raises(AtRefused, at_http.get, runner(port), "http://h/")
    assert error.meaning == "the server answered 404 not found"


def test_post_that_is_not_sent():
    port = FakePort((b'AT+HTTPCPOST="http://h/",1\r\n', PROMPT), (b"x", b"\r\nSEND FAIL\r\n"))
    raises(AtRefused, at_http.post, runner(port), "http://h/", b"x")


def test_a_download_is_not_held():
    got = [0]

    def sink(buf, off, n):
        got[0] += n

    body = _pieces(b"HTTPCGET", *[bytes(2048)] * 50)
    port = FakePort((b'AT+HTTPCGET="http://h/"\r\n', body))
    assert at_http.get(runner(port), "http://h/", sink) == 102400 == got[0]
