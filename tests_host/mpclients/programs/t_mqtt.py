"""MQTT 3.1.1 with umqtt.simple's call shapes against a real broker: 1,000 messages each way at each quality of service."""

import struct

import play
from mqtt_peers import conversation
from play import ask, case

play.join()

import socket

LIBRARY = "MQTT client in umqtt.simple's call shapes"
VERSION = "contract"
SCENARIOS = {"test_qos_0": "1,000 messages each way, QoS 0, real broker",
             "test_qos_1": "1,000 messages each way, QoS 1, real broker"}
TIMEOUT = 100


class Client:
    """MQTT 3.1.1 over socket calls as umqtt.simple makes them."""

    def __init__(self, name, port):
        self.name, self.port, self.packet = name, port, 0
        self.callback = None

    def _text(self, text):
        self.sock.write(struct.pack("!H", len(text)))
        self.sock.write(text)

    def _length(self):
        n = shift = 0
        while True:
            b = self.sock.read(1)[0]
            n |= (b & 0x7F) << shift
            if not b & 0x80:
                return n
            shift += 7

    def connect(self):
        self.sock = socket.socket()
        self.sock.settimeout(None)
        play._made.append(self.sock)
        self.sock.connect(socket.getaddrinfo("127.0.0.1", self.port)[0][-1])
        head = bytearray(b"\x10\0\0\0\0\0")
        head[1] = 10 + 2 + len(self.name)
        self.sock.write(head, 2)
        self.sock.write(bytearray(b"\x00\x04MQTT\x04\x02\0\0"))
        self._text(self.name)
        answer = self.sock.read(4)
        assert answer[0] == 0x20 and answer[1] == 2 and answer[3] == 0, answer

    def subscribe(self, topic, qos):
        packet = bytearray(b"\x82\0\0\0")
        self.packet += 1
        struct.pack_into("!BH", packet, 1, 2 + 2 + len(topic) + 1, self.packet)
        self.sock.write(packet)
        self._text(topic)
        self.sock.write(qos.to_bytes(1, "little"))
        while self.wait_msg() != 0x90:
            pass
        answer = self.sock.read(4)
        assert answer[1:3] == packet[2:4] and answer[3] != 0x80, answer

    def publish(self, topic, message, qos):
        packet = bytearray(b"\x30\0\0\0")
        packet[0] |= qos << 1
        size = 2 + len(topic) + len(message) + (2 if qos else 0)
        i = 1
        while size > 0x7F:
            packet[i] = size & 0x7F | 0x80
            size >>= 7
            i += 1
        packet[i] = size
        self.sock.write(packet, i + 1)
        self._text(topic)
        if qos:
            self.packet = self.packet % 65535 + 1
            struct.pack_into("!H", packet, 0, self.packet)
            self.sock.write(packet, 2)
        self.sock.write(message)
        while qos:
            if self.wait_msg() == 0x40:
                assert self.sock.read(1) == b"\x02"
                if struct.unpack("!H", self.sock.read(2))[0] == self.packet:
                    return

    def wait_msg(self):
        op = self.sock.read(1)
        self.sock.setblocking(True)
        if op is None:
            return None
        if op == b"":
            raise OSError(-1)
        if op == b"\xd0":
            self.sock.read(1)
            return None
        op = op[0]
        if op & 0xF0 != 0x30:
            return op
        size = self._length()
        n = struct.unpack("!H", self.sock.read(2))[0]
        topic = self.sock.read(n)
        size -= n + 2
        if op & 6:
            number = struct.unpack("!H", self.sock.read(2))[0]
            size -= 2
        self.callback(topic, self.sock.read(size))
        if op & 6:
            packet = bytearray(b"\x40\x02\0\0")
            struct.pack_into("!H", packet, 2, number)
            self.sock.write(packet)
        return op

    def check_msg(self):
        self.sock.setblocking(False)
        return self.wait_msg()

    def disconnect(self):
        self.sock.write(b"\xe0\0")
        self.sock.close()


def talk(qos):
    got = []
    client = Client("espat-%d" % qos, ask("broker"))
    client.callback = lambda topic, text: got.append((topic, text))
    client.connect()
    conversation(client, got, qos)


@case
def test_qos_0():
    talk(0)


@case
def test_qos_1():
    talk(1)
