"""The WebSocket client, on a scripted port."""

import espat.net.inbox
import espat.net.websocket
from calls import PROMPT, runner, text
from checks import raises
from espat.errors import AtRefused
from espat.net.websocket import WebSocket
from fakeport import FakePort

OK = text(())
NO = b"\r\nERROR\r\n"
SENT = text((), b"SEND OK")


def opening(link=0, up=True):
    answer = b"+WS_CONNECTED:%d\r\n" % link + OK if up else NO
    return ((b"AT+WSCLOSE=%d\r\n" % link, NO), (b"AT+WSCFG=%d,10,120,1024\r\n" % link, OK),
            (b'AT+WSOPEN=%d,"ws://h/",,15000\r\n' % link, answer))  # fmt: skip


def make(*steps):
    port = FakePort(*opening(), *steps)
    for module in (espat.net.websocket, espat.net.inbox):
        module.ticks_ms = port.ticks
    return port, WebSocket(runner(port), "ws://h/")


def line(data, link=0):
    return b"+WS_DATA:%d,%d,%s\r\n" % (link, len(data), data)


def test_open():
    port, ws = make()
    port.done()
    assert ws.connected and not ws.closed and not ws.any()


def test_open_with_everything():
    port = FakePort(
        (b"AT+WSCLOSE=0\r\n", OK), (b"AT+WSCFG=0,30,60,4096\r\n", OK), (b"AT+WSHEAD=4\r\n", PROMPT), (b"A: b", OK),
        (b'AT+WSOPEN=0,"wss://h/x","chat",5000,"Basic x"\r\n', b"+WS_CONNECTED:0\r\n" + OK), (b"AT+WSHEAD=0\r\n", OK),
    )  # fmt: skip
    WebSocket(runner(port), "wss://h/x", "chat", "Basic x", {"A": "b"}, 30, 60, 4096, timeout=5)
    port.done()


def test_refused():
    """Its number is free again, and headers are taken back."""
    head = (b"AT+WSHEAD=4\r\n", PROMPT), (b"A: b", OK)
    steps = opening(up=False)
    port = FakePort(*steps[:2], *head, steps[2], (b"AT+WSHEAD=0\r\n", OK), *opening())
    at = runner(port)
    raises(AtRefused, WebSocket, at, "ws://h/", headers=("A: b",))
    assert not at.websockets
    WebSocket(at, "ws://h/")
    port.done()


def test_three_at_once():
    port = FakePort(*opening(0), *opening(1), *opening(2), (b"AT+WSCLOSE=1\r\n", b"+WS_CLOSED:1\r\n" + OK), *opening(1))
    at = runner(port)
    all = [WebSocket(at, "ws://h/") for _ in range(3)]
    assert raises(OSError, WebSocket, at, "ws://h/").args[0] == 105
    for link in (2, 0, 1):
        port.say(line(b"for %d" % link, link))
    assert [ws.recv(5) for ws in all] == [b"for 0", b"for 1", b"for 2"]
    all[1].close()
    assert WebSocket(at, "ws://h/").connected
    port.done()


def test_send():
    port, ws = make(
        (b"AT+WSSEND=0,2,1,10000\r\n", PROMPT), (b"hi", SENT), (b"AT+WSSEND=0,2,2,10000\r\n", PROMPT), (b"\0\1", SENT),
        (b"AT+WSSEND=0,4,9,10000\r\n", PROMPT), (b"ping", SENT), (b"AT+WSSEND=0,1,2,500\r\n", NO),
        (b"AT+WSSEND=0,1,2,10000\r\n", PROMPT), (b"x", NO),
    )  # fmt: skip
    ws.send("hi")
    ws.send(b"\0\1")
    ws.ping()
    raises(AtRefused, ws.send, b"x", None, 0.5)
    raises(AtRefused, ws.send, b"x")
    raises(ValueError, ws.send, bytes(1015))
    raises(ValueError, ws.send, b"")
    port.done()


def test_recv():
    port, ws = make()
    wild = bytes(range(256))
    port.say(line(b"\r\nOK\r\n") + line(b"") + line(wild))
    assert ws.any() and [ws.recv(5), ws.recv(5), ws.recv(5)] == [b"\r\nOK\r\n", b"", wild]
    assert raises(OSError, ws.recv, 1).args[0] == 110
    port.say(500, line(b"late"))
    assert ws.recv(1) == b"late"


def test_long_messages():
    """Pieces of the buffer's size may go on."""
    port, ws = make()
    full = b"x" * 1024
    port.say(line(full) + line(b"y") + line(b"z"))
    assert ws.recv(5) == full + b"y" and ws.recv(5) == b"z"
    port.say(line(full), 100, line(full))
    before = port.now
    assert ws.recv(5) == full + full and port.now - before > 400
    port.say(line(full) + line(full) + line(b"y") + line(b"fits"))
    assert ws.recv(5) == b"fits" and ws.lost == 1


def test_lost_and_there_again():
    port, ws = make()
    events = []
    ws.set_event(events.append)
    port.say(b"+WS_DISCONNECTED:0\r\n")
    ws.any()
    assert not ws.connected and not ws.closed and events == [False]
    port.say(b"+WS_CONNECTED:0\r\n" + line(b"x"))
    assert ws.recv(5) == b"x" and ws.connected and events == [False, True]


def test_closed_by_the_server():
    port, ws = make()
    events = []
    ws.set_event(events.append)
    port.say(line(b"last") + b"+WS_CLOSED:0\r\n")
    assert ws.recv(5) == b"last" and ws.recv(5) is None and ws.recv(1) is None and events == [False]
    assert raises(OSError, ws.send, b"x").args[0] == 107
    ws.close()
    ws.close()
    port.done()


def test_close():
    port, ws = make((b"AT+WSCLOSE=0\r\n", b"+WS_CLOSED:0\r\n" + OK))
    port.say(line(b"last"))
    with ws:
        pass
    assert ws.closed and ws.recv(5) == b"last" and ws.recv(5) is None
    port.done()


def test_the_module_restarts():
    port, ws = make(*opening())
    port.say(b"\r\nready\r\n")
    assert ws.recv(5) is None and ws.closed
    ws.close()
    assert WebSocket(ws.at, "ws://h/").connected
    port.done()
