"""MQTTClient against a real broker: schemes, long messages, last will, losing and winning the connection."""

import binascii
import io
import time

import high
import play
from espat import at_system
from espat.block import Source
from espat.net import at_mqtt
from espat.net.mqtt import MQTTClient
from high import ask, modem

TIMEOUT = 120
play.join()
PORTS = {kind: ask("broker", kind) for kind in ("tcp", "ws", "tls", "mutual", "wss", "mutual wss")}


def connected(name, kind="tcp", **options):
    client = MQTTClient(modem, name, "127.0.0.1", PORTS[kind], **options)
    client.got = []
    client.set_callback(lambda topic, message: client.got.append((topic, message)))
    client.connect()
    return client


def round_trip(client, topic="t/1"):
    client.subscribe(topic)
    client.publish(topic, b"there and back")
    client.wait_msg(10)
    assert client.got == [(topic.encode(), b"there and back")], client.got
    client.disconnect()
    high.ready()


def test_tcp():
    round_trip(connected("one"))


def test_tls():
    round_trip(connected("two", "tls", ssl=True))


def test_websocket():
    round_trip(connected("three", "ws", websocket="/"))
    round_trip(connected("four", "wss", websocket="/mqtt", ssl=True, server_hostname="broker.example"))


def der(pem):
    """A certificate or key as the bytes that its text stands for."""
    return binascii.a2b_base64(b"".join(line for line in pem.split(b"\n") if b"-----" not in line))


def test_own_certificates():
    """The server is verified, or wants a certificate, or both; all three come from this program. Every scheme of TLS."""
    at_system.set_clock(modem, int(time.time()))
    ca, cert, key = [ask("pki", name).encode() for name in ("mqtt_ca.crt", "mqtt_client.crt", "mqtt_client.key")]
    round_trip(connected("five", "mutual", ca=ca, cert=cert, key=key, server_hostname="localhost"))
    for scheme, kind, options in (
        (5, "mutual", {"ca": der(ca), "cert": der(cert), "key": der(key)}), (3, "tls", {"ca": ca}),
        (4, "mutual", {"cert": cert, "key": key}),
        (8, "wss", {"ca": ca, "websocket": "/mqtt"}), (9, "mutual wss", {"cert": cert, "key": key, "websocket": "/mqtt"}),
        (10, "mutual wss", {"ca": ca, "cert": cert, "key": key, "websocket": "/mqtt"}),
    ):  # fmt: skip
        client = connected("scheme %d" % scheme, kind, server_hostname="localhost", **options)
        assert at_mqtt.state(modem)[1] == scheme
        round_trip(client)
    wrong = ask("pki", "server_ca.crt").encode()
    assert high.refused(connected, "six", "tls", ca=wrong).code & 0xF000 == 0x6000


def test_long_names():
    name = "n" * 700
    client = connected(name, user="user,\"with\\everything", password="p" * 500)
    round_trip(client)


def test_messages_of_any_bytes():
    client = connected("seven")
    client.subscribe("b/#", 1)
    for data in (b"", b"+", bytes(range(256)), b"\r\nOK\r\n", b"\r\n>+MQTTSUBRECV:0,"):
        client.publish("b/x", data, qos=1)
        client.wait_msg(10)
        assert client.got.pop() == (b"b/x", data), data
    client.disconnect()


def test_long_messages():
    """The module cuts what is longer than its buffer; it arrives as one."""
    client = connected("eight", room=20000)
    client.subscribe("long")
    for n in (990, 1000, 1014, 1015, 1016, 1017, 1024, 1100, 2048, 5000, 16000):
        client.publish("long", high.body(n))
        client.wait_msg(10)
        topic, message = client.got.pop()
        assert topic == b"long" and message == high.body(n), (n, len(message))
    assert client.lost == 0
    client.disconnect()


def test_64_kilobytes_from_a_stream():
    """No more than a fixed buffer is held; the broker hands it to another client, on the stage."""

    class Stream(io.IOBase):
        at = 0

        def readinto(self, buf):
            n = min(len(buf), 65536 - self.at)
            for i in range(n):
                buf[i] = (self.at + i) * 7 + ((self.at + i) >> 8) * 13 & 255
            self.at += n
            return n

    handle = ask("listen_to", "big")
    client = connected("nine")
    before, most = high.held(), [0]

    def progress(sent):
        if sent % 16384 == 0:
            most[0] = max(most[0], high.held() - before)

    client.publish("big", Source(Stream(), 65536, progress))
    assert ask("heard", handle) == 65536
    assert most[0] < 8192, most
    client.disconnect()


def test_last_will():
    handle = ask("listen_to", "will")
    client = MQTTClient(modem, "ten", "127.0.0.1", PORTS["tls"], ssl=True)
    client.set_last_will("will", "gone")
    client.connect()
    ask("drop", "tls")
    assert ask("heard", handle) == 4
    play.until(lambda: modem.step() or not client.connected)
    play.fails(107, client.check_msg)
    client.disconnect()


def test_subscriptions_with_callbacks():
    client = connected("eleven")
    own = []
    client.subscribe("s/+/x", callback=lambda topic, message: own.append(message))
    client.subscribe("s/+/y")
    client.publish("s/1/x", b"1")
    client.wait_msg(10)
    client.publish("s/1/y", b"2")
    client.wait_msg(10)
    assert own == [b"1"] and client.got == [(b"s/1/y", b"2")]
    client.unsubscribe("s/+/y")
    client.unsubscribe("s/+/x")
    client.publish("s/1/x", b"3")
    play.fails(110, client.wait_msg, 0.5)
    client.disconnect()


def test_the_module_reconnects():
    ask("reconnect_delay", 0.3)
    client = connected("twelve", "tls", ssl=True, reconnect=True)
    events = []
    client.set_event(events.append)
    client.subscribe("r")
    ask("drop", "tls")
    end = play.now() + 10000
    while len(events) < 2 and play.now() < end:
        client.check_msg()
    assert events == [False, True], events
    client.publish("r", b"again")
    client.wait_msg(10)
    assert client.got == [(b"r", b"again")]
    client.disconnect()


def test_a_client_that_was_left_behind():
    """A program that starts anew after an error: the new client gets the messages."""
    old = connected("left")
    old.subscribe("x")
    client = connected("new")
    client.subscribe("x")
    client.publish("x", b"for the new one")
    client.wait_msg(10)
    assert client.got and not old.got and not old.connected
    client.disconnect()


def test_the_module_restarts():
    client = connected("thirteen", reconnect=True)
    client.subscribe("r")
    ask("restart")
    play.until(lambda: modem.step() or not client.connected)
    play.fails(104, client.check_msg)
    play.join()
    client.connect()
    client.publish("r", b"again")
    client.wait_msg(10)
    assert client.got == [(b"r", b"again")]
    client.disconnect()


def test_refusals():
    """Every call in the wrong state, and a broker that is not there: a code with a meaning, and all goes on."""
    client = MQTTClient(modem, "x", "127.0.0.1", play.unused()[1])
    error = high.refused(client.connect)
    assert error.meaning, error.code
    for call in (lambda: client.publish("t", b"x"), lambda: client.publish("t", b""), lambda: client.subscribe("t"),
                 lambda: client.unsubscribe("t")):
        assert high.refused(call).code & 0xF000 == 0x6000
    high.ready()
