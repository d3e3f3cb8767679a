"""What the radio of a module can do, so that programs and tests can skip what it cannot."""


def capabilities(at):
    """Names of what bluetooth.BLE offers -> whether this module's firmware can do it."""
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
