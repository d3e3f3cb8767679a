"""The MQTT client and its inbox, on a scripted port."""

import espat.net.inbox
import espat.net.mqtt
from calls import PROMPT, runner, text
from checks import raises
from espat.errors import AtRefused
from espat.net.mqtt import MQTTClient
from espat.net.mqtt_inbox import Topics, matches
from fakeport import FakePort

OK = b"\r\nOK\r\n"
UP = b'+MQTTCONNECTED:0,1,"h","1883","",0\r\n'
DOWN = b"+MQTTDISCONNECTED:0\r\n"
CLEAN = (b"AT+MQTTCLEAN=0\r\n", b"\r\nERROR\r\n")
USER = b'AT+MQTTUSERCFG=0,1,"id","","",0,0,""\r\n'
SESSION = b'AT+MQTTCONNCFG=0,0,0,"","",0,0\r\n'
CONN = b'AT+MQTTCONN=0,"h",1883,%d\r\n'


def line(topic, data, tail=b"\r\n"):
    return b'+MQTTSUBRECV:0,"%s",%d,%s%s' % (topic, len(data), data, tail)


def make(*steps, reconnect=False, known=True, **options):
    """A connected client over a port that still expects these steps; all topics and messages it hands on."""
    up = UP.replace(b",0\r\n", b",1\r\n") if reconnect else UP
    port = FakePort(CLEAN, (USER, OK), (SESSION, OK), (CONN % reconnect, up + OK), *steps)
    at = runner(port)
    at.has = lambda name: known
    for module in (espat.net.mqtt, espat.net.inbox):
        module.ticks_ms = port.ticks
    client = MQTTClient(at, "id", "h", reconnect=reconnect, **options)
    got = []
    client.set_callback(lambda topic, message: got.append((topic, message)))
    client.connect()
    return port, client, got


def take(client, got):
    """All that is there."""
    while client.check_msg() or client.at.step():
        pass
    out = got[:]
    del got[:]
    return out


def rest(client, got, ms):
    client.at.port.now += ms
    return take(client, got)


def test_connect():
    port, client, got = make()
    port.done()
    assert client.connected and client.check_msg() is None


def test_connect_with_everything():
    steps = (CLEAN, (b'AT+MQTTUSERCFG=0,7,"id","me","pw",0,0,"/mqtt"\r\n', OK),
             (b'AT+MQTTCONNCFG=0,60,1,"will","gone",1,1\r\n', OK), (b'AT+MQTTSNI=0,"broker.example"\r\n', OK),
             (b'AT+MQTTALPN=0,1,"mqtt"\r\n', OK), (b'AT+MQTTCONN=0,"h",8883,0\r\n', UP + OK))  # fmt: skip
    port = FakePort(*steps)
    client = MQTTClient(runner(port), "id", "h", user="me", password=b"pw", keepalive=60, ssl=True, websocket="/mqtt",
                        server_hostname="broker.example", alpn=("mqtt",))  # fmt: skip
    client.set_last_will("will", "gone", True, 1)
    client.connect(clean_session=False)
    port.done()


def test_long_names():
    """What has no room in the line, or cannot stand in one, goes by itself."""
    who = b"i" * 300
    steps = (CLEAN, (b'AT+MQTTUSERCFG=0,1,"","","p",0,0,""\r\n', OK), (b"AT+MQTTLONGCLIENTID=0,300\r\n", PROMPT), (who, OK),
             (b"AT+MQTTLONGUSERNAME=0,4\r\n", PROMPT), (b"a\r\nb", OK), (SESSION, OK), (CONN % 0, UP + OK))  # fmt: skip
    port = FakePort(*steps)
    at = runner(port)
    at.has = lambda name: True
    MQTTClient(at, who, "h", user="a\r\nb", password="p").connect()
    port.done()
    old = (CLEAN, (b'AT+MQTTUSERCFG=0,1,"","","",0,0,""\r\n', OK), (b'AT+MQTTCLIENTID=0,"%s"\r\n' % who[:100], OK), (SESSION, OK),
           (CONN % 0, UP + OK))  # fmt: skip
    port = FakePort(*old)
    at = runner(port)
    at.has = lambda name: False
    MQTTClient(at, who[:100], "h").connect()
    port.done()


def test_refused():
    """The code says why, and the module is ready for another try."""
    no = DOWN + b"ERR CODE:0x010a600b\r\n\r\nERROR\r\n"
    port = FakePort(CLEAN, (USER, OK), (SESSION, OK), (CONN % 0, no), (b"AT+MQTTCLEAN=0\r\n", OK),
                    CLEAN, (USER, OK), (SESSION, OK), (CONN % 0, UP + OK))  # fmt: skip
    client = MQTTClient(runner(port), "id", "h")
    error = raises(AtRefused, client.connect)
    assert error.meaning == "starting the client failed" and not client.connected
    client.connect()
    assert client.connected
    port.done()


def test_messages():
    port, client, got = make()
    wild = bytes(range(256))
    port.say(line(b"a", b"1") + line(b"b/c", wild, b"") + line(b'q"x,y', b"") + line(b"a", b"\r\nOK\r\n"))
    client.wait_msg()
    assert got == [(b"a", b"1")]
    assert take(client, got) == [(b"a", b"1"), (b"b/c", wild), (b'q"x,y', b""), (b"a", b"\r\nOK\r\n")]


def test_wait():
    port, client, got = make()
    port.say(2500, line(b"a", b"late"))
    client.wait_msg()
    assert got == [(b"a", b"late")] and port.now >= 2500
    assert raises(OSError, client.wait_msg, 1).args[0] == 110


def test_messages_during_a_command():
    """Between command and prompt, glued to the prompt, before the result."""
    port, client, got = make(
        (b'AT+MQTTPUBRAW=0,"t",2,1,1\r\n', line(b"a", b"1") + OK + line(b"a", b"2") + b"\r\n>" + line(b"a", b"3")),
        (b"hi", line(b"a", b"4") + b"+MQTTPUB:OK\r\n"),
    )
    client.publish("t", "hi", True, 1)
    port.done()
    assert [m for _, m in take(client, got)] == [b"1", b"2", b"3", b"4"]


def test_publish():
    port, client, got = make(
        (b'AT+MQTTPUB=0,"t","",0,0\r\n', OK), (b'AT+MQTTPUBRAW=0,"t",1,0,0\r\n', PROMPT), (b"x", b"+MQTTPUB:FAIL\r\n"),
        (b'AT+MQTTPUBRAW=0,"t",1,0,0\r\n', b"ERR CODE:0x010a6002\r\n\r\nERROR\r\n"),
    )  # fmt: skip
    client.publish(b"t", b"")
    raises(AtRefused, client.publish, "t", "x")
    assert raises(AtRefused, client.publish, "t", "x").code == 0x010A6002
    port.done()


def test_callbacks():
    unsub = (b'AT+MQTTUNSUB=0,"a/+"\r\n', OK)
    port, client, got = make((b'AT+MQTTSUB=0,"a/+",1\r\n', OK), (b'AT+MQTTSUB=0,"b/#",0\r\n', OK), unsub)
    own = []
    client.subscribe("a/+", 1, lambda topic, message: own.append(topic))
    client.subscribe(b"b/#")
    port.say(line(b"a/1", b"x") + line(b"b/1", b"y") + line(b"a/1/2", b"z"))
    assert take(client, got) == [(b"b/1", b"y"), (b"a/1/2", b"z")] and own == [b"a/1"]
    client.unsubscribe("a/+")
    port.say(line(b"a/1", b"x"))
    assert take(client, got) == [(b"a/1", b"x")]
    port.done()


def test_refused_subscription_is_none():
    port, client, got = make((b'AT+MQTTSUB=0,"t",0\r\n', b"\r\nERROR\r\n"), (DOWN, b""))
    raises(AtRefused, client.subscribe, "t")
    assert not client._topics


# -- long messages


def test_pieces_are_joined():
    port, client, got = make()
    full = b"x" * 1016
    for topic in (b"", b"a"):
        port.say(line(b"a", full) + line(topic, b"y" * 1024) + line(topic, b"end"))
        assert take(client, got) == []  # it may go on
        assert rest(client, got, 301) == [(b"a", full + b"y" * 1024 + b"end")]


def test_pieces_over_time():
    port, client, got = make()
    port.say(line(b"a", b"x" * 1016), 250, line(b"", b"y" * 100), 250, line(b"", b"z"), 200)
    client.wait_msg()
    assert got[0] == (b"a", b"x" * 1016 + b"y" * 100 + b"z")


def test_another_topic_ends_a_long_message():
    port, client, got = make()
    port.say(line(b"a", b"x" * 1016) + line(b"b", b"y"))
    assert take(client, got) == [(b"a", b"x" * 1016), (b"b", b"y")]


def test_short_messages_on_one_topic_are_two():
    port, client, got = make()
    port.say(line(b"a", b"x" * 990) + line(b"a", b"y"))
    assert take(client, got) == [(b"a", b"x" * 990), (b"a", b"y")]


def test_silence_ends_a_long_message():
    port, client, got = make()
    port.say(line(b"a", b"x" * 1016))
    take(client, got)
    port.now += 400
    port.say(line(b"a", b"y"))
    assert take(client, got) == [(b"a", b"x" * 1016), (b"a", b"y")]


def test_a_piece_that_begins_in_the_middle():
    """Seen on 2.4: there is no first piece."""
    port, client, got = make()
    port.say(line(b"", b"tail"))
    assert take(client, got) == []
    assert rest(client, got, 301) == [(b"", b"tail")]


def test_no_room():
    """A message that does not fit is dropped as a whole and counted; what waits and what comes later is whole."""
    port, client, got = make(room=2000)
    port.say(line(b"a", b"1" * 900) + line(b"b", b"2" * 1016) + line(b"", b"3" * 1024) + line(b"c", b"4"))
    assert take(client, got) == [(b"a", b"1" * 900), (b"c", b"4")] and client.lost == 1
    port.say(line(b"b", b"2" * 1016))
    assert take(client, got) == [] and rest(client, got, 301) == [(b"b", b"2" * 1016)] and client.lost == 1
    port.say(line(b"a", b"x" * 3000) + line(b"b", b"y"))
    assert take(client, got) == [(b"b", b"y")] and client.lost == 2


def test_no_more_than_32_wait():
    port, client, got = make()
    port.say(line(b"a", b"") * 40)
    while client.at.step():
        pass
    assert len(take(client, got)) == 32 and client.lost == 8


def test_a_length_that_lies():
    """Bytes lost on the line: the message is dropped, what follows is read again."""
    port, client, got = make()
    port.say(b'+MQTTSUBRECV:0,"a",50,short\r\n', 1500, line(b"b", b"y"))
    client.wait_msg(5)
    assert got == [(b"b", b"y")] and client.lost == 1


# -- losing the connection


def test_lost():
    port, client, got = make()
    events = []
    client.set_event(events.append)
    port.say(line(b"a", b"1") + DOWN)
    assert client.check_msg()  # what had come is handed on first
    assert raises(OSError, client.check_msg).args[0] == 107 and events == [False] and not client.connected
    assert raises(OSError, client.wait_msg).args[0] == 107
    assert events == [False]


def test_lost_and_won_again():
    """The module connects by itself; the subscriptions are told again."""
    sub = (b'AT+MQTTSUB=0,"t",1\r\n', OK)
    port, client, got = make(sub, sub, reconnect=True)
    events = []
    client.set_event(events.append)
    client.subscribe("t", 1)
    port.say(DOWN)
    assert client.check_msg() is None and events == [False] and not client.connected
    port.say(UP, 100, line(b"t", b"x"))
    client.wait_msg()
    assert events == [False, True] and got == [(b"t", b"x")]
    port.done()


def test_lost_again_while_it_subscribes():
    sub = b'AT+MQTTSUB=0,"t",0\r\n'
    port, client, got = make((sub, OK), (sub, DOWN + b"\r\nERROR\r\n"), (sub, OK), reconnect=True)
    events = []
    client.set_event(events.append)
    client.subscribe("t")
    port.say(DOWN + UP)
    client.check_msg()
    port.say(UP)
    client.check_msg()
    port.done()
    assert events == [False, True, False, True]


def test_lost_while_it_publishes():
    port, client, got = make((b'AT+MQTTPUBRAW=0,"t",1,0,0\r\n', PROMPT), (b"x", b"+MQTTDISCONNECTED:0+MQTTPUB:FAIL\r\n"))
    raises(AtRefused, client.publish, "t", b"x")
    assert not client.connected and raises(OSError, client.check_msg).args[0] == 107


def test_the_module_restarts():
    """It has forgotten the connection: connect() makes it again, subscriptions included."""
    again = (CLEAN, (USER, OK), (SESSION, OK), (CONN % 1, UP + OK), (b'AT+MQTTSUB=0,"t",0\r\n', OK))
    port, client, got = make((b'AT+MQTTSUB=0,"t",0\r\n', OK), *again, reconnect=True)
    client.subscribe("t")
    port.say(b"\r\nready\r\n")
    assert raises(OSError, client.check_msg).args[0] == 104
    client.connect()
    assert client.connected and client.check_msg() is None
    port.done()


def test_disconnect():
    port, client, got = make((b"AT+MQTTCLEAN=0\r\n", DOWN + OK))
    port.say(line(b"a", b"1"))
    client.at.step()
    client.disconnect()
    assert not client.connected and take(client, got) == [(b"a", b"1")]
    port.say(text((b'+MQTTSUBRECV:0,"a",1,x',)))
    assert take(client, got) == []
    port.done()


def test_a_client_that_has_gone_hears_nothing():
    port, client, got = make((b"AT+MQTTCLEAN=0\r\n", OK))
    client.disconnect()
    port.say(UP + DOWN + b"\r\nready\r\n")
    assert client.check_msg() is None and not client.connected


def test_a_client_that_was_left_behind_hears_nothing():
    port, old, got = make((b"AT+MQTTCLEAN=0\r\n", OK), (USER, OK), (SESSION, OK), (CONN % 0, UP + OK))
    client = MQTTClient(old.at, "id", "h")
    client.connect()
    assert not old.connected and client.connected
    port.say(line(b"a", b"1") + b"\r\nready\r\n")
    assert client.check_msg() and raises(OSError, client.check_msg).args[0] == 104
    assert old.check_msg() is None
    port.done()


# -- filters, and heads cut anywhere


def test_matches():
    for wanted, topic, good in (
        (b"a", b"a", True), (b"a", b"b", False), (b"a/b", b"a", False), (b"a", b"a/b", False), (b"#", b"a/b", True),
        (b"a/#", b"a", True), (b"a/#", b"a/b/c", True), (b"a/#", b"ab", False), (b"+", b"a", True), (b"+", b"a/b", False),
        (b"+/+", b"a/b", True), (b"+/b", b"a/c", False), (b"a/+/c", b"a//c", True), (b"#", b"$SYS/x", False),
        (b"+/x", b"$SYS/x", False), (b"$SYS/#", b"$SYS/x", True), (b"a/", b"a", False), (b"+/", b"a/", True),
    ):  # fmt: skip
        assert matches(wanted, topic) == good, (wanted, topic)


def test_heads_cut_anywhere():
    message = line(b'to,"pic', b"0123456789") + line(b"b", b"x")
    for cut in range(1, len(message)):
        port = FakePort()
        at = runner(port)
        espat.net.inbox.ticks_ms = port.ticks
        box = Topics(100)
        at.parser.register(box)
        port.say(message[:cut])
        while at.step():
            pass
        port.say(message[cut:])
        while at.step():
            pass
        assert box.take() == (b'to,"pic', b"0123456789") and box.take() == (b"b", b"x"), cut
