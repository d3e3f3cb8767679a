"""A module as GATT server: the rows of its table as Bumble attributes, with the permissions the rows give."""
from bumble import att, core, gatt

from .. import radio_table as table
from ..codes import Fail
from ..radio import guarded


def to_uuid(value):
    """A row's UUID as Bumble's."""
    if isinstance(value, str):
        return core.UUID(value)
    return core.UUID.from_16_bits(value) if value < 0x10000 else core.UUID.from_32_bits(value)


class RowValue:
    """Mixin: a value that lives in a row. `place` is (service, characteristic, descriptor or None), from 1."""

    def adopt(self, owner, row, place):
        self.owner = owner
        self.row = row
        self.place = place
        self.stored = bytes(row.value)

    async def read_value(self, bearer):
        self._check(bearer, table.PERM_READ, table.PERM_READ_ENC, table.PERM_READ_MITM, att.ATT_READ_NOT_PERMITTED_ERROR)
        guarded(self.owner.m, self.owner.was_read)(bearer)
        return self.stored

    async def write_value(self, bearer, value):
        self._check(bearer, table.PERM_WRITE, table.PERM_WRITE_ENC, table.PERM_WRITE_MITM, att.ATT_WRITE_NOT_PERMITTED_ERROR)
        if len(value) > self.row.size:
            raise att.ATT_Error(att.ATT_INVALID_ATTRIBUTE_LENGTH_ERROR, self.handle)
        self.stored = bytes(value)
        guarded(self.owner.m, self.owner.was_written)(bearer, self, self.stored)

    def _check(self, connection, plain, encrypted, mitm, forbidden):
        perm = self.row.perm
        if not perm & (plain | encrypted | mitm):
            raise att.ATT_Error(forbidden, self.handle)
        if perm & (encrypted | mitm) and not connection.encryption:
            raise att.ATT_Error(att.ATT_INSUFFICIENT_ENCRYPTION_ERROR, self.handle)
        if perm & mitm and not self.owner.has_mitm(connection):
            raise att.ATT_Error(att.ATT_INSUFFICIENT_AUTHENTICATION_ERROR, self.handle)


class Value(RowValue, gatt.Characteristic):
    pass


class Descriptor(RowValue, gatt.Descriptor):
    pass


class Table:
    """The services of a module. Fail if what flash holds makes no sense."""

    def __init__(self, m, stack):
        self.m = m
        self.stack = stack
        try:
            self.services = table.parse(table.rows(m))
        except (ValueError, IndexError) as error:
            raise Fail() from error
        self.started = [False] * len(self.services)
        self.values = {}  # place -> attribute
        self.built = [self._build(number, service) for number, service in enumerate(self.services, 1)]
        for service, built in zip(self.services, self.built, strict=True):
            built.included_services = [self.built[index - 1] for index in service.included if 0 < index <= len(self.built)]

    def _build(self, number, service):
        made = [self._characteristic(number, at, found) for at, found in enumerate(service.characteristics, 1)]
        return gatt.Service(to_uuid(service.uuid), made, primary=service.primary)

    def _characteristic(self, number, at, found):
        descriptors = []
        for index, row in enumerate(found.descriptors, 1):
            descriptors.append(self._adopt(Descriptor(to_uuid(row.uuid), att.Attribute.Permissions(0)), row, (number, at, index)))
        properties = gatt.Characteristic.Properties(found.properties)
        value = Value(to_uuid(found.uuid), properties, att.Attribute.Permissions(0), b"", descriptors)
        return self._adopt(value, found.row, (number, at, None))

    def _adopt(self, attribute, row, place):
        attribute.adopt(self, row, place)
        self.values[place] = attribute
        return attribute

    # starting and stopping

    def start(self, number=None):
        self._switch(True, number)

    def stop(self, number=None):
        self._switch(False, number)

    def _switch(self, on, number):
        if number is not None and not 1 <= number <= len(self.started):
            raise Fail()
        for index in range(len(self.started)) if number is None else [number - 1]:
            self.started[index] = on
        self.stack.publish(built for built, on in zip(self.built, self.started, strict=True) if on)

    # what the peers do

    def was_read(self, connection):
        link = self.m.ble.link_of(connection)
        if link:
            self.m.report(f'+READ:{link.index},"{link.address}"')

    def was_written(self, connection, attribute, value):
        link = self.m.ble.link_of(connection)
        if link is None:
            return
        service, characteristic, descriptor = attribute.place
        if attribute.row.uuid == table.CCC:
            link.subscriptions[service, characteristic] = value[0] & 3 if value else 0
        self.m.gatts.written(link, attribute, value)

    def has_mitm(self, connection):
        link = self.m.ble.link_of(connection)
        return bool(link and link.mitm)

    # what the host does

    def value(self, service, characteristic, descriptor=None):
        """The attribute at a place; Fail if there is none."""
        found = self.values.get((service, characteristic, descriptor))
        if found is None:
            raise Fail()
        return found

    def properties(self, service, characteristic):
        return int(self.value(service, characteristic).properties)

    def is_started(self, service):
        return self.started[service - 1]

    async def notify(self, link, attribute, data):
        await self.stack.server.notify_subscriber(link.connection, attribute, data, force=True)

    async def indicate(self, link, attribute, data):
        await self.stack.server.indicate_subscriber(link.connection, attribute, data, force=True)
