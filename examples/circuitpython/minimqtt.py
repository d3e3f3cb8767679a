"""CircuitPython: publish and receive MQTT messages with adafruit_minimqtt."""

import espat_board

espat_board.modem().install()

import adafruit_minimqtt.adafruit_minimqtt as MQTT
import socketpool
import wifi

TOPIC = "espat/circuitpython"
got = []


def message(client, topic, text):
    print("received", topic, text)
    got.append(text)


wifi.radio.connect(espat_board.setting("ssid"), espat_board.setting("password"))
client = MQTT.MQTT(
    broker=espat_board.setting("broker", "test.mosquitto.org"),
    port=int(espat_board.setting("broker_port", 1883)),
    socket_pool=socketpool.SocketPool(wifi.radio),
    socket_timeout=0.1,
)
client.on_message = message
client.connect()
client.subscribe(TOPIC, 1)
for number in range(3):
    client.publish(TOPIC, "message %d" % number, qos=1)
for _ in range(50):
    if len(got) < 3:
        client.loop(0.1)
client.disconnect()
print("ok: messages came back" if len(got) == 3 else "messages are missing")
