"""The HTTP functions against a real server: methods, long URLs, headers, where bodies go, what is held, refusals."""

import io

import high
import play
from espat.net import http
from high import ask, modem

TIMEOUT = 120
play.join()
WEB, SECURE = ask("web"), ask("web", True)


def told():
    return ask("asked")


def test_methods():
    for method, call in (("GET", http.get), ("DELETE", http.delete), ("POST", http.post), ("PUT", http.put)):
        path = "/" + method.lower()
        assert b'"method": "%s"' % method.encode() in call(modem, WEB + path + "?a=b")
        assert told()[:2] == [method, path + "?a=b"], told()
    head = http.head(modem, WEB + "/file/1234")
    assert head["content-length"] == "1234" and told()[0] == "HEAD"
    assert http.size(modem, WEB + "/file/4321") == 4321
    assert http.head(modem, WEB + "/away")["location"] == "/get"


def test_over_tls():
    assert http.get(modem, SECURE + "/file/1000") == high.body(1000)
    assert http.head(modem, SECURE + "/file/7")["content-length"] == "7"
    assert b"tls" in http.post(modem, SECURE + "/post", "over tls")


def test_headers():
    more = {"X-Long": "v" * 300, "Authorization": "Basic abc"}
    http.get(modem, WEB + "/get", headers=more)
    for key in more:
        assert told()[2][key] == more[key]
    http.delete(modem, WEB + "/delete", headers=("X-One: 1",))
    assert told()[2]["X-One"] == "1" and "X-Long" not in told()[2]
    http.post(modem, WEB + "/post", b"{}", headers={"Content-Type": "application/json"})
    assert told()[2]["Content-Type"] == "application/json" and told()[3] == "{}"


def test_long_urls():
    path = "/get?x=" + "y" * 3000 + ',"\\'
    for call in (http.get, http.delete, http.put):
        call(modem, WEB + path.replace('"', "%22"))
        assert told()[1] == path.replace('"', "%22")
    http.get(modem, WEB + "/get?short")
    assert told()[1] == "/get?short"


def test_bodies_of_any_length():
    for n in (0, 1, 511, 512, 513, 2048, 2049, 10000):
        assert http.get(modem, WEB + "/file/%d" % n) == high.body(n), n
    room = bytearray(600)
    assert http.get(modem, WEB + "/file/600", into=room) == 600 and room == high.body(600)
    file = io.BytesIO()
    assert http.get(modem, WEB + "/file/5000", into=file) == 5000 and file.getvalue() == high.body(5000)
    assert http.get(modem, WEB + "/chunked")[:4] == b"one,"


def test_a_megabyte_is_not_held():
    state = [0, 0, 0, 0]  # bytes, whether they were right, most heap held, heap before

    def take(piece):
        at = state[0]
        for i in (0, len(piece) // 2, len(piece) - 1):
            k = at + i
            state[1] += piece[i] != (k * 7 + (k >> 8) * 13) & 255
        state[0] += len(piece)
        if at >> 17 != state[0] >> 17:
            state[2] = max(state[2], high.held() - state[3])

    state[3] = high.held()
    assert http.get(modem, WEB + "/file/1048576", into=take) == 1048576
    assert state[0] == 1048576 and state[1] == 0
    assert state[2] < 4096, state


def test_upload_from_a_stream():
    sent = []
    http.post(modem, WEB + "/post", io.BytesIO(high.body(40000)), size=40000, progress=sent.append)
    assert told()[0] == "POST" and told()[3] == 40000 and sent[-1] == 40000
    http.put(modem, WEB + "/put", high.body(3000))
    assert told()[0] == "PUT" and told()[3] == 3000


def test_a_server_that_thinks_long():
    """The module's own patience is 5 s unless told otherwise; ours is told."""
    assert http.get(modem, WEB + "/slow", timeout=20) == b"abcd"


def test_refusals():
    for call, status in ((http.get, 404), (http.delete, 503), (http.put, 401)):
        error = high.refused(call, modem, WEB + "/status/%d" % status)
        assert http.status(error) == status and str(status) in error.meaning
    error = high.refused(http.post, modem, WEB + "/status/500", b"x")
    assert http.status(error) == 500
    error = high.refused(http.get, modem, "http://127.0.0.1:%d/" % play.unused()[1])
    assert http.status(error) == 0 and error.meaning == "no connection to the server"
    error = high.refused(http.get, modem, WEB + "/cut")
    assert http.status(error) == 0
    high.ready()
    assert http.get(modem, WEB + "/file/3") == high.body(3)


def test_no_room():
    for into in (bytearray(10), play):
        try:
            http.get(modem, WEB + "/file/100", into=into)
        except (ValueError, AttributeError, TypeError):
            high.ready()
            continue
        raise AssertionError("too much for %r" % into)
