"""The interpreter's own frozen requests and mip over espat."""

import os
import sys

import play
from play import ECONNREFUSED, ask, case

play.join()

import mip
import requests
import socket
import tls

LIBRARY = "requests, mip"
VERSION = "frozen"
SCENARIOS = {
    "test_large_body_streamed": "1 MB read with raw.readinto()",
    "test_chunks": "chunked answers are refused, as everywhere: it is an HTTP/1.0 client",
    "test_https_unverified": "HTTPS, nobody verified: requests says so",
    "test_https_verified": "HTTPS, verified by a CA given at run time; others are refused",
    "test_mip_installs": "mip: a package with its dependency",
}
HOST = "espat.test"
FOLDER = os.getenv("ESPAT_FOLDER")
BIG = 1 << 20


def web(certificate=""):
    """(number, URL) of a web server."""
    number, port = ask("web", certificate)
    return number, "http%s://127.0.0.1:%d" % ("s" if certificate else "", port)


@case
def test_get():
    n, url = web()
    for _ in range(7):  # more often than there are links
        r = requests.get(url + "/hello")
        assert r.status_code == 200 and r.text == "hello" and r.headers["Content-Length"] == "5", r.headers
        r.close()
    assert ask("web_used", n) == [1] * 7


@case
def test_json_both_ways():
    n, url = web()
    r = requests.get(url + "/json")
    found = r.json()
    r.close()
    assert found["numbers"] == list(range(200)) and found["text"] == "Gr\u00fc\u00dfe"
    r = requests.post(url + "/echo", json={"a": [1, 2, 3]}, headers={"X-Extra": "yes"})
    found = r.json()
    r.close()
    assert found["method"] == "POST" and found["body"] == '{"a": [1, 2, 3]}', found
    for method in ("put", "patch", "delete"):
        r = getattr(requests, method)(url + "/echo", data="words")
        assert r.json()["body"] == "words"
        r.close()


@case
def test_by_name():
    ask("name", HOST, "127.0.0.1")
    n, url = web()
    r = requests.get(url.replace("127.0.0.1", HOST) + "/hello")
    assert r.content == b"hello"
    r.close()
    try:
        requests.get("http://nowhere.test/")
        raise AssertionError("a name that does not exist")
    except OSError as e:
        assert e.args[0] == -2, e.args


@case
def test_redirects():
    n, url = web()
    target = url + "/hello"
    for code in (301, 302, 307):
        target = "http://127.0.0.1:%d/somewhere" % ask("redirect", code, target)
    r = requests.get(target)
    assert r.status_code == 200 and r.content == b"hello"
    r.close()
    assert [path for _, path in ask("web_paths", n)] == ["/hello"]


def close_dropped():
    """requests drops its socket when it raises ValueError, and no finaliser closes a link."""
    for link in play.modem.links.table:
        play.modem.links.close(link)


@case
def test_chunks():
    n, url = web()
    try:
        requests.get(url + "/chunked")
        raise AssertionError("it has learnt about chunks")
    except ValueError as e:
        assert "chunked" in str(e), e
    close_dropped()


@case
def test_large_body_streamed():
    n, url = web()
    r = requests.get(url + "/big/%d" % BIG)
    buf = bytearray(1000)
    view = memoryview(buf)
    want = play.pattern(65536)
    want += want[:1000]
    got = 0
    while True:
        k = r.raw.readinto(view)
        if not k:
            break
        assert view[:k] == want[got % 65536 : got % 65536 + k], got
        got += k
    r.close()
    assert got == BIG, got


@case
def test_large_body_at_once():
    n, url = web()
    r = requests.get(url + "/big/100000")
    assert r.content == (play.pattern(65536) * 2)[:100000]
    r.close()


@case
def test_refused_and_timed_out():
    try:
        requests.get("http://127.0.0.1:%d/" % play.unused()[1])
        raise AssertionError("connected to nobody")
    except OSError as e:
        assert e.args[0] == ECONNREFUSED, e.args
    n, url = web()
    try:
        requests.get(url + "/slow", timeout=0.2)
        raise AssertionError("no time-out")
    except OSError as e:
        assert e.args[0] in (110, 116), e.args


@case
def test_https_unverified():
    n, url = web("stranger")
    r = requests.get(url + "/json")
    assert r.json()["numbers"][199] == 199
    r.close()
    r = requests.get(url + "/big/300000")
    buf = bytearray(4096)
    got = 0
    while True:
        k = r.raw.readinto(buf)
        if not k:
            break
        got += k
    r.close()
    assert got == 300000


class Verified(tls.SSLContext):
    """requests switches verification off; a program that wants it says so here."""

    def __init__(self, protocol):
        super().__init__(protocol)
        with open(FOLDER + "/ca.pem", "rb") as f:
            self.load_verify_locations(f.read())

    def __setattr__(self, name, value):
        super().__setattr__(name, tls.CERT_REQUIRED if name == "verify_mode" else value)


class Module:
    """What `import tls` gives to requests meanwhile."""

    SSLContext = Verified
    PROTOCOL_TLS_CLIENT = tls.PROTOCOL_TLS_CLIENT
    CERT_NONE = tls.CERT_NONE


@case
def test_https_verified():
    ask("name", HOST, "127.0.0.1")
    ask("name", "elsewhere.test", "127.0.0.1")
    sys.modules["tls"] = Module
    try:
        n, url = web("server")
        r = requests.get(url.replace("127.0.0.1", HOST) + "/hello")
        assert r.content == b"hello"
        r.close()
        for other in (url.replace("127.0.0.1", "elsewhere.test"), web("stranger")[1], web("expired")[1]):
            try:
                requests.get(other.replace("127.0.0.1", HOST) + "/hello")
                raise AssertionError("it connected to " + other)
            except OSError as e:
                assert e.args[0] == ECONNREFUSED and "not accepted" in e.args[1], e.args
    finally:
        sys.modules["tls"] = tls


@case
def test_mip_installs():
    target = FOLDER + "/lib"
    url = "http://127.0.0.1:%d" % ask("packages")
    mip.install(url + "/package.json", target=target, version=None)
    with open(target + "/thing/__init__.py") as f:
        assert f.read() == "VALUE = 42\n"
    with open(target + "/thing/data.bin", "rb") as f:
        assert f.read() == play.pattern(20000)
    with open(target + "/other.py") as f:
        assert f.read() == "# a dependency\n"
    sys.path.insert(0, target)
    import thing

    assert thing.VALUE == 42


@case
def test_mip_says_what_is_missing():
    try:
        mip.install("http://127.0.0.1:%d/nothing.json" % ask("packages"), target=FOLDER + "/lib2")
    except Exception as e:  # which one depends on the version
        print("mip raises", repr(e))
    try:
        os.stat(FOLDER + "/lib2")
        raise AssertionError("it has made something")
    except OSError:
        pass


@case
def test_sockets_are_the_modules():
    s = socket.socket()
    play._made.append(s)
    assert s.links is play.modem.links, "what these tests went through"
