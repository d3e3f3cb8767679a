"""WebSocket connections against a real server."""
import os
import time

import pytest
from sim.servers import TcpServer, WsEcho, server_context, until, ws_frame
from sim.talk import PROMPT


@pytest.fixture
def echo():
    return WsEcho()


@pytest.fixture
def server(echo):
    with TcpServer(echo) as running:
        yield running


def open_link(host, server, number=0, rest=""):
    uri = f"ws://127.0.0.1:{server.port}/v3/channel?key=x"
    answer = host.ask(f'AT+WSOPEN={number},"{uri}"{rest}')
    assert answer == b"+WS_CONNECTED:%d\r\n\r\nOK\r\n" % number
    return uri


def test_open_send_receive_close(online, server, echo):
    assert online.ask("AT+WSOPEN?") == b"\r\nOK\r\n"
    uri = open_link(online, server)
    assert online.ask("AT+WSOPEN?") == b'+WSOPEN:0,2,"%s"\r\n\r\nOK\r\n' % uri.encode()
    online.write(b"AT+WSSEND=0,4\r\n")
    assert online.read(b">") == PROMPT
    online.write(b"test")
    assert online.read(b"SEND OK\r\n") == b"\r\nSEND OK\r\n"
    assert online.read(b"test\r\n") == b"+WS_DATA:0,4,test\r\n"
    assert online.ask("AT+WSCLOSE=0") == b"+WS_CLOSED:0\r\n\r\nOK\r\n"
    assert online.ask("AT+WSOPEN?") == b"\r\nOK\r\n"
    assert echo.frames == [(1, True, b"test"), (8, True, b"\x03\xe8")]
    assert online.ask("AT+WSCLOSE=0") == b"ERR CODE:0x010a0000\r\n\r\nERROR\r\n"


def test_three_connections(online, server):
    for number in range(3):
        open_link(online, server, number)
    for number in (2, 0, 1):
        assert online.send(f"AT+WSSEND={number},3,2", b"no%d" % number) == b"\r\nSEND OK\r\n"
        assert online.read(b"\r\n") == b"+WS_DATA:%d,3,no%d\r\n" % (number, number)
    assert online.ask('AT+WSOPEN=3,"ws://127.0.0.1/"') == b"ERR CODE:0x01070000\r\n\r\nERROR\r\n"
    assert online.ask('AT+WSOPEN=1,"ws://127.0.0.1/"') == b"ERR CODE:0x010a0000\r\n\r\nERROR\r\n"


def test_payload_is_raw_and_masked(online, server, echo):
    data = bytes(range(256)) + b"\r\nOK\r\n+WS_DATA:"
    open_link(online, server)
    online.send(f"AT+WSSEND=0,{len(data)},2,10000", data)
    wanted = b"+WS_DATA:0,%d,%s\r\n" % (len(data), data)
    assert online.exactly(len(wanted)) == wanted
    assert echo.frames == [(2, True, data)]


def test_a_message_longer_than_the_buffer_comes_in_pieces(online):
    data = os.urandom(3000)
    with TcpServer(WsEcho([ws_frame(2, data)])) as server:
        open_link(online, server)
        got = b""
        for size in (1024, 1024, 952):
            head = b"+WS_DATA:0,%d," % size
            assert online.exactly(len(head)) == head
            got += online.exactly(size)
            assert online.exactly(2) == b"\r\n"
        assert got == data


def test_limit_of_a_message_and_the_buffer_setting(online, server):
    open_link(online, server)
    assert online.ask("AT+WSSEND=0,1015") == b"ERR CODE:0x01040001\r\n\r\nERROR\r\n"
    online.send("AT+WSSEND=0,1014", b"x" * 1014)
    assert online.read(b"x\r\n") == b"+WS_DATA:0,1014," + b"x" * 1014 + b"\r\n"
    online.ok("AT+WSCFG=1,30,60,8192")
    open_link(online, server, 1)
    assert online.ask("AT+WSSEND=1,8183") == b"ERR CODE:0x01040001\r\n\r\nERROR\r\n"
    assert online.send("AT+WSSEND=1,8182", b"y" * 8182) == b"\r\nSEND OK\r\n"
    assert online.exactly(8182 + 17) == b"+WS_DATA:1,8182," + b"y" * 8182 + b"\r"


def test_fragments_are_shown_as_they_come(online):
    greeting = [ws_frame(1, b"one ", False), ws_frame(9, b"ping"), ws_frame(0, b"two", True), ws_frame(1, b"")]
    echo = WsEcho(greeting)
    with TcpServer(echo) as server:
        open_link(online, server)
        assert online.read(b"0,0,\r\n") == b"+WS_DATA:0,4,one \r\n+WS_DATA:0,3,two\r\n+WS_DATA:0,0,\r\n"
        online.ok("AT+WSCLOSE=0")
    assert echo.frames[0] == (10, True, b"ping")


def test_headers_subprotocol_and_authorization(online, server, echo):
    text = b"AUTHORIZATION: Basic QTIzMzIyMDE5OTk6MTIzNDU2Nzg="
    assert online.send("AT+WSHEAD=49", text) == b"\r\nOK\r\n"
    assert online.ask("AT+WSHEAD?") == b'+WSHEAD:0,"AUTHORIZATION:Basic QTIzMzIyMDE5OTk6MTIzNDU2Nzg="\r\n\r\nOK\r\n'
    open_link(online, server, 0, ',"chat",5000')
    assert "AUTHORIZATION: Basic QTIzMzIyMDE5OTk6MTIzNDU2Nzg=\r\n" in echo.heads[0]
    assert "Sec-WebSocket-Protocol: chat\r\n" in echo.heads[0]
    assert echo.heads[0].startswith("GET /v3/channel?key=x HTTP/1.1\r\n")
    online.ok("AT+WSHEAD=0")
    assert online.ask("AT+WSHEAD?") == b"\r\nOK\r\n"
    open_link(online, server, 1, ',,,"Bearer token"')
    assert "Authorization: Bearer token\r\n" in echo.heads[1] and "AUTHORIZATION" not in echo.heads[1]


def test_the_server_says_goodbye(online, server, echo):
    open_link(online, server)
    until(lambda: echo.socks)
    echo.socks[0].sendall(ws_frame(8, b"\x03\xe9"))
    assert online.read(b"\r\n") == b"+WS_CLOSED:0\r\n"
    until(lambda: echo.frames == [(8, True, b"\x03\xe9")])
    assert online.ask("AT+WSOPEN?") == b"\r\nOK\r\n"
    assert online.ask("AT+WSSEND=0,1") == b"ERR CODE:0x010a0000\r\n\r\nERROR\r\n"


def test_a_broken_connection_is_opened_again(sim, online, server, echo):
    sim.module.websockets.delay = 0.3
    open_link(online, server)
    server.drop()
    assert online.read(b"\r\n") == b"+WS_DISCONNECTED:0\r\n"
    assert online.ask("AT+WSOPEN?").startswith(b"+WSOPEN:0,3,")
    assert online.read(b"\r\n") == b"+WS_CONNECTED:0\r\n"
    online.send("AT+WSSEND=0,5", b"again")
    assert online.read(b"\r\n") == b"+WS_DATA:0,5,again\r\n"


def test_the_access_point_goes(sim, online, server):
    sim.module.websockets.delay = 60
    open_link(online, server)
    sim.air.kick()
    assert online.read(b"+WS_DISCONNECTED:0\r\n") == b"WIFI DISCONNECT\r\n+WS_DISCONNECTED:0\r\n"


def test_pings_and_a_server_that_does_not_answer_them(sim, online, server, echo):
    sim.module.websockets.delay = 60
    online.ok("AT+WSCFG=0,1,1")
    open_link(online, server)
    time.sleep(1.3)
    assert (9, True, b"") in echo.frames
    echo.answers_pings = False
    assert online.read(b"\r\n") == b"+WS_DISCONNECTED:0\r\n"


def test_cut_while_data_is_entered(sim, online, server):
    sim.module.websockets.delay = 60
    open_link(online, server)
    online.write(b"AT+WSSEND=0,4\r\n")
    online.read(b">")
    online.write(b"te")
    server.drop()
    assert online.read(b"\r\n") == b"+WS_DISCONNECTED:0\r\n"
    online.write(b"st")
    assert online.read(b"ERROR\r\n") == b"ERR CODE:0x010a0000\r\n\r\nERROR\r\n"


def test_wss(online, echo):
    with TcpServer(echo, server_context("peer_00")) as server:
        online.ok(f'AT+WSOPEN=0,"wss://localhost:{server.port}/"')
        online.send("AT+WSSEND=0,6", b"secret")
        assert online.read(b"\r\n") == b"+WS_DATA:0,6,secret\r\n"
        assert server.shown == [("localhost", None, None)]


def test_no_such_server(online):
    with TcpServer(lambda sock: sock.sendall(b"HTTP/1.1 404 Not Found\r\n\r\n") or sock.recv(1000)) as server:
        assert online.ask(f'AT+WSOPEN=0,"ws://127.0.0.1:{server.port}/"') == b"ERR CODE:0x010a0000\r\n\r\nERROR\r\n"
    assert online.ask('AT+WSOPEN=0,"ws://127.0.0.1:1/"') == b"ERR CODE:0x010a0000\r\n\r\nERROR\r\n"
    assert online.ask('AT+WSOPEN=0,"http://127.0.0.1/"') == b"ERR CODE:0x010a0000\r\n\r\nERROR\r\n"
    start = time.monotonic()
    with TcpServer(lambda sock: time.sleep(1)) as server:
        assert online.ask(f'AT+WSOPEN=0,"ws://127.0.0.1:{server.port}/",,300').endswith(b"\r\nERROR\r\n")
    assert time.monotonic() - start < 1
    assert online.ask("AT+WSOPEN?") == b"\r\nOK\r\n"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("AT+WSCFG=3,10,120", 0x01070000),
        ("AT+WSCFG=0,0,120", 0x01070001),
        ("AT+WSCFG=0,10,7201", 0x01070002),
        ("AT+WSCFG=0,10,120,8193", 0x01070003),
        ("AT+WSCFG=0,10", 0x01060302),
        ("AT+WSSEND=0,1,16", 0x01070002),
        ("AT+WSSEND=0,1,1,60001", 0x01070003),
        ('AT+WSOPEN=0,"ws://x/",,180001', 0x01070003),
        ("AT+WSCLOSE=3", 0x01070000),
        ("AT+WSCLOSE", 0x010C0000),
    ],
)
def test_arguments(online, line, code):
    assert online.ask(line) == b"ERR CODE:0x%08x\r\n\r\nERROR\r\n" % code
