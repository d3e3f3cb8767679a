"""A2DP with AVRCP: a sink that listens and steers, a source that plays.

There is no MP3 decoder and no SBC encoder here: a source that plays sends silence, frame by frame, at its true rate.
"""
import asyncio

from bumble import a2dp, avc, avdtp, avrcp, rtp

from .device import mac
from .errors import Refused, refusals

RECORD = 0x00010002
Key = avc.PassThroughFrame.OperationId
SINK_KEYS = {0: (Key.STOP, None), 1: (Key.PLAY, None), 2: (Key.FORWARD, None), 3: (Key.BACKWARD, None)}
SINK_KEYS |= {4: (Key.FAST_FORWARD, True), 5: (Key.FAST_FORWARD, False)}  # pressed, released
SILENCE = bytes.fromhex("9cbd3500") + bytes(115)  # 44.1 kHz, 16 blocks, joint stereo, 8 subbands, bitpool 53
FRAMES, SAMPLES, RATE = 5, 128, 44100


def codec():
    information = a2dp.SbcMediaCodecInformation
    return avdtp.MediaCodecCapabilities(
        media_type=avdtp.AVDTP_AUDIO_MEDIA_TYPE,
        media_codec_type=a2dp.A2DP_SBC_CODEC_TYPE,
        media_codec_information=information(
            sampling_frequency=information.SamplingFrequency.SF_44100,
            channel_mode=information.ChannelMode.JOINT_STEREO,
            block_length=information.BlockLength.BL_16,
            subbands=information.Subbands.S_8,
            allocation_method=information.AllocationMethod.LOUDNESS,
            minimum_bitpool_value=2,
            maximum_bitpool_value=53,
        ),
    )


async def silence():
    """RTP packets of nothing to hear."""
    number = 0
    while True:
        samples = number * FRAMES * SAMPLES
        packet = rtp.MediaPacket(2, 0, 0, 0, number, samples, 0, [], 96, bytes([FRAMES]) + SILENCE * FRAMES)
        packet.timestamp_seconds = samples / RATE
        yield packet
        number += 1


class Audio:
    """One role of one module; a single connection. `on_open(address)` and `on_close(address)` tell of it."""

    def __init__(self, stack, on_open, on_close):
        self.stack = stack
        self.on_open = on_open
        self.on_close = on_close
        self.connection = None
        self.address = None
        self.records = stack.device.sdp_service_records
        self.listener = avdtp.Listener.for_device(stack.device)
        self.listener.on("connection", self.accepted)
        self.control = avrcp.Protocol()

    def opened(self, connection):
        if self.connection is None:
            self.connection, self.address = connection, mac(connection.peer_address)
            connection.on("disconnection", lambda _: self.closed())
            self.on_open(self.address)

    def closed(self):
        if self.connection is not None:
            address, self.connection, self.address = self.address, None, None
            self.on_close(address)

    async def hang_up(self):
        with refusals():
            await self.connection.disconnect()

    async def close(self):
        """The profile is switched off."""
        self.records.pop(RECORD, None)
        for psm in (avdtp.AVDTP_PSM, 0x17):
            self.stack.device.l2cap_channel_manager.servers.pop(psm, None)
        if self.connection:
            await self.hang_up()


class Sink(Audio):
    def __init__(self, *args):
        super().__init__(*args)
        self.records[RECORD] = a2dp.make_audio_sink_service_sdp_records(RECORD)
        self.heard = 0  # packets

    def accepted(self, protocol):
        """A source has come."""
        endpoint = protocol.add_sink(codec())
        endpoint.on("open", lambda: self.opened(protocol.l2cap_channel.connection))
        endpoint.on("rtp_packet", lambda _: self._hear())
        protocol.on("close", self.closed)

    def _hear(self):
        self.heard += 1

    async def connect(self, connection):
        """A sink may call a source, which then opens the stream."""
        with refusals():
            protocol = await avdtp.Protocol.connect(connection)
            self.listener.set_server(connection, protocol)
            self.accepted(protocol)
        for _ in range(200):
            if self.connection:
                return
            await asyncio.sleep(0.01)
        raise Refused("no stream came")

    async def act(self, action):
        """A key of the remote control, which is connected when first used."""
        if action not in SINK_KEYS:
            raise Refused("no such control")
        key, pressed = SINK_KEYS[action]
        with refusals():
            if self.control.avctp_protocol is None:
                await self.control.connect(self.connection)
            for state in (True, False) if pressed is None else (pressed,):
                await asyncio.wait_for(self.control.send_key_event(key, state), 5)


class Source(Audio):
    def __init__(self, *args):
        super().__init__(*args)
        self.records[RECORD] = a2dp.make_audio_source_service_sdp_records(RECORD)
        self.stream = None

    def accepted(self, protocol):
        """A sink has called: open the stream to it."""
        asyncio.get_running_loop().create_task(self._open(protocol))

    async def connect(self, connection):
        with refusals():
            protocol = await avdtp.Protocol.connect(connection)
            self.listener.set_server(connection, protocol)
        await self._open(protocol)

    async def _open(self, protocol):
        with refusals():
            await protocol.discover_remote_endpoints()
            sink = protocol.find_remote_sink_by_codec(avdtp.AVDTP_AUDIO_MEDIA_TYPE, a2dp.A2DP_SBC_CODEC_TYPE)
            if sink is None:
                raise Refused("no sink there")
            source = protocol.add_source(codec(), avdtp.MediaPacketPump(silence()))
            self.stream = await protocol.create_stream(source, sink)
            await self.stream.open()
        self.opened(protocol.l2cap_channel.connection)

    async def act(self, action):
        """0 stop, 1 start, 2 suspend; an action that changes nothing is refused by the stack."""
        with refusals():
            if action == 1:
                await self.stream.start()
            elif action in (0, 2):
                await self.stream.stop()
            else:
                raise Refused("no such control")
