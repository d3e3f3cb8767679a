"""Switching the station on and off, joining an access point and leaving it: what a WLAN needs seldom. Loaded for the call, it
leaves the memory again, when what it has begun has ended.
"""

from micropython import const

from espat.net import at_join, at_wifi
from espat.ticks import ticks_add, ticks_ms

_OK = const(1)  # how a command has ended, see engine.py
_TIMEOUT = const(4)
_RESET = const(5)
_CONNECTING = const(1)  # see network.py
_GOT_IP = const(3)
_T_JOIN = const(30000)
_T_ASK = const(5000)  # ms
_WHY = {2: -3, 3: -2}  # the module's reason -> STAT_WRONG_PASSWORD, STAT_NO_AP_FOUND
_FAILED = const(-1)


class Joining:
    """One AT+CWJAP of a WLAN. spoken: it is under way. got: an address has come with it.

    more: what settings.join_text() knows. Raises ValueError for an SSID or key that no access point can have.
    """

    spoken = got = False

    def __init__(self, wlan, ssid, key, bssid, more):
        self._wlan = wlan
        at = wlan.at
        if ssid is None:
            self._text = wlan.joined or at_join.AGAIN
        elif bssid is None and not more:
            self._text = at_join.join_text(at, ssid, key)
        else:
            from espat.net import settings

            self._text = settings.join_text(at, ssid, key, bssid, more)

    def begin(self):
        """Speak it."""
        self.spoken = True
        at = self._wlan.at
        cmd = b"AT%s\r\n" % self._text
        at.port.hide = True
        at.begin(cmd, len(cmd), self, _T_JOIN)
        return True

    def finished(self, outcome):
        """It has ended (called by Stepper)."""
        wlan = self._wlan
        at = wlan.at
        at.port.hide = False
        if wlan.joining is not self:  # another one waits
            return
        wlan.joined = self._text
        if outcome == _OK or outcome == _TIMEOUT and wlan.state == _GOT_IP:
            if not self.got:  # else the reports have told how it stands: it may be lost again
                wlan.settle(not wlan.question)
                if wlan.question:  # the OK may have been another command's: the module is asked, at once
                    wlan.state = _CONNECTING
                    wlan.since = ticks_add(ticks_ms(), -_T_ASK)
            at.remember(self._text, _T_JOIN, True)
        elif outcome != _RESET:
            code = at.engine.code
            if not code or code > 4:
                at.wifi |= 4  # the mode may not have been heard: say it again
            wlan.joined = None
            wlan.settle(False)
            wlan.state = _WHY.get(code, _FAILED)
        wlan.joining = None


def setup(wlan):
    """Find out whether the module has joined by itself."""
    at = wlan.at
    if at.has(b"+CWSTATE"):
        wlan.question = at_wifi.STATE
        wlan.settle(at_wifi.state(at)[0] == 2)


def active(wlan, on):
    """Switch the station on or off."""
    at_wifi.power(wlan.at, 1, on)
    if not on:
        wlan.joined = None
        wlan.settle(False)


def connect(wlan, ssid, key, bssid, more):
    """The Joining that is to be spoken next."""
    joining = Joining(wlan, ssid, key, bssid, more)
    wlan.active(True)
    wlan.settle(False)
    wlan.state = _CONNECTING
    return joining


def leave(wlan):
    """Leave the access point."""
    at = wlan.at
    if wlan.joined:
        at.forget(wlan.joined)
    wlan.joined = wlan.joining = None
    at_wifi.leave(at)
    wlan.settle(False)
