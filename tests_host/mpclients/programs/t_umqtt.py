"""umqtt.simple and umqtt.robust as the package index has them, unchanged, against a real broker."""

import play
from mqtt_peers import conversation
from play import ask, case

play.join()

from umqtt.robust import MQTTClient as Robust
from umqtt.simple import MQTTClient

LIBRARY = "umqtt.simple, umqtt.robust"
VERSION = "1.3.4, 1.0"
COPIES = ("micropython-umqtt.robust==1.0", "micropython-umqtt.simple==1.3.4")
SCENARIOS = {"test_qos_0": "1,000 messages each way, QoS 0, real broker",
             "test_qos_1": "1,000 messages each way, QoS 1, real broker",
             "test_robust": "robust: connection lost while publishing, it connects again and goes on with the session"}
TIMEOUT = 100


def talk(qos):
    got = []
    client = MQTTClient("espat-%d" % qos, "127.0.0.1", ask("broker"))
    client.set_callback(lambda topic, text: got.append((topic, text)))
    client.connect()
    play._made.append(client.sock)
    conversation(client, got, qos)


@case
def test_qos_0():
    talk(0)


@case
def test_qos_1():
    talk(1)


@case
def test_robust():
    client = Robust("robust", "127.0.0.1", ask("broker"))
    client.DELAY = 0.1
    got = []
    client.set_callback(lambda topic, text: got.append(text))
    client.connect(clean_session=False)
    client.subscribe(b"own/topic", 1)
    client.publish(b"own/topic", b"first", qos=1)
    while got != [b"first"]:
        client.wait_msg()
    old = client.sock
    old.close()  # the connection is gone, the client has not been told
    client.publish(b"own/topic", b"second", qos=1)
    assert client.sock is not old
    while got != [b"first", b"second"]:
        client.wait_msg()
    client.disconnect()
