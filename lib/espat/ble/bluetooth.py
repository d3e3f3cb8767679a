"""MicroPython's bluetooth module over the module's radio.

What a role needs again and again is loaded with its first use: gatts.py, gattc.py. What is needed now and then (where.py)
is loaded for each call and leaves the memory again. What an ESP-AT module cannot do raises OSError 95 and says
why; capabilities() tells beforehand. l2cap_* and hci_cmd do not exist.

Beside MicroPython's events there is 255, (n,): n events found the queue full (see config(rxbuf=)), or n reports made no
sense.
"""

from micropython import const

from espat.ble.conn import UUID  # noqa: F401  (programs find it here; and conns needs it)
from espat.ble.conns import Conns
from espat.spare import once
from espat.turn import turn

FLAG_READ = const(0x02)
FLAG_WRITE_NO_RESPONSE = const(0x04)
FLAG_WRITE = const(0x08)
FLAG_NOTIFY = const(0x10)
FLAG_INDICATE = const(0x20)

_PAIRING = b"SA"  # how its reports begin: SEC..., AUTHCMPL

_modem = _ble = None


def use(modem):
    """From now on BLE() is this modem's radio."""
    global _modem, _ble
    if modem is not _modem:
        _modem = modem
        _ble = None


def capabilities():
    """What this module's radio can do: a dict, see capable.py."""
    return BLE().seldom("where", "capabilities")


class BLE:
    """The radio; one object, however often it is asked for.

    on: switched on. role: 1 client, 2 server, 3 both. dual: both at once can be had, as far as we know. offers: there are
    services to be started. shown, asked: see pairing.py. The rest is what config() changes.
    """

    on = offers = bond = mitm = False
    dual = le_secure = True
    role = asked = 0
    shown = None
    mtu = 256
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
        self.conns.other = self._report
        self._parts = {}

    def __getattr__(self, name):
        where = self.seldom("where", "where", name)
        part = name[:4] == "gatt" and self.part(name[:5])  # before it is loaded for something that leaves
        if where:
            return lambda *args, **more: self.seldom(where, name, *args, **more)
        method = getattr(part, name)
        setattr(self, name, method)  # found at once the next time
        return method

    def part(self, name):
        """What sees to "gatts" or "gattc"."""
        part = self._parts.get(name)
        if not part:
            part = self._parts[name] = __import__("espat.ble." + name, None, None, (name,)).Part(self)
        return part

    def seldom(self, where, name, *args, **more):
        """name(self, ...) of a file of ours that leaves the memory afterwards. No event is told meanwhile."""
        with turn:
            self.at.claims += 1
            try:
                return once("espat.ble." + where, name, self, *args, again=True, **more)
            finally:
                self.at.claims -= 1

    def active(self, on=None):
        """Whether the radio is on; switch it on or off."""
        if on is not None and bool(on) != self.on:
            self.seldom("power", "start" if on else "stop")
        return self.on

    def irq(self, handler, *_):
        """Call handler(event, data) for every event from now on; None: no longer."""
        self.conns.handler = handler

    def gap_pair(self, n):
        """Pair with a peer (of the class itself, where programs look whether there is pairing); see pairing.py."""
        self.seldom("pairing", "gap_pair", n)

    def need(self, role):
        """Have the radio in a role: 1 client, 2 server, 0 any. Raises OSError: ENODEV while it is off, EOPNOTSUPP."""
        if not (self.on and self.role and self.role & role == role):
            self.seldom("power", "need", role)

    def _report(self, name, rest):
        where = "values" if not name else "pairing" if name[0] in _PAIRING else "reports"
        return self.seldom(where, "report", name, rest)
