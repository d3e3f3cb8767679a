"""How many commands go over the line for what programs usually do: small writes are gathered, reads are large."""

import time

import play
from play import MICROPYTHON, case, pair

import socket
from espat.ticks import ticks_add, ticks_ms

play.join()


def counted(text):
    return play.ask("count", text)


@case
def test_http_request_of_small_writes():
    # the writes of MicroPython's requests.get(), one by one
    s, peer = pair()
    lines = (b"GET", b" /", b"index.html", b" HTTP/1.0\r\n", "Host", ": ", "server.test", "\r\n", b"Accept: */*", b"\r\n")
    lines += (b"\r\n",)
    play.ask("clear")
    for piece in lines:
        s.write(piece)
    peer.send(b"HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello", 0.05)
    assert s.readline() == b"HTTP/1.0 200 OK\r\n"
    while s.readline() != b"\r\n":
        pass
    assert s.read(5) == b"hello"
    request = b"".join([p.encode() if isinstance(p, str) else p for p in lines])
    assert peer.recv(len(request)) == request
    assert counted("AT+CIPSEND=") <= 2, counted("AT+CIPSEND=")
    assert counted("AT+CIPRECVDATA=") <= 3, counted("AT+CIPRECVDATA=")


@case
def test_requests():
    if not MICROPYTHON:
        return  # CPython's own requests need a real socket
    import requests

    url = play.ask("http", "x" * 3000)
    play.ask("clear")
    answer = requests.get(url)
    assert answer.status_code == 200 and answer.text == "x" * 3000
    answer.close()
    assert 1 <= counted("AT+CIPSEND=") <= 3, counted("AT+CIPSEND=")
    assert counted("AT+CIPSTART=") == 1 and counted("AT+CIPCLOSE=") <= 1


@case
def test_mqtt_publish():
    # what umqtt.simple writes: header with its length as second argument, length of the topic, topic, message
    s, peer = pair()
    counts = []
    for _ in range(5):
        play.ask("clear")
        head = bytearray(b"\x30\x12\0\0")
        s.write(head, 2)
        s.write(b"\0\5")
        s.write("topic")
        s.write(b"message 000")
        got = peer.recv(20)
        assert got == b"\x30\x12\0\5topicmessage 000", got
        counts.append(counted("AT+CIPSEND="))
    # all in one, unless the program was held up between two writes
    assert min(counts) == 1 and max(counts) <= 2, counts


@case
def test_large_writes():
    s, peer = pair()
    data = play.pattern(40960)
    play.ask("clear")
    s.sendall(data)
    assert peer.recv_pattern(len(data)) == len(data)
    ideal = len(data) // modem_tx()
    assert ideal <= counted("AT+CIPSEND=") <= ideal * 3 // 2 + 1, (ideal, counted("AT+CIPSEND="))


def modem_tx():
    return play.modem.links.tx.size


@case
def test_download():
    s, peer = pair(10)
    size = 200 * 1024
    play.ask("clear")
    play.ask("send_pattern", peer.handle, -size)
    want = play.pattern(65536)
    buf = bytearray(1024)
    got = 0
    while True:
        n = s.readinto(buf)
        if not n:
            break
        at = got % 65536
        assert buf[:n] == want[at : at + n], got
        got += n
    assert got == size, got
    ring = s.link.rx.size if s.link else 2048
    count = counted("AT+CIPRECVDATA=")
    # a read takes at least half of what the ring holds, the module seldom has less when the net is fast
    assert size // ring <= count <= 2 * size // ring + 20, (size // ring, count)


@case
def test_small_messages_there_and_back():
    s, peer = pair()
    for n in range(3):
        play.ask("clear")
        s.write(b"ping %d" % n)
        assert peer.recv(6) == b"ping %d" % n
        peer.send(b"pong %d" % n)
        assert s.recv(100) == b"pong %d" % n
        assert counted("AT+") <= 3, play.ask("written")


@case
def test_who_turns_to_reading_is_sent_for_at_once():
    s, peer = pair()
    play.ask("echo", peer.handle)
    for n in range(3):
        s.write(b"ping %02d" % n)
        play.modem.links._due = ticks_add(ticks_ms(), 60000)  # a lone write would wait for company that long
        assert s.read(7) == b"ping %02d" % n


@case
def test_waiting_costs_little():
    s, peer = pair(0)
    play.ask("clear")
    end = play.now() + 500
    while play.now() < end:
        assert s.read(1) is None
        s.ioctl(3, 1)
        play.wlan.isconnected()
        time.sleep(0.005)
    assert counted("AT") <= 1, counted("AT")


@case
def test_opening_and_closing():
    play.ask("name", "server.test", "127.0.0.1")
    play.ask("clear")
    address = socket.getaddrinfo("server.test", play.listener().address[1])[0][-1]
    s = play.new()
    s.settimeout(5)
    s.connect(address)
    play.listener().accept()
    s.close()
    assert [counted(x) for x in ("AT+CIPDOMAIN", "AT+CIPSTART", "AT+CIPCLOSE", "AT+")] == [1, 1, 1, 3]
