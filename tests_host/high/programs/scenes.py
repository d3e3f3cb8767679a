"""Conversations that several programs have, each over another firmware. `ALL` is every byte there is."""

import high
import play
from espat.net import http, passthrough
from espat.net.mqtt import MQTTClient
from high import ask, modem

ALL = bytes(range(256))


def mqtt():
    """Messages to oneself, a short one and one that takes AT+MQTTPUBRAW; then goodbye."""
    client = MQTTClient(modem, "n" * 40, "127.0.0.1", ask("broker"), "user", "password")
    got = []
    client.set_callback(lambda topic, message: got.append(message))
    client.connect()
    client.subscribe("t")
    for message in (b"short", ALL * 5):
        client.publish("t", message)
        client.wait_msg(10)
        assert got.pop() == message
    client.disconnect()
    high.refused(client.publish, "t", b"x")
    high.ready()


def web(headers):
    """A page, a form, and a page that is not there."""
    web = ask("web")
    assert http.get(modem, web + "/file/3000", headers=headers) == high.body(3000)
    assert b"a=1" in http.post(modem, web + "/post", "a=1")
    assert http.status(high.refused(http.get, modem, web + "/status/404")) == 404
    high.ready()


def passthrough_client():
    """A pipe to a server, with a +++ that is data; sockets work after it."""
    pipe = passthrough.connect(modem, *play.listener().address)
    pipe.settimeout(10)
    peer = play.listener().accept()
    pipe.write(ALL + b"+++")
    assert peer.recv(259) == ALL + b"+++"
    peer.send(ALL)
    assert pipe.read(256) == ALL
    pipe.close()
    high.ready()
    s, peer = play.pair()
    peer.send(b"hello")
    assert s.recv(5) == b"hello"
    s.close()


def passthrough_server():
    """A pipe to the first client."""
    ask("call", 8094)
    pipe = passthrough.serve(modem, 8094, timeout=10)
    pipe.settimeout(10)
    peer = play.Peer(ask("called"))
    peer.send(ALL)
    assert pipe.read(256) == ALL
    pipe.write(b"back")
    assert peer.recv(4) == b"back"
    pipe.close()
    high.ready()
