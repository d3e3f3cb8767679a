"""The GATT services of a Bluetooth LE keyboard, mouse and consumer control in one (HID over GATT)."""
from bumble import gatt
from bumble.att import Attribute

KEYBOARD, MOUSE, CONSUMER = 1, 2, 3  # report ids
SIZES = {KEYBOARD: 8, MOUSE: 4, CONSUMER: 2}
REPORT_MAP = bytes.fromhex(
    # keyboard: modifiers, a constant byte, six keys
    "05010906a10185010507" "19e029e7150025017501950881029501" "75088101" "0507190029651500" "256575089506" "8100c0"
    # mouse: three buttons, x, y, wheel
    "05010902a10185020901a100" "0509190129031500250175019503810295017505" "8101" "05010930093109381581257f750895038106c0c0"
    # consumer: one usage of 16 bits
    "050c0901a1018503" "150026ff0319002aff03751095018100c0"
)
APPEARANCE = 0x03C1  # keyboard


def _plain(uuid, value, properties=gatt.Characteristic.Properties.READ, permissions=Attribute.READABLE, descriptors=()):
    return gatt.Characteristic(gatt.UUID.from_16_bits(uuid), properties, permissions, value, descriptors)


def services():
    """(services to publish, {report id: its characteristic})."""
    properties, permissions = gatt.Characteristic.Properties, Attribute.Permissions
    reports = {}
    for number, size in SIZES.items():
        reference = gatt.Descriptor(gatt.UUID.from_16_bits(0x2908), permissions.READABLE, bytes([number, 1]))
        reports[number] = _plain(
            0x2A4D,
            bytes(size),
            properties.READ | properties.NOTIFY,
            permissions.READABLE | permissions.READ_REQUIRES_ENCRYPTION,
            [reference],
        )
    hid = gatt.Service(
        gatt.UUID.from_16_bits(0x1812),
        [
            _plain(0x2A4A, bytes.fromhex("11010003")),  # HID 1.11, normally connectable
            _plain(0x2A4B, REPORT_MAP),
            _plain(0x2A4C, b"\0", properties.WRITE_WITHOUT_RESPONSE, permissions.WRITEABLE),
            _plain(0x2A4E, b"\1"),
            *reports.values(),
        ],
    )
    battery = gatt.Service(gatt.UUID.from_16_bits(0x180F), [_plain(0x2A19, b"\x64")])
    identity = gatt.Service(gatt.UUID.from_16_bits(0x180A), [_plain(0x2A50, bytes.fromhex("02e502a1ee0100"))])
    return [hid, battery, identity], reports


def advertising(name):
    """Flags, appearance, the HID service, and the name as far as it fits."""
    data = bytes.fromhex("020106") + bytes([3, 0x19]) + APPEARANCE.to_bytes(2, "little") + bytes.fromhex("03031218")
    room = 31 - len(data) - 2
    return data + bytes([1 + len(name[:room]), 9 if len(name) <= room else 8]) + name[:room]
