"""MicroPython's network module over the module's Wi-Fi, with the status numbers of RP2 and STM32 boards.

Joining happens in the background: connect() returns at once, isconnected() and status() are flags kept
up to date by the module's reports, never a question to it. What programs ask seldom loads when asked.
"""

from micropython import const

from espat.spare import once
from espat.ticks import ticks_diff, ticks_ms

STA_IF = 0
AP_IF = 1
STAT_IDLE = 0
STAT_CONNECTING = 1
STAT_GOT_IP = 3

_T_ASK = const(5000)  # ms; also from one question to the next
_T_OK = const(1000)  # ms from the address to the answer, if it has not been lost

_modem = None
_interfaces = {}


def use(modem):
    """From now on the interfaces are this modem's."""
    global _modem
    if _modem is not modem:
        _modem = modem
        _interfaces.clear()


def _once(call, *args):
    # what is needed to join and leave a network is not needed meanwhile
    return once("espat.net.joining", call, *args)


def _seldom(call, *args):
    # a program asks once what its address is, and then has better use for 7 KB
    return once("espat.net.settings", call, *args, again=True)


def hostname(name=None):
    """The station's host name; set it before connecting. Raises ValueError beyond 32 characters."""
    return _seldom("hostname", _modem, name)


def country(code=None):
    """The two-letter country code whose radio rules hold."""
    return _seldom("country", _modem, code)


def ipconfig(what=None, **values):
    """The name server, "dns"; or set it: dns="9.9.9.9"."""
    return _seldom("ipconfig", _modem, what, values)


def __getattr__(name):
    if name == "LAN":
        from espat.net import lan

        return lan.maker(_interfaces, _make)
    from espat.net import constants

    return getattr(constants, name)


def _make(key, kind):
    _interfaces[key] = it = object.__new__(kind)
    it.setup(_modem)
    return it


class WLAN:
    """A Wi-Fi interface: the station, or with AP_IF the SoftAP; one object each, however often it is asked for."""

    IF_STA = 0
    IF_AP = 1
    SEC_OPEN = 0
    SEC_WEP = 1
    SEC_WPA = 2
    SEC_WPA2 = 3
    SEC_WPA_WPA2 = 4
    SEC_WPA3 = 6
    SEC_WPA2_WPA3 = 7
    PM_NONE = 0
    PM_PERFORMANCE = 1
    PM_POWERSAVE = 2

    def __new__(cls, interface=STA_IF):
        it = _interfaces.get(interface)
        if it:
            return it
        if interface == STA_IF:
            return _make(interface, WLAN)
        if interface != AP_IF:
            raise ValueError("no such interface")
        from espat.net import softap

        return _make(interface, softap.SoftAP)

    def setup(self, at):
        """Begin to listen to the module's reports (called once, by the constructor)."""
        self.at = at
        self.state = STAT_IDLE
        self.joining = None  # the Joining to be spoken, or under way
        self.joined = None  # the AT+CWJAP that has succeeded last
        self._again = False  # that is to be spoken once more
        self.since = 0  # when the module was asked whether it has joined, for a report may be lost
        self.question = None  # that question, complete
        at.on(b"WIFI ", self._report)
        at.on_reset(self._lost)
        at.jobs.insert(0, self.job)
        _once("setup", self)

    def settle(self, connected):
        """It has an address now, or none."""
        self.state = STAT_GOT_IP if connected else STAT_IDLE
        self.at.online = connected

    def _lost(self):
        self.settle(False)
        if self.joined or self.joining:  # the module tries again by itself
            self.state = STAT_CONNECTING
            self.since = ticks_ms()

    def _report(self, buf, a, b):
        # WIFI CONNECTED, GOT IP, GOT IPv6 LL, GOT IPv6 GL, DISCONNECT
        if b - a == 11:
            self.settle(True)
            joining = self.joining
            if joining and joining.spoken:
                joining.got = True
                self.at.hurry(_T_OK)
        elif buf[a + 5] == 68:
            self._lost()

    def job(self):
        """Speak what is due (called by Stepper)."""
        if self._again:
            self.joining = _once("Joining", self, None, None, None, {})
            self._again = False  # behind it: a full heap may have let it fail
        joining = self.joining
        if joining and not joining.spoken:
            return joining.begin()
        now = ticks_ms()
        asked = self.state == STAT_CONNECTING or self.state == STAT_GOT_IP and self.at.online is None
        ask = self.question
        if not asked or not ask or 0 <= ticks_diff(now, self.since) < _T_ASK:
            return False
        self.since = now
        self.at.begin(ask, len(ask), None, _T_ASK, self._answer)
        return True

    def _answer(self, buf, a, b):
        if buf.startswith(b"+CWSTATE:2", a):
            self.settle(True)
        elif buf.startswith(b"+CWSTATE:", a) and self.state == STAT_GOT_IP:  # its report has been lost
            self._lost()
        elif buf.startswith(b"+CWSTATE:0", a) and self.joined and not self.at.owed:
            self._again = True  # it has not heard what it was told, although it said OK

    # -- MicroPython's calls

    def active(self, on=None):
        """Whether the station is on; with an argument switch it."""
        if on is None:
            return bool(self.at.wifi & 1)
        if not on or self.at.wifi & 5 != 1:  # else it is on, and the module has heard it
            _once("active", self, on)

    def connect(self, ssid=None, key=None, *, bssid=None, **more):
        """Begin to join an access point; see isconnected() and status().

        ssid: str or bytes, None for the one joined last. bssid: 6 bytes. more: what settings.join_text() knows.
        Raises ValueError for an SSID or key that no access point can have.
        """
        self.joining = _once("connect", self, ssid, key, bssid, more)
        self.at.step()

    def disconnect(self):
        """Leave the access point."""
        _once("leave", self)

    def isconnected(self):
        """Whether the station has an address."""
        self.at.step()
        return self.state == STAT_GOT_IP

    def status(self, what=None):
        """One of STAT_*; status("rssi"): signal strength in dBm."""
        self.at.step()
        if what is None:
            return self.state
        from espat.net import settings  # may be asked again and again: it stays

        return settings.status(self.at, what)

    def scan(self):
        """[(ssid, bssid, channel, rssi, security, hidden)] of what is in reach."""
        self.active(True)
        return _seldom("scan", self.at)

    def ifconfig(self, values=None):
        """(ip, netmask, gateway, dns); with such a tuple a fixed address, with "dhcp" DHCP again."""
        return _seldom("ifconfig", self.at, values)

    def ipconfig(self, what=None, **values):
        """addr4, gw4, dhcp4 or has_dhcp4; or set addr4 ("192.168.4.9/24" or a tuple), gw4, dhcp4."""
        return _seldom("station_ipconfig", self, what, values)

    def config(self, *what, **values):
        """One parameter's value, or set some: mac, hostname, pm, txpower (dBm; 10 to 21); to ask only: ssid, channel.

        A pm or txpower that the module refuses stays as it is. reconnects, protocol and the like change nothing.
        """
        return _seldom("config", self.at, what, values)

    def deinit(self):
        """Switch the station off."""
        self.active(False)
