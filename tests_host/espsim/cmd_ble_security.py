"""Bluetooth LE: pairing, bonding, encryption."""
from . import bonding, radio
from .cmd_ble_conn import index_of
from .codes import Fail
from .command import Command
from .radio import command, part

AUTH_REQS = (0, 1, 4, 8, 9, 12, 13)
MOST_KEY = 999999


@part("security")
class Security:
    """m.security: what becomes of pairings."""

    def __init__(self, m):
        self.m = m

    def watch(self, link):
        events = {
            "pairing": lambda keys: self._paired(link, keys),
            "pairing_failure": lambda _: self._done(link, failed=True),
            "security_request": lambda _: self.m.spawn(self._requested(link)),
            "connection_encryption_change": lambda: self.m.spawn(self._encrypted(link)),
        }
        for event, function in events.items():
            radio.listen(self.m, link.connection, event, function)

    def _paired(self, link, keys):
        key = keys.ltk or keys.ltk_central or keys.ltk_peripheral
        link.mitm = bool(key and key.authenticated)
        wanted = self.m.ble.security
        if wanted[5] and wanted[0] & 4 and not link.mitm:
            self._done(link, failed=True)
            self.m.spawn(link.connection.disconnect())
            return
        for number in self._key_types(link):
            self.m.report(f"+BLESECKEYTYPE:{link.index},{number}")
        self._done(link)

    def _key_types(self, link):
        """The kinds of key told before the end, in the order the two sides tell them."""
        _, _, _, own, peer, _ = self.m.ble.security
        encryption, identity = (16, 1), (32, 2)
        if own & peer & 3 != 3:
            kinds = encryption if own & peer & 1 else ()
            return kinds + (identity if own & peer & 2 else ())
        return (2, 16, 1, 32) if link.central else encryption + identity

    def _done(self, link, failed=False):
        link.requested = False
        for question in list(link.questions.values()):
            if not question.done():
                question.set_result(None)
        self.m.report(f"+BLEAUTHCMPL:{link.index},{int(failed)}")

    async def _requested(self, link):
        """The peer, a peripheral, asks for security."""
        if link.requested:
            return
        self.m.report(f"+BLESECREQ:{link.index}")
        if radio.nimble(self.m) or await link.answer("accept"):
            await self.begin(link)

    async def _encrypted(self, link):
        """Encrypted with keys from before: no pairing tells the end."""
        if link.index not in self.m.ble.links or not link.connection.is_encrypted:
            return
        sessions = self.m.ble.stack.device.smp_manager.sessions
        if link.connection.handle in sessions:
            return
        keys = await self.m.ble.stack.device.keystore.get(str(link.connection.peer_address))
        key = keys and (keys.ltk or keys.ltk_central)
        link.mitm = bool(key and key.authenticated)
        self._done(link)

    async def begin(self, link):
        """Encrypt, as this side's role does it; keys of an earlier bond first."""
        link.requested = True
        if not link.central:
            link.connection.request_pairing()
            return
        try:
            await link.while_up(radio.load("pairing").encrypt(self.m.ble.stack, link.connection))
        except Fail:
            if link.requested and not link.gone.done():
                self._done(link, failed=True)


@command("+BLESECPARAM")
class Parameters(Command):
    async def query(self, m):
        m.ble.need()
        end = b"\n" if m.profile.version <= (4, 0) else b"\r\n"
        m.say("+BLESECPARAM:" + ",".join(map(str, m.ble.security)), end=end)

    async def set(self, m, args):
        auth = args.int(0, 13)
        values = (auth, args.int(0, 4), args.int(7, 16), args.int(0, 15), args.int(0, 15), args.int(0, 1, default=0))
        args.end()
        m.ble.need()
        if auth not in AUTH_REQS:
            raise Fail()
        m.ble.security = values


@command("+BLEENC")
class Encrypt(Command):
    async def set(self, m, args):
        index, action = index_of(args), args.int(0, 3)
        args.end()
        link = m.ble.link(index)
        if link.requested:
            raise Fail()
        link.sec_act = action
        if action:
            m.after_final(lambda: m.spawn(m.security.begin(link)))


class Answer(Command):
    """Base of the answers to a pairing's questions."""

    async def set(self, m, args):
        index, value = index_of(args), args.int(0, self.most)
        args.end()
        m.ble.link(index).reply(self.question, value)


@command("+BLEENCRSP")
class Accept(Answer):
    question, most = "accept", 1


@command("+BLEKEYREPLY")
class Key(Answer):
    question, most = "key", MOST_KEY


@command("+BLECONFREPLY")
class Confirm(Answer):
    question, most = "confirm", 1


@command("+BLEENCDEV")
class Bonded(bonding.Bonded):
    kind = "ble"


@command("+BLEENCCLEAR")
class Forget(bonding.Forget):
    kind = "ble"


@command("+BLESETKEY")
class StaticKey(Command):
    async def query(self, m):
        m.ble.need()
        m.say(f"+BLESETKEY:{m.ram.get('ble_key', -1)}", end=b"\n" if m.profile.version <= (3, 4) else b"\r\n")

    async def set(self, m, args):
        key = args.int(0, MOST_KEY)
        args.end()
        m.ble.need()
        m.ram["ble_key"] = key
