"""Classic Bluetooth: pairing and bonds."""
from . import bonding
from .cmd_bt import FIXED_PIN
from .command import Command
from .radio import command


@command("+BTSECPARAM")
class Parameters(Command):
    async def query(self, m):
        m.bt.need()
        m.say("+BTSECPARAM:{},{},{}".format(*m.bt.security))

    async def set(self, m, args):
        capability, kind = args.int(0, 3), args.int(0, 1)
        pin = args.text(most=16, least=kind) if kind == FIXED_PIN else args.text(most=16, default="")
        args.end()
        m.bt.need()
        m.bt.security = (capability, kind, pin if kind == FIXED_PIN else m.bt.security[2])


class Answer(Command):
    """Base of the answers to a pairing's questions."""

    async def set(self, m, args):
        args.int(0, 0)
        value = self.value(args)
        args.end()
        m.bt.need()
        m.bt.reply(self.question, value)


@command("+BTKEYREPLY")
class Key(Answer):
    question = "key"

    def value(self, args):
        return args.int(0, 999999)


@command("+BTPINREPLY")
class Pin(Answer):
    question = "pin"

    def value(self, args):
        return args.text(most=16, least=1)


@command("+BTSECCFM")
class Confirm(Answer):
    question = "confirm"

    def value(self, args):
        return args.int(0, 1)


@command("+BTENCDEV")
class Bonded(bonding.Bonded):
    kind = "bt"


@command("+BTENCCLEAR")
class Forget(bonding.Forget):
    kind = "bt"
