"""Links: how they are used, opened and sent over: at_links, at_manual, at_tcp (guide 3.3)."""

from calls import Data, bounds, check, refuse, runner, sizes
from checks import raises
from espat.errors import AtAnswer
from espat.net import at_links, at_manual, at_tcp
from fakeport import FakePort

OK = b"\r\nOK\r\n"


def having(at, *names):
    """The runner, of a module that knows these commands."""
    at.has = lambda name: name in names
    return at


def spoken(at, text, data=None, end=b"OK"):
    """Run a text that is complete with AT and CR LF, as links.py writes it."""
    assert text[:2] == b"AT" and text[-2:] == b"\r\n"
    return at.run(text[2:-2], data=data, end=end)


def filled(command, link, n):
    """A text of the hot path with its numbers in it."""
    command = bytearray(command)
    return bytes(command[: at_tcp.fill(command, link, n)])


TYPE = b"+CIPRECVTYPE"
MODE = b"+CIPRECVMODE"
STATE = b"+CIPSTATE"
HOW = (
    (lambda at: at_links.multiplex(at, True), b"+CIPMUX=1", (), []),
    (lambda at: at_links.multiplex(at, False), b"+CIPMUX=0", (), []),
    (lambda at: at_links.multiplexed(at), b"+CIPMUX?", (b"+CIPMUX:1",), True),
    (lambda at: at_links.multiplexed(at), b"+CIPMUX?", (b"log of 1", b"+CIPMUX:0"), False),
    (lambda at: at_links.mode(at, True), b"+CIPMODE=1", (), []),
    (lambda at: at_links.mode(at, 0), b"+CIPMODE=0", (), []),
    (lambda at: at_links.get_mode(at), b"+CIPMODE?", (b"+CIPMODE:1",), True),
    (lambda at: at_links.get_mode(at), b"+CIPMODE?", (b"+CIPMODE:0",), False),
    (lambda at: at_links.passive(having(at, TYPE, MODE), True), b"+CIPRECVTYPE=5,1", (), []),
    (lambda at: at_links.passive(having(at, TYPE), False, 2), b"+CIPRECVTYPE=2,0", (), []),
    (lambda at: at_links.passive(having(at, MODE), True), b"+CIPRECVMODE=1", (), []),
    (lambda at: at_links.passives(having(at, TYPE)), b"+CIPRECVTYPE?", (b"+CIPRECVTYPE:0,1", b"+CIPRECVTYPE:1,0,4"),
     [True, False]),
    (lambda at: at_links.passives(having(at, MODE)), b"+CIPRECVMODE?", (b"+CIPRECVMODE:1",), [True]),
    (lambda at: at_links.peers(at, True), b"+CIPDINFO=1", (), []),
    (lambda at: at_links.peers(at, False), b"+CIPDINFO=0", (), []),
    (lambda at: at_links.get_peers(at), b"+CIPDINFO?", b"+CIPDINFO:true\r\nOK\r\n", True),
    (lambda at: at_links.get_peers(at), b"+CIPDINFO?", b"+CIPDINFO:TRUE\r\n\r\nOK\r\n", True),
    (lambda at: at_links.get_peers(at), b"+CIPDINFO?", b"+CIPDINFO:falseWIFI GOT IP\r\n\r\nOK\r\n", False),
    (lambda at: at_links.links(having(at, STATE)), b"+CIPSTATE?", (b'+CIPSTATE:0,"TCP","10.0.0.2",80,5000,0',
     b'+CIPSTATE:3,"SSLv6","FE80::1",443,5001,1'),
     [[0, b"TCP", b"10.0.0.2", 80, 5000, 0], [3, b"SSLv6", b"FE80::1", 443, 5001, 1]]),
    (lambda at: at_links.links(having(at, STATE)), b"+CIPSTATE?", (), []),
    (lambda at: at_links.links(having(at)), b"+CIPSTATUS", (b"STATUS:3", b'+CIPSTATUS:4,"TCP","203.0.113.206",1883,12611,0'),
     [[4, b"TCP", b"203.0.113.206", 1883, 12611, 0]]),
    (lambda at: at_links.links(having(at)), b"+CIPSTATUS", (b"STATUS:5",), []),
)  # fmt: skip
OPENING = (
    (lambda at: at_manual.start_any(at, "TCP", "10.0.0.2", 80), b'+CIPSTARTEX="TCP","10.0.0.2",80', (b"3,CONNECT",), 3),
    (lambda at: at_manual.start_any(at, "SSL", "a.b", 443, 60), b'+CIPSTARTEX="SSL","a.b",443,60', (b"CONNECT",), 0),
    (lambda at: at_manual.start_any(at, "UDP", "10.0.0.2", 0, 1112, 2), b'+CIPSTARTEX="UDP","10.0.0.2",0,1112,2',
     (b"local port:1112", b"change type:2", b"1,CONNECT"), 1),
    (lambda at: at_manual.start_any(at, "TCP", "10.0.0.2", 80), b'+CIPSTARTEX="TCP","10.0.0.2",80',
     (b'+LINK_CONN:0,4,"TCP",0,"10.0.0.2",80,50000',), 4),
    (lambda at: at_manual.start_any(at, "TCP", "10.0.0.2", 80), b'+CIPSTARTEX="TCP","10.0.0.2",80', (), None),
    (lambda at: at_manual.start(at, "TCP", "10.0.0.2", 80), b'+CIPSTART="TCP","10.0.0.2",80', (b"CONNECT",), [b"CONNECT"]),
    (lambda at: at_manual.start(at, "SSLv6", "a.b", 443, 4, 7200, "2001:db8::1", 60000),
     b'+CIPSTART=4,"SSLv6","a.b",443,7200,"2001:db8::1",60000', (b"4,CONNECT",), [b"4,CONNECT"]),
    (lambda at: at_manual.start(at, "SSL", "a.b", 443, None, None, None, 100), b'+CIPSTART="SSL","a.b",443,,,100', (), []),
    (lambda at: at_manual.start_udp(at, "h", 1), b'+CIPSTART="UDP","h",1', (), []),
    (lambda at: at_manual.start_udp(at, "h", 1, 3, 2390, 2, "10.0.0.9", True), b'+CIPSTART=3,"UDPv6","h",1,2390,2,"10.0.0.9"',
     (), []),
    (lambda at: at_manual.receive_type(at, True), b"+CIPRECVTYPE=1", (), []),
    (lambda at: at_manual.receive_type(at, False, 5), b"+CIPRECVTYPE=5,0", (), []),
    (lambda at: at_manual.close(at), b"+CIPCLOSE", (b"CLOSED",), [b"CLOSED"]),
    (lambda at: at_manual.close(at, 5), b"+CIPCLOSE=5", (), []),
    (lambda at: spoken(at, at_tcp.start(0, "TCP", "10.0.0.2", 80, 60)), b'+CIPSTART=0,"TCP","10.0.0.2",80,60',
     (b"0,CONNECT",), [b"0,CONNECT"]),
    (lambda at: spoken(at, at_tcp.start(4, "UDP", "h", 1, 2390, 2, None)), b'+CIPSTART=4,"UDP","h",1,2390,2', (), []),
    (lambda at: spoken(at, at_tcp.receive_type(3, True)), b"+CIPRECVTYPE=3,1", (), []),
    (lambda at: at_links.close(at, 0), b"+CIPCLOSE=0", (b"0,CLOSED",), [b"0,CLOSED"]),
    (lambda at: at_links.close(at, 5), b"+CIPCLOSE=5", (), []),
    (lambda at: at_links.lengths(at), b"+CIPRECVLEN?", (b"+CIPRECVLEN:-1,-1,-1,-1,424",), [-1, -1, -1, -1, 424]),
    (lambda at: at_links.lengths(at), b"+CIPRECVLEN?", (b"+CIPRECVLEN:0,2664,0,0,0",), [0, 2664, 0, 0, 0]),
    (lambda at: at_links.lengths(at), b"+CIPRECVLEN?", (b"+CIPRECVLEN:100,,,,",), [100, None, None, None, None]),
    (lambda at: at_links.lengths(at), b"+CIPRECVLEN?", (b"some log, 1", b"+CIPRECVLEN:7,8,"), [7, 8, None]),
    (lambda at: at_links.lengths(at), b"+CIPRECVLEN?", (b"+CIPRECVLEN:12",), [12]),
)  # fmt: skip
SENDING = (
    (lambda at: spoken(at, filled(at_tcp.SEND, 3, 4), b"test", b"SEND OK"), b"+CIPSEND=3,4",
     Data(b"test", end=b"SEND OK"), []),
    (lambda at: spoken(at, at_tcp.send_to(3, 2, "192.168.68.104", 514), b"ab", b"SEND OK"),
     b'+CIPSEND=3,2,"192.168.68.104",514', Data(b"ab", end=b"SEND OK"), []),
    (lambda at: spoken(at, filled(at_tcp.RECEIVE, 4, 2048)), b"+CIPRECVDATA=4,2048", (), []),
    (lambda at: at_manual.send(at, b"test"), b"+CIPSEND=4", Data(b"test", b"Recv 4 bytes", end=b"SEND OK"), [b"Recv 4 bytes"]),
    (lambda at: at_manual.send(at, bytes(8192), 4), b"+CIPSEND=4,8192", Data(bytes(8192), end=b"SEND OK"), []),
    (lambda at: at_manual.send(at, b"ab", None, "h", 7), b'+CIPSEND=2,"h",7', Data(b"ab", end=b"SEND OK"), []),
    (lambda at: at_manual.receive(at, 10), b"+CIPRECVDATA=10", b"+CIPRECVDATA:4,\r\nOK\r\n\r\nOK\r\n", b"\r\nOK"),
    (lambda at: at_manual.receive(at, 10, 3), b"+CIPRECVDATA=3,10", b"+CIPRECVDATA:1,x\r\nOK\r\n", b"x"),
    (lambda at: at_manual.receive(at, 10, 3, peers=True), b"+CIPRECVDATA=3,10",
     b'+CIPRECVDATA:2,"10.0.0.2",80,,x\r\nOK\r\n', b",x"),
    (lambda at: at_manual.receive(at, 10, 0, bytearray(2)), b"+CIPRECVDATA=0,10", b"+CIPRECVDATA:2,xy\r\nOK\r\n", 2),
    (lambda at: at_manual.send_escaped(at, b"test"), b"+CIPSENDEX=4", Data(b"test", b"Recv 4 bytes", end=b"SEND OK"),
     [b"Recv 4 bytes"]),
    (lambda at: at_manual.send_escaped(at, b"a\\0\\b", 2), b"+CIPSENDEX=2,7", Data(b"a\\\\0\\\\b", end=b"SEND OK"), []),
    (lambda at: at_manual.send_escaped(at, bytearray(b"\0\r\n\xff"), 0, "h", 7), b'+CIPSENDEX=0,4,"h",7',
     Data(b"\0\r\n\xff", end=b"SEND OK"), []),
)  # fmt: skip
RECEIVING_NONOS = (
    (lambda at: at_manual.receive(at, 10), b"+CIPRECVDATA=10", b"+CIPRECVDATA,4:d,:a\r\nOK\r\n", b"d,:a"),
    (lambda at: at_manual.receive(at, 10, 0), b"+CIPRECVDATA=0,10", b"+CIPRECVDATA,4,10.0.0.2,80:data\r\nOK\r\n", b"data"),
)  # fmt: skip


def test_receiving_of_nonos():
    check(RECEIVING_NONOS, nonos=b"_CUR")


def test_how_links_are_used():
    check(HOW)


def test_opening_and_closing():
    check(OPENING)


def test_sending():
    check(SENDING)


def test_bounds():
    bounds((
        (lambda at, v: at_links.passive(having(at, TYPE), True, v), 0, 16),
        (lambda at, v: at_manual.start_any(at, "TCP", "h", v), 0, 65535),
        (lambda at, v: at_manual.start_any(at, "TCP", "h", 1, v), 0, 7200),
        (lambda at, v: at_manual.start_any(at, "UDP", "h", 1, v), 1, 65535),
        (lambda at, v: at_manual.start_any(at, "UDP", "h", 1, 1, v), 0, 2),
        (lambda at, v: at_manual.start(at, "TCP", "h", v), 1, 65535),
        (lambda at, v: at_manual.start(at, "TCP", "h", 1, v), 0, 15),
        (lambda at, v: at_manual.start(at, "TCP", "h", 1, 0, v), 0, 7200),
        (lambda at, v: at_manual.start(at, "TCP", "h", 1, 0, 0, None, v), 0, 60000),
        (lambda at, v: at_manual.start_udp(at, "h", v), 0, 65535),
        (lambda at, v: at_manual.start_udp(at, "h", 1, v), 0, 15),
        (lambda at, v: at_manual.start_udp(at, "h", 1, 0, v), 1, 65535),
        (lambda at, v: at_manual.start_udp(at, "h", 1, 0, 1, v), 0, 2),
        (lambda at, v: at_manual.send(at, bytes(max(0, v))), 1, 8192),
        (lambda at, v: at_manual.send(at, b"x", v), 0, 15),
        (lambda at, v: at_manual.send(at, b"x", 0, "h", v), 1, 65535),
        (lambda at, v: at_manual.receive_type(at, v), 0, 1),
        (lambda at, v: at_manual.receive_type(at, 1, v), 0, 16),
        (lambda at, v: at_manual.receive(at, v), 1, 0x7FFFFFFF),
        (lambda at, v: at_manual.receive(at, 1, v), 0, 15),
        (lambda at, v: at_manual.close(at, v), 0, 16),
        (lambda at, v: at_manual.send_escaped(at, b"x", v), 0, 15),
        (lambda at, v: at_manual.send_escaped(at, b"x", 0, "h", v), 1, 65535),
        (lambda at, v: at_links.close(at, v), 0, 16),
    ))  # fmt: skip
    sizes((
        (lambda at, t: at_manual.start_any(at, "TCP", t, 80), 1, 64),
        (lambda at, t: at_manual.start(at, "TCP", t, 80), 1, 64),
        (lambda at, t: at_manual.start_udp(at, "h", 80, None, None, None, t), 3, 39),
        (lambda at, t: at_manual.start(at, "TCP", "h", 80, None, None, t), 3, 39),
        (lambda at, t: at_manual.start_udp(at, t, 80), 1, 64),
        (lambda at, t: at_manual.send(at, b"x", None, t, 80), 1, 64),
        (lambda at, t: at_manual.send_escaped(at, b"x", 0, t, 7), 1, 64),
    ))  # fmt: skip


def test_bad_parameters():
    refuse((
        (lambda at: at_manual.start_any(at, None, "h", 80), TypeError),
        (lambda at: at_manual.start_any(at, "TCP", "h", "80"), TypeError),
        (lambda at: at_manual.start_any(at, "SCTP", "h", 80), ValueError),
        (lambda at: at_manual.start_any(at, "TCP", "h", 80, 1, "10.0.0.1", 3), TypeError),
        (lambda at: at_manual.start(at, "UDP", "h", 80), ValueError),
        (lambda at: at_manual.send(at, "text"), TypeError),
        (lambda at: at_manual.send(at, b"x", None, "h"), ValueError),
        (lambda at: at_manual.send_escaped(at, b""), ValueError),
        (lambda at: at_manual.send_escaped(at, "text"), TypeError),
        (lambda at: at_manual.send_escaped(at, bytes(8193)), ValueError),
        (lambda at: at_manual.send_escaped(at, b"\\" * 4097), ValueError),
        (lambda at: at_manual.send_escaped(at, b"x", 0, "h"), ValueError),
        (lambda at: at_manual.send_escaped(at, b"x", 0, None, 7), ValueError),
        (lambda at: at_manual.send_escaped(at, b"x", "0"), TypeError),
    ))  # fmt: skip


def test_firmware_without_passive_reception():
    port = FakePort()
    assert at_links.passive(having(runner(port)), True) is None
    assert not port.written


def test_the_texts_of_the_hot_path():
    for n in (1, 2048, 8192, 9999999):
        assert filled(at_tcp.SEND, 4, n) == b"AT+CIPSEND=4,%d\r\n" % n
        assert filled(at_tcp.RECEIVE, 0, n) == b"AT+CIPRECVDATA=0,%d\r\n" % n
    assert at_tcp.LENGTHS == b"AT+CIPRECVLEN?\r\n"
    assert at_tcp.CLOSE.find(b"0") == at_tcp.CLOSE.rfind(b"0") > 0
    assert at_tcp.DATA == b"+CIPRECVDATA"


def test_answers_that_cannot_be_read():
    for call, text, answer in (
        (at_links.lengths, b"+CIPRECVLEN?", b""),
        (at_links.multiplexed, b"+CIPMUX?", b""),
        (at_links.get_mode, b"+CIPMODE?", b"+CIPMODE:\r\n"),
        (at_links.get_peers, b"+CIPDINFO?", b""),
        (at_links.get_peers, b"+CIPDINFO?", b"+CIPDINFO:\r\n"),
    ):
        port = FakePort((b"AT" + text + b"\r\n", answer + OK))
        raises(AtAnswer, call, runner(port))
