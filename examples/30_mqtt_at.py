"""MQTT by the module's own client: the board keeps no connection alive, and messages may be longer than its memory."""

import io

import espat_board

modem = espat_board.modem()
modem.install()

import network
from espat.block import Source
from espat.net.mqtt import MQTTClient

wlan = network.WLAN(network.WLAN.IF_STA)
wlan.active(True)
wlan.connect(espat_board.setting("ssid"), espat_board.setting("password"))
while not wlan.isconnected():
    pass

received = []
client = MQTTClient(
    modem, "espat-30", espat_board.setting("broker", "127.0.0.1"), int(espat_board.setting("broker_port", "1883")), reconnect=True
)
client.set_last_will("espat/30/state", "gone")
client.set_event(lambda there: print("connection", "is there" if there else "lost"))
client.connect()
client.subscribe("espat/30/+", callback=lambda topic, message: received.append((topic, len(message))))
client.publish("espat/30/short", "a few words")
client.wait_msg(10)
print("received", received[-1])
client.publish("espat/30/long", Source(io.BytesIO(bytes(1500)), 1500))  # a file, a camera ... : read while it is sent
client.wait_msg(10)
print("received", received[-1])
client.disconnect()
print("ok: short and long" if [n for _, n in received] == [11, 1500] else "messages are missing")
