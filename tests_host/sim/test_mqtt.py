"""The MQTT client's commands against a real broker."""
import socket
import threading
import time

import pytest
from sim.servers import TcpServer, forward_to
from sim.talk import PROMPT, Host

USER = 'AT+MQTTUSERCFG=0,1,"%s","espressif","123456789",0,0,""'


def connect(host, broker, name="client", reconnect=0):
    host.ok(USER % name)
    return host.ok(f'AT+MQTTCONN=0,"127.0.0.1",{broker.port},{reconnect}')


def refused(host, line):
    """The 0x6xxx code of a refusal."""
    answer = host.ask(line)
    assert answer.startswith(b"ERR CODE:0x010a6") and answer.endswith(b"\r\n\r\nERROR\r\n"), answer
    return int(answer[15:19], 16)


def test_a_message_there_and_back(online, broker):
    assert online.ask("AT+MQTTCONN?") == b'+MQTTCONN:0,0,0,"","","",0\r\n\r\nOK\r\n'
    online.ok(USER % "one")
    assert online.ask("AT+MQTTCONN?") == b'+MQTTCONN:0,1,1,"","","",0\r\n\r\nOK\r\n'
    online.ok('AT+MQTTCONNCFG=0,60,0,"lwt_topic","lwt_message",1,0')
    assert online.ask("AT+MQTTCONN?").startswith(b"+MQTTCONN:0,2,")
    head = b'0,1,"127.0.0.1","%d","",1\r\n\r\nOK\r\n' % broker.port
    assert online.ask(f'AT+MQTTCONN=0,"127.0.0.1",{broker.port},1') == b"+MQTTCONNECTED:" + head
    assert online.ask("AT+MQTTCONN?") == b"+MQTTCONN:0,4," + head[2:]
    assert online.ask("AT+MQTTSUB?") == b'+MQTTSUB:0,4,"",0\r\n\r\nOK\r\n'
    assert online.ask('AT+MQTTSUB=0,"a/topic",1') == b"\r\nOK\r\n"
    assert online.ask('AT+MQTTSUB=0,"b/#",2') == b"\r\nOK\r\n"
    assert online.ask('AT+MQTTSUB=0,"a/topic",1') == b"\r\nOK\r\n"  # ALREADY SUBSCRIBE is for the log port
    assert online.ask("AT+MQTTSUB?") == b'+MQTTSUB:0,6,"a/topic",1\r\n+MQTTSUB:0,6,"b/#",2\r\n\r\nOK\r\n'
    online.ok('AT+MQTTPUB=0,"a/topic","test",0,0')
    assert online.read(b"test\r\n") == b'+MQTTSUBRECV:0,"a/topic",4,test\r\n'
    online.ok('AT+MQTTUNSUB=0,"a/topic"')
    online.ok('AT+MQTTUNSUB=0,"a/topic"')  # NO UNSUBSCRIBE is for the log port
    online.ok('AT+MQTTUNSUB=0,"b/#"')
    assert online.ask("AT+MQTTCONN?").startswith(b"+MQTTCONN:0,5,")
    assert online.ask("AT+MQTTCLEAN=0") == b"\r\nOK\r\n"
    assert online.ask("AT+MQTTCONN?") == b'+MQTTCONN:0,0,0,"","","",0\r\n\r\nOK\r\n'


def received(host, topic, size):
    """The payload of one message, joined from its reports."""
    data, heads = b"", []
    while len(data) < size:
        head = host.read(b'",') + host.read(b",")
        heads.append(head)
        count = int(head.rsplit(b",", 2)[1])
        data += host.exactly(count)
        assert host.exactly(2) == b"\r\n"
    assert heads[0].startswith(b'+MQTTSUBRECV:0,"%s",' % topic)
    return data, heads


@pytest.mark.parametrize("qos", [0, 1, 2])
def test_all_qualities_of_service(online, broker, qos):
    connect(online, broker, f"qos{qos}")
    online.ok(f'AT+MQTTSUB=0,"q{qos}",{qos}')
    for number in range(3):
        online.write(f'AT+MQTTPUB=0,"q{qos}","message {number}",{qos},0\r\n'.encode())
        got = online.read(b"message %d\r\n" % number)
        got = got if b"\r\nOK\r\n" in got else got + online.read(b"\r\nOK\r\n")
        assert got.count(b"+MQTTSUBRECV") == 1
    online.ok("AT+MQTTCLEAN=0")


@pytest.mark.parametrize("size", [0, 1, 1010, 1011, 5000, 65536])
def test_raw_messages_of_any_length(online, broker, size):
    data = bytes(index * 7 & 255 for index in range(size))
    connect(online, broker, "raw")
    online.ok('AT+MQTTSUB=0,"long",0')
    online.write(b'AT+MQTTPUBRAW=0,"long",%d,0,0\r\n' % size)
    if size:
        assert online.read(b">") == PROMPT
        online.write(data)
    assert online.read(b"+MQTTPUB:OK\r\n") == b"+MQTTPUB:OK\r\n"
    got, heads = received(online, b"long", size) if size else (b"", [online.read(b"\r\n")])
    assert got == data
    assert len(heads) > 1 if size > 1024 else len(heads) == 1
    assert all(int(head.rsplit(b",", 2)[1]) <= 1024 for head in heads)
    assert all(head.startswith(b'+MQTTSUBRECV:0,"",') for head in heads[1:])  # only the first piece has the topic
    assert online.ask("AT") == b"\r\nOK\r\n"
    online.ok("AT+MQTTCLEAN=0")


def test_pieces_may_repeat_the_topic(sim, online, broker):
    sim.module.mqtt.repeats_topic = True
    connect(online, broker, "pieces")
    online.ok('AT+MQTTSUB=0,"long",0')
    online.write(b'AT+MQTTPUBRAW=0,"long",3000,0,0\r\n')
    online.read(b">")
    online.write(b"x" * 3000)
    online.read(b"+MQTTPUB:OK\r\n")
    data, heads = received(online, b"long", 3000)
    assert data == b"x" * 3000 and len(heads) > 2
    assert all(head.startswith(b'+MQTTSUBRECV:0,"long",') for head in heads)
    online.ok("AT+MQTTCLEAN=0")


def test_the_access_point_goes(sim, online, broker):
    connect(online, broker, "lost", reconnect=1)
    sim.module.mqtt.reconnect_delay = 0.1
    sim.air.kick()
    got = online.read(b"+MQTTCONNECTED")
    wanted = b"WIFI DISCONNECT\r\n+MQTTDISCONNECTED:0\r\nWIFI CONNECTED\r\nWIFI GOT IP\r\n+MQTTCONNECTED"
    assert got == wanted
    online.read(b"\r\n")
    online.ok("AT+MQTTCLEAN=0")


def test_payload_is_raw(online, broker):
    data = b'"\\\r\nOK\r\n\0+++,>'
    connect(online, broker, "odd")
    online.ok('AT+MQTTSUB=0,"odd",0')
    online.write(b'AT+MQTTPUBRAW=0,"odd",%d\r\n' % len(data))
    online.read(b">")
    online.write(data)
    online.read(b"+MQTTPUB:OK\r\n")
    wanted = b'+MQTTSUBRECV:0,"odd",%d,%s\r\n' % (len(data), data)
    assert online.exactly(len(wanted)) == wanted
    online.ok("AT+MQTTCLEAN=0")


def test_escapes_in_a_published_string(online, broker):
    connect(online, broker, "escape")
    online.ok('AT+MQTTSUB=0,"json",0')
    online.ok(r'AT+MQTTPUB=0,"json","\"{\"timestamp\":\"20201121085253\"}\"",0,0')
    assert online.read(b"\r\n") == b'+MQTTSUBRECV:0,"json",32,"{"timestamp":"20201121085253"}"\r\n'
    online.ok("AT+MQTTCLEAN=0")


def test_the_last_will(make, air, broker):
    with Host(make()) as one, Host(make()) as other:
        for number, host in enumerate((one, other)):
            host.join()
            host.ok(USER % f"will{number}")
        one.ok('AT+MQTTCONNCFG=0,60,0,"will/of/one","gone",1,0')
        for host in (one, other):
            host.ok(f'AT+MQTTCONN=0,"127.0.0.1",{broker.port},0')
        other.ok('AT+MQTTSUB=0,"will/#",1')
        one.ok("AT+RST")
        assert other.read(b"gone\r\n") == b'+MQTTSUBRECV:0,"will/of/one",4,gone\r\n'
        other.ok("AT+MQTTCLEAN=0")


def test_retained_message(online, broker):
    connect(online, broker, "retain")
    online.ok('AT+MQTTPUB=0,"kept","still here",1,1')
    online.write(b'AT+MQTTSUB=0,"kept",1\r\n')
    got = online.read(b"still here\r\n")
    assert b'+MQTTSUBRECV:0,"kept",10,still here\r\n' in got
    if b"OK" not in got:
        online.read(b"\r\nOK\r\n")
    online.ok('AT+MQTTPUB=0,"kept","",1,1')
    online.silent(0.1)
    online.ok("AT+MQTTCLEAN=0")


@pytest.fixture
def front(broker):
    """A way to the broker that can be cut."""
    with TcpServer(forward_to(broker.port)) as server:
        yield server


def test_the_end_of_a_connection_without_reconnecting(online, front):
    connect(online, front, "cut")
    online.ok('AT+MQTTSUB=0,"x",0')
    front.drop()
    assert online.read(b"\r\n") == b"+MQTTDISCONNECTED:0\r\n"
    assert online.ask("AT+MQTTCONN?").startswith(b"+MQTTCONN:0,3,")
    assert refused(online, 'AT+MQTTPUB=0,"x","y",0,0') == 0x6051
    assert refused(online, 'AT+MQTTPUBRAW=0,"x",5,0,0') == 0x6051
    assert refused(online, 'AT+MQTTSUB=0,"x",0') == 0x6051
    assert refused(online, f'AT+MQTTCONN=0,"127.0.0.1",{front.port},0') == 0x6002
    assert refused(online, USER % "cut") == 0x6002
    online.ok("AT+MQTTCLEAN=0")
    connect(online, front, "cut")
    online.ok("AT+MQTTCLEAN=0")


def test_reconnecting_by_itself(sim, online, front):
    connect(online, front, "again", reconnect=1)
    sim.module.mqtt.reconnect_delay = 0.1
    online.ok('AT+MQTTSUB=0,"x",0')
    front.drop()
    assert online.read(b"\r\n") == b"+MQTTDISCONNECTED:0\r\n"
    assert online.read(b"\r\n") == b'+MQTTCONNECTED:0,1,"127.0.0.1","%d","",1\r\n' % front.port
    assert online.ask("AT+MQTTSUB?") == b'+MQTTSUB:0,4,"",0\r\n\r\nOK\r\n'  # subscriptions are not renewed
    online.ok('AT+MQTTSUB=0,"x",0')
    online.ok('AT+MQTTPUB=0,"x","y",0,0')
    assert online.read(b"\r\n") == b'+MQTTSUBRECV:0,"x",1,y\r\n'
    sim.module.mqtt.reconnect_delay = 0.3
    front.drop()
    online.read(b"+MQTTDISCONNECTED:0\r\n")
    online.ok("AT+MQTTCLEAN=0")
    assert online.silent(0.6) == b""


def test_cut_while_a_message_is_entered(online, front):
    connect(online, front, "halfway")
    online.write(b'AT+MQTTPUBRAW=0,"x",10,0,0\r\n')
    online.read(b">")
    online.write(b"12345")
    front.drop()
    time.sleep(0.2)
    assert online.silent() == b""  # the data phase has no time-out
    online.write(b"67890")
    assert online.read(b"FAIL\r\n") == b"+MQTTDISCONNECTED:0+MQTTPUB:FAIL\r\n"
    online.ok("AT+MQTTCLEAN=0")


def test_no_broker(online):
    online.ok(USER % "lost")
    answer = online.ask('AT+MQTTCONN=0,"127.0.0.1",1,1')
    assert answer == b"+MQTTDISCONNECTED:0\r\nERR CODE:0x010a600b\r\n\r\nERROR\r\n"
    assert online.ask("AT+MQTTCONN?") == b'+MQTTCONN:0,1,1,"","","",0\r\n\r\nOK\r\n'


def scripted(answers):
    """A broker that gives `answers`, one after each packet it gets, and then hangs up."""

    def talk(sock):
        for answer in answers:
            if not sock.recv(4096):
                return
            sock.sendall(answer)
        sock.recv(4096)

    return TcpServer(talk)


def test_broker_that_refuses_the_login(online):
    with scripted([b"\x20\x02\x00\x05"]) as front:
        online.ok(USER % "stranger")
        assert refused_connect(online, front) == 0x600B


def refused_connect(host, front):
    answer = host.ask(f'AT+MQTTCONN=0,"127.0.0.1",{front.port},0')
    assert answer.startswith(b"+MQTTDISCONNECTED:0\r\nERR CODE:0x010a"), answer
    return int(answer.split(b"0x010a")[1][:4], 16)


def test_broker_that_refuses_or_drops_a_subscription(online):
    with scripted([b"\x20\x02\x00\x00", b"\x90\x03\x00\x01\x80"]) as front:
        connect(online, front)
        assert refused(online, 'AT+MQTTSUB=0,"no",1') == 0x600D
        answer = online.ask('AT+MQTTSUB=0,"v1/devices/me/telemetry",1')
        assert answer == b"+MQTTDISCONNECTED:0\r\nERR CODE:0x010a600d\r\n\r\nERROR\r\n"
        online.ok("AT+MQTTCLEAN=0")


def test_keep_alive(online):
    """A ping at half the time; a broker that does not answer it is given up."""
    pings = []

    def talk(sock):
        sock.recv(4096)
        sock.sendall(b"\x20\x02\x00\x00")
        while data := sock.recv(4096):
            pings.append((time.monotonic(), data))

    with TcpServer(talk) as front:
        online.ok(USER % "ping")
        online.ok('AT+MQTTCONNCFG=0,1,0,"","",0,0')
        online.ok(f'AT+MQTTCONN=0,"127.0.0.1",{front.port},0')
        assert online.read(b"\r\n") == b"+MQTTDISCONNECTED:0\r\n"
        assert [data for _, data in pings] == [b"\xc0\x00"]
        online.ok("AT+MQTTCLEAN=0")


def test_what_connect_says(online):
    seen = []
    with TcpServer(lambda sock: seen.append(sock.recv(8192))) as front:
        online.ok('AT+MQTTUSERCFG=0,1,"x","","",0,0,""')
        for name, value in (("CLIENTID", b"c" * 300), ("USERNAME", b"u" * 1024), ("PASSWORD", b"\0p")):
            assert online.send(f"AT+MQTTLONG{name}=0,{len(value)}", value) == b"\r\nOK\r\n"
        online.ok('AT+MQTTCONNCFG=0,7200,1,"wt","wm",2,1')
        online.ask(f'AT+MQTTCONN=0,"127.0.0.1",{front.port},0')

    def field(data):
        return len(data).to_bytes(2, "big") + data

    flags = 0x80 | 0x40 | 0x20 | 2 << 3 | 4
    parts = [b"c" * 300, b"wt", b"wm", b"u" * 1024, b"\0p"]
    body = field(b"MQTT") + bytes([4, flags]) + (7200).to_bytes(2, "big") + b"".join(map(field, parts))
    assert seen == [b"\x10" + bytes([len(body) & 127 | 128, len(body) >> 7]) + body]


def test_short_spellings_of_older_firmware(online):
    seen = []
    with TcpServer(lambda sock: seen.append(sock.recv(8192))) as front:
        online.ok('AT+MQTTUSERCFG=0,1,"","","",0,0,""')
        online.ok('AT+MQTTCLIENTID=0,"me"')
        online.ok('AT+MQTTUSERNAME=0,"user"')
        online.ok('AT+MQTTPASSWORD=0,"secret"')
        online.ask(f'AT+MQTTCONN=0,"127.0.0.1",{front.port},0')
    assert seen[0].endswith(b"\0\x02me\0\x04user\0\x06secret")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('AT+MQTTUSERCFG=1,1,"","","",0,0,""', 0x6011),
        ('AT+MQTTUSERCFG=0,11,"","","",0,0,""', 0x6013),
        ('AT+MQTTUSERCFG="0",1,"","","",0,0,""', 0x6010),
        ('AT+MQTTUSERCFG=0,1,"","","",0,0', 0x6008),
        ('AT+MQTTUSERCFG=0,1,"","%s","",0,0,""' % ("u" * 65), 0x6019),
        ('AT+MQTTUSERCFG=0,1,"","","%s",0,0,""' % ("p" * 65), 0x601C),
        ('AT+MQTTUSERCFG=0,1,"","","",1,0,""', 0x601E),
        ('AT+MQTTUSERCFG=0,1,"","","",0,1,""', 0x6020),
        ('AT+MQTTUSERCFG=0,1,"","","",0,0,"%s"' % ("p" * 33), 0x6029),
        ('AT+MQTTCONNCFG=0,7201,0,"","",0,0', 0x602D),
        ('AT+MQTTCONNCFG=0,1,2,"","",0,0', 0x602F),
        ('AT+MQTTCONNCFG=0,1,0,"%s","",0,0' % ("t" * 129), 0x6032),
        ('AT+MQTTCONNCFG=0,1,0,"","%s",0,0' % ("m" * 129), 0x6035),
        ('AT+MQTTCONNCFG=0,1,0,"","",3,0', 0x6037),
        ('AT+MQTTCONNCFG=0,1,0,"","",0,2', 0x6039),
        ('AT+MQTTCONNCFG=0,1,0,"","",0,0', 0x6001),
        ("AT+MQTTLONGCLIENTID=0,5", 0x6001),
        ("AT+MQTTLONGUSERNAME=0,0", 0x604C),
        ("AT+MQTTLONGPASSWORD=0,1025", 0x604C),
        ('AT+MQTTALPN=0,1,"x"', 0x6001),
        ("AT+MQTTALPN=0,6", 0x6008),
        ('AT+MQTTSNI=0,"x"', 0x6001),
        ('AT+MQTTCONN=0,"host",1883,0', 0x6001),
        ('AT+MQTTCONN=0,"%s",1883,0' % ("h" * 129), 0x603C),
        ('AT+MQTTCONN=0,"host",0,0', 0x603E),
        ('AT+MQTTCONN=0,"host",1883,2', 0x6040),
        ('AT+MQTTCONN=0,"host",1883,0,5000', 0x6008),  # the time-out came with firmware 5.0
        ('AT+MQTTPUB=0,"t","d",0,0', 0x6001),
        ('AT+MQTTPUB=0,"","d",0,0', 0x6042),
        ('AT+MQTTPUB=0,"%s","d",0,0' % ("t" * 129), 0x6043),
        ('AT+MQTTPUB=0,"t","d",3,0', 0x6048),
        ('AT+MQTTPUB=0,"t","d",0,2', 0x604A),
        ('AT+MQTTPUBRAW=0,"t","d",0,0', 0x604B),
        ('AT+MQTTSUB=0,"t",0', 0x6001),
        ('AT+MQTTUNSUB=0,"t"', 0x6001),
        ("AT+MQTTCLEAN=0", 0x6003),
        ("AT+MQTTCLEAN=1", 0x6011),
    ],
)
def test_error_codes(online, line, code):
    assert refused(online, line) == code


def test_not_twice(online, broker):
    connect(online, broker, "twice")
    assert refused(online, f'AT+MQTTCONN=0,"127.0.0.1",{broker.port},0') == 0x6004
    assert refused(online, USER % "twice") == 0x6004
    assert refused(online, 'AT+MQTTSNI=0,"x"') == 0x6002
    online.ok("AT+MQTTCLEAN=0")


def test_firmware_5_has_a_time_out(make, broker):
    with Host(make("5.0")) as host:
        host.join().ok("AT+SYSLOG=1")
        host.ok(USER % "five")
        assert refused(host, f'AT+MQTTCONN=0,"127.0.0.1",{broker.port},0,2999') == 0x6008
        host.ok(f'AT+MQTTCONN=0,"127.0.0.1",{broker.port},0,3000')
        host.ok('AT+MQTTPUB=0,"t","d",1,0,60000')
        host.ok("AT+MQTTCLEAN=0")


def test_leaving_the_network_ends_the_connection(sim, make, broker):
    """A power cut closes the socket for real: the broker's side sees it."""
    ended = threading.Event()

    def talk(sock):
        sock.recv(4096)
        sock.sendall(b"\x20\x02\x00\x00")
        try:
            while sock.recv(4096):
                pass
        except (OSError, socket.timeout):
            return
        ended.set()

    with TcpServer(talk) as front, Host(sim) as host:
        host.join()
        host.ok(USER % "power")
        host.ok(f'AT+MQTTCONN=0,"127.0.0.1",{front.port},1')
        host.ok("AT+RST")
        assert ended.wait(3)
        host.read(b"WIFI GOT IP\r\n")
        assert b"+MQTTCONN:0,0," in host.ask("AT+MQTTCONN?")
