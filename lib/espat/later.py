"""Stands for bluetooth in sys.modules until a program uses something of it: what nobody uses is never loaded."""

modem = None  # whose radio it will be


def __getattr__(name):
    if name[:2] == "__":
        raise AttributeError(name)
    from espat.ble import bluetooth

    bluetooth.use(modem)
    value = globals()[name] = getattr(bluetooth, name)
    return value
