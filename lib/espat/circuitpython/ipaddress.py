"""CircuitPython's ipaddress module, for boards whose firmware has none."""


class IPv4Address:
    """An IPv4 address.

    address: "192.168.4.1", 4 bytes, or a number. Raises ValueError when it is none.
    """

    version = 4

    def __init__(self, address):
        if isinstance(address, str):
            address = _bytes(address)
        elif isinstance(address, int):
            if not 0 <= address < 1 << 32:
                raise ValueError("address out of range")
            address = address.to_bytes(4, "big")
        if len(address) != 4:
            raise ValueError("4 bytes are needed")
        self.packed = bytes(address)

    def __str__(self):
        return ".".join([str(b) for b in self.packed])

    __repr__ = __str__

    def __eq__(self, other):
        return isinstance(other, IPv4Address) and self.packed == other.packed

    def __hash__(self):
        return hash(self.packed)


def ip_address(address):
    """The address object of what an IPv4Address can be made from."""
    return IPv4Address(address)


def _bytes(text):
    parts = text.split(".")
    for part in parts:
        if not part.isdigit() or int(part) > 255:
            raise ValueError("no IPv4 address")
    return bytes([int(part) for part in parts])
