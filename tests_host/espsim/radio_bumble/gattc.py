"""A module as GATT client: what it has found at a peer, numbered as the commands number it."""
from bumble import gatt

from ..radio import guarded
from .errors import Refused, refusals


def uuid_text(uuid):
    """A bumble UUID as answers show it."""
    digits = bytes(reversed(uuid.to_bytes())).hex().upper()
    return f"0x{digits}"


class Client:
    """One peer. Services are numbered from 1 in the order of discovery, characteristics and descriptors likewise."""

    def __init__(self, link, on_value):
        self.link = link
        self.gatt = link.connection.gatt_client
        self.on_value = on_value  # (link, kind, service, characteristic, bytes)
        self.services = []
        self.found = {}  # service number -> its characteristics

    async def discover_services(self):
        self.services = await self._run(self.gatt.discover_services())
        self.found = {}
        return self.services

    def service(self, number):
        if not 1 <= number <= len(self.services):
            raise Refused("no such service")
        return self.services[number - 1]

    async def discover_characteristics(self, number):
        service = self.service(number)
        characteristics = await self._run(self.gatt.discover_characteristics((), service))
        for at, characteristic in enumerate(characteristics, 1):
            await self._run(self.gatt.discover_descriptors(characteristic))
            self._listen(number, at, characteristic)
        self.found[number] = characteristics
        return characteristics

    async def discover_included(self, number):
        return await self._run(self.gatt.discover_included_services(self.service(number)))

    def _listen(self, service, at, characteristic):
        """Hand on what the peer sends by itself."""
        for kind, table in (("NOTIFY", self.gatt.notification_subscribers), ("INDICATE", self.gatt.indication_subscribers)):
            hear = guarded(self.link.m, lambda value, kind=kind: self.on_value(self.link, kind, service, at, value))
            table[characteristic.handle] = {hear}

    def attribute(self, service, characteristic, descriptor=None):
        """(characteristic, attribute to access); Refused if it was not discovered."""
        known = self.found.get(service, [])
        if not 1 <= characteristic <= len(known):
            raise Refused("not discovered")
        found = known[characteristic - 1]
        if descriptor is None:
            return found, found
        if not 1 <= descriptor <= len(found.descriptors):
            raise Refused("no such descriptor")
        return found, found.descriptors[descriptor - 1]

    async def read(self, attribute):
        return bytes(await self._run(self.gatt.read_value(attribute.handle)))

    async def write(self, characteristic, attribute, value):
        """With response, unless the characteristic only knows the other kind."""
        with_response = attribute is not characteristic or bool(characteristic.properties & gatt.Characteristic.Properties.WRITE)
        await self._run(self.gatt.write_value(attribute.handle, value, with_response=with_response))

    def moved(self, link):
        """The same knowledge on another link to the same peer."""
        new = Client(link, self.on_value)
        new.services, new.found = self.services, self.found
        for number, characteristics in self.found.items():
            for at, characteristic in enumerate(characteristics, 1):
                new._listen(number, at, characteristic)
        return new

    @staticmethod
    async def _run(procedure):
        with refusals():
            return await procedure
