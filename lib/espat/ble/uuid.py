"""bluetooth.UUID: 16 or 128 bits, as MicroPython's own class has it."""

from binascii import hexlify, unhexlify


class UUID:
    """value: int up to 0xffff, 2, 4 or 16 bytes (least significant first), "6e400001-b5a3-...", or a UUID.

    bytes(uuid) is what goes over the air, least significant byte first.
    """

    def __init__(self, value):
        if isinstance(value, UUID):
            value = value.raw
        elif isinstance(value, int):
            n = 0 if value < 0 else 2 if value < 0x10000 else 4 if value < 0x100000000 else 16
            value = value.to_bytes(n, "little") if n else b""
        elif isinstance(value, str):
            digits = value.replace("-", "")
            if len(digits) != 32:
                raise ValueError("no UUID")
            value = bytes(reversed(unhexlify(digits)))
        self.raw = bytes(value)
        if len(self.raw) not in (2, 4, 16):
            raise ValueError("no UUID")

    def digits(self):
        """Hexadecimal digits, most significant first, as AT commands have them."""
        return str(hexlify(bytes(reversed(self.raw))), "ascii").upper()

    def __iter__(self):
        return iter(self.raw)

    def __len__(self):
        return len(self.raw)

    def __eq__(self, other):
        return isinstance(other, UUID) and self.raw == other.raw

    def __lt__(self, other):
        return self.raw < other.raw

    def __hash__(self):
        return hash(self.raw)

    def __repr__(self):
        d = self.digits().lower()
        if len(d) < 32:
            return "UUID(0x%s)" % d
        return "UUID('%s')" % "-".join((d[:8], d[8:12], d[12:16], d[16:20], d[20:]))
