"""The radio's switch, for bluetooth.BLE; unloaded after each use."""

from micropython import const

from espat.ble import at_gap
from espat.errors import AtError, AtRefused

_PREFIX = b"+BLE:"[:4]  # of the settings that Bluetooth LE has
_ENODEV = const(19)
_EOPNOTSUPP = const(95)


def refusal(ble, why):
    """The OSError for what this module cannot do."""
    return OSError(_EOPNOTSUPP, "%s; the module runs ESP-AT %s" % (why, ".".join([str(n) for n in ble.at.firmware])))


def need(ble, role):
    """Have the radio in a role, see BLE.need()."""
    if not ble.on:
        raise OSError(_ENODEV, "Bluetooth is not active")
    if not ble.role:
        switch(ble, role or 1)
    if ble.role & role != role:
        raise refusal(ble, "client and server at once need firmware 5.0")


def start(ble):
    """Switch on. Raises OSError(ENODEV) where the firmware has no Bluetooth."""
    at = ble.at
    if not at.has(b"+BLEINIT"):
        raise OSError(_ENODEV, "this firmware has no Bluetooth LE")
    if at_gap.role(at):
        at_gap.deinit(at)  # an earlier program's
    ble.on = True
    switch(ble)
    if not getattr(at, "timer", None):
        from espat.ble import pump

        pump.start(ble)


def stop(ble):
    """Switch off."""
    ble.on = False
    ble.pump = None
    off(ble)
    ble.conns.jobs[:] = []
    ble.conns.dials[:] = []


def off(ble):
    """End whatever the radio does; services and advertising do not come back by themselves."""
    at = ble.at
    at.kept[:] = [k for k in at.kept if k[0][:4] != _PREFIX or b"=" in k[0]]
    ble.conns.advertising = None
    if ble.role:
        ble.role = 0
        try:
            at_gap.deinit(at)
        except AtError:
            pass
    ble.conns.clear()


def switch(ble, role=0):
    """Have the radio in both roles where the firmware can, else in this one; 0: it is not known yet."""
    at = ble.at
    kept = [k for k in at.kept if k[0][:4] == _PREFIX]
    if ble.dual:
        try:
            at_gap.init(at, 3)
            role = 3
        except AtRefused:
            ble.dual = False
    if not ble.dual:
        if not role:
            return
        try:
            at_gap.init(at, role)
        except AtRefused:
            raise refusal(ble, "Bluetooth has had the other role since the module started: at_basic.restart(modem) first")
    ble.role = role
    if ble.offers and at.has(b"+BLEGATTSSRVCRE"):
        from espat.ble import at_services

        at_services.create(at)
        at_services.start(at)
    if ble.offers and role & 2:
        ble.seldom("values", "report", b"", b"")
    for setting in kept:
        try:
            at.keep(*setting)
        except AtRefused:
            at.forget(setting[0])  # the other role's
