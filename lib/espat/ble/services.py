"""Services at run time: the module's table, which lies in its flash, is made what the program wants.

Each attribute is a row "index,bits,uuid,permissions,longest,length,value" under the key cfg<index> of the namespace
ble_data (guide 6.9 and 3.1.19). Rows that are as they should be are not written. Firmware before 3.1 has the table elsewhere:
then only services that it offers already can be had.
"""

from micropython import const

from espat import at_mfg
from espat.ble import at_services, power
from espat.ble.conn import UUID
from espat.errors import AtRefused

_NAMESPACE = "ble_data"
_LONGEST = const(512)
_LENGTH = const(20)  # what MicroPython gives a value unless somebody says more
_PUSHES = const(0x30)
_CCC = const(0x2902)
# flag -> permission: readable, writable, writable; the same with encryption, authentication, authorisation
_READS = ((0x0200, 2), (0x0400, 4), (0x0800, 0x200))
_WRITES = ((0x1000, 0x20), (0x2000, 0x40), (0x4000, 0x400))


def gatts_register_services(ble, services):
    """Offer these services instead of those before; returns the handles, a tuple for each service.

    They are written into the module's flash where they differ from what is there, and then the radio starts anew.
    The module does not tell which value was read: event 4 comes where peers may read only one, afterwards.
    """
    at = ble.at
    if not ble.on:
        raise OSError(19, "Bluetooth is not active")
    wanted = _rows(services)
    changes = surplus = ()
    if at.has(b"+SYSMFG"):
        changes, surplus = _compare(at, wanted)
    if changes or surplus or not ble.offers and at.has(b"+BLEGATTSSRVCRE"):
        power.off(ble)
        for index in changes:
            at_mfg.put(at, _NAMESPACE, "cfg%d" % index, wanted[index].encode(), at_mfg.STRING)
        for key in surplus:
            at_mfg.remove(at, _NAMESPACE, key)
    ble.offers = True
    part = ble.part("gatts")
    part.values = {}  # those of before are not told to the module again
    ble.need(2)
    # as gatts.py keeps them
    found = _find(services, at_services.services(at), at_services.characteristics(at))
    if not found:
        raise ble.seldom("power", "refusal", "services are flashed with the firmware before 3.1, and these are not among them")
    handles, part.values, part.readable = found
    return handles


def _compare(at, wanted):
    # (numbers of rows to be written, keys to be erased)
    try:
        known = [key for key, _ in at_mfg.keys(at, _NAMESPACE) if key[:3] == "cfg"]
    except AtRefused:
        known = []
    changes = []
    for index, row in enumerate(wanted):
        key = "cfg%d" % index
        if key not in known:
            changes.append(index)
        else:
            known.remove(key)
            if at_mfg.get(at, _NAMESPACE, key) != row:
                changes.append(index)
    return changes, known


def _rows(services):
    # the table's rows
    rows = []

    def add(uuid, permissions, longest, value):
        digits = UUID(uuid).digits()
        rows.append(
            "%d,%d,0x%s,0x%02x,%d,%d,%s" % (len(rows), len(digits) * 4, digits, permissions, longest, len(value) // 2, value)
        )

    for uuid, characteristics in services:
        digits = UUID(uuid).digits()
        add(0x2800, 1, len(digits) // 2, digits)
        for characteristic in characteristics:
            flags = characteristic[1]
            add(0x2803, 1, 1, "%02X" % (flags & 0xFF))
            add(characteristic[0], _permissions(flags), _LONGEST, "00")
            if flags & _PUSHES:
                add(_CCC, 0x11, 2, "0000")
            for descriptor in characteristic[2] if len(characteristic) > 2 else ():
                add(descriptor[0], _permissions(descriptor[1]), _LONGEST, "00")
    return rows


def _permissions(flags):
    read = sum([bit for flag, bit in _READS if flags & flag]) or 1
    write = sum([bit for flag, bit in _WRITES if flags & flag]) or 0x10
    return (read if flags & 2 else 0) | (write if flags & 0x0C else 0)


def _find(services, offered, attributes):
    # the handles of what the module says it offers; None when something is not there
    handles = []
    values = {}
    readable = []
    offered = [(row[0], 0, 0, row[2], None) for row in offered]
    for uuid, characteristics in services:
        row = _take(offered, uuid)
        if not row:
            return None
        rest = [a for a in attributes if a[0] == row[0]]
        mine = []
        for characteristic in characteristics:
            if not _find_one(characteristic, rest, mine, values, readable):
                return None
        handles.append(tuple(mine))
    return tuple(handles), values, readable


def _find_one(characteristic, rest, mine, values, readable):
    # one characteristic with its descriptors, among the rest of a service's attributes
    flags = characteristic[1] & 0xFF
    row = _take(rest, characteristic[0], flags)
    if not row:
        return False
    handle = row[0] << 10 | row[1] << 4
    found = [handle]
    if flags & 2:
        readable.append(handle)
    rest = [a for a in rest if a[1] == row[1]]
    if flags & _PUSHES:
        row = _take(rest, _CCC)
        values[handle | (row[2] if row else 1)] = None
    for descriptor in characteristic[2] if len(characteristic) > 2 else ():
        row = _take(rest, descriptor[0])
        if not row:
            return False
        found.append(handle | row[2])
        if descriptor[1] & 2:
            readable.append(found[-1])
    for handle in found:
        values[handle] = [b"", _LENGTH, False]
    mine.extend(found)
    return True


def _take(rows, uuid, flags=None):
    # the first of these attributes with this UUID and these properties, taken out
    for i, row in enumerate(rows):
        if row[4] == flags and UUID(row[3]) == UUID(uuid):
            return rows.pop(i)
    return None
