"""MQTT over TLS and over WebSocket, against a real broker."""
import time

import pytest
from sim.servers import MODULE_PKI, TcpServer, forward_to, server_context, until
from sim.test_mqtt import received, refused, refused_connect


@pytest.mark.parametrize("scheme", [2, 3, 4, 5, 7, 8, 9, 10])
def test_schemes_over_tls(online, broker, scheme):
    """The module's own certificates; a server that wants one is refused by the schemes that have none."""
    online.ok(f"AT+SYSTIMESTAMP={int(time.time())}")
    mode = scheme - (2 if scheme < 6 else 7)
    context = server_context("broker", trust=MODULE_PKI / "mqtt_ca.crt" if mode >= 2 else None, alpn=["x-amzn-mqtt-ca", "mqtt"])
    inner = broker.port if scheme < 6 else broker.ws_port
    path = "" if scheme < 6 else "/mqtt"
    with TcpServer(forward_to(inner), context) as front:
        online.ok(f'AT+MQTTUSERCFG=0,{scheme},"tls{scheme}","","",0,0,"{path[1:]}"')
        online.ok('AT+MQTTALPN=0,2,"x-amzn-mqtt-ca","other"')
        online.ok('AT+MQTTSNI=0,"espressif.test"')
        answer = online.ask(f'AT+MQTTCONN=0,"127.0.0.1",{front.port},1')
        assert answer == b'+MQTTCONNECTED:0,%d,"127.0.0.1","%d","%s",1\r\n\r\nOK\r\n' % (scheme, front.port, path.encode())
        online.ok('AT+MQTTSUB=0,"tls",1')
        online.ok('AT+MQTTPUB=0,"tls","over tls",0,0')
        assert online.read(b"\r\n") == b'+MQTTSUBRECV:0,"tls",8,over tls\r\n'
        online.ok("AT+MQTTCLEAN=0")
        client = "mqtt_client" if mode >= 2 else None
        until(lambda: front.shown == [("espressif.test", "x-amzn-mqtt-ca", client)])


@pytest.mark.parametrize(
    ("scheme", "name", "trust"), [(3, "stranger", False), (5, "expired", False), (2, "broker", True), (3, "broker", True)]
)
def test_schemes_that_must_fail(online, broker, scheme, name, trust):
    """A server nobody vouches for, an expired one, one that wants to see a certificate."""
    online.ok(f"AT+SYSTIMESTAMP={int(time.time())}")
    context = server_context(name, trust=MODULE_PKI / "mqtt_ca.crt" if trust else None)
    with TcpServer(forward_to(broker.port), context) as front:
        online.ok(f'AT+MQTTUSERCFG=0,{scheme},"tls","","",0,0,""')
        assert refused_connect(online, front) == 0x600B


def test_verifying_needs_the_time(online, broker):
    with TcpServer(forward_to(broker.port), server_context("broker")) as front:
        online.ok('AT+MQTTUSERCFG=0,3,"clock","","",0,0,""')
        assert refused_connect(online, front) == 0x600B
        online.ok(f"AT+SYSTIMESTAMP={int(time.time())}")
        online.ok(f'AT+MQTTCONN=0,"127.0.0.1",{front.port},0')
        online.ok("AT+MQTTCLEAN=0")


def test_no_certificate_in_the_store(online):
    online.ok('AT+SYSMFG=0,"mqtt_ca"')
    online.ok('AT+MQTTUSERCFG=0,3,"none","","",0,0,""')
    assert refused(online, 'AT+MQTTCONN=0,"127.0.0.1",8883,0') == 0x6022


def test_websocket_without_tls(online, broker):
    online.ok('AT+MQTTUSERCFG=0,6,"ws","","",0,0,"mqtt"')
    answer = online.ask(f'AT+MQTTCONN=0,"127.0.0.1",{broker.ws_port},0')
    assert answer.startswith(b'+MQTTCONNECTED:0,6,"127.0.0.1","%d","/mqtt",0\r\n' % broker.ws_port)
    online.ok('AT+MQTTSUB=0,"ws",2')
    data = bytes(range(256)) * 100
    online.write(b'AT+MQTTPUBRAW=0,"ws",%d,2,0\r\n' % len(data))
    online.read(b">")
    online.write(data)
    got = online.read(b"+MQTTPUB:OK\r\n")
    online.pending = got.replace(b"+MQTTPUB:OK\r\n", b"") + online.pending
    assert received(online, b"ws", len(data))[0] == data
    online.ok("AT+MQTTCLEAN=0")
