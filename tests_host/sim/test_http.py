"""The HTTP client's commands against real servers."""
import json
import os
import time

import pytest
from sim.servers import Web, server_context
from sim.talk import PROMPT, Host

BIG = os.urandom(300_000)


@pytest.fixture
def web():
    with Web({"/big": BIG, "/odd": b"\r\nOK\r\n>+IPD,1:\x00", "/empty": b""}) as server:
        yield server


def body_of(answer, name):
    """The pieces of an answer, cut by their lengths; the rest must be the final result."""
    pieces = []
    mark = b"+%s:" % name.encode()
    while answer.startswith(mark):
        size, _, answer = answer[len(mark) :].partition(b",")
        pieces.append(answer[: int(size)])
        assert answer[int(size) : int(size) + 2] == b"\r\n"
        answer = answer[int(size) + 2 :]
    return pieces, answer


def test_head_shows_the_header_lines(online, web):
    lines = online.lines(f'AT+HTTPCLIENT=1,0,"{web.url("/get")}",,,1')
    assert lines[0] == "+HTTPCLIENT:23,Server: gunicorn/19.9.0"
    assert "+HTTPCLIENT:30,Content-Type: application/json" in lines
    assert lines[-1] == "OK"
    assert all(len(line.split(",", 1)[1]) == int(line.split(":")[1].split(",")[0]) for line in lines[:-1])
    assert web.requests[0][0] == "HEAD"


def test_get(online, web):
    answer = online.ask(f'AT+HTTPCLIENT=2,0,"{web.url("/get?user=foo")}",,,1')
    pieces, rest = body_of(answer, "HTTPCLIENT")
    assert rest == b"\r\nOK\r\n"
    shown = json.loads(b"".join(pieces))
    assert shown["args"] == "user=foo"
    assert shown["headers"]["User-Agent"] == "ESP32 HTTP Client/1.0"


def test_host_and_path_instead_of_a_url(online, web, air):
    air.names["espressif.test"] = "192.168.9.9"
    air.routes["192.168.9.9", 80] = ("127.0.0.1", web.port)
    online.ok('AT+HTTPCLIENT=2,0,,"espressif.test","/get",1')
    online.ok('AT+HTTPCLIENT=2,0,"","espressif.test","/get"')
    assert [request[1] for request in web.requests] == ["/get", "/get"]
    assert web.requests[0][2]["Host"] == "espressif.test"


@pytest.mark.parametrize(("method", "name"), [(4, "PUT"), (5, "DELETE")])
def test_methods_without_data(online, web, method, name):
    online.ok(f'AT+HTTPCLIENT={method},1,"{web.url("/" + name.lower())}",,,1,"x-note: one, two"')
    request = web.requests[0]
    assert (request[0], request[3]) == (name, b"")
    assert request[2]["Content-Length"] == "0" and request[2]["Content-Type"] == "application/json"
    assert request[2]["x-note"] == "one, two"


def test_post_of_a_little_data(online, web):
    online.ok(r'AT+HTTPCLIENT=3,1,"%s",,,1,"{\"form\":{\"purpose\":\"test\"}}"' % web.url("/post"))
    assert web.requests[0][0] == "POST"
    assert web.requests[0][3] == b'{"form":{"purpose":"test"}}'


@pytest.mark.parametrize(("name", "method"), [("HTTPCPOST", "POST"), ("HTTPCPUT", "PUT")])
def test_upload(online, web, name, method):
    data = bytes(range(256)) * 16
    url = web.url("/" + method.lower())
    online.write(f'AT+{name}="{url}",{len(data)},2,"connection: keep-alive","content-type: application/json"\r\n'.encode())
    assert online.read(b">") == PROMPT
    online.write(data[:100])
    assert online.silent() == b""
    online.write(data[100:] + b"AT+GMR\r\n")  # what follows is the next command
    answer = online.read(b"\r\nSEND OK\r\n")
    assert answer.startswith(b"+%s:" % name.encode())
    assert b"AT version" in online.read(b"\r\nOK\r\n")
    request = web.requests[0]
    assert (request[0], request[3]) == (method, data)
    assert request[2]["content-type"] == "application/json" and "Content-Type" not in request[2]


def test_upload_of_nothing_and_refusals(online, web):
    assert online.ask(f'AT+HTTPCPUT="{web.url("/put")}",0').endswith(b"\r\nSEND OK\r\n")
    assert online.send(f'AT+HTTPCPOST="{web.url("/status/500")}",3', b"abc") == b"ERR CODE:0x010a71f4\r\n\r\nSEND FAIL\r\n"
    assert online.send('AT+HTTPCPOST="http://127.0.0.1:1/",3', b"abc") == b"ERR CODE:0x010a7000\r\n\r\nSEND FAIL\r\n"
    assert online.ask(f'AT+HTTPCPOST="{web.url("/post")}",200000') == b"ERR CODE:0x01040001\r\n\r\nERROR\r\n"


def test_size(online, web):
    assert online.ask(f'AT+HTTPGETSIZE="{web.url("/big")}"') == b"+HTTPGETSIZE:300000\r\n\r\nOK\r\n"
    assert online.ask(f'AT+HTTPGETSIZE="{web.url("/chunked")}"') == b"+HTTPGETSIZE:-1\r\n\r\nOK\r\n"
    assert online.ask(f'AT+HTTPGETSIZE="{web.url("/none")}"') == b"ERR CODE:0x010a7194\r\n\r\nERROR\r\n"


@pytest.mark.parametrize("size", [512, 2048, 10240])
def test_download_in_pieces_of_the_receive_buffer(online, web, size):
    online.write(f'AT+HTTPCGET="{web.url("/big")}",2048,{size},5000\r\n'.encode())
    got = bytearray()
    while len(got) < len(BIG):
        head = online.read(b",")
        assert head.startswith(b"+HTTPCGET:")
        count = int(head[10:-1])
        assert 0 < count <= size
        got += online.exactly(count)
        assert online.exactly(2) == b"\r\n"
    assert got == BIG
    assert online.exactly(6) == b"\r\nOK\r\n"


def test_bodies_that_look_like_answers(online, web):
    data = b"\r\nOK\r\n>+IPD,1:\x00"
    online.write(f'AT+HTTPCGET="{web.url("/odd")}"\r\n'.encode())
    wanted = b"+HTTPCGET:%d,%s\r\n\r\nOK\r\n" % (len(data), data)
    assert online.exactly(len(wanted)) == wanted
    assert online.ask(f'AT+HTTPCGET="{web.url("/empty")}"') == b"\r\nOK\r\n"


def test_other_ways_to_end_a_body(online, web):
    online.write(f'AT+HTTPCGET="{web.url("/chunked")}"\r\n'.encode())
    assert online.read(b"+HTTPCGET:6,\r\nOK\r\n\r\n\r\nOK\r\n").startswith(b"+HTTPCGET:4,one,\r\n")
    answer = online.ask(f'AT+HTTPCGET="{web.url("/untilclose")}"')
    assert body_of(answer, "HTTPCGET") == ([b"the end of the connection is the end of me"], b"\r\nOK\r\n")
    pieces, rest = body_of(online.ask(f'AT+HTTPCGET="{web.url("/cut")}"'), "HTTPCGET")
    assert b"".join(pieces) == b"x" * 100 and rest == b"ERR CODE:0x010a7000\r\n\r\nERROR\r\n"


def test_the_network_time_out_is_a_silence(online, web):
    start = time.monotonic()
    answer = online.ask(f'AT+HTTPCGET="{web.url("/slow")}",,,500')
    assert time.monotonic() - start < 1.4
    assert answer == b"+HTTPCGET:2,ab\r\nERR CODE:0x010a7000\r\n\r\nERROR\r\n"
    assert online.ask(f'AT+HTTPCGET="{web.url("/slow")}",,,5000').count(b"+HTTPCGET:2,") == 2


@pytest.mark.parametrize(
    ("path", "code"), [("/status/404", 0x7194), ("/status/401", 0x7191), ("/status/503", 0x71F7), ("/status/400", 0x7190)]
)
def test_refusals_of_the_server(online, web, path, code):
    wanted = b"ERR CODE:0x010a%04x\r\n\r\nERROR\r\n" % code
    assert online.ask(f'AT+HTTPCLIENT=2,0,"{web.url(path)}",,,1') == wanted
    assert online.ask(f'AT+HTTPCGET="{web.url(path)}"') == wanted
    assert online.ask("AT") == b"\r\nOK\r\n"


def test_no_redirection(online, web):
    assert online.ask(f'AT+HTTPCLIENT=2,0,"{web.url("/away")}",,,1') == b"\r\nOK\r\n"
    assert len(web.requests) == 1


def test_no_server_no_network(online, host, web):
    assert online.ask('AT+HTTPCLIENT=2,0,"http://127.0.0.1:1/",,,1') == b"ERR CODE:0x010a7000\r\n\r\nERROR\r\n"
    assert online.ask('AT+HTTPCGET="http://no-such-name.test/"') == b"ERR CODE:0x010a7000\r\n\r\nERROR\r\n"
    online.ok("AT+CWQAP")
    assert online.ask(f'AT+HTTPCGET="{web.url("/get")}"') == b"ERR CODE:0x010a7000\r\n\r\nERROR\r\n"


def test_the_access_point_goes(online, sim, web):
    online.write(f'AT+HTTPCGET="{web.url("/slow")}"\r\n'.encode())
    online.read(b"+HTTPCGET:2,ab\r\n")
    sim.air.kick()
    assert online.read(b"ERROR\r\n", 1) == b"WIFI DISCONNECT\r\nERR CODE:0x010a7000\r\n\r\nERROR\r\n"


def test_long_url(online, web):
    url = web.url("/get?x=" + "0123456789" * 150)
    assert online.ask("AT+HTTPURLCFG?") == b"\r\nOK\r\n"
    online.write(b"AT+HTTPURLCFG=%d\r\n" % len(url))
    assert online.read(b">") == PROMPT
    online.write(url.encode())
    assert online.read(b"OK\r\n") == b"\r\nSET OK\r\n"
    assert online.ask("AT+HTTPURLCFG?") == b"+HTTPURLCFG:%d,%s\r\nOK\r\n" % (len(url), url.encode())
    online.ok('AT+HTTPCLIENT=2,0,"",,,1')
    online.ok('AT+HTTPCGET=""')
    assert online.ask('AT+HTTPCGET="",1000') == b"ERR CODE:0x010a7000\r\n\r\nERROR\r\n"  # the send buffer is too small
    assert [request[1] for request in web.requests] == [url.removeprefix(web.url(""))] * 2
    online.ok("AT+HTTPURLCFG=0")
    assert online.ask("AT+HTTPURLCFG?") == b"\r\nOK\r\n"
    assert online.ask('AT+HTTPCGET=""') == b"ERR CODE:0x010a7000\r\n\r\nERROR\r\n"


def test_long_url_limits(online):
    for line, code in (("7", 0x01070000), ("8193", 0x01070000), ("-1", 0x01070000), ('"8"', 0x01050000)):
        assert online.ask("AT+HTTPURLCFG=" + line) == b"ERR CODE:0x%08x\r\n\r\nERROR\r\n" % code


def test_headers_for_all_requests(online, web):
    assert online.send("AT+HTTPCHEAD=18", b"Range: bytes=0-255") == b"\r\nOK\r\n"
    assert online.send("AT+HTTPCHEAD=24", b"content-type: text/plain") == b"\r\nOK\r\n"
    assert online.lines("AT+HTTPCHEAD?") == ['+HTTPCHEAD:0,"Range:bytes=0-255"', '+HTTPCHEAD:1,"content-type:text/plain"', "OK"]
    online.ok(f'AT+HTTPCLIENT=3,1,"{web.url("/post")}",,,1,"data"')
    assert web.requests[0][2]["Range"] == "bytes=0-255"
    assert web.requests[0][2]["content-type"] == "text/plain" and "Content-Type" not in web.requests[0][2]
    online.ok("AT+HTTPCHEAD=0")
    assert online.ask("AT+HTTPCHEAD?") == b"\r\nOK\r\n"
    assert online.send("AT+HTTPCHEAD=8", b"no colon") == b"ERR CODE:0x01080000\r\n\r\nERROR\r\n"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('AT+HTTPCLIENT=6,0,"http://x/",,,1', 0x01070000),
        ('AT+HTTPCLIENT=2,4,"http://x/",,,1', 0x01070001),
        ('AT+HTTPCLIENT=2,0,"http://x/",,,0', 0x01070005),
        ('AT+HTTPCLIENT=2,0,"ftp://x/",,,1', 0x010A7000),
        ('AT+HTTPCLIENT=2,0,"http://x/",,,1,"no colon"', 0x01070006),
        ('AT+HTTPCGET="http://x/",10241', 0x01070001),
        ('AT+HTTPCGET="http://x/",,,180001', 0x01070003),
        ("AT+HTTPCGET", 0x010C0000),
        ('AT+HTTPCPOST="http://x/"', 0x01060201),
        ('AT+HTTPCPOST="http://x/",3,1', 0x01060403),
    ],
)
def test_arguments(online, line, code):
    assert online.ask(line) == b"ERR CODE:0x%08x\r\n\r\nERROR\r\n" % code


def test_https_without_and_with_verification(make):
    """Firmware 4.1 can verify; before, nobody is."""
    with Web({"/big": b"secret"}, server_context("peer_00")) as web:
        with Host(make()) as host:
            host.join().ok("AT+SYSLOG=1")
            assert host.ask(f'AT+HTTPCGET="{web.url("/big")}"') == b"+HTTPCGET:6,secret\r\n\r\nOK\r\n"
            assert host.ask("AT+HTTPCFG=2") == b"ERR CODE:0x01090000\r\n\r\nERROR\r\n"
        with Host(make("c6-4.1")) as host:
            host.join().ok("AT+SYSLOG=1")
            host.ok(f'AT+HTTPCGET="{web.url("/big")}"')
            assert host.ask("AT+HTTPCFG=2") == b"NO CA FOUND\r\nERR CODE:0x010a0000\r\n\r\nERROR\r\n"
            assert host.ask("AT+HTTPCFG?") == b"+HTTPCFG:0,0,0\r\n\r\nOK\r\n"


def test_nothing_survives_a_restart(online):
    online.send("AT+HTTPCHEAD=4", b"a: b")
    online.send("AT+HTTPURLCFG=8", b"http://a")
    online.ok("AT+RST")
    online.read(b"WIFI GOT IP\r\n")
    online.ok("ATE0")
    assert online.ask("AT+HTTPCHEAD?") == online.ask("AT+HTTPURLCFG?") == b"\r\nOK\r\n"
