"""An MQTT client over the module's own (guide 3.6), with the names of MicroPython's umqtt.

    client = MQTTClient(modem, "board-7", "broker.example.net")
    client.set_callback(lambda topic, message: ...)
    client.connect()
    client.subscribe("orders/#")
    client.publish("state", b"ready")
    client.wait_msg()

The module has one connection and keeps it alive by itself. A message of more than about
1000 bytes comes in pieces; how they are joined stands in inbox.py.
"""

from micropython import const

from espat.args import quote
from espat.net import at_mqtt
from espat.net.mqtt_inbox import Topics, matches
from espat.ticks import ticks_add, ticks_diff, ticks_ms

_SHORT = const(62)  # bytes a text may take in AT+MQTTUSERCFG, quotes included
_ECONNRESET = const(104)
_ENOTCONN = const(107)
_ETIMEDOUT = const(110)


class MQTTClient:
    """The module's MQTT connection.

    at: the modem. client_id, user, password: str or bytes, up to 1024 bytes. port: 0 = 1883, with ssl 8883. keepalive:
    seconds, 0 = 120. ssl: speak TLS; ca, cert, key: PEM or DER, stored in the module: verify the server, prove who we
    are. server_hostname, alpn: told in the handshake. websocket: path such as "/mqtt", None without. reconnect: the
    module connects again by itself. room: bytes for messages that wait; one that does not fit is dropped and counted
    in `lost`. connected: whether the connection stands.
    """

    def __init__(
        self, at, client_id, server, port=0, user=None, password=None, keepalive=0, ssl=False, ca=None, cert=None, key=None,
        server_hostname=None, alpn=(), websocket=None, reconnect=False, room=2048,
    ):  # fmt: skip
        self.at = at
        ssl = bool(ssl or ca or cert)
        self._who = client_id, user or "", password or ""
        self._where = server, port or (8883 if ssl else 1883)
        self._keepalive = keepalive
        self._certificates = (("mqtt_ca", ca), ("mqtt_cert", cert), ("mqtt_key", key))
        self._scheme = (1 if websocket is None else 6) + (1 + bool(ca) + 2 * bool(cert) if ssl else 0)
        self._names = server_hostname, alpn
        self._path = websocket or ""
        self._reconnect = reconnect
        self._will = ("", "", 0, False)
        self._topics = {}  # filter -> (quality of service, callback)
        self._callback = self._told = None
        self._inbox = Topics(room)
        self._events = []  # connections won and lost
        self._gone = 0  # errno: the module will not reconnect
        self.connected = False

    @property
    def lost(self):
        """How many messages found no room or came in part only."""
        return self._inbox.lost

    def set_callback(self, function):
        """Call function(topic, message), both bytes, for messages whose subscription has no callback of its own."""
        self._callback = function

    def set_event(self, function):
        """Call function(connected) when the connection is lost, and when it is there again."""
        self._told = function

    def set_last_will(self, topic, msg, retain=False, qos=0):
        """What the broker publishes when we vanish: topic and message up to 128 bytes each, without CR and LF."""
        self._will = (topic, msg, qos, retain)

    def connect(self, clean_session=True, timeout=60):
        """Connect. timeout: seconds. Raises AtRefused, whose code says why not (3.6.15)."""
        at = self.at
        self.disconnect()
        if self._scheme not in (1, 2, 6, 7):
            from espat.net import store

            for space, data in self._certificates:
                if data:
                    store.put(at, space, 0, data)
        self._configure()
        at_mqtt.session(at, self._keepalive, not clean_session, *self._will)
        if self._names[0]:
            at_mqtt.sni(at, self._names[0])
        if self._names[1]:
            at_mqtt.alpn(at, *self._names[1])
        self._register()
        try:
            at_mqtt.connect(at, *self._where, self._reconnect, timeout=int(timeout * 1000))
        except OSError:
            self.disconnect()
            raise
        self.connected = True
        self._gone = 0
        del self._events[:]
        self._subscribe_again()
        return False

    def _subscribe_again(self):
        try:
            for topic in self._topics:
                at_mqtt.subscribe(self.at, topic, self._topics[topic][0])
        except OSError:
            self.at.step()
            if self.connected:  # else it is lost again, which has an event of its own
                raise

    def _configure(self):
        # what the line has no room for follows by itself
        at = self.at
        texts = [x if _fits(x) else "" for x in self._who]
        at_mqtt.configure(at, self._scheme, *texts, path=self._path)
        if at.has(b"+MQTTLONGCLIENTID"):
            calls = at_mqtt.long_client, at_mqtt.long_user, at_mqtt.long_password
        else:
            calls = at_mqtt.client, at_mqtt.user, at_mqtt.password
        for i in range(3):
            text = self._who[i]
            if text and not texts[i]:
                calls[i](at, text.encode() if isinstance(text, str) else text)

    def _register(self):
        at = self.at
        at.mqtt = self
        at.parser.register(self._inbox)
        at.on(b"+MQTTCONNECTED:", self._won)
        at.on(b"+MQTTDISCONNECTED:", self._dropped)

    def _unregister(self):
        at = self.at
        if not hasattr(at, "mqtt"):
            at.on_reset(lambda: at.mqtt and at.mqtt.restarted())
        elif at.mqtt:  # this one, or one that an earlier part of the program has left
            at.mqtt.connected = False
            at.parser.unregister(at.mqtt._inbox)
            at.off(b"+MQTTCONNECTED:")
            at.off(b"+MQTTDISCONNECTED:")
        at.mqtt = None

    def disconnect(self):
        """End the connection; messages that wait can still be had."""
        self._unregister()
        try:
            at_mqtt.clean(self.at)
        except OSError:
            pass  # there was nothing to end

    # -- reports: nothing may be said to the module here

    def _won(self, buf, a, b):
        self.connected = True
        self._events.append(True)

    def _dropped(self, buf, a, b):
        if self.connected:
            self.connected = False
            self._events.append(False)
            if not self._reconnect:
                self._gone = _ENOTCONN

    def restarted(self):
        """The module has restarted, and forgotten the connection."""
        self.connected = False
        self._events.append(False)
        self._gone = _ECONNRESET

    # -- messages

    def publish(self, topic, msg, retain=False, qos=0):
        """Publish a message: str, bytes, buffer or block.Source, of any length. Raises AtRefused."""
        if isinstance(msg, str):
            msg = msg.encode()
        if len(msg):
            at_mqtt.publish_raw(self.at, topic, msg, qos, retain)
        else:
            at_mqtt.publish(self.at, topic, b"", qos, retain)

    def subscribe(self, topic, qos=0, callback=None):
        """Subscribe to a topic filter. callback: called as callback(topic, message) in place of set_callback()'s.

        A connection that the module restores is subscribed again by the next check_msg() or wait_msg().
        """
        at_mqtt.subscribe(self.at, topic, qos)
        self._topics[topic.encode() if isinstance(topic, str) else topic] = qos, callback

    def unsubscribe(self, topic):
        """End a subscription."""
        at_mqtt.unsubscribe(self.at, topic)
        self._topics.pop(topic.encode() if isinstance(topic, str) else topic, None)

    def ping(self):
        """Nothing: the module does that."""

    def check_msg(self):
        """Hand on the oldest message that is there, without waiting; True when there was one.

        Raises OSError once the connection is lost for good.
        """
        for _ in range(8):  # what waits in the port, within reason
            if not self.at.step():
                break
        self._settle()
        message = self._inbox.take()
        if message is None:
            if self._gone:
                raise OSError(self._gone, "the MQTT connection is lost")
            return None
        call = self._chosen(message[0])
        if call:
            call(*message)
        return True

    def wait_msg(self, timeout=None):
        """Wait for a message and hand it on. timeout: seconds until ETIMEDOUT, None for ever. Raises OSError."""
        end = None if timeout is None else ticks_add(ticks_ms(), int(timeout * 1000))
        while not self.check_msg():
            self.at.wait()
            if end is not None and ticks_diff(end, ticks_ms()) <= 0:
                raise OSError(_ETIMEDOUT, "ETIMEDOUT")

    def _settle(self):
        # tell what has happened to the connection
        while self._events:
            won = self._events.pop(0)
            if won and self.connected:
                self._subscribe_again()
            if self._told:
                self._told(won)

    def _chosen(self, topic):
        for wanted in self._topics:
            call = self._topics[wanted][1]
            if call and matches(wanted, topic):
                return call
        return self._callback


def _fits(text):
    try:
        return len(quote(text)) <= _SHORT
    except ValueError:  # CR, LF or NUL
        return False
