"""Services of bleio.py and their values, our own ones and a peer's."""

from micropython import const

from espat.ble import conn
from espat.ble.bleio_types import UUID, Attribute, BluetoothError

_DESCRIPTOR_RESULT = const(13)
_DESCRIPTOR_DONE = const(14)
_READ_RESULT = const(15)
_READ_DONE = const(16)
_CCC = const(0x2902)

_adapter = None


def use(adapter):
    """Services made from now on are this adapter's."""
    global _adapter
    _adapter = adapter


def _flags(characteristic):
    # properties and permissions as bluetooth.BLE takes them
    flags = characteristic.properties
    read, write = characteristic.read_perm, characteristic.write_perm
    for perm, no_mitm, mitm, bits in ((read, 0x0200, 0x0400, 2), (write, 0x1000, 0x2000, 12)):
        if perm == Attribute.NO_ACCESS:
            flags &= ~bits
        elif perm in (Attribute.ENCRYPT_NO_MITM, Attribute.SIGNED_NO_MITM):
            flags |= no_mitm
        elif perm != Attribute.OPEN:
            flags |= mitm
    return flags


def _bytes(data):
    # CircuitPython takes text for bytes
    return data.encode() if isinstance(data, str) else bytes(data)


class Service:
    """One of our own services. connection: whose service it is instead, with its range of handles."""

    def __init__(self, uuid, *, secondary=False, connection=None, start=0, end=0):
        self.uuid = uuid
        self.secondary = secondary
        self.connection = connection
        self.remote = connection is not None
        self.start, self.end = start, end
        self.characteristics = ()
        if not connection:
            if secondary:
                raise NotImplementedError("secondary services")
            _adapter.services.append(self)

    def definition(self):
        """It as gatts_register_services() takes it."""
        rows = []
        for c in self.characteristics:
            row = (c.uuid.own, _flags(c))
            rows.append(row + (tuple([(d.uuid.own, _flags(d)) for d in c.descriptors]),) if c.descriptors else row)
        return self.uuid.own, tuple(rows)

    def registered(self, handles):
        """It is offered now, under these handles."""
        for c in self.characteristics:
            for it in (c,) + c.descriptors:
                it.registered(handles.pop(0))


class _Value:
    # a characteristic or descriptor, ours or a peer's

    handle = None
    listener = None  # called with every value that a peer sends or writes

    def __init__(self, service, uuid, properties, read_perm, write_perm, max_length, initial_value):
        self.service = service
        self.uuid = uuid
        self.properties = properties
        self.read_perm, self.write_perm = read_perm, write_perm
        self.max_length = max_length
        self.adapter = _adapter
        self._initial = _bytes(initial_value or b"")

    def registered(self, handle):
        """It is offered now, under this handle."""
        self.handle = handle
        _adapter.values[None, handle] = self
        _adapter.ble.gatts_set_buffer(handle, self.max_length)
        if self._initial:
            _adapter.ble.gatts_write(handle, self._initial)

    @property
    def value(self):
        """What it is; a peer's is asked for."""
        connection = self.service.connection
        if connection:
            status = connection.do(_READ_DONE, _adapter.ble.gattc_read, self.handle)[2]
            if status:
                raise BluetoothError("Failed to read")
            return _adapter.result(_READ_RESULT)[2]
        return self._initial if self.handle is None else _adapter.ble.gatts_read(self.handle)

    @value.setter
    def value(self, data):
        connection = self.service.connection
        if connection:
            connection.write(self.handle, data, self.properties & Characteristic.WRITE)
        elif self.handle is None:
            self._initial = _bytes(data)
        elif data:
            _adapter.ble.gatts_write(self.handle, data, True)


class Characteristic(_Value):
    """A value of a service."""

    BROADCAST = 0x01
    READ = 0x02
    WRITE_NO_RESPONSE = 0x04
    WRITE = 0x08
    NOTIFY = 0x10
    INDICATE = 0x20

    end = 0

    def __init__(self, *values):
        super().__init__(*values)
        self.descriptors = ()

    @classmethod
    def add_to_service(cls, service, uuid, *, properties=0, read_perm=1, write_perm=1, max_length=20, fixed_length=False,
                       initial_value=None, user_description=None):  # fmt: skip
        """A new value of one of our own services."""
        it = cls(service, uuid, properties, read_perm, write_perm, max_length, initial_value)
        service.characteristics += (it,)
        if user_description:
            Descriptor.add_to_characteristic(it, UUID(0x2901), write_perm=0, initial_value=user_description.encode())
        return it

    def set_cccd(self, *, notify=False, indicate=False):
        """Have the peer send this value whenever it changes, or no longer."""
        connection = self.service.connection
        connection.do(_DESCRIPTOR_DONE, _adapter.ble.gattc_discover_descriptors, self.handle, self.end)
        for event, data in _adapter.results:
            if event == _DESCRIPTOR_RESULT and data[2] == conn.UUID(_CCC):
                return connection.write(data[1], bytes([(1 if notify else 0) | (2 if indicate else 0), 0]), True)
        raise BluetoothError("No CCCD for this Characteristic")


class Descriptor(_Value):
    """What describes a value."""

    @classmethod
    def add_to_characteristic(cls, characteristic, uuid, *, read_perm=1, write_perm=1, max_length=20, fixed_length=False,
                              initial_value=b""):  # fmt: skip
        """A new descriptor of one of our own values."""
        it = cls(characteristic.service, uuid, 2 | 8, read_perm, write_perm, max_length, initial_value)
        characteristic.descriptors += (it,)
        return it

    def registered(self, handle):
        """It is offered now; firmware that cannot set descriptors leaves it empty."""
        try:
            super().registered(handle)
        except OSError:
            pass
