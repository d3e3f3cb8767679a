"""espat: an ESP-AT module as a board's network card and Bluetooth radio."""

__version__ = "0.1.0"
