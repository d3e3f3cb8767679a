"""What programs on the high stage share, beside play.py: the modem on the net, files, memory."""

import gc
import sys

import play

MICROPYTHON = sys.implementation.name == "micropython"
modem = play.modem
ask = play.ask


def body(n):
    """n bytes of a file; stage.py has the same."""
    return bytes([(i * 7 + (i >> 8) * 13) & 255 for i in range(n)])


def held():
    """Bytes of heap in use (0 where nobody can tell)."""
    gc.collect()
    return gc.mem_alloc() if MICROPYTHON else 0


def refused(call, *args, **more):
    """The AtRefused that a call must raise."""
    from espat.errors import AtRefused

    try:
        value = call(*args, **more)
    except AtRefused as error:
        return error
    raise AssertionError("not refused, but %r" % (value,))


def ready():
    """The engine is at rest and the module answers."""
    modem.run(b"")
    assert modem.idle() and not modem.parser.block
