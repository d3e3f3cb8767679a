"""adafruit_requests and adafruit_connection_manager, unchanged, over the library and the simulated module."""

import binascii
import ssl

import pytest

from eco.ntp import TimeServer
from eco.report import compat
from eco.web import Web, pattern
from rules.source import TOP

PKI = TOP / "tests_host/sim/data/pki"
pytestmark = pytest.mark.timeout(60)


def works(scenario):
    return compat("adafruit_requests", scenario)


@pytest.fixture
def web(board):
    """A web server that the board knows as http://web.test, port 80."""
    with Web().running() as web:
        board.name("web.test", "203.0.113.80", 80, web.port)
        yield web


@works("GET over one kept connection")
def test_keep_alive(board, web):
    assert board.play("p_requests", "get", "http://web.test/hello", 5) == [[200, "hello"]] * 5
    assert web.used() == [5]


@works("POST, PUT, PATCH, DELETE, OPTIONS, HEAD; JSON, forms, bytes")
def test_methods(board, web):
    *answers, head = board.play("p_requests", "methods", "http://web.test/echo")
    assert [a["method"] for a in answers] == ["POST", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
    assert answers[0]["type"] == "application/json" and answers[0]["body"] == '{"a": [1, 2, null], "b": "\\u00e4"}'
    assert answers[1]["body"] == "k=v&n=5" and answers[2]["length"] == 5000 and answers[3]["body"] == "\0\xff"
    assert head == [200, "application/json"]
    assert web.used() == [7]


@works("JSON body")
def test_json(board, web):
    expected = {"numbers": list(range(200)), "text": "Gr\u00fc\u00dfe"}
    assert board.play("p_requests", "json_body", "http://web.test/json") == expected


@works("file upload")
def test_files(board, web):
    got = board.play("p_requests", "files", "http://web.test/echo")
    assert got["type"].startswith("multipart/form-data") and "content" * 100 in got["body"] and "name.txt" in got["body"]


@works("chunked body")
def test_chunked(board, web):
    data = pattern(2047)[:2047]
    assert board.play("p_requests", "digest", "http://web.test/chunked", 64) == [2047, binascii.crc32(data)]


@works("answer without a body, then another over the same connection")
def test_empty(board, web):
    assert board.play("p_requests", "empty", "http://web.test/empty", "http://web.test/hello") == [[204, ""], "hello"]
    assert web.used() == [2]


@works("redirects, relative and absolute")
def test_redirects(board, web):
    assert board.play("p_requests", "get", "http://web.test/redirect/3") == [[200, "hello"]]
    assert [path for _, _, path, *_ in web.requests] == ["/redirect/3", "/redirect/2", "/redirect/1", "/hello"]
    assert board.play("p_requests", "get", "http://web.test/absolute") == [[200, "hello"]]


@works("body of 1 MB, every byte right")
def test_megabyte(board, web):
    data = pattern(1 << 20)[:1 << 20]
    assert board.play("p_requests", "digest", "http://web.test/big/1048576", 1024) == [1 << 20, binascii.crc32(data)]


@works("body that ends with the connection")
def test_no_length(board, web):
    data = pattern(5000)[:5000]
    assert board.play("p_requests", "digest", "http://web.test/bye", 512) == [5000, binascii.crc32(data)]


@works("server that closes a kept connection: the request is repeated on a new one")
def test_dropped(board, web):
    assert board.play("p_requests", "get", "http://web.test/drop", 3) == [[200, "dropped"]] * 3
    assert web.used() == [1, 1, 1]


@works("server that closes without a word")
def test_no_answer(board, web):
    name, cause = board.play("p_requests", "fails", "http://web.test/never")
    assert name == "OutOfRetries", (name, cause)


@works("unknown name, refused connection: OSError")
def test_errors(board, web):
    assert board.play("p_requests", "fails", "http://nobody.invalid/") == ["gaierror", -2]
    board.name("shut.test", "203.0.113.81", 80, 1)
    assert board.play("p_requests", "fails", "http://shut.test/") == ["ConnectionRefusedError", 111]


@works("five sessions at once")
def test_sessions(board, web):
    assert board.play("p_requests", "sessions", ["http://web.test/hello"] * 5) == [["hello"] * 5, 5]
    assert web.used() == [1] * 5


@works("sixth connection: OSError while five are in use, then an idle one gives way")
def test_exhausted(board, web):
    urls = ["http://web.test/big/300"] * 5 + ["http://web.test/hello"]
    assert board.play("p_requests", "exhausted", urls) == [105, "hello"]


@works("more sessions than links: idle connections give way")
def test_more_sessions_than_links(board, web):
    texts, managed = board.play("p_requests", "sessions", ["http://web.test/hello"] * 8)
    assert texts == ["hello"] * 8 and managed <= 5


@compat("adafruit_connection_manager", "radio recognised by both roads, also after its references were released")
def test_released(board, web):
    assert board.play("p_requests", "released", "http://web.test/hello") == ["hello", "hello", False]


@pytest.fixture
def secure(board):
    """The same behind TLS, as https://espressif.test; its certificate is signed by client_ca_00."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(PKI / "peer_00.crt", PKI / "peer_00.key")
    with Web(context).running() as web:
        board.name("espressif.test", "203.0.113.44", 443, web.port)
        board.name("other.test", "203.0.113.45", 443, web.port)
        yield web


@works("HTTPS, nobody verified: the caller said so")
def test_https(board, secure):
    assert board.play("p_requests", "unverified", "https://espressif.test/hello") == ["hello"] * 3
    assert secure.used() == [3]


@pytest.fixture
def certificates(tmp_path):
    """The folder with good.pem, the CA of `secure`, and bad.pem, a stranger's."""
    for name, path in (("good.pem", TOP / "tests_host/espsim/pki/client_ca_00.crt"), ("bad.pem", PKI / "stranger_ca.crt")):
        (tmp_path / name).write_bytes(path.read_bytes())
    return str(tmp_path)


@works("HTTPS, verified by a CA given at run time; another CA and another name are refused")
def test_https_verified(board, secure, certificates):
    with TimeServer().running() as server:  # certificates are judged by the module's clock
        board.name("cn.ntp.org.cn", "203.0.113.123", 123, server.port)
        answer = board.play("p_requests", "verified", "https://espressif.test/hello", ["good.pem"], certificates, False)
    assert answer == ["hello"] and server.asked
    good, bad = board.play("p_requests", "verified", "https://espressif.test/hello", ["good.pem", "bad.pem"], certificates)
    assert good == "hello" and bad[0] == 111 and bad[1].endswith("certificate of espressif.test was not accepted")
    other = board.play("p_requests", "verified", "https://other.test/hello", ["good.pem"], certificates)
    assert other[0][0] == 111 and other[0][1].endswith("certificate of other.test was not accepted")


@works("HTTPS, verified, the module without the time: refused, and told why")
def test_https_without_time(board, secure, certificates):
    answer = board.play("p_requests", "verified", "https://espressif.test/hello", ["good.pem"], certificates, False, 4)
    assert answer[0][0] == 111 and "the module does not know the time" in answer[0][1]
