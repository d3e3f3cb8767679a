from typing import Any

from espat.spi import Spi

class BusioSpi(Spi):
    def __init__(self, device: Any, handshake: Any, room: int = 1024) -> None: ...
    def value(self) -> bool: ...
