"""What pairing is alike over Bluetooth LE and classic Bluetooth: questions to the host, and the list of bonds."""
import asyncio

from . import radio
from .codes import Fail
from .command import Command


class Questions:
    """Base of what asks the host during a pairing. `questions`: kind -> future of the host's answer."""

    questions = None  # a dict of its own in each

    async def answer(self, kind):
        """Wait for the host to answer a question."""
        self.questions[kind] = asyncio.get_running_loop().create_future()
        try:
            return await self.questions[kind]
        finally:
            self.questions.pop(kind, None)

    def reply(self, kind, value):
        """The host's answer; Fail if nobody asked."""
        question = self.questions.get(kind)
        if question is None or question.done():
            raise Fail()
        question.set_result(value)


class Bonded(Command):
    """Base of the lists. kind: "ble" or "bt", also the part of the module that must be on."""

    kind = ""

    async def query(self, m):
        getattr(m, self.kind).need()
        for index, address in enumerate(radio.load("bonds").bonds(m, self.kind)):
            m.say(f'{self.name}:{index},"{address[:17].lower()}"')


class Forget(Command):
    """Base of the commands that forget all bonds, or one."""

    kind = ""

    async def execute(self, m):
        getattr(m, self.kind).need()
        radio.load("bonds").forget(m, self.kind)

    async def set(self, m, args):
        index = args.int(0, 14)
        args.end()
        getattr(m, self.kind).need()
        if not radio.load("bonds").forget(m, self.kind, index):
            raise Fail()
