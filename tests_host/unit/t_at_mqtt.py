"""MQTT: at_mqtt (guide 3.6)."""

import io

from calls import PROMPT, Data, bounds, check, refuse, runner, secret, sizes, text
from checks import raises
from espat.block import Source
from espat.errors import AtRefused
from espat.net import at_mqtt
from fakeport import FakePort

LONG = bytes(range(256)) * 8
ID = b"i" * 1024
JSON = '"{"timestamp":"20201121085253"}"'
SETTINGS = (
    (lambda at: at_mqtt.configure(at, 1, "publisher", "espressif", "123456789"),
     b'+MQTTUSERCFG=0,1,"publisher","espressif","123456789",0,0,""', (), []),
    (lambda at: at_mqtt.configure(at, 10, "esp32", path="mqtt"), b'+MQTTUSERCFG=0,10,"esp32","","",0,0,"mqtt"', (), []),
    (lambda at: at_mqtt.long_client(at, ID), b"+MQTTLONGCLIENTID=0,1024", Data(ID), []),
    (lambda at: at_mqtt.long_user(at, b"u"), b"+MQTTLONGUSERNAME=0,1", Data(b"u"), []),
    (lambda at: at_mqtt.long_password(at, b"\0pass\r\n"), b"+MQTTLONGPASSWORD=0,7", Data(b"\0pass\r\n"), []),
    (lambda at: at_mqtt.client(at, "id"), b'+MQTTCLIENTID=0,"id"', (), []),
    (lambda at: at_mqtt.user(at, "me"), b'+MQTTUSERNAME=0,"me"', (), []),
    (lambda at: at_mqtt.password(at, "pw"), b'+MQTTPASSWORD=0,"pw"', (), []),
    (lambda at: at_mqtt.session(at, 0, False, "lwtt", "lwtm"), b'+MQTTCONNCFG=0,0,0,"lwtt","lwtm",0,0', (), []),
    (lambda at: at_mqtt.session(at, 7200, True, "t", "m", 2, True), b'+MQTTCONNCFG=0,7200,1,"t","m",2,1', (), []),
    (lambda at: at_mqtt.session(at, 60), b'+MQTTCONNCFG=0,60,0,"","",0,0', (), []),
    (lambda at: at_mqtt.alpn(at, "mqtt-ca.cn", "mqtt-ca.us"), b'+MQTTALPN=0,2,"mqtt-ca.cn","mqtt-ca.us"', (), []),
    (lambda at: at_mqtt.alpn(at), b"+MQTTALPN=0,0", (), []),
    (lambda at: at_mqtt.sni(at, "a.example.com"), b'+MQTTSNI=0,"a.example.com"', (), []),
)  # fmt: skip
WORK = (
    (lambda at: at_mqtt.connect(at, "192.168.3.102", 8883, True), b'+MQTTCONN=0,"192.168.3.102",8883,1', (), []),
    (lambda at: at_mqtt.connect(at, "h", 1, False, 3000), b'+MQTTCONN=0,"h",1,0,3000', (), []),
    (lambda at: at_mqtt.state(at), b"+MQTTCONN?", (b'+MQTTCONN:0,4,1,"broker.example.net","9082","",0',),
     (4, 1, "broker.example.net", 9082, "", 0)),
    (lambda at: at_mqtt.state(at), b"+MQTTCONN?", (b'+MQTTCONN:0,6,7,"h",443,"mqtt",1',), (6, 7, "h", 443, "mqtt", 1)),
    (lambda at: at_mqtt.state(at), b"+MQTTCONN?", (b'+MQTTCONN:0,0,0,"","","",0',), (0, 0, "", 0, "", 0)),
    (lambda at: at_mqtt.publish(at, "topic", "test", 1), b'+MQTTPUB=0,"topic","test",1,0', (), []),
    (lambda at: at_mqtt.publish(at, "topic", JSON),
     b'+MQTTPUB=0,"topic","\\"{\\"timestamp\\":\\"20201121085253\\"}\\"",0,0', (), []),
    (lambda at: at_mqtt.publish(at, "t", b"", 2, True, 60000), b'+MQTTPUB=0,"t","",2,1,60000', (), []),
    (lambda at: at_mqtt.publish_raw(at, "topic", LONG), b'+MQTTPUBRAW=0,"topic",2048,0,0', Data(LONG, end=b"+MQTTPUB:OK"), []),
    (lambda at: at_mqtt.publish_raw(at, "t", b"\0", 2, True, 5000),
     b'+MQTTPUBRAW=0,"t",1,2,1,5000', Data(b"\0", end=b"+MQTTPUB:OK"), []),
    (lambda at: at_mqtt.subscribe(at, "topic", 1), b'+MQTTSUB=0,"topic",1', (), []),
    (lambda at: at_mqtt.subscribe(at, "topic", 1), b'+MQTTSUB=0,"topic",1', (b"ALREADY SUBSCRIBE",), [b"ALREADY SUBSCRIBE"]),
    (lambda at: at_mqtt.subscribe(at, "t/#", 0, 3000), b'+MQTTSUB=0,"t/#",0,3000', (), []),
    (lambda at: at_mqtt.subscriptions(at),
     b"+MQTTSUB?", (b'+MQTTSUB:0,6,"a",0', b'+MQTTSUB:0,6,"b,"c",2'), [("a", 0), ('b,"c', 2)]),
    (lambda at: at_mqtt.subscriptions(at), b"+MQTTSUB?", (b'+MQTTSUB:0,5,"",0',), []),
    (lambda at: at_mqtt.unsubscribe(at, "topic"), b'+MQTTUNSUB=0,"topic"', (), []),
    (lambda at: at_mqtt.unsubscribe(at, "topic", 4000), b'+MQTTUNSUB=0,"topic",4000', (), []),
    (lambda at: at_mqtt.clean(at), b"+MQTTCLEAN=0", (), []),
)  # fmt: skip
BAD = (
    (lambda at: at_mqtt.configure(at, 0), ValueError),
    (lambda at: at_mqtt.configure(at, 11), ValueError),
    (lambda at: at_mqtt.configure(at, 1, "c" * 257), ValueError),
    (lambda at: at_mqtt.configure(at, 1, "c" * 240), ValueError),  # allowed, but no line holds it
    (lambda at: at_mqtt.configure(at, 1, "c", "u" * 65), ValueError),
    (lambda at: at_mqtt.configure(at, 1, "c", "u", "p" * 65), ValueError),
    (lambda at: at_mqtt.configure(at, 6, path="p" * 33), ValueError),
    (lambda at: at_mqtt.long_client(at, b""), ValueError),
    (lambda at: at_mqtt.long_user(at, bytes(1025)), ValueError),
    (lambda at: at_mqtt.long_password(at, "text"), TypeError),
    (lambda at: at_mqtt.client(at, ""), ValueError),
    (lambda at: at_mqtt.user(at, ""), ValueError),
    (lambda at: at_mqtt.password(at, None), TypeError),
    (lambda at: at_mqtt.session(at, 7201), ValueError),
    (lambda at: at_mqtt.session(at, 0, False, "t" * 129), ValueError),
    (lambda at: at_mqtt.session(at, 0, False, "t", "m" * 129), ValueError),
    (lambda at: at_mqtt.session(at, 0, False, "t", "m", 3), ValueError),
    (lambda at: at_mqtt.alpn(at, *["x"] * 6), ValueError),
    (lambda at: at_mqtt.sni(at, None), TypeError),
    (lambda at: at_mqtt.connect(at, "h" * 129, 1), ValueError),
    (lambda at: at_mqtt.connect(at, "h", 65536), ValueError),
    (lambda at: at_mqtt.connect(at, "h", 1, False, 2999), ValueError),
    (lambda at: at_mqtt.connect(at, "h", 1, False, 60001), ValueError),
    (lambda at: at_mqtt.publish(at, "", "x"), ValueError),
    (lambda at: at_mqtt.publish(at, "t" * 129, "x"), ValueError),
    (lambda at: at_mqtt.publish(at, "t", "a\r\nb"), ValueError),
    (lambda at: at_mqtt.publish(at, "t", "x" * 250), ValueError),
    (lambda at: at_mqtt.publish(at, "t", "x", 3), ValueError),
    (lambda at: at_mqtt.publish_raw(at, "t", b""), ValueError),
    (lambda at: at_mqtt.publish_raw(at, "t", "text"), TypeError),
    (lambda at: at_mqtt.subscribe(at, "t", -1), ValueError),
    (lambda at: at_mqtt.unsubscribe(at, ""), ValueError),
)  # fmt: skip


def test_settings():
    check(SETTINGS)


def test_work():
    check(WORK)


def test_bounds():
    bounds((
        (lambda at, v: at_mqtt.configure(at, v), 1, 10),
        (lambda at, v: at_mqtt.configure(at, 1, pki=v), 0, 255),
        (lambda at, v: at_mqtt.configure(at, 1, ca=v), 0, 255),
        (lambda at, v: at_mqtt.session(at, v), 0, 7200),
        (lambda at, v: at_mqtt.session(at, 0, v), 0, 1),
        (lambda at, v: at_mqtt.session(at, 0, 0, "", "", v), 0, 2),
        (lambda at, v: at_mqtt.session(at, 0, 0, "", "", 0, v), 0, 1),
        (lambda at, v: at_mqtt.connect(at, "h", v), 1, 65535),
        (lambda at, v: at_mqtt.connect(at, "h", 1, v), 0, 1),
        (lambda at, v: at_mqtt.connect(at, "h", 1, 0, v), 3000, 60000),
        (lambda at, v: at_mqtt.publish(at, "t", "m", v), 0, 2),
        (lambda at, v: at_mqtt.publish(at, "t", "m", 0, v), 0, 1),
        (lambda at, v: at_mqtt.publish_raw(at, "t", b"m", v), 0, 2),
        (lambda at, v: at_mqtt.publish_raw(at, "t", b"m", 0, v), 0, 1),
        (lambda at, v: at_mqtt.subscribe(at, "t", v), 0, 2),
    ))  # fmt: skip
    sizes((
        (lambda at, t: at_mqtt.configure(at, 1, "", t), 0, 64),
        (lambda at, t: at_mqtt.configure(at, 1, "", "", t), 0, 64),
        (lambda at, t: at_mqtt.configure(at, 6, path=t), 0, 32),
        (lambda at, t: at_mqtt.long_client(at, t.encode()), 1, 1024),
        (lambda at, t: at_mqtt.long_user(at, t.encode()), 1, 1024),
        (lambda at, t: at_mqtt.long_password(at, t.encode()), 1, 1024),
        (lambda at, t: at_mqtt.session(at, 0, 0, t), 0, 128),
        (lambda at, t: at_mqtt.session(at, 0, 0, "", t), 0, 128),
        (lambda at, t: at_mqtt.connect(at, t, 1), 1, 128),
        (lambda at, t: at_mqtt.publish(at, t, "m"), 1, 128),
        (lambda at, t: at_mqtt.publish_raw(at, t, b"m"), 1, 128),
        (lambda at, t: at_mqtt.subscribe(at, t), 1, 128),
        (lambda at, t: at_mqtt.unsubscribe(at, t), 1, 128),
    ))  # fmt: skip


def test_bad_parameters():
    refuse(BAD)


def test_passwords_are_hidden_from_taps():
    assert secret(lambda at: at_mqtt.configure(at, 1, "c", "u", "p"))
    assert secret(lambda at: at_mqtt.password(at, "p"))
    port = FakePort((b"AT+MQTTLONGPASSWORD=0,4\r\n", PROMPT), (b"word", text(())))
    at_mqtt.long_password(runner(port), b"word")
    assert b"word" in port.hidden


def test_publish_that_fails():
    port = FakePort((b'AT+MQTTPUBRAW=0,"t",2,0,0\r\n', PROMPT), (b"xy", b"+MQTTPUB:FAIL\r\n"), (b"AT\r\n", text(())))
    at = runner(port)
    raises(AtRefused, at_mqtt.publish_raw, at, "t", b"xy")
    at.run(b"")


def test_why_a_call_was_refused():
    port = FakePort((b'AT+MQTTSUB=0,"t",0\r\n', b"ERR CODE:0x010a6002\r\n\r\nERROR\r\n"))
    error = raises(AtRefused, at_mqtt.subscribe, runner(port), "t")
    assert error.code == 0x010A6002 and error.meaning == "the connection is in another state than configured"


def test_64_kilobytes_from_a_stream():
    data = bytes(range(256)) * 256
    port = FakePort((b'AT+MQTTPUBRAW=0,"t",65536,0,0\r\n', PROMPT), (data, b"+MQTTPUB:OK\r\n"))
    at_mqtt.publish_raw(runner(port), "t", Source(io.BytesIO(data), len(data)))
    port.done()
