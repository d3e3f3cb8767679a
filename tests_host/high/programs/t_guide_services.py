"""The guide's examples 4.4, 4.5, 4.7, 4.8 and 4.10 (without Bluetooth) as programs: MQTT, web page, HTTP, sleep."""

import high
import play
from espat import at_basic, at_sleep
from espat.errors import AtTimeout
from espat.net import at_ip, at_join, at_softap, at_wifi, clock, http, provision
from espat.net.mqtt import MQTTClient
from high import ask, modem

TIMEOUT = 240
SSID, PASSWORD = "espressif", "1234567890"
LONG = '{"headers": {"Accept": "application/json","Accept-Encoding": "gzip, deflate"}, "text": "%s"}' % ("x" * 336)
WEB = ask("web")


def station():
    at_wifi.mode(modem, 1)
    at_join.connect(modem, SSID, PASSWORD)
    assert at_ip.address(modem)[0].startswith("127.0.")


def fresh():
    at_basic.restore(modem)
    station()


def know_the_time():
    ask("ntp")
    assert clock.sync(modem, "pool.ntp.org", zone=8, rtc=False)[0] > 2020


def conversation(client, topic="topic", text="test", qos=1):
    """Subscribe, publish, receive one's own message, and be heard by another client."""
    other = ask("listen_to", topic)
    got = []
    client.set_callback(lambda topic, message: got.append((topic, message)))
    client.connect()
    client.subscribe(topic, qos)
    client.publish(topic, text, qos=0)
    client.wait_msg(10)
    assert got == [(topic.encode(), text.encode())], got
    assert ask("heard", other) in (len(text), -1)
    client.disconnect()
    high.ready()


def login(port, host="127.0.0.1", **more):
    return MQTTClient(modem, "publisher", host, port, "espressif", "123456789", **more)


def test_4_4_1():
    station()
    conversation(login(ask("broker"), reconnect=True))


def test_4_4_2():
    station()
    conversation(login(ask("broker"), reconnect=True), text=LONG)


def test_4_4_3():
    """TLS with our certificate, a time server, a last will."""
    station()
    know_the_time()
    cert, key = ask("pki", "mqtt_client.crt").encode(), ask("pki", "mqtt_client.key").encode()
    client = login(ask("broker", "mutual"), cert=cert, key=key, reconnect=True)
    client.set_last_will("lwtt", "lwtm")
    conversation(client)


def test_4_4_4():
    station()
    know_the_time()
    ask("lead", "mqtt.eclipseprojects.io", "wss", 443)
    conversation(login(443, "mqtt.eclipseprojects.io", ssl=True, websocket="mqtt", reconnect=True))


def test_4_5_2():
    """A cloud that wants a device's own certificate, and shows one of its own authority."""
    station()
    know_the_time()
    endpoint = "a108b8vm1g634q-ats.iot.us-east-2.amazonaws.com"
    ask("lead", endpoint, "cloud", 8883)
    files = [ask("pki", name).encode() for name in ("stranger_ca.crt", "stranger.crt", "stranger.key")]
    client = MQTTClient(modem, "esp32", endpoint, 8883, "espressif", "1234567890", ca=files[0], cert=files[1], key=files[2],
                        reconnect=True)  # fmt: skip
    conversation(client, "topic/esp32at", "hello aws!")


def page(patience):
    at_basic.restore(modem)
    got = []
    at_wifi.mode(modem, 3)
    at_softap.configure(modem, "pos_softap", "espressif", 11, 3)
    return provision.Page(modem, lambda name, value: got.append(name), 8080, patience), got


def test_4_7_1():
    """A browser tells the network."""
    server, got = page(25)
    ask("browse", 8080, "form")
    server.wait(("joined",), 20)
    server.stop()
    assert got == ["joining", "joined"] and at_ip.address(modem)[0].startswith("127.0.")
    high.ready()


def test_4_7_2():
    """A browser brings firmware: first one that is broken."""
    server, got = page(25)
    ask("browse", 8080, "broken firmware")
    server.wait(("firmware failed",), 20)
    ask("browse", 8080, "firmware")
    server.wait(("firmware there",), 20)
    server.stop()
    assert got == ["firmware coming", "firmware failed", "firmware coming", "firmware there"], got
    at_basic.restart(modem)
    assert b"v9.9.9.0" in b"".join(at_basic.version(modem))
    from espat import ota

    ota.rollback(modem)


def test_4_7_3():
    """An applet on a phone tells the network, as JSON."""
    server, got = page(40)
    ask("browse", 8080, "json")
    server.wait(("joined",), 20)
    server.stop()
    assert got == ["joining", "joined"]
    high.ready()


def test_4_8_1():
    fresh()
    found = http.head(modem, WEB + "/get")
    assert found["content-type"] == "application/json" and int(found["content-length"]) > 0


def test_4_8_2():
    """A picture over TLS."""
    fresh()
    assert http.get(modem, ask("web", True) + "/file/5000") == high.body(5000)


def said():
    method, path, headers, body = ask("asked")
    return method, path, body


def test_4_8_3():
    fresh()
    from espat.net import at_http

    answer = at_http.request(modem, at_http.POST, WEB + "/post", '{"form":{"purpose":"test"}}', 1)
    assert b"purpose" in answer and said() == ("POST", "/post", '{"form":{"purpose":"test"}}')
    assert ask("asked")[2]["Content-Type"] == "application/json"


def test_4_8_4():
    fresh()
    headers = ("connection: keep-alive", "content-type: application/json")
    assert b"gzip" in http.post(modem, WEB + "/post", LONG, headers=headers)
    assert said() == ("POST", "/post", LONG)


def test_4_8_5():
    fresh()
    assert b"user=foo" in http.put(modem, WEB + "/put?user=foo")
    assert said()[:2] == ("PUT", "/put?user=foo")


def test_4_8_6():
    fresh()
    headers = {"connection": "keep-alive", "content-type": "application/json"}
    assert b"gzip" in http.put(modem, WEB + "/put", LONG, headers=headers)
    assert said() == ("PUT", "/put", LONG)


def test_4_8_7():
    fresh()
    assert b"DELETE" in http.delete(modem, WEB + "/delete")
    assert said()[:2] == ("DELETE", "/delete")


def test_4_10_2():
    station()
    at_sleep.set_mode(modem, 1)
    assert at_sleep.mode(modem) == 1 and at_ip.address(modem)[0].startswith("127.0.")
    at_sleep.set_mode(modem, 0)


class Pin:
    def value(self, level):
        ask("pin", 12, level)


def test_4_10_3():
    """Light sleep, with a listen interval of 3; the board wakes the module by a pin."""
    from espat import sleep

    at_wifi.mode(modem, 1)
    at_join.connect(modem, SSID, PASSWORD, None, None, None, 3)
    pin = Pin()
    pin.value(1)
    sleep.light(modem, 12, 0)
    sleep.awake(modem, pin, 0)
    assert at_sleep.mode(modem) == 0 and at_ip.address(modem)[0].startswith("127.0.")


def test_4_10_8():
    """An hour of deep sleep; a reset ends it early."""
    assert at_sleep.deep(modem, 3600000) == 3600000
    try:
        modem.run(b"", timeout=300)
    except AtTimeout:
        pass
    else:
        raise AssertionError("it is not asleep")
    ask("restart")
    play.until(lambda: modem.step() or modem.idle(), 10)
    high.ready()
