from espat.errors import (
    AtAnswer as AtAnswer,
    AtBusy as AtBusy,
    AtError as AtError,
    AtRefused as AtRefused,
    AtReset as AtReset,
    AtTimeout as AtTimeout,
)
from espat.modem import Modem as Modem

__version__: str
