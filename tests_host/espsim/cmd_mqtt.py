"""The MQTT client's commands. All refusals carry the guide's 0x6xxx codes (3.6.15)."""
from . import tls
from .codes import SILENT, AtError, Fail
from .command import Command, command
from .mqtt_link import CONNECTION_SET, DISCONNECTED, LIMIT, NO_TOPIC, NOT_NOW, SUBSCRIBED, UNSET, USER_SET

# What is wrong with a field: (cannot be read, is overlong, has a wrong value)
LINK, SCHEME = (0x6010, 0, 0x6011), (0x6012, 0, 0x6013)
CLIENT, USER, PASSWORD = (0x6014, 0x6016, 0), (0x6017, 0x6019, 0), (0x601A, 0x601C, 0)
OWN, CA, PATH = (0x601D, 0, 0x601E), (0x601F, 0, 0x6020), (0x6027, 0x6029, 0)
KEEP_ALIVE, CLEAN = (0x602B, 0, 0x602D), (0x602E, 0, 0x602F)
WILL_TOPIC, WILL_MESSAGE = (0x6030, 0x6032, 0), (0x6033, 0x6035, 0)
WILL_QOS, WILL_RETAIN = (0x6036, 0, 0x6037), (0x6038, 0, 0x6039)
HOST, PORT, RECONNECT = (0x603A, 0x603C, 0), (0x603D, 0, 0x603E), (0x603F, 0, 0x6040)
TOPIC, DATA = (0x6041, 0x6043, 0), (0x6044, 0x6046, 0)
QOS, RETAIN, LENGTH = (0x6047, 0, 0x6048), (0x6049, 0, 0x604A), (0x604B, 0, 0x604C)
LENGTH_MISMATCH, OUT_OF_RANGE, WRONG_COUNT = 0x04, 0x07, 0x06
UNINITIATED, ALREADY_CONNECTED = 0x6003, 0x6004
PUBLISH_FAILED, SUBSCRIBE_FAILED, UNSUBSCRIBE_FAILED = 0x600C, 0x600D, 0x600E
START_FAILED, NULL_TOPIC, NULL_HOST = 0x600B, 0x6042, 0x603B
MISSING = {"NO CERT FOUND": 0x6024, "NO PRVT_KEY FOUND": 0x6026, "NO CA FOUND": 0x6022}


def read(codes, method, *limits, **options):
    """One argument; its failure as the MQTT commands report it."""
    unreadable, overlong, wrong = codes
    try:
        return method(*limits, **options)
    except AtError as error:
        if error.sub == WRONG_COUNT:
            raise Fail(0x6008) from None
        code = {LENGTH_MISMATCH: overlong, OUT_OF_RANGE: wrong}.get(error.sub) or unreadable
        raise Fail(code) from None


def finish(m, args, timeout=False):
    """No argument may be left; firmware 5.0 has a time-out as the last one. Returns it in seconds."""
    limit = LIMIT
    if timeout and m.profile.version >= (5, 0):
        limit = read((0x6008, 0, 0x6008), args.int, 3000, 60000, default=15000) / 1000
    if args.left():
        raise Fail(0x6008)
    return limit


def link(args):
    read(LINK, args.int, 0, 0)


# configuration


@command("+MQTTUSERCFG")
class UserConfiguration(Command):
    async def set(self, m, args):
        link(args)
        scheme = read(SCHEME, args.int, 1, 10)
        client = read(CLIENT, args.bytes, 256)
        user, password = read(USER, args.bytes, 64), read(PASSWORD, args.bytes, 64)
        pki = read(OWN, args.int, 0, 0), read(CA, args.int, 0, 0)
        path = read(PATH, args.text, 32)
        finish(m, args)
        mqtt = m.mqtt
        if mqtt.connected:
            raise Fail(ALREADY_CONNECTED)
        if mqtt.state == DISCONNECTED:
            raise Fail(NOT_NOW)
        mqtt.scheme, mqtt.pki, mqtt.path = scheme, pki, path
        mqtt.session.client, mqtt.session.user, mqtt.session.password = client, user, password
        mqtt.state = max(mqtt.state, USER_SET)


FIELDS = {"CLIENTID": ("client", CLIENT, 256), "USERNAME": ("user", USER, 64), "PASSWORD": ("password", PASSWORD, 64)}


@command("+MQTTLONGCLIENTID", "+MQTTLONGUSERNAME", "+MQTTLONGPASSWORD")
class Long(Command):
    async def set(self, m, args):
        link(args)
        length = read(LENGTH, args.int, 1, 1024)
        finish(m, args)
        m.mqtt.need_configuration()
        name = FIELDS[self.name.removeprefix("+MQTTLONG")][0]
        setattr(m.mqtt.session, name, await m.data_phase(length))


@command("+MQTTCLIENTID", "+MQTTUSERNAME", "+MQTTPASSWORD")
class Short(Command):
    """Undocumented since 3.2."""

    async def set(self, m, args):
        link(args)
        name, codes, most = FIELDS[self.name.removeprefix("+MQTT")]
        value = read(codes, args.bytes, most)
        finish(m, args)
        m.mqtt.need_configuration()
        setattr(m.mqtt.session, name, value)


@command("+MQTTCONNCFG")
class ConnectionConfiguration(Command):
    async def set(self, m, args):
        link(args)
        keep_alive, no_clean = read(KEEP_ALIVE, args.int, 0, 7200), read(CLEAN, args.int, 0, 1)
        topic = read(WILL_TOPIC, args.bytes, 128)
        message = read(WILL_MESSAGE, args.bytes, 128 if m.profile.version >= (3, 3) else 64)
        qos, retain = read(WILL_QOS, args.int, 0, 2, default=0), read(WILL_RETAIN, args.int, 0, 1, default=0)
        finish(m, args)
        m.mqtt.need_configuration()
        session = m.mqtt.session
        session.keep_alive, session.clean = keep_alive or 120, not no_clean
        session.will_topic, session.will_message, session.will_qos, session.will_retain = topic, message, qos, retain
        m.mqtt.state = CONNECTION_SET


@command("+MQTTALPN")
class Alpn(Command):
    async def set(self, m, args):
        link(args)
        count = read((0x6008, 0, 0x6008), args.int, 0, 5)
        names = [read((0x6008, 0, 0), args.text, 255, 1) for _ in range(count)]
        finish(m, args)
        m.mqtt.need_configuration()
        m.mqtt.alpn = names


@command("+MQTTSNI")
class Sni(Command):
    async def set(self, m, args):
        link(args)
        name = read((0x6008, 0x6008, 0), args.text, 255)
        finish(m, args)
        m.mqtt.need_configuration()
        m.mqtt.sni = name


# connection


@command("+MQTTCONN")
class Connect(Command):
    async def query(self, m):
        mqtt = m.mqtt
        port = mqtt.port or ""
        m.say(f'+MQTTCONN:0,{mqtt.state},{mqtt.scheme},"{mqtt.host}","{port}","{mqtt.shown_path()}",{mqtt.reconnect}')

    async def set(self, m, args):
        link(args)
        host, port = read(HOST, args.text, 128), read(PORT, args.int, 1, 65535)
        again = read(RECONNECT, args.int, 0, 1)
        limit = finish(m, args, timeout=True)
        mqtt = m.mqtt
        if not host:
            raise Fail(NULL_HOST)
        if mqtt.connected:
            raise Fail(ALREADY_CONNECTED)
        mqtt.need_configuration()
        mqtt.host, mqtt.port, mqtt.reconnect = host, port, again
        try:
            await mqtt.open(limit)
        except tls.Missing as missing:
            self._undo(mqtt)
            raise Fail(MISSING[str(missing)]) from None
        except (OSError, ValueError):
            self._undo(mqtt)
            m.report("+MQTTDISCONNECTED:0")
            raise Fail(START_FAILED) from None

    @staticmethod
    def _undo(mqtt):
        mqtt.host, mqtt.port, mqtt.reconnect = "", 0, 0


@command("+MQTTCLEAN")
class Clean(Command):
    async def set(self, m, args):
        link(args)
        finish(m, args)
        if m.mqtt.state == UNSET:
            raise Fail(UNINITIATED)
        await m.mqtt.clean()


# messages


def topic_of(args):
    topic = read(TOPIC, args.bytes, 128)
    if not topic:
        raise Fail(NULL_TOPIC)
    return topic


@command("+MQTTPUB")
class Publish(Command):
    async def set(self, m, args):
        link(args)
        topic, data = topic_of(args), read(DATA, args.bytes, 256)
        qos, retain = read(QOS, args.int, 0, 2, default=0), read(RETAIN, args.int, 0, 1, default=0)
        limit = finish(m, args, timeout=True)
        m.mqtt.need_connection()
        try:
            await m.mqtt.client.publish(topic, data, qos, retain, limit)
        except OSError:
            raise Fail(PUBLISH_FAILED) from None


@command("+MQTTPUBRAW")
class PublishRaw(Command):
    async def set(self, m, args):
        link(args)
        topic, length = topic_of(args), read(LENGTH, args.int, 0, m.profile.heap_block)
        qos, retain = read(QOS, args.int, 0, 2, default=0), read(RETAIN, args.int, 0, 1, default=0)
        limit = finish(m, args, timeout=True)
        mqtt = m.mqtt
        mqtt.need_connection()
        mqtt.publishing = True
        try:
            data = await m.data_phase(length) if length else b""
            await mqtt.client.publish(topic, data, qos, retain, limit)
            m.write(b"+MQTTPUB:OK\r\n")
        except OSError:
            self._failed(m)
        finally:
            mqtt.publishing = False
        return SILENT

    @staticmethod
    def _failed(m):
        """The end of the connection stands there without a line end of its own."""
        m.write((b"" if m.mqtt.connected else b"+MQTTDISCONNECTED:0") + b"+MQTTPUB:FAIL\r\n")


@command("+MQTTSUB")
class Subscribe(Command):
    async def query(self, m):
        mqtt = m.mqtt
        for topic, qos in mqtt.topics.items() or ((b"", 0),):
            m.say(b'+MQTTSUB:0,%d,"%s",%d' % (mqtt.state, topic, qos))
            await m.drain()

    async def set(self, m, args):
        link(args)
        topic, qos = topic_of(args), read(QOS, args.int, 0, 2, default=0)
        limit = finish(m, args, timeout=True)
        mqtt = m.mqtt
        mqtt.need_connection()
        if topic in mqtt.topics:  # "ALREADY SUBSCRIBE" goes to the log port
            return
        try:
            await mqtt.client.subscribe(topic, qos, limit)
        except OSError:
            raise Fail(SUBSCRIBE_FAILED) from None
        mqtt.topics[topic] = qos
        mqtt.state = SUBSCRIBED


@command("+MQTTUNSUB")
class Unsubscribe(Command):
    async def set(self, m, args):
        link(args)
        topic = topic_of(args)
        limit = finish(m, args, timeout=True)
        mqtt = m.mqtt
        mqtt.need_connection()
        if topic not in mqtt.topics:  # "NO UNSUBSCRIBE" goes to the log port
            return
        try:
            await mqtt.client.unsubscribe(topic, limit)
        except OSError:
            raise Fail(UNSUBSCRIBE_FAILED) from None
        del mqtt.topics[topic]
        mqtt.state = SUBSCRIBED if mqtt.topics else NO_TOPIC
