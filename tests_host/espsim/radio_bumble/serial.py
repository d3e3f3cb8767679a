"""Serial Port Profile: RFCOMM and its entry in the service directory."""
import asyncio

from bumble import core, hci, rfcomm

from .device import mac
from .errors import Refused, refusals

SERIAL_PORT = core.BT_SERIAL_PORT_SERVICE
CHANNEL = 1
RECORD = 0x00010001
AUTHENTICATION = 0x0036 | 0x3000  # bits of <sec_mode> that need a link key


class Port:
    """An open serial connection. `on_data(bytes)` and `on_close()` are called as things happen."""

    def __init__(self, dlc, on_data, on_close):
        self.dlc = dlc
        self.connection = dlc.multiplexer.l2cap_channel.connection
        self.address = mac(self.connection.peer_address)
        self.on_close = on_close
        self.open = True
        dlc.sink = lambda data: on_data(bytes(data))
        dlc.on(dlc.EVENT_CLOSE, self._closed)
        dlc.on_disc_frame = self._hung_up  # Bumble does not tell when the peer closes only the channel
        self.connection.on("disconnection", lambda _: self._closed())

    def _hung_up(self, frame):
        rfcomm.DLC.on_disc_frame(self.dlc, frame)
        self._closed()

    def _closed(self):
        if self.open:
            self.open = False
            self.on_close()

    async def write(self, data):
        self.dlc.write(data)
        await self.dlc.drain()

    async def close(self):
        """Channel first, then the link under it. `on_close` is not called."""
        self.open = False
        try:
            with refusals():
                await asyncio.wait_for(self.dlc.disconnect(), 2)
        except (Refused, TimeoutError):
            pass
        try:
            with refusals():
                await self.connection.disconnect()
        except Refused:
            pass


class Service:
    """Waits for masters. `on_dlc(dlc)` gets each channel that opens."""

    def __init__(self, stack, on_dlc):
        self.stack = stack
        self.server = rfcomm.Server(stack.device)
        self.server.listen(on_dlc, CHANNEL)
        stack.device.sdp_service_records[RECORD] = rfcomm.make_service_sdp_records(RECORD, CHANNEL, SERIAL_PORT)

    def close(self):
        self.server.l2cap_server.close()
        self.stack.device.sdp_service_records.pop(RECORD, None)


async def acl(stack, address):
    """The connection to a device, made if need be. Refused."""
    target = hci.Address(address, hci.Address.PUBLIC_DEVICE_ADDRESS)
    known = stack.device.find_connection_by_bd_addr(target, transport=core.PhysicalTransport.BR_EDR)
    with refusals():
        return known or await stack.device.connect_classic(target, timeout=20 * stack.link.pace)


async def secure(connection, mode):
    """What <sec_mode> asks for. Refused."""
    with refusals():
        if mode & AUTHENTICATION and not connection.authenticated:
            await connection.authenticate()
        if mode & 0x0036 == 0x0036 and not connection.is_encrypted:
            await connection.encrypt()


async def connect(stack, address, mode):
    """The DLC to the peer's serial port. Refused."""
    connection = await acl(stack, address)
    try:
        await secure(connection, mode)
        with refusals():
            channel = await rfcomm.find_rfcomm_channel_with_uuid(connection, SERIAL_PORT)
            if channel is None:
                raise Refused("no serial port service")
            multiplexer = await rfcomm.Client(connection).start()
            return await multiplexer.open_dlc(channel)
    except Refused:
        with refusals():
            await connection.disconnect()
        raise
