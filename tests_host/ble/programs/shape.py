"""asyncio over bluetooth.BLE in the shape of aioble, which cannot be installed here: the same calls with the same arguments
in the same order, the same waiting on flags that only the event handler sets. Nothing in it touches the modem.
"""

import asyncio
import struct

import bluetooth

ble = bluetooth.BLE()
_handlers = []


def _irq(event, data):
    for handler in _handlers:
        handler(event, data)


ble.irq(_irq)  # when it is imported, before anybody has switched the radio on


class Flag:
    """asyncio.ThreadSafeFlag, and for CPython something like it that polls as asyncio does."""

    def __new__(cls):
        if hasattr(asyncio, "ThreadSafeFlag"):
            return asyncio.ThreadSafeFlag()
        return object.__new__(cls)

    def __init__(self):
        self.up = False

    def set(self):
        self.up = True

    def clear(self):
        self.up = False

    async def wait(self):
        while not self.up:
            await asyncio.sleep(0.002)
        self.up = False


def ensure_active():
    if not ble.active():
        ble.active(True)


async def within(ms, awaitable):
    """Wait at most so long; raises asyncio.TimeoutError."""
    if ms is None:
        return await awaitable
    return await asyncio.wait_for(awaitable, ms / 1000)


class Device:
    def __init__(self, addr_type, addr):
        self.addr_type = addr_type
        self.addr = addr

    async def connect(self, timeout_ms=10000, scan_duration_ms=None, min_conn_interval_us=None, max_conn_interval_us=None):
        connection = Connection(self)
        ensure_active()
        if scan_duration_ms is None:
            scan_duration_ms = max(timeout_ms - 500, timeout_ms // 2)
        Connection.connecting.append(connection)
        try:
            ble.gap_connect(self.addr_type, self.addr, scan_duration_ms, min_conn_interval_us, max_conn_interval_us)
            await within(timeout_ms, connection.flag.wait())
        except BaseException:
            ble.gap_connect(None)
            raise
        finally:
            Connection.connecting.remove(connection)
        Connection.up[connection.handle] = connection
        return connection


class Connection:
    connecting = []
    up = {}

    def __init__(self, device):
        self.device = device
        self.flag = Flag()
        self.handle = None
        self.mtu = None
        self.mtu_flag = Flag()
        self.pair_flag = Flag()
        self.encrypted = self.authenticated = self.bonded = False
        self.characteristics = {}  # value handle -> Characteristic
        self.discovery = None

    def is_connected(self):
        return self.handle is not None

    async def disconnected(self, timeout_ms=60000, disconnect=False):
        if not self.is_connected():
            return
        if disconnect:
            try:
                ble.gap_disconnect(self.handle)
            except OSError:
                pass
        await within(timeout_ms, self.flag.wait())
        Connection.up.pop(self.handle, None)
        self.handle = None

    async def disconnect(self, timeout_ms=2000):
        await self.disconnected(timeout_ms, disconnect=True)

    async def exchange_mtu(self, mtu=None, timeout_ms=5000):
        if mtu:
            ble.config(mtu=mtu)
        ble.gattc_exchange_mtu(self.handle)
        await within(timeout_ms, self.mtu_flag.wait())
        return self.mtu

    async def pair(self, bond=True, le_secure=True, mitm=False, io=3, timeout_ms=20000):
        ble.config(bond=bond, le_secure=le_secure, mitm=mitm, io=io)
        ble.gap_pair(self.handle)
        await within(timeout_ms, self.pair_flag.wait())

    async def services(self, uuid=None):
        return [Service(self, *row) for row in await self.discover(9, ble.gattc_discover_services, uuid)]

    async def discover(self, event, call, *args):
        """Begin a discovery, and gather its results until it is done."""
        while self.discovery:
            await asyncio.sleep(0.01)
        self.discovery = event, [], Flag()
        try:
            if args[-1] is None:
                args = args[:-1]
            call(self.handle, *args)
            await within(10000, self.discovery[2].wait())
            return self.discovery[1]
        finally:
            self.discovery = None

    async def service(self, uuid):
        found = await self.services(uuid)
        return found[0] if found else None


class Service:
    def __init__(self, connection, start, end, uuid):
        self.connection = connection
        self.start, self.end = start, end
        self.uuid = bluetooth.UUID(uuid)

    async def characteristic(self, uuid):
        rows = await self.connection.discover(11, ble.gattc_discover_characteristics, self.start, self.end, uuid)
        return Characteristic(self.connection, *rows[0]) if rows else None


class Characteristic:
    def __init__(self, connection, end, value, properties, uuid):
        self.connection = connection
        self.end, self.value, self.properties = end, value, properties
        self.uuid = bluetooth.UUID(uuid)
        self.read_flag, self.write_flag, self.notify_flag = Flag(), Flag(), Flag()
        self.data = None
        self.status = None
        self.queue = []

    async def read(self, timeout_ms=1000):
        self.connection.characteristics[self.value] = self
        ble.gattc_read(self.connection.handle, self.value)
        await within(timeout_ms, self.read_flag.wait())
        if self.status:
            raise OSError(self.status)
        return self.data

    async def write(self, data, response=None, timeout_ms=1000):
        if response is None:
            response = bool(self.properties & bluetooth.FLAG_WRITE) and not self.properties & bluetooth.FLAG_WRITE_NO_RESPONSE
        self.connection.characteristics[self.value] = self
        ble.gattc_write(self.connection.handle, self.value, data, response)
        if response:
            await within(timeout_ms, self.write_flag.wait())
            if self.status:
                raise OSError(self.status)

    async def subscribe(self, notify=True, indicate=False):
        self.connection.characteristics[self.value] = self
        rows = await self.connection.discover(13, ble.gattc_discover_descriptors, self.value, self.end)
        for handle, uuid in rows:
            if uuid == bluetooth.UUID(0x2902):
                descriptor = Characteristic(self.connection, handle, handle, bluetooth.FLAG_WRITE, uuid)
                return await descriptor.write(struct.pack("<H", notify * 1 + indicate * 2))
        raise ValueError("CCCD not found")

    async def notified(self, timeout_ms=1000):
        while not self.queue:
            await within(timeout_ms, self.notify_flag.wait())
        return self.queue.pop(0)


def _client_irq(event, data):
    if event == 7:
        handle, addr_type, addr = data
        for c in Connection.connecting:
            if c.device.addr_type == addr_type and c.device.addr == addr:
                c.handle = handle
                c.flag.set()
    elif event == 8:
        c = Connection.up.get(data[0])
        if c:
            c.flag.set()
    c = Connection.up.get(data[0]) if data else None
    if not c:
        return
    if event in (9, 11, 13) and c.discovery and c.discovery[0] == event:
        c.discovery[1].append(data[1:])
    elif event in (10, 12, 14) and c.discovery:
        c.discovery[2].set()
    elif event in (15, 16, 17, 18, 19):
        it = c.characteristics.get(data[1])
        if not it:
            return
        if event == 15:
            it.data = bytes(data[2])
        elif event == 16:
            it.status = data[2]
            it.read_flag.set()
        elif event == 17:
            it.status = data[2]
            it.write_flag.set()
        else:
            it.queue.append(bytes(data[2]))
            it.notify_flag.set()
    elif event == 21:
        c.mtu = data[1]
        c.mtu_flag.set()
    elif event == 28:
        _, c.encrypted, c.authenticated, c.bonded, _ = data
        c.pair_flag.set()


_handlers.append(_client_irq)


# -- scanning


class scan:
    active = None

    def __init__(self, duration_ms, interval_us=None, window_us=None, active=False):
        self.arguments = duration_ms, interval_us or 1280000, window_us or 11250, active
        self.flag = Flag()
        self.queue = []
        self.done = False

    async def __aenter__(self):
        ensure_active()
        scan.active = self
        ble.gap_scan(*self.arguments)
        return self

    async def __aexit__(self, *_):
        await self.cancel()

    def __aiter__(self):
        return self

    async def __anext__(self):
        while True:
            if self.queue:
                return self.queue.pop(0)
            if self.done:
                await self.cancel()
                raise StopAsyncIteration
            await self.flag.wait()

    async def cancel(self):
        if self.done:
            return
        ble.gap_scan(None)
        while not self.done:
            await self.flag.wait()
        scan.active = None


def _scan_irq(event, data):
    it = scan.active
    if it and event == 5:
        addr_type, addr, adv_type, rssi, adv_data = data
        it.queue.append((addr_type, bytes(addr), adv_type, rssi, bytes(adv_data)))
        it.flag.set()
    elif it and event == 6:
        it.done = True
        it.flag.set()


_handlers.append(_scan_irq)


# -- the other side


class Server:
    connections = {}
    flag = Flag()
    written = {}  # value handle -> (Flag, [(connection, data)]), captured writes
    indications = {}  # connection -> [Flag, status]


def register_services(*services):
    ensure_active()
    return ble.gatts_register_services(services)


def advertisement(name, services=(), manufacturer=None):
    """(adv_data, resp_data) as aioble puts them together: what does not fit goes into the response."""
    adv, resp = bytearray(b"\x02\x01\x06"), bytearray()

    def append(kind, value):
        part = struct.pack("BB", len(value) + 1, kind) + value
        if len(adv) + len(part) <= 31:
            adv.extend(part)
        elif len(resp) + len(part) <= 31:
            resp.extend(part)
        else:
            raise ValueError("Advertising payload too long")

    for uuid in services:
        append(0x03 if len(uuid) == 2 else 0x05 if len(uuid) == 4 else 0x07, bytes(uuid))
    append(0x09, name)
    if manufacturer:
        append(0xFF, struct.pack("<H", manufacturer[0]) + manufacturer[1])
    return adv, resp


async def advertise(interval_us, name, services=(), connectable=True, timeout_ms=None, manufacturer=None):
    """Advertise until somebody connects; gives the connection."""
    ensure_active()
    adv, resp = advertisement(name, services, manufacturer)
    ble.gap_advertise(interval_us, adv_data=adv, resp_data=resp, connectable=connectable)
    try:
        await within(timeout_ms, Server.flag.wait())
    except BaseException:
        ble.gap_advertise(None)
        raise
    return Server.connections[max(Server.connections)]


async def written(handle, timeout_ms=None):
    """The next captured write."""
    flag, queue = Server.written.setdefault(handle, (Flag(), []))
    while not queue:
        await within(timeout_ms, flag.wait())
    return queue.pop(0)


async def indicate(handle, connection, data=None, timeout_ms=1000):
    """Indicate and wait for the peer's confirmation."""
    Server.indications[connection] = state = [Flag(), None]
    ble.gatts_indicate(connection, handle, data)
    await within(timeout_ms, state[0].wait())
    if state[1]:
        raise OSError(state[1])


def _server_irq(event, data):
    if event == 1:
        c = Connection(Device(data[1], bytes(data[2])))
        c.handle = data[0]
        Server.connections[c.handle] = Connection.up[c.handle] = c
        Server.flag.set()
    elif event == 2:
        c = Server.connections.pop(data[0], None)
        if c:
            c.flag.set()
    elif event == 3:
        flag, queue = Server.written.setdefault(data[1], (Flag(), []))
        queue.append((data[0], ble.gatts_read(data[1])))
        flag.set()
    elif event == 20:
        state = Server.indications.get(data[0])
        if state:
            state[1] = data[2]
            state[0].set()


_handlers.append(_server_irq)


def stop():
    """What aioble.stop() does."""
    ble.active(False)
