"""What seldom becomes of the values of own services, see gatts.py."""

from micropython import const

from espat.ble import at_values
from espat.ble.conn import Job

_MOST = const(512)
_EINVAL = const(22)


def gatts_set_buffer(ble, handle, size, append=False):
    """Let a value be this long; append: a peer's writes are joined until they are read."""
    entry = ble.part("gatts").entry(handle)
    if size > _MOST:
        raise OSError(_EINVAL, "the module takes values up to 512 bytes")
    entry[:] = [b"", size, append]


def report(ble, name, rest):
    """The module has restarted: its values are those of the table, and have to be set again."""
    for handle, entry in ble.part("gatts").values.items():
        if entry and entry[0] and not entry[2]:
            place = handle >> 10, handle >> 4 & 63, entry[0], handle & 15 or None
            at_values.set_value(Job(ble.conns), *place)
