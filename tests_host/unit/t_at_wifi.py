"""Joining, leaving, looking around: at_wifi, at_scan (guide 3.2)."""

from calls import bounds, check, refuse, runner, secret, sizes, twins
from checks import raises
from espat.errors import AtAnswer, AtRefused
from espat.net import at_join, at_scan, at_wifi
from fakeport import FakePort

OK = b"\r\nOK\r\n"
MAC = "aa:bb:cc:dd:ee:ff"
ROWS = (
    (lambda at: at_wifi.mode(at, 3), b"+CWMODE=3", (), []),
    (lambda at: at_wifi.mode(at, 1, True), b"+CWMODE=1,1", (), []),
    (lambda at: at_wifi.mode(at, 1, False), b"+CWMODE=1,0", (), []),
    (lambda at: at_wifi.get_mode(at), b"+CWMODE?", (b"+CWMODE:1",), 1),
    (lambda at: at_join.connect(at, "AB_841R", "1234567890"), b'+CWJAP="AB_841R","1234567890"', (), []),
    (lambda at: at_join.connect(at, "open"), b'+CWJAP="open",""', (), []),
    (lambda at: at_join.connect(at, b'a,"b\\', "p", MAC), b'+CWJAP="a\\,\\"b\\\\","p","aa:bb:cc:dd:ee:ff"', (), []),
    (lambda at: at_join.connect(at, "s", "p", None, 1, 0, 3, 1, 15, 1), b'+CWJAP="s","p",,1,0,3,1,15,1', (), []),
    (lambda at: at_join.connect(at, "s", "p", None, None, None, None, None, 30), b'+CWJAP="s","p",,,,,,30', (), []),
    (lambda at: at_join.connect(at), b"+CWJAP", (b"WIFI CONNECTED", b"WIFI GOT IP"), [b"WIFI CONNECTED", b"WIFI GOT IP"]),
    # the query of ESP-AT 3: nine values
    (lambda at: at_join.access_point(at), b"+CWJAP?", (b'+CWJAP:"net","02:0c:e7:00:00:57",11,-37,0,1,3,0,1',),
     [b"net", b"02:0c:e7:00:00:57", 11, -37, 0, 1, 3, 0, 1]),
    # ESP8266 2.1: eight
    (lambda at: at_join.access_point(at), b"+CWJAP?", (b'+CWJAP:"AB_841R","44:33:4c:00:00:9a",11,-55,0,0,0,0',),
     [b"AB_841R", b"44:33:4c:00:00:9a", 11, -55, 0, 0, 0, 0]),
    # seven, five, four
    (lambda at: at_join.access_point(at), b"+CWJAP?", (b'+CWJAP:"testap","02:0c:e7:00:00:57",11,-37,0,0,0',),
     [b"testap", b"02:0c:e7:00:00:57", 11, -37, 0, 0, 0]),
    (lambda at: at_join.access_point(at), b"+CWJAP?", (b'+CWJAP:"Home","7c:8b:ca:00:00:5b",11,-55,0',),
     [b"Home", b"7c:8b:ca:00:00:5b", 11, -55, 0]),
    (lambda at: at_join.access_point(at), b"+CWJAP?", (b'+CWJAP:"Home","7c:8b:ca:00:00:5b",11,-55',),
     [b"Home", b"7c:8b:ca:00:00:5b", 11, -55]),
    (lambda at: at_join.access_point(at), b"+CWJAP?", (b'+CWJAP:"POT","-AL, 00a"","80:56:00:00:00:01",1,-53',),
     [b'POT","-AL, 00a"', b"80:56:00:00:00:01", 1, -53]),
    (lambda at: at_join.access_point(at), b"+CWJAP?", (b'+CWJAP:"","80:56:00:00:00:01",1,-53',),
     [b"", b"80:56:00:00:00:01", 1, -53]),
    (lambda at: at_join.access_point(at), b"+CWJAP?", (b"No AP",), None),
    (lambda at: at_join.access_point(at), b"+CWJAP?", (), None),
    (lambda at: at_wifi.state(at), b"+CWSTATE?", (b'+CWSTATE:2,"net"',), (2, b"net")),
    (lambda at: at_wifi.state(at), b"+CWSTATE?", (b'+CWSTATE:0,""',), (0, b"")),
    (lambda at: at_wifi.state(at), b"+CWSTATE?", (b"W (77) wifi: log", b'+CWSTATE:4,"a",\\"b"',), (4, b'a",\\"b')),
    (lambda at: at_wifi.leave(at), b"+CWQAP", (), []),
    (lambda at: at_scan.scan(at, [].append), b"+CWLAP", (b'+CWLAP:(3,"net",-74,"94:a6:7e:00:00:38",10,-1,-1,4,4,7,1)',), []),
    (lambda at: at_scan.scan(at, [].append, "Wi-Fi"), b'+CWLAP="Wi-Fi"', (), []),
    (lambda at: at_scan.scan(at, [].append, "Wi-Fi", MAC, 6, False, 400, 1000),
     b'+CWLAP="Wi-Fi","aa:bb:cc:dd:ee:ff",6,0,400,1000', (), []),
    (lambda at: at_scan.scan(at, [].append, None, None, None, True), b"+CWLAP=,,,1", (), []),
    (lambda at: at_scan.scan_options(at, True, 0x7FF), b"+CWLAPOPT=1,2047", (), []),
    (lambda at: at_scan.scan_options(at, 0, 31, -80, 0xFFFF), b"+CWLAPOPT=0,31,-80,65535", (), []),
    (lambda at: at_scan.scan_options(at, 0, 31, None, 9), b"+CWLAPOPT=0,31,,9", (), []),
    (lambda at: at_scan.reconnect(at, 1, 0), b"+CWRECONNCFG=1,0", (), []),
    (lambda at: at_scan.get_reconnect(at), b"+CWRECONNCFG?", (b"+CWRECONNCFG:1,100",), (1, 100)),
)  # fmt: skip
NONOS = (
    (lambda at: at_wifi.mode(at, 1), b"+CWMODE_CUR=1", (), []),
    (lambda at: at_wifi.mode(at, 3, False), b"+CWMODE_CUR=3,0", (), []),
    (lambda at: at_wifi.get_mode(at), b"+CWMODE_CUR?", (b"+CWMODE_CUR:2",), 2),
    (lambda at: at_join.connect(at, "s", "p"), b'+CWJAP_CUR="s","p"', (), []),
    (lambda at: at_join.access_point(at), b"+CWJAP_CUR?", (b'+CWJAP_CUR:"XXXX","64:a2:f9:00:00:c3",5,-49',),
     [b"XXXX", b"64:a2:f9:00:00:c3", 5, -49]),
    (lambda at: at_join.access_point(at), b"+CWJAP_CUR?", (b"No AP",), None),
)  # fmt: skip
NETWORKS = (
    (b'+CWLAP:(3,"POT",-AL00a",-53,"80:56:00:00:00:01",1)', [3, b'POT",-AL00a', -53, b"80:56:00:00:00:01", 1]),
    (b'+CWLAP:(3,"POT-",AL00a",-24,"12:34:56:78:9a:bc",6)', [3, b'POT-",AL00a', -24, b"12:34:56:78:9a:bc", 6]),
    (b'+CWLAP:(3,"",-66,"1c:b7:2c:00:00:20",2)', [3, b"", -66, b"1c:b7:2c:00:00:20", 2]),
    (b'+CWLAP:(4,"Caffe Two Words",-90,"8c:59:c3:00:00:25",11)', [4, b"Caffe Two Words", -90, b"8c:59:c3:00:00:25", 11]),
    (b'+CWLAP:(3,"testap",-48,"5e:b1:86:00:00:44",6,-1,-1,4,4,7,0)',
     [3, b"testap", -48, b"5e:b1:86:00:00:44", 6, -1, -1, 4, 4, 7, 0]),
    (b'+CWLAP:3,"no brackets",-48,"5e:b1:86:00:00:44",6', [3, b"no brackets", -48, b"5e:b1:86:00:00:44", 6]),
    (b'+CWLAP:(0,"a)",-1,"5e:b1:86:00:00:44",6)', [0, b"a)", -1, b"5e:b1:86:00:00:44", 6]),
    (b'+CWLAP:(0,"a,"b","c",-1,"5e:b1:86:00:00:44",6)', [0, b'a,"b","c', -1, b"5e:b1:86:00:00:44", 6]),
    (b'+CWLAP:(0,"\xff\xfe",-1,"5e:b1:86:00:00:44",6)', [0, b"\xff\xfe", -1, b"5e:b1:86:00:00:44", 6]),
    (b"+CWLAP:", None),
    (b"+CWLAP:(3", None),
    (b'+CWLAP:(3,"net"', None),
    (b'+CWLAP:("net",-48,"5e:b1:86:00:00:44",6)', None),
    (b'+CWLAP:(x,"net",-48,"5e:b1:86:00:00:44",6)', None),
    (b'+CWLAP:(3,"net",-48,"5e:b1:86:00:00:44",6', None),
    (b'+CWLAP:3,"net",-48,"5e:b1:86:00:00:44",6)', None),
    (b'+CWLAP:(3,"net",-48,"5e:b1:86:0:00:44",6)', None),
    (b'+CWLAP:(3,"net",48,"5e:b1:86:00:00:44",6)', None),
    (b'+CWLAP:(3,"net",-488,"5e:b1:86:00:00:44",6)', None),
    (b'+CWLAP:(3,"net",-48,"5e:b1:86:00:00:44",611)', None),
    (b'+CWLAP:(3,"net",-48,"5e:b1:86:00:00:44",6)(3,"other",-48,"5e:b1:86:00:00:45",6)', None),
    (b'log: 3,"net",-48,"5e:b1:86:00:00:44",6', None),
    (b"", None),
)  # fmt: skip
SAME = [row for row in NETWORKS if row[1] and len(row[1]) == 5]  # as one module tells them


def test_rows():
    check(ROWS)


def test_rows_of_nonos():
    check(NONOS, nonos=b"_CUR")
    check(twins(NONOS), nonos=b"_DEF")


def test_one_network():
    for line, want in NETWORKS:
        got = at_scan.network(line)
        assert got == want, "%r: %r" % (line, got)


def scanned(*lines):
    """(what a scan tells, its error)."""
    port = FakePort((b"AT+CWLAP\r\n", b"\r\n".join(lines) + b"\r\n"))
    told = []
    try:
        at_scan.scan(port.at(), told.append)
    except AtAnswer as error:
        return told, error
    return told, None


def test_every_network_is_told_and_nothing_else():
    lines = [line for line, _ in SAME]
    assert len(SAME) > 5 and scanned(b"D (13291) nvs: nvs_set sta.ap", *lines + [OK]) == ([want for _, want in SAME], None)


def test_a_row_that_comes_twice_is_one_network():
    lines = [line for line, _ in SAME[:3]]
    assert scanned(lines[0], lines[1], lines[1], lines[2], OK) == ([want for _, want in SAME[:3]], None)


def test_rows_that_differ_in_shape_a_row_without_its_head_and_rows_behind_the_end_are_an_error():
    one, two, three = [line for line, _ in SAME[:3]]
    for lines in ((one, NETWORKS[4][0], two, OK), (one, two[3:], three, OK), (one, b">" + two, OK), (one, OK, two, three)):
        assert scanned(*lines)[1], lines


def test_an_ok_after_busy_and_nothing_in_reach_is_not_believed():
    assert scanned(OK) == ([], None)
    assert scanned(b"busy p...", OK)[1]
    assert scanned(b"busy p...", SAME[0][0], OK) == ([SAME[0][1]], None)


def test_a_damaged_network_is_an_error():
    for line, want in NETWORKS:
        if want is None and line[:1] == b"+":
            port = FakePort((b"AT+CWLAP\r\n", b"\r\n".join((NETWORKS[0][0], line, NETWORKS[2][0])) + b"\r\n" + OK))
            told = []
            raises(AtAnswer, at_scan.scan, port.at(), told.append)
            assert told == [NETWORKS[0][1], NETWORKS[2][1]]


SEVEN = (
    (NETWORKS[4][0], NETWORKS[4][1]),
    (b'+CWLAP:(3,"",-66,"1c:b7:2c:00:00:20",2,-1,-1,4,4,7,0)', [3, b"", -66, b"1c:b7:2c:00:00:20", 2, -1, -1, 4, 4, 7, 0]),
)  # fmt: skip
NASTY = (
    b"\r\nOK\r\n", b"\r\nERROR\r\n", b"\r\nready\r\n", b"0,CLOSED\r\n", b"\r\n0,CLOSED\r\n", b"x\r\n+IPD,0,9:", b"\r\n",
    b"\r\n>\r\n",
    b'",-1,"02:00:00:00:00:00",1)\r\nOK', b"\r\nWIFI DISCONNECT\r\n",
)  # fmt: skip


def listed(name):
    """What a scan tells when the second of three networks is called `name`; what reports it is taken for."""
    row = b'+CWLAP:(3,"' + name + b'",-53,"80:56:00:00:00:01",1,-1,-1,4,4,7,0)\r\n'
    at = FakePort((b"AT+CWLAP\r\n", SEVEN[0][0] + b"\r\n" + row + SEVEN[1][0] + b"\r\n" + OK)).at()
    told, reports = [], []
    for prefix in (b"0,", b"WIFI ", b"+IPD,"):
        at.on(prefix, lambda buf, a, b: reports.append(bytes(buf[a:b])))
    try:
        at_scan.scan(at, told.append)
        assert told[1][1] == name or name[:2] == b'",', told
    except AtAnswer:
        assert b",1)" in name, name
    return told, reports + [at.engine.restarts] * at.engine.restarts


def test_names_that_look_like_answers():
    """A neighbour may call its network anything: 32 bytes, CR LF among them."""
    for name in NASTY:
        told, reports = listed(name)
        assert not reports and told[0] == SEVEN[0][1] and told[-1] == SEVEN[1][1], (name, told, reports)


def test_bounds():
    bounds((
        (lambda at, v: at_wifi.mode(at, v), 0, 3),
        (lambda at, v: at_join.connect(at, "s", "p", None, v), 0, 1),
        (lambda at, v: at_join.connect(at, "s", "p", None, None, v), 0, 7200),
        (lambda at, v: at_join.connect(at, "s", "p", None, None, None, v), 1, 100),
        (lambda at, v: at_join.connect(at, "s", "p", None, None, None, None, v), 0, 1),
        (lambda at, v: at_join.connect(at, "s", "p", None, None, None, None, None, v), 3, 600),
        (lambda at, v: at_join.connect(at, "s", "p", None, None, None, None, None, None, v), 0, 3),
        (lambda at, v: at_scan.scan(at, print, None, None, v), 1, 196),
        (lambda at, v: at_scan.scan(at, print, passive=v), 0, 1),
        (lambda at, v: at_scan.scan(at, print, least=v), 0, 1500),
        (lambda at, v: at_scan.scan(at, print, most=v), 0, 1500),
        (lambda at, v: at_scan.scan_options(at, v, 31), 0, 1),
        (lambda at, v: at_scan.scan_options(at, 0, v), 0, 0x7FF),
        (lambda at, v: at_scan.scan_options(at, 0, 31, v), -100, 40),
        (lambda at, v: at_scan.scan_options(at, 0, 31, None, v), 0, 0xFFFF),
        (lambda at, v: at_scan.reconnect(at, v, 0), 0, 7200),
        (lambda at, v: at_scan.reconnect(at, 1, v), 0, 1000),
    ))  # fmt: skip
    sizes((
        (lambda at, t: at_join.connect(at, t), 1, 32),
        (lambda at, t: at_join.connect(at, "s", t), 0, 64),
        (lambda at, t: at_scan.scan(at, print, t), 1, 32),
        (lambda at, t: at_scan.scan(at, print, None, t), 17, 17),
    ))  # fmt: skip


def test_a_long_join_is_waited_for():
    port = FakePort((b'AT+CWJAP="s","p",,,,,,60\r\n', (55000, b"WIFI CONNECTED\r\n", OK)))
    at_join.connect(runner(port), "s", "p", None, None, None, None, None, 60)
    port.done()


def test_bad_parameters():
    refuse((
        (lambda at: at_join.connect(at, "s", "p", None, 1, 1, 1, 1, 15, 1, 1), ValueError),
        (lambda at: at_wifi.mode(at, "1"), TypeError),
        (lambda at: at_join.connect(at, ""), ValueError),
        (lambda at: at_join.connect(at, "\u00e4" * 17), ValueError),
        (lambda at: at_join.connect(at, "s", "p\r\nAT+RST"), ValueError),
        (lambda at: at_join.connect(at, "s", "p" * 65), ValueError),
        (lambda at: at_scan.scan(at, print, 7), TypeError),
        (lambda at: at_scan.reconnect(at, None, 1), TypeError),
    ))  # fmt: skip


def test_a_refused_join_says_why():
    for code in range(5):
        answer = b"WIFI DISCONNECT\r\n+CWJAP:%d\r\n\r\nERROR\r\n" % code
        port = FakePort((b'AT+CWJAP="s","p"\r\n', answer))
        assert raises(AtRefused, at_join.connect, runner(port), "s", "p").code == code


def test_answers_that_cannot_be_read():
    for call, text, answer in (
        (at_wifi.get_mode, b"+CWMODE?", b""),
        (at_wifi.get_mode, b"+CWMODE?", b"+CWMODE:\r\n"),
        (at_wifi.state, b"+CWSTATE?", b""),
        (at_wifi.state, b"+CWSTATE?", b"+CWSTATE:\r\n"),
        (at_join.access_point, b"+CWJAP?", b"+CWJAP:1\r\n"),
        (at_scan.get_reconnect, b"+CWRECONNCFG?", b"+CWRECONNCFG:,\r\n"),
    ):
        port = FakePort((b"AT" + text + b"\r\n", answer + OK))
        raises(AtAnswer, call, runner(port))


def test_switching_one_side_leaves_the_other():
    port = FakePort()
    at = runner(port)
    at.wifi = 0
    for bit, on, mode in ((1, True, 1), (2, True, 3), (2, True, None), (1, False, 2), (1, False, None), (2, False, 0)):
        if mode is not None:
            port.expect(b"AT+CWMODE=%d\r\n" % mode, OK)
        at_wifi.power(at, bit, on)
        port.done()
    assert at.wifi == 0


def test_passwords_are_hidden_from_taps():
    assert secret(lambda at: at_join.connect(at, "s", "password"))
    assert not secret(lambda at: at_wifi.leave(at))
