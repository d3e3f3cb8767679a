"""Pairing: Bumble asks, the host of the module answers with AT commands."""
from bumble import core, pairing

from ..radio import nimble
from .errors import refusals

BOND, MITM, SC = 1, 4, 8  # bits of <auth_req>
JUST_WORKS_ONLY = 3  # <iocap> NoInputNoOutput
CAPABILITIES = (  # <iocap> as the guide numbers it
    pairing.PairingDelegate.DISPLAY_OUTPUT_ONLY,
    pairing.PairingDelegate.DISPLAY_OUTPUT_AND_YES_NO_INPUT,
    pairing.PairingDelegate.KEYBOARD_INPUT_ONLY,
    pairing.PairingDelegate.NO_OUTPUT_NO_INPUT,
    pairing.PairingDelegate.DISPLAY_OUTPUT_AND_KEYBOARD_INPUT,
)


def pairing_config(m, connection):
    if connection.transport == core.PhysicalTransport.LE:
        return _le_config(m, m.ble.link_of(connection))
    delegate = ClassicDelegate(CAPABILITIES[m.bt.security[0]])
    delegate.m = m
    delegate.connection = connection
    return pairing.PairingConfig(sc=True, mitm=m.bt.security[0] != JUST_WORKS_ONLY, bonding=True, delegate=delegate)


def _le_config(m, link):
    if link is None:  # a keyboard, or BluFi: bonds with everybody, without questions
        return pairing.PairingConfig(sc=True, mitm=False, bonding=True, delegate=pairing.PairingDelegate())
    auth, capability, size, own, peer, _ = m.ble.security
    initiator, responder = own, peer  # <init_key> is what an initiator gives, <rsp_key> what a responder gives
    delegate = LeDelegate(
        CAPABILITIES[capability],
        local_initiator_key_distribution=pairing.PairingDelegate.KeyDistribution(initiator & 7),
        local_responder_key_distribution=pairing.PairingDelegate.KeyDistribution(responder & 7),
        maximum_encryption_key_size=size,
    )
    delegate.m = m
    delegate.link = link
    wants_mitm = bool(auth & MITM) or link.sec_act == 3
    return pairing.PairingConfig(sc=bool(auth & SC), mitm=wants_mitm, bonding=bool(auth & BOND), delegate=delegate)


class LeDelegate(pairing.PairingDelegate):
    """Questions of a pairing over Bluetooth LE."""

    async def accept(self):
        link = self.link
        if link.requested or nimble(self.m):
            return True
        self.m.report(f"+BLESECREQ:{link.index}")
        return bool(await link.answer("accept"))

    async def confirm(self, auto=False):
        return True

    async def compare_numbers(self, number, digits):
        self.m.report(f"+BLESECNCREQ:{self.link.index},{number}")
        return bool(await self.link.answer("confirm"))

    async def get_number(self):
        self.m.report(f"+BLESECKEYREQ:{self.link.index}")
        return await self.link.answer("key")

    async def display_number(self, number, digits):
        self.m.report(f"+BLESECNTFYKEY:{self.link.index},{number:06d}")

    async def generate_passkey(self):
        static = self.m.ram.get("ble_key", -1)
        return static if static >= 0 else await super().generate_passkey() or 1


class ClassicDelegate(pairing.PairingDelegate):
    """Questions of a Secure Simple Pairing over BR/EDR."""

    @property
    def address(self):
        return self.connection.peer_address.to_string(with_type_qualifier=False).lower()

    async def confirm(self, auto=False):
        return True

    async def compare_numbers(self, number, digits):
        self.m.report(f'+BTCFMREQ:"{self.address}",{number}')
        return bool(await self.m.bt.answer("confirm"))

    async def get_number(self):
        self.m.report(f'+BTKEYREQ:"{self.address}"')
        return await self.m.bt.answer("key")

    async def display_number(self, number, digits):
        self.m.report(f"+BTKEYNTF:0,{number}")


async def encrypt(stack, connection):
    """As central: with the keys of an earlier bond, else by pairing."""
    with refusals():
        if await stack.device.keystore.get(str(connection.peer_address)):
            await connection.encrypt()
        else:
            await connection.pair()
