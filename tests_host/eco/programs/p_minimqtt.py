"""adafruit_minimqtt, used as its examples use it."""

import time

from online import join

import adafruit_connection_manager as manager
import adafruit_minimqtt.adafruit_minimqtt as MQTT


def client(host, port, **more):
    radio = join()
    pool = manager.get_radio_socketpool(radio)
    made = MQTT.MQTT(broker=host, port=port, socket_pool=pool, ssl_context=manager.get_radio_ssl_context(radio),
                     socket_timeout=0.5, recv_timeout=5, connect_retries=2, **more)
    made.got = []
    made.on_message = lambda mqtt, topic, message: mqtt.got.append([topic, message])
    return made


def until(mqtt, n, seconds=10):
    end = time.monotonic() + seconds
    while len(mqtt.got) < n and time.monotonic() < end:
        mqtt.loop(0.5)


def exchange(host, port, n, qos):
    """n messages published to a topic that the same client has subscribed to."""
    mqtt = client(host, port)
    mqtt.connect()
    mqtt.subscribe("espat/eco/%d" % qos, qos)
    for i in range(n):
        mqtt.publish("espat/eco/%d" % qos, "message %d" % i, qos=qos)
    until(mqtt, n)
    mqtt.disconnect()
    return mqtt.got


def life(host, port):
    """The calls of the library's simple test, with what they tell."""
    mqtt = client(host, port, client_id="espat-life", keep_alive=30, user_data="mine")
    told = []
    mqtt.on_connect = lambda mqtt, data, flags, rc: told.append(["connect", data, rc])
    mqtt.on_disconnect = lambda mqtt, data, rc: told.append(["disconnect", data, rc])
    mqtt.on_subscribe = lambda mqtt, data, topic, qos: told.append(["subscribe", topic, qos])
    mqtt.on_unsubscribe = lambda mqtt, data, topic, pid: told.append(["unsubscribe", topic])
    mqtt.on_publish = lambda mqtt, data, topic, pid: told.append(["publish", topic])
    mqtt.will_set("espat/will", "gone")
    mqtt.connect()
    mqtt.subscribe([("espat/a", 0), ("espat/b", 1)])
    mqtt.publish("espat/a", b"\x01\x02")
    mqtt.publish("espat/b", 3.5, qos=1)
    until(mqtt, 2)
    pings = mqtt.ping()
    mqtt.unsubscribe("espat/a")
    mqtt.reconnect()
    mqtt.publish("espat/b", "again")
    until(mqtt, 3)
    mqtt.disconnect()
    return [told, mqtt.got, pings]


def large(host, port, size):
    mqtt = client(host, port, use_binary_mode=True)
    mqtt.connect()
    mqtt.subscribe("espat/large")
    mqtt.publish("espat/large", bytes([i & 127 for i in range(size)]))
    until(mqtt, 1)
    mqtt.disconnect()
    return [[topic, bytes(message) == bytes([i & 127 for i in range(size)])] for topic, message in mqtt.got]


def lone(host, port, seconds):
    """Publish once at QoS 0, then sleep and call nothing: the message must have left."""
    mqtt = client(host, port)
    mqtt.connect()
    mqtt.publish("espat/lone", "left")
    time.sleep(seconds)
    mqtt.disconnect()


def refused(host, port):
    mqtt = client(host, port)
    try:
        mqtt.connect()
    except MQTT.MMQTTException as e:
        return [e.args[0], e.__cause__.errno]


def secure(host, port, user):
    import ssl

    radio = join()
    context = ssl.create_default_context()
    context.load_verify_locations(cadata="")
    pool = manager.get_radio_socketpool(radio)
    mqtt = MQTT.MQTT(broker=host, port=port, socket_pool=pool, ssl_context=context, is_ssl=True, username=user,
                     password="secret", socket_timeout=0.5, recv_timeout=5)
    mqtt.got = []
    mqtt.on_message = lambda mqtt, topic, message: mqtt.got.append([topic, message])
    mqtt.connect()
    mqtt.subscribe("espat/tls", 1)
    mqtt.publish("espat/tls", "over TLS", qos=1)
    until(mqtt, 1)
    mqtt.disconnect()
    return mqtt.got
