"""Publish and receive over MQTT, with the umqtt.simple on the board's file system, else a 40-line client."""

import espat_board

espat_board.modem().install()

import network

try:
    from umqtt.simple import MQTTClient

    print("umqtt.simple from this board")
except ImportError:
    import socket
    import struct

    print("no umqtt.simple here: the example's own small client")

    class MQTTClient:
        """MQTT 3.1.1 at QoS 0, with umqtt.simple's names."""

        def __init__(self, client_id, server, port=1883, keepalive=60):
            self.address = (server, port)
            self.client_id, self.keepalive, self.callback = client_id, keepalive, None

        def _send(self, kind, *parts):
            size = sum(len(p) for p in parts)
            self.sock.write(bytes((kind, size)) if size < 128 else bytes((kind, size & 127 | 128, size >> 7)))
            for part in parts:
                self.sock.write(part)

        def _text(self, text):
            return struct.pack("!H", len(text)) + text

        def set_callback(self, callback):
            self.callback = callback

        def connect(self):
            self.sock = socket.socket()
            self.sock.connect(socket.getaddrinfo(*self.address)[0][-1])
            self._send(0x10, b"\0\4MQTT\4\2", struct.pack("!H", self.keepalive), self._text(self.client_id))
            if self.sock.read(4) != b"\x20\2\0\0":
                raise OSError("the broker refused")

        def subscribe(self, topic):
            self._send(0x82, b"\0\1", self._text(topic), b"\0")
            self.sock.read(5)

        def publish(self, topic, message):
            self._send(0x30, self._text(topic), message)

        def wait_msg(self):
            kind, size = self.sock.read(2)
            if size & 128:
                size = size & 127 | self.sock.read(1)[0] << 7
            body = self.sock.read(size)
            if kind & 0xF0 == 0x30:
                n = struct.unpack_from("!H", body)[0]
                self.callback(body[2 : 2 + n], body[2 + n :])

        def disconnect(self):
            self._send(0xE0)
            self.sock.close()


wlan = network.WLAN(network.WLAN.IF_STA)
wlan.active(True)
wlan.connect(espat_board.setting("ssid"), espat_board.setting("password"))
while not wlan.isconnected():
    pass

received = []
client = MQTTClient(b"espat", espat_board.setting("broker", "127.0.0.1"), int(espat_board.setting("broker_port", "1883")))
client.set_callback(lambda topic, message: received.append(message))
client.connect()
client.subscribe(b"espat/echo")
for n in range(3):
    client.publish(b"espat/echo", b"message %d" % n)
    client.wait_msg()
    print("sent and received", received[-1])
client.disconnect()
print("ok: 3 messages there and back" if len(received) == 3 else "messages are missing")
