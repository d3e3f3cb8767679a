"""Classic Bluetooth: audio."""
from . import radio
from .codes import Fail
from .command import Command
from .radio import command, part

SOURCE, SINK = 1, 2


@part("a2dp")
class A2dp:
    """m.a2dp: one role, one connection."""

    def __init__(self, m):
        self.m = m
        self.role = 0
        self.audio = None
        self.url = None

    async def init(self, role):
        self.role = role
        if role:
            kind = radio.load("audio").Sink if role == SINK else radio.load("audio").Source
            self.audio = kind(self.m.bt.need(), radio.guarded(self.m, self._opened), radio.guarded(self.m, self._closed))
        elif self.audio:
            audio, self.audio = self.audio, None
            await audio.close()

    def _opened(self, address):
        self.m.report(f'+BTA2DPCONN:0,"{address}"')

    def _closed(self, address):
        self.m.report(f'+BTA2DPDISCONN:0,"{address}"')

    def connected(self):
        """The Audio with a connection; Fail without."""
        self.m.bt.need()
        if self.audio is None or self.audio.connection is None:
            raise Fail()
        return self.audio


@command("+BTA2DPINIT")
class Init(Command):
    async def query(self, m):
        m.say(f"+BTA2DPINIT:{m.a2dp.role}")

    async def set(self, m, args):
        role = args.int(0, SINK)
        args.end()
        m.bt.need()
        if role and m.a2dp.role:
            raise Fail()
        await m.a2dp.init(role)


@command("+BTA2DPCONN")
class Connect(Command):
    async def query(self, m):
        m.bt.need()
        if m.a2dp.audio and m.a2dp.audio.connection:
            m.say(f'+BTA2DPCONN:0,"{m.a2dp.audio.address}"')

    async def set(self, m, args):
        args.int(0, 0)
        address = args.text(17, 17).lower()
        args.end()
        stack = m.bt.need()
        if m.a2dp.audio is None or m.a2dp.audio.connection:
            raise Fail()
        try:
            await m.a2dp.audio.connect(await radio.load("serial").acl(stack, address))
        except (radio.load("errors").Refused, ValueError) as error:
            m.say("+BTA2DPCONN:0,-1")
            raise Fail() from error


@command("+BTA2DPDISCONN")
class Disconnect(Command):
    """The report comes after the OK, as in the guide's worked example."""

    async def set(self, m, args):
        args.int(0, 0)
        args.end()
        audio = m.a2dp.connected()
        m.after_final(lambda: m.spawn(audio.hang_up()))


@command("+BTA2DPSRC")
class Url(Command):
    async def query(self, m):
        m.bt.need()
        m.say(f"+BTA2DPSRC:{m.a2dp.url},mp3" if m.a2dp.url else "+BTA2DPSRC:NULL,NULL")

    async def set(self, m, args):
        args.int(0, 0)
        url = args.text()
        args.end()
        m.bt.need()
        if m.a2dp.role != SOURCE or not url.startswith(("http://", "https://", "flash://")):
            raise Fail()
        m.a2dp.url = url


@command("+BTA2DPCTRL")
class Control(Command):
    async def set(self, m, args):
        args.int(0, 0)
        action = args.int(0, 5)
        args.end()
        audio = m.a2dp.connected()
        if m.a2dp.role == SOURCE and not m.a2dp.url:
            raise Fail()
        try:
            await audio.act(action)
        except (radio.load("errors").Refused, TimeoutError) as error:
            raise Fail() from error
