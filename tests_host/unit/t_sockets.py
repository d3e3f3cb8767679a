"""Sockets over a scripted port: what a program does seldom or wrongly, and what strikes in the middle of a call."""

import espat.net.link
import espat.net.network
import espat.net.reading
from checks import raises
from espat.net.links import Links
from espat.net.network import WLAN
from espat.net.server import Server
from espat.net.sock import SOCK_DGRAM, Socket
from fakeport import FakePort

OK = b"\r\nOK\r\n"
PEER = "10.0.0.2", 7
_OPEN = 2  # state of a link


def table(*steps):
    """(port, runner with a table of links whose rings have 64 bytes)"""
    port = FakePort(*steps)
    espat.net.reading.ticks_ms = port.ticks
    at = port.at()
    at.firmware, at.chip = (3, 4), "ESP32"
    at.links = Links(at, 64, 64)
    return port, at


def opened(at, kind=1):
    """A socket that is connected; the first one has link 1."""
    s = Socket(at.links, 2, kind)
    link = s.link = at.links.occupy(at.links.unused(), s.kind)
    s._serial = link.serial
    s.peer = PEER
    s.connected = 1
    link.state = _OPEN
    return s


def test_a_strangers_link_is_no_link_for_a_connection():
    """The client of an earlier program's server has come, and all other links are in use."""
    port, at = table((b"AT+CIPCLOSE=0\r\n", b""))
    port.say(b"0,CONNECT\r\n")
    at.step()
    for _ in range(4):
        opened(at)
    assert raises(OSError, at.links.unused).errno == 105


def test_a_stranger_that_goes_when_the_network_is_gone():
    port, at = table()
    at.links.online = False
    port.say(b"0,CONNECT\r\n0,CLOSED\r\n")
    at.step()
    assert not at.links.table[0].state
    port.done()


def test_a_client_comes_while_the_heap_is_full():
    """There is no room for its ring: it is no client then, and what it sends is not asked for."""
    port, at = table((b"AT+CIPRECVDATA=0,64\r\n", b"+CIPRECVDATA:5,hello" + OK))
    server = object.__new__(Server)
    server.links, server.kind, server.waiting, server.backlog = at.links, "TCP", [], 2
    at.links.server = server
    ring = espat.net.link.Ring

    def full(size):
        raise MemoryError

    espat.net.link.Ring = full
    try:
        port.say(b"0,CONNECT\r\n")
        raises(MemoryError, at.step)
    finally:
        espat.net.link.Ring = ring
    at.links.ask = False
    port.say(b"+IPD,0,5\r\n")
    at.step()
    at.step()
    assert not server.waiting and len(port.steps) == 1  # the question
    at.links.connected(at.links.table[0])  # a list of the links has shown it
    at.links.ask = False
    port.say(b"+IPD,0,5\r\n")
    at.step()
    at.step()
    link = server.first()[0]
    assert link.rx.take(9) == b"hello"
    port.done()


class Poor:
    """A list that finds the heap full while it is poor."""

    poor = True

    def __init__(self):
        self.rows = []
        self.pop = self.rows.pop

    def __len__(self):
        return len(self.rows)

    def append(self, row):
        if self.poor:
            raise MemoryError
        self.rows.append(row)


def test_a_datagram_comes_while_the_heap_is_full():
    """It is lost, and takes nothing with it."""
    port, at = table()
    s = opened(at, SOCK_DGRAM)
    grams = s.link.grams = Poor()
    port.say(b"+IPD,1,4:lost\r\n")
    raises(MemoryError, at.step)
    grams.poor = False
    port.say(b"+IPD,1,5:hello\r\n")
    at.step()
    s.settimeout(0)
    assert s.recv(10) == b"hello"
    assert raises(OSError, s.recv, 10).errno == 11


def test_a_datagram_that_was_asked_for_waits_until_there_is_room():
    port, at = table((b"AT+CIPRECVDATA=1,5\r\n", b"+CIPRECVDATA:5,hello" + OK))
    s = opened(at, SOCK_DGRAM)
    grams = s.link.grams = Poor()
    port.say(b"+IPD,1,5\r\n")
    at.step()
    raises(MemoryError, at.step)
    raises(MemoryError, at.step)
    grams.poor = False
    s.settimeout(0)
    assert s.recv(10) == b"hello"
    port.done()


def test_more_than_was_asked_for_harms_no_other_link():
    """The module sends 100 bytes in place of 64, and their socket is closed meanwhile."""
    port, at = table(
        (b"AT+CIPRECVDATA=1,64\r\n", b"+CIPRECVDATA:100," + bytes(90)),
        (b"AT+CIPCLOSE=1\r\n", b"1,CLOSED\r\n" + OK),
        (b"AT+CIPRECVDATA=2,64\r\n", b"+CIPRECVDATA:5,hello" + OK),
    )
    first, second = opened(at), opened(at)
    first.settimeout(0)
    port.say(b"+IPD,1,100\r\n")
    at.step()
    at.step()
    first.close()
    port.say(bytes(10) + OK + b"\r\n+IPD,2,5\r\n")
    assert second.recv(5) == b"hello"
    port.done()


def test_a_count_larger_than_the_buffer():
    port, at = table()
    s = opened(at)
    port.say(b"+IPD,1,10:0123456789\r\n")
    buf = bytearray(4)
    assert s.recv_into(buf, 10) == 4 and buf == b"0123"
    assert s.readinto(buf, 10) == 4 and buf == b"4567"
    assert s.recv(10) == b"89"


def test_reading_datagrams_like_a_file():
    """Each call takes one."""
    port, at = table()
    s = opened(at, SOCK_DGRAM)
    port.say(b"+IPD,1,4:a\nbc\r\n+IPD,1,3:def\r\n+IPD,1,4:ghij\r\n+IPD,1,2:kl\r\n")
    assert s.readline() == b"a\nbc"
    assert s.read() == b"def"
    assert s.read(2) == b"gh"
    assert s.recv(10) == b"kl"


def test_an_empty_datagram_cannot_be_sent():
    port, at = table()
    s = opened(at, SOCK_DGRAM)
    at.links.data.info = True
    assert raises(OSError, s.sendto, b"", PEER).errno == 90
    assert raises(OSError, s.send, b"").errno == 90


def test_a_timeout_of_a_week():
    port, at = table()
    s = opened(at)
    s.settimeout(700000)
    port.say(1000, b"+IPD,1,5:hello\r\n")
    assert s.recv(10) == b"hello" and port.now >= 1000


def test_a_report_handler_cannot_wait():
    port, at = table()
    s = opened(at)
    s.settimeout(60)
    told = []

    def handler(buf, a, b):
        told.append(str(raises(RuntimeError, s.recv, 1)))
        told.append(str(raises(RuntimeError, at.run, b"")))

    at.on(b"+X", handler)
    port.say(b"+X\r\n")
    at.step()
    assert len(told) == 2 and port.now == 0
    port.say(b"+IPD,1,5:hello\r\n")
    assert s.recv(5) == b"hello"


def test_ctrl_c_while_close_waits():
    """The link is given back all the same: nobody could do it later."""
    port, at = table((b"AT+CIPSEND=1,5\r\n", OK + b"\r\n>"), (b"hello", b""))
    s = opened(at)
    s.send(b"hello")
    wait = port.wait

    def strike(ms):
        port.wait = wait
        raise KeyboardInterrupt

    port.wait = strike
    raises(KeyboardInterrupt, s.close)
    s.close()
    assert not s.link.claimed
    port.expect(b"AT+CIPCLOSE=1\r\n", b"1,CLOSED\r\n" + OK)
    port.say(b"\r\nSEND OK\r\n")
    for _ in range(5):
        at.step()
    assert not s.link.state
    port.done()


def test_the_station_is_asked_although_the_last_time_was_long_ago():
    """So long that the ticks have gone half round."""
    port, at = table((b"AT+CWSTATE?\r\n", b"+CWSTATE:2,x\r\n" + OK))
    espat.net.network.ticks_ms = port.ticks
    wlan = object.__new__(WLAN)
    wlan.at, wlan.joining, wlan._again, wlan.since, wlan.question, wlan.state = at, None, False, 0, b"AT+CWSTATE?\r\n", 3
    at.jobs.insert(0, wlan.job)
    at.links.online = None
    port.now = 3 << 28  # three quarters of the ticks there are, or half of them
    at.step()
    port.done()
