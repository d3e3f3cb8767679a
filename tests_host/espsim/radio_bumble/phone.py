"""A phone for tests: a Bumble Device of its own, on its own thread, used from ordinary synchronous code.

    with Phone(air) as phone:
        link = phone.connect("7c:df:a1:02:00:01")
        phone.discover(link)
        phone.write(link, 0xC304, b"test")
"""
import asyncio
import inspect
import itertools
import threading

from bumble import device, gatt, hci, pairing
from bumble.host import Host
from bumble.transport.common import AsyncPipeSink

from ..background import Background
from ..radio import link_of
from .classic import DualController
_numbers = itertools.count(1)
CLASS_OF_DEVICE = 0x5A020C  # a smart phone


class User(pairing.PairingDelegate):
    """Who holds the phone. `shown` collects numbers on the display; `typed` is what is entered, `agrees` what is tapped."""

    def __init__(self, capability=pairing.PairingDelegate.DISPLAY_OUTPUT_AND_KEYBOARD_INPUT):
        super().__init__(capability)
        self.shown = []
        self.display = threading.Event()
        self.typed = None
        self.pin = None
        self.agrees = True

    def show(self, number):
        self.shown.append(number)
        self.display.set()

    def wait_for_number(self, timeout=5):
        assert self.display.wait(timeout), "the phone shows no number"
        return self.shown[-1]

    async def accept(self):
        return self.agrees

    async def confirm(self, auto=False):
        return self.agrees

    async def compare_numbers(self, number, digits):
        self.show(number)
        return self.agrees

    async def get_number(self):
        return self.typed

    async def get_string(self, max_length):
        return self.pin

    async def display_number(self, number, digits):
        self.show(number)


class PhoneDevice(device.Device):
    user = None

    def on_pin_code_request(self, address):
        """Old pairing: the user types the PIN, whatever the phone can otherwise do."""

        async def reply():
            pin = await self.user.get_string(16)
            if pin is None:
                command = hci.HCI_PIN_Code_Request_Negative_Reply_Command(bd_addr=address)
            else:
                command = hci.HCI_PIN_Code_Request_Reply_Command(
                    bd_addr=address, pin_code_length=len(pin), pin_code=pin.encode().ljust(16, b"\0")
                )
            await self.host.send_sync_command(command)

        asyncio.get_running_loop().create_task(reply())


class Phone(Background):
    """`address` is its address over both transports, in lower case."""

    def __init__(self, air, name="phone", *, address=None, random=False, rssi=None, user=None, sc=True, ssp=True):
        super().__init__(name)
        number = next(_numbers)
        self.link = link_of(air)
        self.name = name
        self.address = address or f"60:51:42:fe:{number >> 8 & 255:02x}:{number & 255:02x}"
        self.random = random  # the address is a random one (Bluetooth LE)
        self.rssi = rssi
        self.user = user or User()
        self.sc = sc  # False: only the pairing of Bluetooth 4.0
        self.ssp = ssp  # False: a phone from before Secure Simple Pairing
        self.device = None
        self.received = []  # (uuid, bytes) of notifications and indications
        self.arrival = threading.Condition()

    async def _live(self):
        self.controller = DualController(self.name, link=self.link, public_address=self.address.upper())
        self.controller.rssi = self.rssi
        host = Host(self.controller, AsyncPipeSink(self.controller))
        self.controller.host = host
        config = device.DeviceConfiguration(
            name=self.name,
            class_of_device=CLASS_OF_DEVICE,
            classic_enabled=True,
            classic_ssp_enabled=self.ssp,
            classic_smp_enabled=False,
            advertising_data=b"",
            address=hci.Address(self.address),
            address_resolution_offload=True,
            identity_address_type=hci.Address.RANDOM_DEVICE_ADDRESS if self.random else hci.Address.PUBLIC_DEVICE_ADDRESS,
        )
        self.device = PhoneDevice(config=config, host=host)
        self.device.user = self.user
        self.device.pairing_config_factory = self._pairing
        await self.device.power_on()
        await self.up()
        await self.device.power_off()
        self.controller.hang_up()
        self.controller.shut()

    def _pairing(self, _connection):
        return pairing.PairingConfig(sc=self.sc, mitm=True, bonding=True, delegate=self.user)

    def vanish(self):
        """Out of range, without a word."""
        self.call(self.controller.shut)

    # from the test's thread

    def call(self, function, *args, **options):
        """Run a function or coroutine function on the phone's loop and return what it returns."""
        return self.begin(function, *args, **options).result(20)

    def begin(self, function, *args, **options):
        """The same without waiting: a concurrent future."""

        async def run():
            result = function(*args, **options)
            return await result if inspect.isawaitable(result) else result

        return asyncio.run_coroutine_threadsafe(run(), self.loop)

    # Bluetooth LE, central

    def connect(self, address, timeout=5):
        """A connection to a module's public address."""
        own = self._own()
        kind = hci.Address.PUBLIC_DEVICE_ADDRESS
        target = hci.Address(address, kind) if isinstance(address, str) else address
        return self.call(self.device.connect_le, target, own_address_type=own, timeout=timeout)

    def _own(self):
        return hci.OwnAddressType.RANDOM if self.random else hci.OwnAddressType.PUBLIC

    def disconnect(self, connection):
        self.call(connection.disconnect)

    def discover(self, connection):
        """Services with characteristics and descriptors."""
        connection.gatt_client.services = []  # else Bumble keeps what it saw before
        peer = device.Peer(connection)
        self.call(peer.discover_all)
        return peer.services

    def find(self, connection, uuid):
        """A characteristic discovered before."""
        wanted = gatt.UUID.from_16_bits(uuid) if isinstance(uuid, int) else gatt.UUID(uuid)
        found = [
            one
            for service in connection.gatt_client.services
            for one in service.characteristics
            if one.uuid == wanted
        ]
        assert found, f"no characteristic {wanted}"
        return found[0]

    def read(self, connection, uuid):
        return bytes(self.call(self.find(connection, uuid).read_value))

    def write(self, connection, uuid, value, with_response=True):
        self.call(self.find(connection, uuid).write_value, value, with_response=with_response)

    def subscribe(self, connection, uuid, prefer_notify=True):
        self.call(self.find(connection, uuid).subscribe, lambda value: self._arrived(uuid, value), prefer_notify)

    def _arrived(self, uuid, value):
        with self.arrival:
            self.received.append((uuid, bytes(value)))
            self.arrival.notify_all()

    def wait_for(self, count, timeout=5):
        """The first `count` values that arrived by themselves."""
        with self.arrival:
            assert self.arrival.wait_for(lambda: len(self.received) >= count, timeout), self.received
            return self.received[:count]

    def pair(self, connection):
        """Begin pairing; the future ends with it."""
        return self.begin(connection.pair)

    # Bluetooth LE, peripheral

    def serve(self, *services):
        self.call(self.device.add_services, services)

    def advertise(self, data=b"\x02\x01\x06", response=b"", interval=20, **options):
        options.setdefault("own_address_type", self._own())
        self.call(
            self.device.start_advertising,
            advertising_data=data,
            scan_response_data=response,
            advertising_interval_min=interval,
            advertising_interval_max=interval,
            **options,
        )

    @property
    def connections(self):
        return list(self.device.connections.values())

    # classic

    @staticmethod
    def classic(address):
        """A module's address as Bumble wants it."""
        return hci.Address(address, hci.Address.PUBLIC_DEVICE_ADDRESS)

    def connect_classic(self, address):
        return self.call(self.device.connect_classic, self.classic(address))

    def secure(self, connection):
        """Authenticate and encrypt a classic connection; the future ends with it."""

        async def run():
            await connection.authenticate()
            await connection.encrypt()

        return self.begin(run)

