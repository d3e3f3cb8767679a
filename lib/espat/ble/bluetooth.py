"""MicroPython's bluetooth module over the module's radio.

What a role needs is loaded with its first use: gap_scan and gap_connect from central.py, gattc_* from gattc.py,
gap_advertise and gatts_* from peripheral.py, pairing from pairing.py, config() from settings.py. What an ESP-AT module
cannot do raises OSError 95 and says why; capabilities() tells beforehand. l2cap_* and hci_cmd do not exist.

Beside MicroPython's events there is 255, (n,): n events found the queue full (see config(rxbuf=)), or n reports made no
sense.
"""

from micropython import const

from espat import counted  # noqa: F401  (counted: not inside those who need it)
from espat.ble.conn import Job, ignore
from espat.ble.conns import Conns
from espat.ble.uuid import UUID  # noqa: F401  (programs find it here)
from espat.spare import once

FLAG_READ = const(0x02)
FLAG_WRITE_NO_RESPONSE = const(0x04)
FLAG_WRITE = const(0x08)
FLAG_NOTIFY = const(0x10)
FLAG_INDICATE = const(0x20)

_ENODEV = const(19)
_EOPNOTSUPP = const(95)

_modem = _ble = None


def use(modem):
    """From now on BLE() is this modem's radio."""
    global _modem, _ble
    if modem is not _modem:
        _modem = modem
        _ble = None


def capabilities():
    """What this module's radio can do: a dict, see capable.py."""
    from espat.ble import capable

    return capable.capabilities(_modem)


class BLE:
    """The radio; one object, however often it is asked for."""

    mtu = 256  # what settings.py changes
    bond = mitm = False
    le_secure = True
    io = 3

    def __new__(cls):
        global _ble
        if not _ble:
            _ble = object.__new__(cls)
            _ble.setup(_modem)
        return _ble

    def setup(self, at):
        """Begin to listen to the module (called once, by the constructor)."""
        self.at = at
        self.conns = Conns(at)
        self.conns.other = self._other
        self.on = False
        self.role = 0  # 1 client, 2 server, 3 both
        self.dual = True  # as far as we know
        self.offers = False  # there are services to be started
        self._parts = {}

    def __getattr__(self, name):
        if name == "config":
            from espat.ble.settings import Settings as Part
        elif name in ("gap_pair", "gap_passkey", "pairing"):
            from espat.ble.pairing import Pairing as Part
        elif name[:6] == "gattc_":
            from espat.ble.gattc import Client as Part
        elif name in ("gap_scan", "gap_connect"):
            from espat.ble.central import Central as Part
        elif name == "gap_advertise" or name[:6] == "gatts_":
            from espat.ble.peripheral import Peripheral as Part
        else:
            raise AttributeError(name)
        part = self._parts.get(Part)
        if not part:
            part = self._parts[Part] = Part(self)
        method = getattr(part, name)
        setattr(self, name, method)  # found at once the next time
        return method

    def active(self, on=None):
        """Whether the radio is on; switch it on or off."""
        if on is not None and bool(on) != self.on:
            self.power("start" if on else "stop")
        return self.on

    def irq(self, handler, *_):
        """Call handler(event, data) for every event from now on; None: no longer."""
        self.conns.handler = handler

    def gap_disconnect(self, n):
        """Begin to end a connection; False when there is none."""
        if not (0 <= n < len(self.conns.table) and self.conns.table[n]):
            return False
        from espat.ble import at_conn

        at_conn.disconnect(Job(self.conns, ignore), n)
        return True

    def gap_pair(self, n):
        """Pair with a peer (of the class itself, where programs look whether there is pairing); see pairing.py."""
        self.__getattr__("gap_pair")(n)

    def power(self, what, *args):
        """A function of power.py."""

        def call():
            from espat.ble import power

            return getattr(power, what)(self, *args)

        return once(call)

    def need(self, role):
        """Have the radio in a role: 1 client, 2 server, 0 any. Raises OSError: ENODEV while it is off, EOPNOTSUPP."""
        if not self.on:
            raise OSError(_ENODEV, "Bluetooth is not active")
        if not self.role:
            self.power("switch", role or 1)
        if self.role & role != role:
            raise self.refusal("client and server at once need firmware 5.0")

    def refusal(self, why):
        """The OSError for what this module cannot do."""
        return OSError(_EOPNOTSUPP, "%s; the module runs ESP-AT %s" % (why, ".".join([str(n) for n in self.at.firmware])))

    def _other(self, name, rest):
        if name[:3] == b"SEC" or name[:4] == b"AUTH":
            self.pairing(name, rest)
