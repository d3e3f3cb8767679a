"""BLE.config(): what the radio is told, and what it tells of itself."""

from espat.ble import at_gap, at_sec
from espat.ble.conn import mac
from espat.text import Texts

_EVENT = 16  # bytes of config("rxbuf") for every event that may wait


def config(ble, *names, **values):
    """The value of one setting, or set some: addr_mode (0 or 1), gap_name, rxbuf, mtu, bond, mitm, io, le_secure.

    io: 0 display, 1 display and yes/no, 2 keyboard, 3 nothing, 4 keyboard and display. rxbuf: 16 bytes for every
    event. "mac": (type, 6 bytes), to be read only; firmware before 5.0 becomes a server when it or gap_name is
    asked for first.
    """
    if names:
        if len(names) > 1 or values:
            raise TypeError("one name at a time")
        return _get(ble, names[0])
    secure = False
    for name, value in values.items():
        if name in ("bond", "mitm", "io", "le_secure"):
            secure = True
            setattr(ble, name, value)
        elif name == "mtu":
            if not 23 <= value <= 517:
                raise ValueError("23 to 517 bytes")
            ble.mtu = value
        elif name == "rxbuf":
            ble.conns.resize(max(value // _EVENT, _EVENT))
        elif name == "gap_name":
            _tell(ble, at_gap.set_name, value)
        elif name == "addr_mode":
            _address(ble, value)
        else:
            raise ValueError("unknown config param")
    if secure:
        _tell(ble, at_sec.set_params, _mode(ble), ble.io)


def _get(ble, name):
    if name in ("mac", "gap_name"):
        ble.need(0 if ble.role else 2)
    if name == "mac":
        return ble.conns.own, mac(at_gap.address(ble.at).encode())
    if name == "gap_name":
        return at_gap.name(ble.at).encode()
    if name == "rxbuf":
        return len(ble.conns.events) * _EVENT
    if name == "addr_mode":
        return ble.conns.own
    if name in ("mtu", "bond", "mitm", "io", "le_secure"):
        return getattr(ble, name)
    raise ValueError("unknown config param")


def _mode(ble):
    mode = (1 if ble.bond else 0) | (4 if ble.mitm else 0) | (8 if ble.le_secure else 0)
    return 13 if mode == 5 else mode  # the module has no 5; who can only do less than 13 does less


def _address(ble, mode):
    if mode not in (0, 1):
        raise ble.seldom("power", "refusal", "resolvable addresses cannot be chosen")
    ble.conns.own = mode
    _tell(ble, at_gap.set_address, mode)


def _tell(ble, call, *values):
    # now if the radio is on, else when it is switched on
    text = Texts(ble.at)
    call(text, *values)
    if ble.role:
        ble.at.keep(text.texts[0])
    else:
        ble.at.remember(text.texts[0], 5000)
