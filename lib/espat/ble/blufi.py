"""Wi-Fi by phone: Espressif's BluFi app tells the module over Bluetooth LE which access point to join.

    ssid = blufi.provision(modem, "my thing", 120, print)
"""

from micropython import const

from espat.ble import at_blufi, at_gap
from espat.block import Block
from espat.errors import AtError
from espat.net import at_wifi
from espat.ticks import ticks_add, ticks_diff, ticks_ms

_LOOK = const(500)  # ms between two looks at the station
_JOINED = const(2)
_JOINING = const(3)
_ETIMEDOUT = const(110)


class Blufi:
    """BluFi while it is on. at: the modem. name: what the phone sees. floor: see at_blufi.start().

    progress: called as progress(what, value): "waiting", "phone" (one is connected), "data" with bytes of the phone's own
    program, "joining", "joined" with the access point's name, "gone" (the phone). Inside it no command can be spoken.
    """

    def __init__(self, at, name=None, floor=None, progress=None):
        self.at = at
        self.ssid = None  # of the access point, once joined
        self.phone = False  # one is connected
        self._progress = progress
        self._state = None
        self._data = _Data(self)
        if at_gap.role(at):
            at_gap.deinit(at)
        if at_blufi.started(at):
            at_blufi.stop(at)
        if name:
            at_blufi.set_name(at, name)
        at.parser.register(self._data)
        at.on(at_blufi.CONNECTED, self._came)
        at.on(at_blufi.DISCONNECTED, self._went)
        at_blufi.start(at, floor)
        self.tell("waiting")

    def tell(self, what, value=None):
        """Tell of progress."""
        if self._progress:
            self._progress(what, value)

    def _came(self, buf, a, b):
        self.phone = True
        self.tell("phone")

    def _went(self, buf, a, b):
        self.phone = False
        self.tell("gone")

    def look(self):
        """Ask the module for its station; True when it has an address."""
        state, ssid = at_wifi.state(self.at)
        if state != self._state:
            self._state = state
            if state == _JOINING:
                self.tell("joining")
            elif state == _JOINED:
                try:
                    self.ssid = str(ssid, "utf-8")
                except UnicodeError:  # a name may be any bytes
                    self.ssid = "".join([chr(c) for c in ssid])
                self.tell("joined", self.ssid)
        return state == _JOINED

    def send(self, data):
        """Send bytes to the phone's own program, up to 600."""
        at_blufi.send(self.at, data)

    def close(self):
        """Switch BluFi off."""
        at = self.at
        at.parser.unregister(self._data)
        at.off(at_blufi.CONNECTED)
        at.off(at_blufi.DISCONNECTED)
        try:
            at_blufi.stop(at)
        except AtError:
            pass  # a restart has


class _Data(Block):
    # +BLUFIDATA:<length>,<bytes>

    def __init__(self, owner):
        Block.__init__(self, at_blufi.DATA)
        self._owner = owner

    def end(self):
        """All is there."""
        data = bytes(self._got)
        self._got = bytearray()
        self._owner.tell("data", data)

    def torn(self, n):
        """The rest will not come."""
        self._got = bytearray()


def provision(at, name=None, timeout=None, progress=None, floor=None):
    """Wait until a phone has told the module an access point and it has been joined: the name of that.

    timeout: seconds, raises OSError(ETIMEDOUT). The rest: see Blufi.
    """
    blufi = Blufi(at, name, floor, progress)
    deadline = None if timeout is None else ticks_add(ticks_ms(), int(timeout * 1000))
    try:
        while not blufi.look():
            pause = ticks_add(ticks_ms(), _LOOK)
            while ticks_diff(pause, ticks_ms()) > 0:
                at.wait()
            if deadline is not None and ticks_diff(deadline, ticks_ms()) <= 0:
                raise OSError(_ETIMEDOUT, "nobody has told us an access point")
        return blufi.ssid
    finally:
        blufi.close()
