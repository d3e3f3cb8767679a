"""The demo's view of the line: what it says does not depend on how the bytes were cut, and secrets stay out."""

import socket
import threading

import pytest

from mp import wire
from mp.wire import FROM_MODULE, TO_MODULE

TRAFFIC = (
    (TO_MODULE, b'AT+CWJAP="espressif","1234567890"\r\n'),
    (FROM_MODULE, b"WIFI CONNECTED\r\n\r\nOK\r\n"),
    (TO_MODULE, b"AT+CIPSEND=0,9\r\n"),
    (FROM_MODULE, b"\r\nOK\r\n\r\n>"),
    (TO_MODULE, b"GET /\r\n\r\n"),
    (FROM_MODULE, b"\r\nRecv 9 bytes\r\n\r\nSEND OK\r\n+IPD,0,7\r\n"),
    (TO_MODULE, b"AT+CIPRECVDATA=0,100\r\n"),
    (FROM_MODULE, b"+CIPRECVDATA:7,a\r\nOK\r\n\r\nOK\r\n"),
    (FROM_MODULE, b"+IPD,0,4:>\n\0x0,CLOSED\r\n"),
)
SAID = [
    (TO_MODULE, 'AT+CWJAP="espressif","********"'),
    (FROM_MODULE, "WIFI CONNECTED"), (FROM_MODULE, "OK"),
    (TO_MODULE, "AT+CIPSEND=0,9"),
    (FROM_MODULE, "OK"), (FROM_MODULE, "> (send now)"),
    (TO_MODULE, "[9 bytes of data]"),
    (FROM_MODULE, "Recv 9 bytes"), (FROM_MODULE, "SEND OK"), (FROM_MODULE, "+IPD,0,7"),
    (TO_MODULE, "AT+CIPRECVDATA=0,100"),
    (FROM_MODULE, "+CIPRECVDATA:7,"), (FROM_MODULE, "[7 bytes of data]"), (FROM_MODULE, "OK"),
    (FROM_MODULE, "+IPD,0,4:"), (FROM_MODULE, "[4 bytes of data]"), (FROM_MODULE, "0,CLOSED"),
]


@pytest.mark.parametrize("step", [1, 2, 3, 5, 1000])
def test_words(step):
    said = []
    words = wire.Words(lambda *line: said.append(line))
    for way, data in TRAFFIC:
        for at in range(0, len(data), step):
            words.hear(way, data[at:at + step])
    assert said == SAID


def test_secret_with_escapes_stays_out():
    said = []
    wire.Words(lambda *line: said.append(line)).hear(TO_MODULE, b'AT+CWJAP="a\\"b","se\\"cret\\,","aa:bb"\r\n')
    assert said == [(TO_MODULE, 'AT+CWJAP="a\\"b","********","aa:bb"')]


def test_wire_relays_and_ends():
    heard = []
    with socket.create_server(("127.0.0.1", 0)) as module:
        def answer():
            for _ in range(2):
                end, _ = module.accept()
                with end:
                    end.sendall(b"got " + end.recv(100))

        thread = threading.Thread(target=answer)
        thread.start()
        tap = wire.Wire("127.0.0.1:%d" % module.getsockname()[1], lambda way, data: heard.append((way, data)))
        with tap.running() as address:
            host, _, port = address.rpartition(":")
            for word in (b"one", b"two"):
                with socket.create_connection((host, int(port)), timeout=5) as board:
                    board.sendall(word)
                    assert board.recv(100) == b"got " + word
        thread.join(5)
    assert heard == [(TO_MODULE, b"one"), (FROM_MODULE, b"got one"), (TO_MODULE, b"two"), (FROM_MODULE, b"got two")]
    assert tap.counts == {TO_MODULE: 6, FROM_MODULE: 14}
