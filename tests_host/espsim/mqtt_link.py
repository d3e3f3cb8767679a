"""The module's MQTT connection: its states, how it is opened, lost and opened again."""
import asyncio

from . import tls, ws
from .codes import Fail
from .command import part
from .mqtt import Client, Session
from .wire import Wire, dial

UNSET, USER_SET, CONNECTION_SET, DISCONNECTED, CONNECTED, NO_TOPIC, SUBSCRIBED = range(7)
TLS_SCHEMES = range(2, 6)
WS_SCHEMES = range(6, 11)
LIMIT = 10.0  # seconds
NOT_CONFIGURED, NOT_NOW, IN_DISCONNECTED_STATE = 0x6001, 0x6002, 0x6051  # codes of 3.6.15


@part("mqtt")
class Mqtt:
    """m.mqtt: the one connection."""

    def __init__(self, m):
        self.m = m
        self.reconnect_delay = 10.0
        self.repeats_topic = False  # of a message in pieces; nobody knows which firmware does
        self.topic = b""
        self.forget()

    def forget(self):
        self.state = UNSET
        self.scheme = 0
        self.pki = (0, 0)
        self.path = ""
        self.session = Session()
        self.alpn, self.sni = [], ""
        self.host, self.port, self.reconnect = "", 0, 0
        self.topics = {}
        self.client = None
        self.again = None
        self.publishing = False  # AT+MQTTPUBRAW says the end of the connection itself

    async def stop(self):
        if self.client:
            self.client.stop()

    @property
    def connected(self):
        return self.state >= CONNECTED

    def need_connection(self):
        if not self.connected:
            raise Fail(IN_DISCONNECTED_STATE if self.state == DISCONNECTED else NOT_CONFIGURED if not self.state else NOT_NOW)

    def need_configuration(self):
        if self.state == UNSET:
            raise Fail(NOT_CONFIGURED)
        if self.state >= DISCONNECTED:
            raise Fail(NOT_NOW)

    def shown_path(self):
        return "/" + self.path.lstrip("/") if self.path else ""

    # connecting

    def _wanted(self):
        mode = (self.scheme - 2 if self.scheme in TLS_SCHEMES else self.scheme - 7) if self.scheme not in (1, 6) else None
        if mode is None:
            return None
        verify, own = mode in (1, 3), mode in (2, 3)
        found = tls.pki(self.m, "mqtt", own=own, ca=verify, number=self.pki[0], ca_number=self.pki[1])
        return tls.Wanted(own=found[0], ca=found[1], sni=self.sni or self.host, alpn=self.alpn)

    async def _dial(self):
        wanted = self._wanted()
        if self.scheme not in WS_SCHEMES:
            return await dial(self.m, self.host, self.port, wanted)
        url = ws.Url(wanted is not None, self.host, self.port, self.shown_path() or "/")
        return Wire(ws.BinaryStream(await ws.connect(self.m, url, protocol="mqtt", wanted=wanted)))

    async def open(self, limit):
        """OSError if it cannot be; then nothing is left of the try."""
        wire = await self._dial()
        client = Client(wire, self.session, self._message, self._lost)
        try:
            await asyncio.wait_for(client.connect(), limit)
        except BaseException:
            wire.close()
            raise
        self.client = client
        self.state = CONNECTED
        self.m.report(
            f'+MQTTCONNECTED:0,{self.scheme},"{self.host}","{self.port}","{self.shown_path()}",{self.reconnect}'
        )
        client.start(self.m.spawn)

    async def _message(self, topic, data):
        if self.repeats_topic:
            topic = self.topic = topic or self.topic
        self.m.report(b'+MQTTSUBRECV:0,"%s",%d,' % (topic, len(data)) + data)
        await self.m.drain()

    def _lost(self):
        self.state = DISCONNECTED
        self.topics = {}
        if not self.publishing:
            self.m.report("+MQTTDISCONNECTED:0")
        if self.reconnect:
            self.again = self.m.spawn(self._reconnect())

    async def _reconnect(self):
        while True:
            await asyncio.sleep(self.reconnect_delay)
            try:
                await self.open(LIMIT)
                return
            except (OSError, tls.Missing):
                pass

    async def clean(self):
        if self.again:
            self.again.cancel()
        if self.client and self.client.alive:
            await self.client.close()
        self.forget()
