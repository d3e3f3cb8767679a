"""What the Bluetooth tests share: a quick radio, hosts, and what a phone does beyond radio_bumble.phone."""
import contextlib
import re
import threading
import time

import pytest

pytest.importorskip("bumble", reason="the Bluetooth half of espsim needs Bumble (extra `dev`)")

from bumble import a2dp, avdtp, avrcp, rfcomm
from bumble.core import BT_SERIAL_PORT_SERVICE
from espsim import Air
from espsim.radio import link_of
from espsim.radio_bumble import audio
from espsim.radio_bumble.phone import Phone, User
from sim.talk import Host

__all__ = ["Phone", "User"]
LINE = re.compile(rb"[^\r\n]+\r\n")


def quick_air(pace=0.05, supervision=0.15):
    """An Air whose seconds of scanning and paging are short."""
    air = Air()
    link = link_of(air)
    link.pace, link.supervision = pace, supervision
    return air


class BleHost(Host):
    """A host with echo off, and the module it talks to."""

    def __init__(self, sim, role=None, services=False):
        super().__init__(sim)
        self.sim = sim
        self.ok("ATE0")
        if role is not None:
            self.ok(f"AT+BLEINIT={role}")
        if services:
            self.ok("AT+BLEGATTSSRVCRE")
            self.ok("AT+BLEGATTSSRVSTART")

    @property
    def address(self):
        """The module's Bluetooth address."""
        number = self.sim.module.number
        return f"7c:df:a1:02:{number >> 8:02x}:{number & 255:02x}"

    def error(self, line):
        answer = self.ask(line)
        assert answer == b"\r\nERROR\r\n", (line, answer)

    def line(self, timeout=None):
        """The next line that is not empty."""
        return self.read(LINE, timeout).strip(b"\r\n")

    def prompted(self, line, data):
        """A command with a bare prompt; the bytes after the data."""
        self.write(line.encode() + b"\r\n")
        assert self.read(b">") == b">"
        self.write(data)
        return self.read(re.compile(rb"\r\n(OK|ERROR)\r\n"))

    def leave(self):
        """Out of passthrough."""
        assert self.silent(0.1) == b""
        self.write(b"+++")
        assert self.silent(0.3) == b""
        self.ok("AT")


def eventually(condition, timeout=5):
    """Wait until it is true: what one end knows the other may learn a moment later."""
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, condition
        time.sleep(0.01)


@contextlib.contextmanager
def hosts(*talkers):
    """Close them all at the end."""
    try:
        yield talkers if len(talkers) > 1 else talkers[0]
    finally:
        for talker in talkers:
            talker.close()


# a phone's classic profiles


class Serial:
    """A phone's end of a serial port."""

    def __init__(self):
        self.data = b""
        self.more = threading.Condition()
        self.dlc = None
        self.phone = None

    def take(self, data):
        with self.more:
            self.data += data
            self.more.notify_all()

    def wait(self, data, timeout=5):
        with self.more:
            assert self.more.wait_for(lambda: len(self.data) >= len(data), timeout), self.data
            assert self.data == data
            self.data = b""

    def send(self, data):
        self.phone.call(self.dlc.write, data)


def open_serial(phone, address, secure=True):
    """Connect to a module's serial port as a phone does; a future of the Serial."""

    async def run():
        serial = Serial()
        connection = await phone.device.connect_classic(phone.classic(address))
        if secure:
            await connection.authenticate()
            await connection.encrypt()
        channel = await rfcomm.find_rfcomm_channel_with_uuid(connection, BT_SERIAL_PORT_SERVICE)
        serial.dlc = await (await rfcomm.Client(connection).start()).open_dlc(channel)
        serial.dlc.sink = serial.take
        serial.phone, serial.connection = phone, connection
        return serial

    return phone.begin(run)


def serve_serial(phone):
    """The phone waits for a serial connection; a Serial that comes alive with it."""
    serial = Serial()

    def run():
        def accept(dlc):
            serial.dlc, serial.phone = dlc, phone
            dlc.sink = serial.take

        channel = rfcomm.Server(phone.device).listen(accept)
        phone.device.sdp_service_records[0x10001] = rfcomm.make_service_sdp_records(0x10001, channel, BT_SERIAL_PORT_SERVICE)

    phone.call(run)
    return serial


class Remote(avrcp.Delegate):
    """Notes the keys a remote control presses."""

    def __init__(self):
        super().__init__()
        self.keys = []

    async def on_key_event(self, key, pressed, data):
        if pressed:
            self.keys.append(key.name)


def play_to(phone, address):
    """Stream to a module's sink; (stream, Remote)."""

    async def run():
        remote = Remote()
        avrcp.Protocol(remote).listen(phone.device)
        connection = await phone.device.connect_classic(phone.classic(address))
        protocol = await avdtp.Protocol.connect(connection)
        await protocol.discover_remote_endpoints()
        sink = protocol.find_remote_sink_by_codec(avdtp.AVDTP_AUDIO_MEDIA_TYPE, a2dp.A2DP_SBC_CODEC_TYPE)
        source = protocol.add_source(audio.codec(), avdtp.MediaPacketPump(audio.silence()))
        stream = await protocol.create_stream(source, sink)
        await stream.open()
        return stream, remote

    return phone.call(run)


def listen_audio(phone):
    """The phone is a loudspeaker; a list that grows by one per packet."""
    packets = []

    def run():
        def connected(protocol):
            sink = protocol.add_sink(audio.codec())
            sink.on("rtp_packet", packets.append)

        phone.device.sdp_service_records[0x10002] = a2dp.make_audio_sink_service_sdp_records(0x10002)
        phone.speaker = avdtp.Listener.for_device(phone.device)
        phone.speaker.on("connection", connected)

    phone.call(run)
    return packets
