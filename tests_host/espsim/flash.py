"""The user partitions of the module's flash, and the certificates and factory values kept in one of them.

Flash is flash: erasing sets bits, writing only clears them. What was never changed is not kept in the store.
"""
import collections
import functools
import pathlib

from . import nvs, radio_table
from .command import part

SECTOR = 4096
MFG = "mfg_nvs"
PKI = pathlib.Path(__file__).parent / "pki"
Partition = collections.namedtuple("Partition", "name type subtype address size")

# ESP32, at_customize at 0x20000 (guide 6.10); firmware before 3.0 had one small partition for each item.
FATFS = Partition("fatfs", 1, 129, 0x70000, 0x90000)
NEW = [Partition(MFG, 1, 2, 0x21000, 0x1C000), FATFS]
OLD_NAMES = """ble_data server_cert server_key server_ca client_cert client_key client_ca factory_param wpa2_cert wpa2_key
    wpa2_ca mqtt_cert mqtt_key mqtt_ca""".split()
OLD_SIZES = {"ble_data": 3, "factory_param": 1}  # sectors; the others have 2

CERTIFICATES = {
    "server_ca": ["server_ca.crt"],
    "server_cert": ["server_cert.crt"],
    "server_key": ["server.key"],
    "client_ca": ["client_ca_00.crt", "client_ca_01.crt"],
    "client_cert": ["client_cert_00.crt", "client_cert_01.crt"],
    "client_key": ["client_key_00.key", "client_key_01.key"],
    "mqtt_ca": ["mqtt_ca.crt"],
    "mqtt_cert": ["mqtt_client.crt"],
    "mqtt_key": ["mqtt_client.key"],
    "wpa2_ca": ["wpa2_ca.crt"],
    "wpa2_cert": ["wpa2_client.crt"],
    "wpa2_key": ["wpa2_client.key"],
}
FACTORY = {
    "version": (nvs.I8, 3),
    "max_tx_power": (nvs.I8, 78),
    "uart_port": (nvs.I8, 1),
    "start_channel": (nvs.I8, 1),
    "channel_num": (nvs.I8, 13),
    "country_code": (nvs.STRING, b"CN"),
    "uart_baudrate": (nvs.I32, 115200),
    "uart_tx_pin": (nvs.I32, 17),
    "uart_rx_pin": (nvs.I32, 16),
    "uart_cts_pin": (nvs.I32, 15),
    "uart_rts_pin": (nvs.I32, 14),
    "platform": (nvs.STRING, b"PLATFORM_ESP32"),
    "module_name": (nvs.STRING, b"WROOM-32"),
}


def _old_table():
    table, address = [], 0x21000
    for subtype, name in enumerate(OLD_NAMES, 1):
        size = OLD_SIZES.get(name, 2) * SECTOR
        table.append(Partition(name, 0x40, subtype, address, size))
        address += size
    return [*table, FATFS]


@functools.cache
def factory_image():
    """What a fresh module's mfg_nvs holds."""
    spaces = {"factory_param": FACTORY}
    for name, files in CERTIFICATES.items():
        spaces[name] = {f"{name}.{at}": (nvs.BLOB, (PKI / file).read_bytes()) for at, file in enumerate(files)}
    rows = enumerate(radio_table.DEFAULT_ROWS)
    spaces[radio_table.NAMESPACE] = {f"cfg{number}": (nvs.STRING, row.encode()) for number, row in rows}
    return nvs.build(spaces, NEW[0].size)


@part("flash")
class Flash:
    """m.flash."""

    def __init__(self, m):
        self.m = m
        self.has_mfg = m.profile.has("+SYSMFG")
        table = NEW if self.has_mfg else _old_table()
        self.partitions = {one.name: one for one in table}
        self.parsed = None

    def contents(self, name):
        """All bytes of a partition."""
        size = self.partitions[name].size
        kept = self.m.store.get(name, section="flash")
        return self._fresh(name) if kept is None else kept.ljust(size, b"\xff")

    def _fresh(self, name):
        if name == MFG:
            return factory_image()
        file = CERTIFICATES.get(name, [None])[0]
        return ((PKI / file).read_bytes() if file else b"").ljust(self.partitions[name].size, b"\xff")

    def replace(self, name, data):
        self.m.store.put(name, data.rstrip(b"\xff"), section="flash")
        self.parsed = None

    def erase(self, name, offset, length):
        data = bytearray(self.contents(name))
        data[offset : offset + length] = b"\xff" * length
        self.replace(name, bytes(data))

    def write(self, name, offset, new):
        data = bytearray(self.contents(name))
        old = data[offset : offset + len(new)]
        data[offset : offset + len(new)] = bytes(a & b for a, b in zip(old, new, strict=True))
        self.replace(name, bytes(data))

    # manufacturing values

    def values(self):
        """{namespace: {key: (type, value)}} of mfg_nvs. Change it and give it back to keep_values()."""
        if self.parsed is None:
            self.parsed = nvs.read(self.contents(MFG))
        return self.parsed

    def keep_values(self, values):
        """nvs.Full if they do not fit."""
        self.replace(MFG, nvs.build(values, self.partitions[MFG].size))

    def certificate(self, kind, number=0):
        """A certificate or key: certificate("client_ca", 1); None if there is none."""
        if self.has_mfg:
            found = self.values().get(kind, {}).get(f"{kind}.{number}")
            return found[1] if found else None
        text = self.contents(kind).rstrip(b"\xff") if number == 0 and kind in self.partitions else b""
        return text or None
