"""What the radio of a module can do, and where bluetooth.BLE finds what it does seldom."""

_FILES = {
    "central": ("gap_scan", "gap_connect"),
    "advertise": ("gap_advertise",),
    "reports": ("gap_disconnect",),
    "pairing": ("gap_passkey",),
    "settings": ("config",),
    "services": ("gatts_register_services",),
    "values": ("gatts_set_buffer",),
    "discovery": (
        "gattc_discover_services", "gattc_discover_characteristics", "gattc_discover_descriptors", "gattc_exchange_mtu",
    ),
    None: ("gatts_read", "gatts_write", "gatts_notify", "gatts_indicate", "gattc_read", "gattc_write"),
}  # fmt: skip


def where(ble, name):
    """The file with a function of this name, whose first parameter is the radio; None: a method of what BLE.part() gives.
    Raises AttributeError."""
    for file, names in _FILES.items():
        if name in names:
            return file
    raise AttributeError(name)


def capabilities(ble):
    """Names of what bluetooth.BLE offers -> whether this module's firmware can do it."""
    at = ble.at
    here = at.has(b"+BLEINIT")
    bluedroid = at.has(b"+BLEGATTSSRVCRE")
    return {
        "central": here,
        "peripheral": here,
        "both": here and at.firmware >= (5,),  # at the same time
        "register_services": here and at.has(b"+SYSMFG") and at.firmware >= (3, 1),
        "descriptors": here and bluedroid,  # to be written by gatts_write()
        "adv_type": here and not bluedroid,  # scan results tell the kind of advertisement
        "pairing": here,
        "classic": at.has(b"+BTINIT"),
        "hid": at.has(b"+BLEHIDINIT"),
        "cancel_connect": False,
        "read_request": False,  # event 4
        "secrets": False,  # events 29 and 30: bonds live in the module
        "l2cap": False,
        "hci": False,
    }
