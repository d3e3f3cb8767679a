"""CircuitPython's wifi module: `radio` is the module's Wi-Fi; use() names the modem."""

from micropython import const

from espat import counted  # noqa: F401  (leaves first: not inside those who need them)
from espat.net import at_join, at_scan, at_wifi  # noqa: F401
from espat.circuitpython.networks import AuthMode, Network, PowerManagement, ScannedNetworks, mac_text  # noqa: F401
from espat.circuitpython.access_point import STATION, AccessPoint
from espat.circuitpython.settings import Settings
from espat.errors import AtError, AtRefused

_T_JOIN = const(30000)  # ms
_T_PING = const(6000)  # the module itself gives up before
_WHY = ("Unknown failure", "No answer from the network", "Authentication failure", "No network with that ssid")

radio = None


def use(modem):
    """From now on `radio` is this modem's."""
    global radio
    if radio is None or radio.modem is not modem:
        radio = Radio(modem)


class Radio(AccessPoint, Settings):
    """The module's Wi-Fi; adafruit_connection_manager knows it by the name of this class.

    modem: the module.
    """

    def __init__(self, modem):
        self.modem = modem
        self._enabled = True
        self._connected = False
        self._joined = None  # AT+CWJAP of the network it belongs to
        self._ssid = None
        modem.on(b"WIFI ", self._report)
        modem.on_reset(self._lost)
        if modem.has(b"+CWSTATE"):
            state, self._ssid = at_wifi.state(modem)
            if state == 2:
                modem.wifi |= STATION
                self._set(True)

    def _set(self, connected):
        self._connected = connected
        self.modem.online = connected

    def _lost(self):
        self._set(False)

    def _report(self, buf, a, b):
        # WIFI CONNECTED, GOT IP, GOT IPv6 LL, GOT IPv6 GL, DISCONNECT
        if b - a == 11:
            self._set(True)
        elif buf[a + 5] == 68:
            self._lost()

    # -- joining

    @property
    def enabled(self):
        """Whether Wi-Fi is on; switching it off ends station and SoftAP."""
        return self._enabled

    @enabled.setter
    def enabled(self, on):
        if not on:
            self.stop_ap()
            self.stop_station()
        self._enabled = bool(on)

    @property
    def connected(self):
        """Whether the station has an address."""
        self.modem.step()
        return self._connected

    def connect(self, ssid, password=b"", *, channel=0, bssid=None, timeout=None):
        """Join an access point and wait for it.

        channel changes nothing. bssid: 6 bytes, where several bear the name. timeout: seconds, at least 3. Raises
        ConnectionError, and ValueError for a name or password that no access point can have.
        """
        name = ssid.encode() if isinstance(ssid, str) else bytes(ssid)
        if self.connected and name == self._ssid:
            return
        seconds = None if timeout is None or self.modem.nonos else min(max(3, int(timeout)), 600)
        bssid = mac_text(bssid) if bssid else None
        self.start_station()
        self._leave()
        self._join(at_join.join_text(self.modem, name, password, bssid, None, None, None, None, seconds), seconds)
        self._ssid = name

    def _join(self, text, seconds):
        modem = self.modem
        try:
            modem.run(text, timeout=_T_JOIN if seconds is None else seconds * 1000 + 5000, secret=True)
        except AtRefused as error:
            code = error.code or 0
            raise ConnectionError(_WHY[code] if code < len(_WHY) else "Unknown failure %d" % code)
        except AtError as error:
            raise ConnectionError(str(error))
        modem.remember(text, _T_JOIN, True)
        self._joined = text
        self._set(True)

    def _leave(self):
        if self._joined:
            self.modem.forget(self._joined)
            self._joined = None
        self._set(False)

    def start_station(self):
        """Switch the station on. Raises RuntimeError while Wi-Fi is not enabled."""
        if not self._enabled:
            raise RuntimeError("wifi is not enabled")
        self.power(STATION, True)

    def stop_station(self):
        """Leave the access point and switch the station off."""
        self._leave()
        self.power(STATION, False)

    # -- what is around

    @property
    def ap_info(self):
        """The Network joined, None without one; how it is protected the module does not tell."""
        ap = at_join.access_point(self.modem) if self.connected else None
        return Network(ap[0], ap[1], ap[3], ap[2]) if ap else None

    def start_scanning_networks(self, *, start_channel=1, stop_channel=11):
        """The Networks on these channels, after a scan of all."""
        self.start_station()
        return ScannedNetworks(self.modem, start_channel, stop_channel)

    def stop_scanning_networks(self):
        """Nothing: a scan is over when start_scanning_networks() returns."""

    def ping(self, ip, *, timeout=0.5):
        """Seconds until a host answered; None when that took longer. The call itself may take longer."""
        from espat.net import at_sntp

        try:
            seconds = at_sntp.ping(self.modem, str(ip), _T_PING) / 1000
        except AtError:
            return None
        return seconds if seconds <= timeout else None
