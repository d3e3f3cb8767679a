"""MicroPython's network module: WLAN over the module's station, with the status numbers of RP2 and STM32 boards.

Joining happens in the background: connect() returns at once, isconnected() and status() are flags kept
up to date by the module's reports, never a question to it.
"""

from micropython import const

from espat import engine as eng
from espat.net import at_ip, at_wifi

STA_IF = 0
AP_IF = 1
STAT_IDLE = 0
STAT_CONNECTING = 1
STAT_GOT_IP = 3
STAT_CONNECT_FAIL = -1
STAT_NO_AP_FOUND = -2
STAT_WRONG_PASSWORD = -3

_T_JOIN = const(30000)
_SECURITY = bytes((0, 1, 2, 3, 4, 3, 5, 6, 0, 5, 6))  # ESP-AT's numbers to MicroPython's

_modem = None
_station = None


def use(modem):
    """From now on WLAN is this modem's station."""
    global _modem, _station
    if _modem is not modem:
        _modem = modem
        _station = None


def hostname(name=None):
    """The station's host name; set it before connecting. Raises ValueError beyond 32 characters."""
    if name is None:
        return at_ip.get_hostname(_modem)
    if len(name) > 32:
        raise ValueError("host name longer than 32 characters")
    at_ip.hostname(_modem, name)




class WLAN:
    """The station interface; one object, however often it is asked for."""

    IF_STA = 0
    IF_AP = 1

    def __new__(cls, interface=STA_IF):
        global _station
        if interface != STA_IF:
            raise ValueError("no such interface")
        if not _station:
            _station = object.__new__(cls)
            _station._setup(_modem)
        return _station

    def _setup(self, at):
        self.at = at
        self._active = False
        self._status = STAT_IDLE
        self._text = None  # AT+CWJAP to be spoken
        self._joined = None  # the one that is being spoken, or has succeeded
        at.on(b"WIFI ", self._report)
        at.on_reset(self._restarted)
        at.jobs.insert(0, self._job)
        if at.has(b"+CWSTATE"):
            self._set(at_wifi.state(at)[0] == 2)

    def _set(self, connected):
        self._status = STAT_GOT_IP if connected else STAT_IDLE
        self.at.links.online = connected

    def _report(self, buf, a, b):
        what = buf[a + 5] if b > a + 5 else 0
        if what == 71:  # GOT IP, GOT IPv6 LL, GOT IPv6 GL
            if b - a == 11:
                self._set(True)
        elif what == 68:  # DISCONNECT: the module tries again by itself
            self._set(False)
            self._status = STAT_CONNECTING if self._joined else STAT_IDLE

    def _restarted(self):
        self._set(False)
        self._status = STAT_CONNECTING if self._joined else STAT_IDLE

    def _job(self):
        text = self._text
        if not text:
            return False
        self._text = None
        self._joined = text
        cmd = b"AT%s\r\n" % text
        self.at.port.hide = True
        self.at.begin(cmd, len(cmd), self, _T_JOIN)
        return True

    def finished(self, outcome):
        """AT+CWJAP has ended (called by At)."""
        at = self.at
        at.port.hide = False
        if outcome == eng.OK:
            self._set(True)
            at.remember(self._joined, _T_JOIN, True)
        elif outcome != eng.RESET:
            code = at.engine.code
            self._joined = None
            self._set(False)
            self._status = STAT_WRONG_PASSWORD if code == 2 else STAT_NO_AP_FOUND if code == 3 else STAT_CONNECT_FAIL

    # -- MicroPython's calls

    def active(self, on=None):
        """Whether the station is on; with an argument switch it."""
        if on is None:
            return self._active
        at_wifi.mode(self.at, 1 if on else 0)
        self._active = bool(on)
        if not on:
            self._joined = None
            self._set(False)

    def connect(self, ssid=None, key=None, *, bssid=None, **more):
        """Begin to join an access point; see isconnected() and status(). bssid: 6 bytes.

        Raises ValueError for an SSID or key that no access point can have.
        """
        if bssid is not None:
            bssid = ":".join(["%02x" % x for x in bssid])
        text = at_wifi.join_text(self.at, ssid, key, bssid)
        if not self._active:
            self.active(True)
        self._set(False)
        self._status = STAT_CONNECTING
        self._text = text
        self.at.step()

    def disconnect(self):
        """Leave the access point."""
        if self._joined:
            self.at.forget(self._joined)
        self._joined = self._text = None
        at_wifi.leave(self.at)
        self._set(False)

    def isconnected(self):
        """Whether the station has an address."""
        self.at.step()
        return self._status == STAT_GOT_IP

    def status(self, what=None):
        """One of STAT_*; status("rssi"): signal strength in dBm."""
        self.at.step()
        if what is None:
            return self._status
        if what == "rssi":
            ap = at_wifi.access_point(self.at)
            return ap[3] if ap else 0
        raise ValueError("unknown status param")

    def scan(self):
        """[(ssid, bssid, channel, rssi, security, hidden)] of what is in reach."""
        found = []

        def add(entry):
            ssid = entry[1]
            security = _SECURITY[entry[0]] if entry[0] < len(_SECURITY) else entry[0]
            found.append((ssid, _mac(entry[3]), entry[4], entry[2], security, not ssid))

        if not self._active:
            self.active(True)
        at_wifi.scan(self.at, add)
        return found

    def ifconfig(self, setting=None):
        """(ip, netmask, gateway, dns); with such a tuple a fixed address instead of DHCP."""
        if setting is None:
            dns = at_ip.servers(self.at)
            ip, mask, gateway = at_ip.address(self.at)
            return ip, mask, gateway, dns[0] if dns else "0.0.0.0"
        ip, mask, gateway, dns = setting
        at_ip.set_address(self.at, ip, gateway, mask)
        at_ip.set_servers(self.at, dns)

    def config(self, what=None, **values):
        """One parameter's value ("mac", "ssid", "channel", "hostname"), or set hostname, mac; others are accepted."""
        if what is None:
            for key in values:
                if key == "hostname":
                    hostname(values[key])
                elif key == "mac":
                    at_ip.set_mac(self.at, ":".join(["%02x" % x for x in values[key]]))
            return None
        if what == "mac":
            return _mac(at_ip.mac(self.at))
        if what == "hostname":
            return hostname()
        ap = at_wifi.access_point(self.at)
        if what in ("ssid", "essid"):
            return str(ap[0], "utf-8") if ap else ""
        if what == "channel":
            return ap[2] if ap else 0
        raise ValueError("unknown config param")


def _mac(text):
    return bytes([int(x, 16) for x in text.split(b":")])
