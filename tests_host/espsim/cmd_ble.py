"""Bluetooth LE: initialisation, address, name, and the table of links every other group of commands uses."""
import asyncio

from . import radio
from .bonding import Questions
from .codes import Fail
from .command import Command
from .radio import command, part

OFF, CLIENT, SERVER, DUAL = range(4)
MOST_LINKS = 3
NAME = b"ESP-AT"
SECURITY = (0, 3, 16, 3, 3, 0)  # auth_req, iocap, enc_key_size, init_key, rsp_key, auth_option


class Link(Questions):
    """One connection. `gattc` is True where the module may act as GATT client."""

    def __init__(self, m, index, connection, address):
        self.m = m
        self.index = index
        self.connection = connection
        self.address = address
        self.central = connection.role == 0
        self.gattc = self.central
        self.client = None  # radio_bumble.gattc.Client once something was discovered
        self.subscriptions = {}  # (service, characteristic) -> what the peer wrote into its CCC descriptor
        self.parameters = (0, 0)  # (min, max) interval this side asked for
        self.sec_act = 0
        self.requested = False  # pairing was begun by this side
        self.mitm = False  # the keys in use come from an authenticated pairing
        self.questions = {}  # kind -> future of the host's answer
        self.gone = asyncio.get_running_loop().create_future()

    async def while_up(self, coroutine, timeout=None):
        """What a procedure over this link returns; Fail if the link goes or the peer does not answer."""
        task = asyncio.ensure_future(coroutine)
        try:
            await asyncio.wait({task, self.gone}, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                raise Fail()
            return task.result()
        except (asyncio.TimeoutError, radio.load("errors").Refused) as error:
            raise Fail() from error
        except asyncio.CancelledError as error:
            if asyncio.current_task().cancelling():
                raise  # the module itself goes down
            raise Fail() from error
        finally:
            task.cancel()


@part("radio")
class Radio:
    """m.radio: the stack while somebody uses it ("ble", "bt", "hid", "blufi")."""

    def __init__(self, m):
        self.m = m
        self.users = set()
        self.stack = None

    async def acquire(self, user):
        """Switch the radio on for a user; the Stack."""
        if self.stack is None:
            self.stack = await radio.load("device").start(self.m)
        self.users.add(user)
        return self.stack

    async def release(self, user):
        """The user is done; without users the radio goes off and peers are told."""
        self.users.discard(user)
        if not self.users and self.stack:
            stack, self.stack = self.stack, None
            await stack.close()

    async def stop(self):
        if self.stack:
            self.stack.vanish()
            self.stack = None


@part("ble")
class Ble:
    """m.ble: role, links, and what scanning, advertising and security were set to."""

    def __init__(self, m):
        self.m = m
        self.role = OFF
        self.first_role = None  # since boot: before 5.0 it cannot be changed
        self.links = {}
        self.stack = None
        self.dialling = None  # index of the AT+BLECONN under way
        self.reset()

    def reset(self):
        self.scan_param = (0, 0, 0, 100, 50)
        self.scanning = None  # task that ends it
        self.scan_filter = None
        self.adv_param = None
        self.adv_data = b""
        self.scan_response = b""
        self.adv_ex = None
        self.random_address = None
        self.security = SECURITY
        self.table = None  # radio_bumble.gatts.Table once services were created
        self.spp = None

    def need(self, *roles):
        """The Stack; Fail unless Bluetooth LE runs in one of these roles (any, if none is named)."""
        if self.role == OFF or (roles and self.role not in roles and self.role != DUAL):
            raise Fail()
        return self.stack

    def link(self, index):
        """The Link with this index; Fail if there is none."""
        self.need()
        if index not in self.links:
            raise Fail()
        return self.links[index]

    def link_of(self, connection):
        return next((link for link in self.links.values() if link.connection is connection), None)

    def link_to(self, address):
        return next((link for link in self.links.values() if link.address == address), None)

    @property
    def name(self):
        return self.m.setting("ble_name", NAME)

    # coming and going

    async def switch(self, role):
        if role == OFF:
            await self._off()
            return
        self.stack = await self.m.radio.acquire("ble")
        self.role = self.first_role = role
        kind, address = self.m.store.get("ble_address", (0, None))
        if kind and address:
            await self.use_random(address)
        if radio.nimble(self.m):
            self.create_services()
            self.table.start()

    async def _off(self):
        self.role = OFF
        await self.stop_scan()
        links, self.links = self.links, {}
        for link in links.values():
            link.gone.set_result(None)
            await link.connection.disconnect()
            self.m.report(f'+BLEDISCONN:{link.index},"{link.address}"')
        stack, self.stack = self.stack, None
        if stack:
            await stack.device.stop_advertising()
            stack.publish([])
            await self.m.radio.release("ble")
        self.reset()

    async def stop_scan(self):
        if self.scanning:
            task = self.scanning
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def use_random(self, address):
        self.random_address = address
        await self.stack.set_random_address(radio.load("device").le_address(address, 1))

    def create_services(self):
        self.table = radio.load("gatts").Table(self.m, self.stack)

    def connected(self, connection):
        """A connection has come up (called by the Stack)."""
        owner = next((one for one in (self.m.blufi, self.m.hid) if one.running), None)
        if owner:
            owner.connected(connection)
            return
        index = self.dialling if connection.role == 0 else self._free()
        if index is None:
            self.m.spawn(connection.disconnect())
            return
        link = Link(self.m, index, connection, radio.load("device").mac(connection.peer_address))
        self.links[index] = link
        radio.listen(self.m, connection, "disconnection", lambda _: self._disconnected(link))
        radio.listen(self.m, connection, "connection_att_mtu_update", lambda: self._mtu(link))
        radio.listen(self.m, connection, "connection_parameters_update", lambda: self._parameters(link))
        self.m.security.watch(link)
        if not link.central:
            self.m.report(f'+BLECONN:{index},"{link.address}"')

    def _free(self):
        return next((index for index in range(MOST_LINKS) if index not in self.links), None)

    def _disconnected(self, link):
        if self.links.get(link.index) is not link:
            return
        del self.links[link.index]
        if not link.gone.done():
            link.gone.set_result(None)
        self.m.report(f'+BLEDISCONN:{link.index},"{link.address}"')

    def _mtu(self, link):
        self.m.report(f"+BLECFGMTU:{link.index},{link.connection.att_mtu}")

    def _parameters(self, link):
        self.m.report(f"+BLECONNPARAM:{link.index}," + ",".join(str(value) for value in self.parameters(link)))

    @staticmethod
    def parameters(link):
        """min, max and current interval, latency, timeout, in the units of AT+BLECONNPARAM."""
        now = link.connection.parameters
        return (
            *link.parameters,
            round(now.connection_interval / 1.25),
            now.peripheral_latency,
            round(now.supervision_timeout / 10),
        )


@command("+BLEINIT")
class Init(Command):
    """The role holds until the module restarts; from 5.0 AT+BLEINIT=0 frees it."""

    async def query(self, m):
        m.say(f"+BLEINIT:{m.ble.role}")

    async def set(self, m, args):
        most = DUAL if m.profile.version >= (5, 0) else SERVER
        role = args.int(0, most)
        args.end()
        if role and (m.ble.role or m.blufi.running or m.hid.running):
            raise Fail()
        if role and m.profile.version < (5, 0) and m.ble.first_role not in (None, role):
            raise Fail()
        if m.net.mode == 1 and role:
            raise Fail()
        await m.ble.switch(role)


@command("+BLEADDR")
class Address(Command):
    """A random address is static, or without one a private address the stack makes up."""

    async def query(self, m):
        m.say(f'+BLEADDR:"{m.ble.need().address}"', end=b"")

    async def set(self, m, args):
        kind, address = args.int(0, 1), args.text(17, 17, default=None)
        args.end()
        m.ble.need()
        if not kind:
            m.ble.random_address = None
        elif address is None:
            address = radio.load("gap").private_address()
            await m.ble.use_random(address)
        else:
            await m.ble.use_random(self._static(address.lower()))
        if m.profile.version < (5, 0):
            m.store.put("ble_address", [kind, address and address.lower()])

    @staticmethod
    def _static(address):
        """Checked: the two top bits set, the rest neither all 0 nor all 1."""
        try:
            value = int(address.replace(":", ""), 16)
        except ValueError:
            raise Fail() from None
        if address.count(":") != 5 or value >> 46 != 3 or value & (1 << 46) - 1 in (0, (1 << 46) - 1):
            raise Fail()
        return address


@command("+BLENAME")
class Name(Command):
    async def query(self, m):
        m.ble.need()
        m.say(b"+BLENAME:" + m.ble.name)

    async def set(self, m, args):
        name = args.bytes(most=32)
        args.end()
        m.ble.need()
        m.keep("ble_name", name, self.stores(m))
