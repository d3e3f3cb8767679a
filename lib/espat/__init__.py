"""espat: an ESP-AT module as a board's network card and Bluetooth radio. Start with Modem."""

__version__ = "0.1.0"

from espat.errors import AtAnswer, AtBusy, AtError, AtRefused, AtReset, AtTimeout
from espat.modem import Modem
