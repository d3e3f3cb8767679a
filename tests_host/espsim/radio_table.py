"""The table of GATT services a module offers: the firmware's own, and how rows are written in flash.

A row is `index,uuid_len,uuid,perm,val_max_len,val_cur_len,value`, numbers as in the guide's section 6.9, value in
hexadecimal digits, most significant first for UUIDs. AT+SYSMFG keeps it under "cfg<index>" in namespace "ble_data".
"""
import dataclasses

NAMESPACE = "ble_data"
PRIMARY, SECONDARY, INCLUDE, CHARACTERISTIC, CCC = 0x2800, 0x2801, 0x2802, 0x2803, 0x2902
READ, WRITE_COMMAND, WRITE, NOTIFY, INDICATE = 0x02, 0x04, 0x08, 0x10, 0x20  # properties
PERM_READ, PERM_READ_ENC, PERM_READ_MITM, PERM_WRITE, PERM_WRITE_ENC, PERM_WRITE_MITM = 1, 2, 4, 0x10, 0x20, 0x40
MOST = 512  # bytes of a value


def _default():
    """Services 0xA002 and 0xA003 of the firmware as delivered; sizes beyond the first rows are what the examples need."""
    rows = [("0x2800", 0x01, 2, "A002")]
    characteristics = [  # uuid, properties, permissions, size, value, descriptor
        (0xC300, "2", 0x01, 1, "30", 0x2901),
        (0xC301, "2", 0x01, MOST, "30", 0x2901),
        (0xC302, "8", 0x10, MOST, "30", 0x2901),
        (0xC303, "4", 0x10, MOST, "30", 0x2901),
        (0xC304, "8", 0x10, MOST, "30", None),
        (0xC305, "10", 0x00, MOST, "30", CCC),
        (0xC306, "20", 0x00, MOST, "30", CCC),
        (0xC307, "2", 0x01, 1, "30", 0x2901),
        None,
        (0xC400, "2", 0x01, 1, "30", 0x2901),
        (0xC401, "2", 0x01, 1, "30", 0x2901),
    ]
    for entry in characteristics:
        if entry is None:
            rows.append(("0x2800", 0x01, 2, "A003"))
            continue
        uuid, properties, perm, size, value, descriptor = entry
        rows += [("0x2803", 0x01, 1, properties), (f"0x{uuid:04X}", perm, size, value)]
        if descriptor == CCC:
            rows.append(("0x2902", 0x11, 2, "0000"))
        elif descriptor:
            rows.append((f"0x{descriptor:04X}", 0x11, 1, "30"))
    return [
        f"{index},16,{uuid},0x{perm:02x},{size},{max(1, len(value) // 2)},{value}"
        for index, (uuid, perm, size, value) in enumerate(rows)
    ]


DEFAULT_ROWS = _default()


@dataclasses.dataclass
class Row:
    uuid: int | str  # 16 or 32 bits as a number, 128 bits as 32 digits
    perm: int
    size: int
    value: bytes


@dataclasses.dataclass
class Characteristic:
    uuid: int | str
    properties: int
    row: Row
    descriptors: list = dataclasses.field(default_factory=list)  # of Row


@dataclasses.dataclass
class Service:
    uuid: int | str
    primary: bool = True
    included: list = dataclasses.field(default_factory=list)  # indexes of other services, from 1
    characteristics: list = dataclasses.field(default_factory=list)


def short(uuid):
    """A UUID as answers show it."""
    return f"0x{uuid:04X}" if isinstance(uuid, int) else f"0x{uuid.upper()}"


def _uuid(text, bits):
    digits = text.removeprefix("0x").removeprefix("0X").replace("-", "")
    return digits.lower() if bits == 128 else int(digits, 16)


def parse_row(text):
    """A Row; ValueError if the text is none."""
    _, bits, uuid, perm, size, length, value = text.split(",")
    digits = value.strip()
    data = bytes.fromhex(digits.zfill(len(digits) + len(digits) % 2))
    row = Row(_uuid(uuid, int(bits, 0)), int(perm, 0), int(size, 0), data[: int(length, 0)])
    if not len(row.value) <= row.size <= MOST:
        raise ValueError(text)
    return row


def parse(rows):
    """Services of a table's rows in order; ValueError if it makes no sense."""
    services = []
    pending = None  # properties of the characteristic whose value comes next
    for row in map(parse_row, rows):
        if row.uuid in (PRIMARY, SECONDARY):
            if len(row.value) not in (2, 4, 16):
                raise ValueError("no UUID")
            digits = row.value.hex()
            services.append(Service(digits if len(digits) > 8 else int(digits, 16), row.uuid == PRIMARY))
        elif not services:
            raise ValueError("a table begins with a service")
        elif row.uuid == INCLUDE:
            services[-1].included.append(row.value[0])
        elif row.uuid == CHARACTERISTIC:
            pending = row.value[0]
        elif pending is not None:
            services[-1].characteristics.append(Characteristic(row.uuid, pending, row))
            pending = None
        else:
            services[-1].characteristics[-1].descriptors.append(row)
    if pending is not None:
        raise ValueError("a characteristic without value")
    return services


def index_of(key):
    """The row number in a key "cfg<n>", None if it is no such key."""
    digits = key.removeprefix("cfg")
    return int(digits) if key.startswith("cfg") and digits.isdigit() else None


def rows(m):
    """The table in flash, in the order of its row numbers; firmware without AT+SYSMFG has the one it was built with."""
    if not m.flash.has_mfg:
        return DEFAULT_ROWS
    known = {}
    for key, (_, value) in m.flash.values().get(NAMESPACE, {}).items():
        if index_of(key) is not None and isinstance(value, bytes):
            known[index_of(key)] = value.decode("latin-1")
    return [known[number] for number in sorted(known)]
