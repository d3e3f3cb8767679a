"""What bleio.py's calls take, give and raise: UUIDs, addresses, permissions, errors."""

from espat.ble import conn


class BluetoothError(Exception):
    """Something went wrong over the air."""


class RoleError(BluetoothError):
    """Not in this role."""


class SecurityError(BluetoothError):
    """The peer wants encryption."""


class UUID:
    """value: int of 16 bits, 16 bytes (least significant first), or "6e400001-..."."""

    def __init__(self, value):
        self.own = value if isinstance(value, conn.UUID) else conn.UUID(value)
        self.size = 8 * len(self.own)

    @property
    def uuid16(self):
        """The 16 bits of a short one."""
        if self.size != 16:
            raise AttributeError("not a 16-bit UUID")
        return self.own.raw[0] | self.own.raw[1] << 8

    @property
    def uuid128(self):
        """The 16 bytes of a long one, least significant first."""
        if self.size != 128:
            raise AttributeError("not a 128-bit UUID")
        return self.own.raw

    def pack_into(self, buffer, offset=0):
        """Put it into a buffer."""
        buffer[offset : offset + len(self.own)] = self.own.raw

    def __eq__(self, other):
        return isinstance(other, UUID) and self.own == other.own

    def __hash__(self):
        return hash(self.own)

    def __repr__(self):
        return repr(self.own)


class Address:
    """address_bytes: 6 bytes, least significant first. type: PUBLIC or one of the random ones."""

    PUBLIC = 0
    RANDOM_STATIC = 1
    RANDOM_PRIVATE_RESOLVABLE = 2
    RANDOM_PRIVATE_NON_RESOLVABLE = 3

    def __init__(self, address, address_type=0):
        self.address_bytes = bytes(address)
        self.type = address_type
        if len(self.address_bytes) != 6:
            raise ValueError("an address has 6 bytes")

    def __eq__(self, other):
        return isinstance(other, Address) and (self.address_bytes, self.type) == (other.address_bytes, other.type)

    def __hash__(self):
        return hash(self.address_bytes)

    def __repr__(self):
        return "<Address %s>" % ":".join(["%02x" % x for x in reversed(self.address_bytes)])


class Attribute:
    """Who may read or write."""

    NO_ACCESS = 0
    OPEN = 1
    ENCRYPT_NO_MITM = 2
    ENCRYPT_WITH_MITM = 3
    LESC_ENCRYPT_WITH_MITM = 4
    SIGNED_NO_MITM = 5
    SIGNED_WITH_MITM = 6
