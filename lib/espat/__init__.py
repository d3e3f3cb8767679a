"""espat: an ESP-AT module as a board's network card and Bluetooth radio. Start with Modem."""

__version__ = "0.1.0"

# from the bottom up: a chain of imports, each inside the other, would eat a small board's C stack
from espat import args, reports, parser, engine, ticks, turn, resync, step, errors, at, ring, spare, uart
from espat.errors import AtAnswer, AtBusy, AtError, AtRefused, AtReset, AtTimeout
from espat.modem import Modem
