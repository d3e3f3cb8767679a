"""WebSocket against a real server: texts, bytes, long messages, pings, three at once, losing and winning the connection."""

import high
import play
from espat.net.websocket import WebSocket
from high import ask, modem

TIMEOUT = 120
play.join()
SECURE = ask("echo", True)
PORT = ask("echo")


def opened(path="/", port=PORT, **options):
    return WebSocket(modem, "%s://127.0.0.1:%d%s" % ("ws" if port == PORT else "wss", port, path), **options)


def test_there_and_back():
    with opened("/chat?key=x,y") as ws:
        for message in ("text", b"\0\1\2", bytes(range(256)), b"\r\nOK\r\n+WS_DATA:0,3,", b"x" * 1014):
            ws.send(message)
            got = ws.recv(10)
            assert got == (message.encode() if isinstance(message, str) else message), got
        frames, head = ask("frames")
        assert [f[0] for f in frames[-5:]] == [1, 2, 2, 2, 2] and "GET /chat?key=x,y " in head, (frames, head)
        ws.ping(b"hallo")
        ws.send("x")
        assert ws.recv(10) == b"x" and [9, 5] in [list(f) for f in ask("frames")[0]]
    assert ask("frames")[0][-1][0] == 8
    high.ready()


def test_over_tls():
    with opened(port=SECURE) as ws:
        ws.send("secret")
        assert ws.recv(10) == b"secret"


def test_headers():
    with opened(protocol="chat", auth="Basic abc", headers={"X-One": "1"}):
        head = ask("frames")[1]
        assert "Authorization: Basic abc" in head and "X-One: 1" in head and "Sec-WebSocket-Protocol: chat" in head, head
    with opened():
        assert "X-One" not in ask("frames")[1]


def test_long_messages():
    with opened(buffer=2048, room=20000) as ws:
        for n in (2037, 2038):
            ws.send(high.body(n))
            assert ws.recv(10) == high.body(n)
        for n in (2047, 2048, 2049, 4096, 10000):
            ask("ws_say", 2, n)
            assert ws.recv(10) == high.body(n), n
        assert ws.lost == 0
        try:
            ws.send(high.body(2039))
        except ValueError:
            return
        raise AssertionError("longer than the module can")


def test_three_at_once():
    all = [opened("/%d" % n) for n in range(3)]
    play.fails(105, opened)
    for n in (2, 0, 1):
        all[n].send("for %d" % n)
    assert [ws.recv(10) for ws in all] == [b"for 0", b"for 1", b"for 2"]
    all[1].close()
    with opened() as ws:
        ws.send("again")
        assert ws.recv(10) == b"again"
    for ws in all:
        ws.close()
    high.ready()


def test_the_server_closes():
    ws = opened()
    ask("ws_say", 8, 0)
    assert ws.recv(10) is None and ws.closed
    play.fails(107, ws.send, "x")
    ws.close()


def test_lost_and_there_again():
    ask("ws_delay", 0.2)
    ws = opened()
    events = []
    ws.set_event(events.append)
    ask("drop", "ws echo")
    play.until(lambda: ws.any() or len(events) == 2)
    assert events == [False, True], events
    ws.send("again")
    assert ws.recv(10) == b"again"
    ws.close()


def test_refusals():
    high.refused(WebSocket, modem, "ws://127.0.0.1:%d/" % play.unused()[1])
    high.refused(WebSocket, modem, "http://127.0.0.1:%d/" % PORT)
    ws = opened()
    ask("restart")
    assert ws.recv(10) is None
    ws.close()
    play.join()
    high.ready()
    opened().close()
