"""The Bluetooth stack of one simulated module: a Bumble Device, alive from AT+BLEINIT or AT+BTINIT to their end."""
import hashlib

from bumble import core, device, gatt, hci, smp
from bumble.att import Attribute
from bumble.host import Host
from bumble.transport.common import AsyncPipeSink

from ..radio import link_of, listen, nimble
from .bonds import BondStore
from .classic import DualController
from .pairing import pairing_config

LE, BR_EDR = core.PhysicalTransport.LE, core.PhysicalTransport.BR_EDR
NOBODY = hci.Address("00:00:00:00:00:00", hci.Address.RANDOM_DEVICE_ADDRESS)


def mac(address):
    """An address as answers show it."""
    return address.to_string(with_type_qualifier=False).lower()


def le_address(text, kind):
    """hci.Address of "aa:bb:..." with kind 0 public, 1 random; ValueError if it is none."""
    if len(text) != 17:
        raise ValueError(text)
    return hci.Address(text, hci.Address.RANDOM_DEVICE_ADDRESS if kind else hci.Address.PUBLIC_DEVICE_ADDRESS)


class ModuleDevice(device.Device):
    """A Device whose questions go to the host of the module."""

    module = None

    def on_smp_pdu(self, connection_handle, pdu):
        """A new pairing on a connection that has had one begins from scratch."""
        session = self.smp_manager.sessions.get(connection_handle)
        if session and session.completed and pdu[:1] == bytes([smp.CommandCode.PAIRING_REQUEST]):
            session.on_disconnection(0)
        super().on_smp_pdu(connection_handle, pdu)

    async def update_keys(self, address, keys):
        """Keep keys only of peers that agreed to bond."""
        finished = [one for one in self.smp_manager.sessions.values() if one.completed]
        with_peer = [one for one in finished if address in (str(one.peer_bd_addr), str(one.connection.peer_address))]
        if keys.link_key or any(one.bonding for one in with_peer):
            await super().update_keys(address, keys)

    def on_pin_code_request(self, address):
        self.module.spawn(self.module.bt.answer_pin(address))

    def on_pairing_failure(self, connection, reason):
        session = self.smp_manager.sessions.get(connection.handle)
        if session:
            session.on_disconnection(0)  # Bumble would keep it: the next attempt needs a fresh one
        super().on_pairing_failure(connection, reason)


class Stack:
    """Controller and host. `device` is Bumble's; `server` the GATT server."""

    def __init__(self, m):
        self.m = m
        self.link = link_of(m.air)
        number = getattr(m, "number", 1)
        self.address = f"7c:df:a1:02:{number >> 8:02x}:{number & 255:02x}"
        self.controller = DualController(f"module {number}", link=self.link, public_address=self.address.upper())
        host = Host(self.controller, AsyncPipeSink(self.controller))
        self.controller.host = host
        self.device = ModuleDevice(config=self._config(), host=host)
        self.device.module = m
        self.device.keystore = BondStore(m)
        self.device.pairing_config_factory = lambda connection: pairing_config(m, connection)
        listen(m, self.device, "connection", self._connected)

    def _config(self):
        return device.DeviceConfiguration(
            name="ESP32",
            address=NOBODY,
            class_of_device=0,
            advertising_data=b"",
            connectable=False,
            discoverable=False,
            classic_enabled=self.m.profile.has("+BTINIT"),
            classic_smp_enabled=False,
            address_resolution_offload=True,  # else Bumble would scan by itself before it connects to a bonded peer
            irk=hashlib.sha256(self.address.encode()).digest()[:16],
            identity_address_type=hci.Address.PUBLIC_DEVICE_ADDRESS,
            gap_service_enabled=False,
            gatt_service_enabled=False,
        )

    async def start(self):
        await self.device.power_on()
        self.publish([])
        return self

    @property
    def server(self):
        return self.device.gatt_server

    def _connected(self, connection):
        part = self.m.ble if connection.transport == LE else self.m.bt
        part.connected(connection)

    # GATT database

    def publish(self, services):
        """Offer these services beside GATT and GAP, and nothing else."""
        server = self.server
        for table in (server.attributes, server.services):
            table.clear()
        server.attributes_by_handle.clear()
        base = [self._gatt_service(), self._gap_service()]
        server.add_services((base[::-1] if nimble(self.m) else base) + list(services))

    def _gatt_service(self):
        changed = gatt.Characteristic(
            gatt.GATT_SERVICE_CHANGED_CHARACTERISTIC, gatt.Characteristic.Properties.INDICATE, Attribute.Permissions(0), b""
        )
        return gatt.Service(gatt.GATT_GENERIC_ATTRIBUTE_SERVICE, [changed])

    def _gap_service(self):
        def readable(uuid, value):
            return gatt.Characteristic(uuid, gatt.Characteristic.Properties.READ, Attribute.READABLE, value)

        name = gatt.CharacteristicValue(read=lambda _: self.m.ble.name)
        return gatt.Service(
            gatt.GATT_GENERIC_ACCESS_SERVICE,
            [
                readable(gatt.GATT_DEVICE_NAME_CHARACTERISTIC, name),
                readable(gatt.GATT_APPEARANCE_CHARACTERISTIC, bytes(2)),
            ],
        )

    # addresses

    async def set_random_address(self, address):
        self.device.random_address = self.device.static_address = address
        await self.device.send_sync_command(hci.HCI_LE_Set_Random_Address_Command(random_address=address))

    # the end

    async def close(self):
        """Switched off by command: peers are told."""
        await self.device.power_off()
        self.controller.hang_up()
        self.controller.shut()

    def vanish(self):
        """Power cut: peers are not told."""
        self.controller.shut()


async def start(m):
    return await Stack(m).start()
