"""Guide 3.6, MQTT: the module's own client. It has one connection, number 0.

Messages come as `+MQTTSUBRECV:0,"topic",<length>,<bytes>`, the connection's state as `+MQTTCONNECTED:` and
`+MQTTDISCONNECTED:`. ms of a call: how long the module itself tries, 3000..60000, firmware 5.0 and newer only.
AtRefused.code says why not (0x6001..).
"""

from espat.answers import ends
from espat.args import join
from espat.check import decode, fields, integer, payload, string


def configure(
    at, scheme: int, client: "str | bytes" = "", user: "str | bytes" = "", password: "str | bytes" = "", pki: int = 0,
    ca: int = 0, path: "str | bytes" = "",
) -> list:  # fmt: skip
    """AT+MQTTUSERCFG: who we are and how we connect (3.6.2).

    scheme: 1 TCP, TLS: 2 verify nobody, 3 verify the server, 4 give our certificate, 5 both; 6 WebSocket and 7..10
    WebSocket over TLS likewise. client: up to 256 bytes. user, password: up to 64. Longer ones: "" here and then
    long_client(), long_user(), long_password(). pki, ca: 0. path: of the WebSocket, up to 32 bytes.
    """
    text = join(
        b"+MQTTUSERCFG", 0, integer(scheme, 1, 10), string(client, 0, 256), string(user, 0, 64), string(password, 0, 64),
        integer(pki, 0, 255), integer(ca, 0, 255), string(path, 0, 32),
    )  # fmt: skip
    return at.run(text, secret=True)


def long_client(at, client: bytes) -> list:
    """AT+MQTTLONGCLIENTID: a client id of 1..1024 bytes (3.6.3); after configure()."""
    return at.run(b"+MQTTLONGCLIENTID=0,%d" % payload(client, 1024), data=client)


def long_user(at, user: bytes) -> list:
    """AT+MQTTLONGUSERNAME: a user name of 1..1024 bytes (3.6.4); after configure()."""
    return at.run(b"+MQTTLONGUSERNAME=0,%d" % payload(user, 1024), data=user)


def long_password(at, password: bytes) -> list:
    """AT+MQTTLONGPASSWORD: a password of 1..1024 bytes (3.6.5); after configure()."""
    return at.run(b"+MQTTLONGPASSWORD=0,%d" % payload(password, 1024), data=password, secret=True)


def client(at, client: "str | bytes") -> list:
    """AT+MQTTCLIENTID: a client id; firmware before 3.2."""
    return at.run(join(b"+MQTTCLIENTID", 0, string(client, 1, 256)))


def user(at, user: "str | bytes") -> list:
    """AT+MQTTUSERNAME: a user name; firmware before 3.2."""
    return at.run(join(b"+MQTTUSERNAME", 0, string(user, 1, 256)))


def password(at, password: "str | bytes") -> list:
    """AT+MQTTPASSWORD: a password; firmware before 3.2."""
    return at.run(join(b"+MQTTPASSWORD", 0, string(password, 1, 256)), secret=True)


def session(
    at, keepalive: int = 0, keep: bool = False, topic: "str | bytes" = "", message: "str | bytes" = "", qos: int = 0,
    retain: bool = False,
) -> list:  # fmt: skip
    """AT+MQTTCONNCFG: keep-alive in seconds (0 = 120, up to 7200), whether the broker keeps our session, last will (3.6.6).

    topic, message: of the last will, up to 128 bytes each (message 64 before firmware 3.3).
    """
    text = join(
        b"+MQTTCONNCFG", 0, integer(keepalive, 0, 7200), integer(keep, 0, 1), string(topic, 0, 128),
        string(message, 0, 128), integer(qos, 0, 2), integer(retain, 0, 1),
    )  # fmt: skip
    return at.run(text)


def alpn(at, *protocols: "str | bytes") -> list:
    """AT+MQTTALPN: up to five protocols offered in the TLS handshake, none to clear (3.6.7)."""
    n = integer(len(protocols), 0, 5)
    return at.run(join(b"+MQTTALPN", 0, n, *[string(p, 1, 250) for p in protocols]))


def sni(at, name: "str | bytes") -> list:
    """AT+MQTTSNI: the server name told in the TLS handshake (3.6.8)."""
    return at.run(join(b"+MQTTSNI", 0, string(name, 0, 250)))


def connect(at, host: "str | bytes", port: int, reconnect: bool = False, ms: "int | None" = None, timeout: int = 60000) -> list:
    """AT+MQTTCONN=: connect to a broker (3.6.9).

    host: up to 128 bytes. reconnect: do so whenever the connection is lost; otherwise clean() and configure() come
    before the next connect(). timeout: ms to wait for the module.
    """
    values = (string(host, 1, 128), integer(port, 1, 65535), integer(reconnect, 0, 1), _ms(ms))
    return at.run(join(b"+MQTTCONN", 0, *values), timeout=_wait(ms, timeout))


def state(at) -> tuple:
    """AT+MQTTCONN?: (state, scheme, host, port, path, reconnect) (3.6.9).

    state: 0 fresh, 1 configured, 2 session configured, 3 disconnected, 4 connected, 5 no topics, 6 subscribed.
    """
    return at.run(b"+MQTTCONN?", _state)


def _state(lines):
    _, state, scheme, host, port, path, reconnect = fields(lines)
    return state, scheme, decode(host), int(port or 0), decode(path), reconnect


def publish(
    at, topic: "str | bytes", message: "str | bytes", qos: int = 0, retain: bool = False, ms: "int | None" = None,
    timeout: int = 15000,
) -> list:  # fmt: skip
    """AT+MQTTPUB: publish what fits into one line of 256 bytes (3.6.10). message: str or bytes without CR and LF."""
    values = (string(topic, 1, 128), string(message, 0, 250), integer(qos, 0, 2), integer(retain, 0, 1), _ms(ms))
    return at.run(join(b"+MQTTPUB", 0, *values), timeout=_wait(ms, timeout))


def publish_raw(
    at, topic: "str | bytes", data, qos: int = 0, retain: bool = False, ms: "int | None" = None, timeout: int = 30000,
) -> list:  # fmt: skip
    """AT+MQTTPUBRAW: publish any bytes (3.6.11). data: buffer or block.Source, as much as the module has memory for."""
    values = (string(topic, 1, 128), payload(data), integer(qos, 0, 2), integer(retain, 0, 1), _ms(ms))
    return at.run(join(b"+MQTTPUBRAW", 0, *values), timeout=_wait(ms, timeout), data=data, end=b"+MQTTPUB:OK")


def subscribe(at, topic: "str | bytes", qos: int = 0, ms: "int | None" = None, timeout: int = 15000) -> list:
    """AT+MQTTSUB=: subscribe to a topic (3.6.12)."""
    values = (string(topic, 1, 128), integer(qos, 0, 2), _ms(ms))
    return at.run(join(b"+MQTTSUB", 0, *values), timeout=_wait(ms, timeout))


def subscriptions(at) -> list:
    """AT+MQTTSUB?: (topic, qos) of every subscription (3.6.12)."""
    return at.run(b"+MQTTSUB?", _subscriptions)


def _subscriptions(lines):
    out = []
    for line in lines:
        if line.startswith(b"+MQTTSUB:"):
            _, _, topic, qos = ends(line[9:], 2, 1)
            if topic:
                out.append((decode(topic), qos))
    return out


def unsubscribe(at, topic: "str | bytes", ms: "int | None" = None, timeout: int = 15000) -> list:
    """AT+MQTTUNSUB: end a subscription (3.6.13)."""
    return at.run(join(b"+MQTTUNSUB", 0, string(topic, 1, 128), _ms(ms)), timeout=_wait(ms, timeout))


def clean(at, timeout: int = 15000) -> list:
    """AT+MQTTCLEAN: close the connection and forget its settings (3.6.14)."""
    return at.run(b"+MQTTCLEAN=0", timeout=timeout)


def _ms(ms):
    return integer(ms, 3000, 60000, True)


def _wait(ms, timeout):
    return timeout if ms is None else ms + 5000
