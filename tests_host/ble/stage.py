"""The stage of net/stage.py with phones on it: real GATT, SMP and RFCOMM peers of the module's radio (Bumble).

Every do_*() is a request of the program; `phone` is a handle, bytes travel as hexadecimal digits.
"""

import asyncio
import threading
import time

from bumble import gatt, hci
from bumble.att import Attribute
from bumble.device import Peer

from ble.profiles import Profiles
from ble.trickle import FIRST, Trickle
from espsim.radio import link_of
from espsim.radio_bumble.phone import Phone, User
from net.stage import PATIENCE, Stage

Properties, Permissions = gatt.Characteristic.Properties, Attribute.Permissions


class Patient(User):
    """Thinks until he knows what to type."""

    async def get_number(self):
        while self.typed is None:
            await asyncio.sleep(0.01)
        return self.typed


class RadioStage(Profiles, Stage):
    """A module, and phones that come when the program asks for them."""

    FIRST = FIRST

    def __enter__(self):
        super().__enter__()
        link = link_of(self.air)
        link.pace, link.supervision = 0.05, 0.15  # seconds of scanning and paging are short
        self.phones, self.links, self.values, self.futures = [], [], {}, []
        self.trickles, self.downloads = {}, []
        return self

    def __exit__(self, *error):
        try:
            super().__exit__(*error)
        finally:
            for phone in self.phones:
                phone.__exit__()

    def do_trickle(self, listener):
        """A download begins on the next connection; gives its handle."""
        peer = self.do_accept(listener)
        self.trickles[peer] = Trickle(self.peers[peer])
        return peer

    def do_trickle_end(self, peer):
        """It ends: [bytes sent, their checksum]."""
        sent = self.trickles.pop(peer).end()
        self.downloads.append(sent[0])
        return sent

    def do_address(self):
        """The module's own address, digits."""
        number = self.sim.module.number
        return f"7cdfa102{number >> 8:02x}{number & 255:02x}"

    # a phone

    def do_phone(self, options=None, capability=None):
        """A phone comes into reach; gives its handle and address. capability: of its user, as Bumble numbers them."""
        user = Patient() if capability is None else Patient(capability)
        phone = Phone(self.air, user=user, **(options or {}))
        phone.__enter__()
        self.phones.append(phone)
        return len(self.phones) - 1, phone.address.replace(":", "")

    def do_leave(self, phone):
        """Out of reach, without a word."""
        self.phones[phone].vanish()

    def do_connect(self, phone, address, random=False):
        """The phone connects to an advertiser; gives a handle of the connection."""
        kind = hci.Address.RANDOM_DEVICE_ADDRESS if random else hci.Address.PUBLIC_DEVICE_ADDRESS
        text = ":".join(address[i:i + 2] for i in range(0, 12, 2))
        link = self.phones[phone].connect(hci.Address(text, kind))
        link.on("security_request", lambda _: self.phones[phone].begin(link.pair))  # what phones do
        self.links.append(link)
        return len(self.links) - 1

    def do_disconnect(self, phone, link):
        self.phones[phone].disconnect(self.links[link])

    def do_connections(self, phone):
        """How many connections it has."""
        return len(self.phones[phone].connections)

    def do_discover(self, phone, link):
        """[[service, [[characteristic, properties, [descriptors]]]]], UUIDs as text."""
        return [[_text(s.uuid), [_row(c) for c in s.characteristics]] for s in self.phones[phone].discover(self.links[link])]

    def do_read(self, phone, link, uuid):
        return self.phones[phone].read(self.links[link], _uuid(uuid)).hex()

    def do_read_descriptor(self, phone, link, uuid, descriptor):
        found = self.phones[phone].find(self.links[link], _uuid(uuid))
        wanted = next(d for d in found.descriptors if _text(d.type) == descriptor)
        return bytes(self.phones[phone].call(wanted.read_value)).hex()

    def do_write(self, phone, link, uuid, text, response=True):
        self.phones[phone].write(self.links[link], _uuid(uuid), bytes.fromhex(text), response)

    def do_write_many(self, phone, link, uuid, texts):
        """Write these values one after the other, in the background; gives a handle of do_outcome()."""
        value = self.phones[phone].find(self.links[link], _uuid(uuid))

        async def run():
            for text in texts:
                await value.write_value(bytes.fromhex(text), with_response=True)

        return self._background(phone, run)

    def do_subscribe(self, phone, link, uuid, notify=True):
        self.phones[phone].subscribe(self.links[link], _uuid(uuid), notify)

    def do_unsubscribe(self, phone, link, uuid):
        self.phones[phone].call(self.phones[phone].find(self.links[link], _uuid(uuid)).unsubscribe, force=True)

    def do_received(self, phone, count):
        """[[uuid, bytes]] of the first values that came by themselves, which are then forgotten."""
        values = self.phones[phone].wait_for(count, PATIENCE)
        del self.phones[phone].received[:count]
        return [[uuid if isinstance(uuid, str) else f"{uuid:04x}", value.hex()] for uuid, value in values]

    def do_mtu(self, phone, link, size):
        """The phone asks for an MTU; gives what was agreed upon."""
        return self.phones[phone].call(Peer(self.links[link]).request_mtu, size)

    # a phone that advertises

    def do_serve(self, phone, services):
        """Offer services: [[uuid, [[uuid, properties, permissions, bytes]]]]; written values are kept."""
        made = []
        for uuid, characteristics in services:
            made.append(gatt.Service(uuid, [self._characteristic(phone, *one) for one in characteristics]))
        self.phones[phone].serve(*made)

    def _characteristic(self, phone, uuid, properties, permissions, text):
        value = gatt.CharacteristicValue(
            read=lambda _: self.values[phone, uuid][-1],
            write=lambda _, data: self.values[phone, uuid].append(bytes(data)))
        made = gatt.Characteristic(uuid, Properties(properties), Permissions(permissions), value)
        self.values[phone, uuid] = [bytes.fromhex(text)]
        self.values[phone, uuid, "characteristic"] = made
        return made

    def do_written(self, phone=None, uuid=None):
        """What was written into a value of the phone, the first one included; without a phone: over the serial line."""
        if phone is None:
            return super().do_written()
        return [value.hex() for value in self.values[phone, uuid]]

    def do_push(self, phone, uuid, text, indicate=False):
        """Notify, or indicate, those who have subscribed."""
        device = self.phones[phone].device
        push = device.indicate_subscribers if indicate else device.notify_subscribers
        self.phones[phone].call(push, self.values[phone, uuid, "characteristic"], bytes.fromhex(text))

    def do_push_many(self, phone, uuid, size, count):
        """Notify count values of this size, each beginning with its number, as fast as the air takes them."""
        made = self.values[phone, uuid, "characteristic"]

        async def run():
            for number in range(count):
                await self.phones[phone].device.notify_subscribers(made, number.to_bytes(2, "big") + bytes(size - 2))

        self._background(phone, run)

    def do_advertise(self, phone, data="020106", response="", **options):
        """Advertise, and again after every connection."""
        self.phones[phone].advertise(bytes.fromhex(data), bytes.fromhex(response), auto_restart=True, **options)

    def do_stop_advertising(self, phone):
        self.phones[phone].call(self.phones[phone].device.stop_advertising)

    def do_hang_up(self, phone):
        """End all its connections, once there is one."""
        end = time.monotonic() + PATIENCE
        while not self.phones[phone].connections and time.monotonic() < end:
            time.sleep(0.01)
        for connection in self.phones[phone].connections:
            self.phones[phone].disconnect(connection)

    # pairing

    def do_user(self, phone, typed=None, agrees=True, pin=None):
        """What the phone's user types, and whether he taps yes."""
        user = self.phones[phone].user
        user.typed, user.agrees, user.pin = typed, agrees, pin

    def do_shown(self, phone):
        """The number on the phone's display."""
        return self.phones[phone].user.wait_for_number(PATIENCE)

    def do_pair(self, phone, link):
        """Begin pairing; gives a handle for do_outcome()."""
        self.phones[phone].user.display.clear()
        return self._background(phone, self.links[link].pair)

    def do_pair_back(self, phone):
        """A peripheral asks its central to pair."""
        self.phones[phone].call(self.phones[phone].connections[0].request_pairing)

    def _background(self, phone, function):
        self.futures.append(self.phones[phone].begin(function))
        return len(self.futures) - 1

    def do_done(self, future):
        """Whether it has ended."""
        return self.futures[future].done()

    def do_outcome(self, future):
        """None when it went well, else what went wrong."""
        try:
            self.futures[future].result(PATIENCE)
        except Exception as error:
            return repr(error)
        return None

    # wires and time

    def do_pin(self, number, level):
        """The level at a pin of the module."""
        self.sim.call(self.sim.module.board.set_pin, number, level)

    def do_soon(self, seconds, *request):
        """Do another request in so many seconds."""
        timer = threading.Timer(seconds, getattr(self, "do_" + request[0]), request[1:])
        timer.daemon = True
        timer.start()


def _uuid(uuid):
    return int(uuid, 16) if len(uuid) == 4 else uuid


def _row(characteristic):
    return [_text(characteristic.uuid), int(characteristic.properties), [_text(d.type) for d in characteristic.descriptors]]


def _text(uuid):
    digits = bytes(reversed(uuid.to_bytes())).hex()
    return digits if len(digits) == 4 else f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
