"""Two threads use the module at once: each call has its turn, no stream is mixed, nobody waits for ever.

MicroPython's unix port has threads without a global interpreter lock, as the second core of an RP2040; on 32 bits the
library takes all threads for one (espat/turn.py), so the programs run on 64 bits and on CPython.
"""

import time

import play
from play import ask, case, pattern, until
from workers import PATIENCE, Worker

play.join()

import socket

ONLY = ("cpython", "mp64")
LIBRARY = "_thread"
VERSION = "built in"
SCENARIOS = {
    "test_two_threads": "two threads with a stream each, one of them with commands: turns, bytes right",
    "test_thousands_of_calls": "two threads with a stream each, thousands of calls that meet",
    "test_a_thread_that_polls_without_end": "a download in one thread, calls that never wait in the other",
    "test_accepting_beside_sending": "accept() in one thread, sending in the other",
    "test_connecting_and_closing": "both threads connect and close as fast as they can",
    "test_one_reads_one_writes": "one socket: a thread that reads, another that writes",
    "test_datagrams": "datagrams from both threads, each to its own peer",
    "test_many_commands": "typed commands in both threads, each answer to who asked",
    "test_handlers_in_a_turn": "a report's handler that writes, while another thread works",
}
TIMEOUT = 110
if play.MICROPYTHON:
    play.modem.timer.deinit()  # nobody steps but the two; t_threads_ticker.py has them with a ticker


def both(work, first, second):
    """work(*first) in another thread, work(*second) in this one."""
    other = Worker(work, *first)
    try:
        work(*second)
    finally:
        other.end()


def echoing(timeout=8):
    """A socket whose peer sends back what it gets."""
    s, peer = play.pair(timeout)
    ask("echo", peer.handle)
    return s


def exactly(s, n):
    back = b""
    while len(back) < n:
        piece = s.recv(n - len(back))
        assert piece, "the connection has ended"
        back += piece
    return back


def talk(s, name, rounds, commands=False):
    for i in range(rounds):
        text = b"%s-%03d " % (name, i) * (1 + i * 13 % 40)
        assert s.write(text) == len(text)
        back = exactly(s, len(text))
        assert back == text, (back, text)
        if commands:
            assert play.modem.command("AT+CIPMUX?") == [b"+CIPMUX:1"]


@case
def test_two_threads():
    both(talk, (echoing(), b"second", 60, True), (echoing(), b"first", 60))
    until(play.wlan.isconnected)


@case
def test_thousands_of_calls():
    both(bytewise, (echoing(0), 7, 3000), (echoing(0), 11, 3000))


def bytewise(s, seed, n):
    """n bytes there and back, in calls that do not wait: most of them find nothing."""
    sent = got = 0
    end = play.now() + PATIENCE * 1000
    data = pattern(n, seed)
    one = bytearray(16)
    while got < n:
        assert play.now() < end, (sent, got)
        if sent < n and sent - got < 200:
            sent += s.write(memoryview(data)[sent : sent + 3]) or 0
        k = s.readinto(one) or 0
        assert bytes(one[:k]) == bytes(data[got : got + k]), (bytes(one[:k]), bytes(data[got : got + k]))
        got += k


@case
def test_a_thread_that_polls_without_end():
    s, peer = play.pair(8)
    idle, _ = play.pair(0)
    stop = []
    calls = [0]

    def pester():
        buf = bytearray(10)
        while not stop:
            assert idle.readinto(buf) is None
            play.modem.step()
            assert idle.ioctl(3, 1) == 0
            calls[0] += 3

    ask("pump", peer.handle)
    other = Worker(pester)
    try:
        for _ in range(3):
            assert exactly(s, 65536) == pattern(65536)
    finally:
        stop.append(True)
        other.end()
    peer.close()
    assert calls[0] > 1000, calls


@case
def test_accepting_beside_sending():
    port = ask("unused")
    listener = play.new()
    listener.bind(("", port))
    listener.listen(2)
    listener.settimeout(8)
    s = echoing()
    told = []

    def serve():
        for _ in range(20):
            client, _ = listener.accept()
            client.settimeout(8)
            told.append(client.recv(100))
            client.write(b"welcome " + told[-1])
            client.close()

    other = Worker(serve)
    ask("call_in_turn", port, 20)
    talk(s, b"beside", 150)
    other.end()
    assert told == [b"client %d" % i for i in range(20)], told
    until(lambda: len(ask("called")) == 20)
    assert ask("called") == ["welcome client %d" % i for i in range(20)], ask("called")


@case
def test_connecting_and_closing():
    def knock(name, address):
        for _ in range(25):
            s = socket.socket()
            s.settimeout(8)
            s.connect(address)
            assert exactly(s, len(name)) == name
            s.close()

    both(knock, *[(name, ("127.0.0.1", ask("greeter", name.decode()))) for name in (b"left", b"right")])


@case
def test_one_reads_one_writes():
    s = echoing()
    data = pattern(30000, 3)

    def write():
        for at in range(0, len(data), 100):
            assert s.write(data[at : at + 100]) == 100

    other = Worker(write)
    assert exactly(s, len(data)) == data
    other.end()


@case
def test_datagrams():
    def send(s, peer, name):
        for i in range(150):
            assert s.sendto(b"%s %d" % (name, i), peer.address) == len(b"%s %d" % (name, i))

    names = b"left", b"right"
    ends = [(play.new(socket.AF_INET, socket.SOCK_DGRAM), play.Datagrams(), name) for name in names]
    both(send, *ends)
    for _, peer, name in ends:
        assert [peer.recv() for _ in range(150)] == [b"%s %d" % (name, i) for i in range(150)]


@case
def test_many_commands():
    def question(text, answer):
        for _ in range(150):
            found = play.modem.command(text)
            assert found == [answer], (text, found)

    both(question, ("AT+CIPMUX?", b"+CIPMUX:1"), ("AT+CWMODE?", b"+CWMODE:1"))


@case
def test_handlers_in_a_turn():
    s, peer = play.pair(0)
    talker = echoing()
    refused = []
    written = [0]

    def report(buf, a, b):
        written[0] += s.write(b"!") or 0
        assert s.readinto(bytearray(1)) is None
        try:
            play.modem.command("AT")
        except RuntimeError:
            refused.append(True)

    play.modem.on(b"+NOTE", report)
    try:
        other = Worker(talk, talker, b"talk", 60)
        for _ in range(20):
            ask("inject", play.hexed(b"\r\n+NOTE\r\n"))
            time.sleep(0.002)
        other.end()
        until(lambda: play.modem.step() is None or len(refused) == 20)
    finally:
        play.modem.off(b"+NOTE")
    assert written[0] and peer.recv(written[0]) == b"!" * written[0], written
