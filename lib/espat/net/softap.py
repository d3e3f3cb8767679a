"""The SoftAP as network.WLAN(AP_IF); loaded when it is asked for."""

from espat.net import at_softap, at_wifi
from espat.net.settings import mac_bytes, mac_text, own_mac, pair, unknown

_KEYS = ("ssid", "key", "channel", "security", "max_clients", "hidden")
_ALIAS = {"essid": "ssid", "password": "key", "authmode": "security"}


class SoftAP:
    """The module as an access point, with a DHCP server.

    config() takes ssid, key, channel (1 to 13), security (0 open, 2 WPA, 3 WPA2, 4 both), max_clients, hidden.
    """

    def setup(self, at):
        """Begin to count stations by the module's reports."""
        self.at = at
        self._count = 0
        at.on(b"+STA_CONNECTED:", self._joined)
        at.on(b"+STA_DISCONNECTED:", self._left)
        at.on_reset(self._restarted)

    def _joined(self, buf, a, b):
        self._count += 1

    def _left(self, buf, a, b):
        self._count -= self._count > 0

    def _restarted(self):
        self._count = 0

    def active(self, on=None):
        """Whether the SoftAP is on; with an argument switch it."""
        if on is None:
            return bool(self.at.wifi & 2)
        at_wifi.power(self.at, 2, on)

    def isconnected(self):
        """Whether a station has joined."""
        self.at.step()
        return self._count > 0

    def status(self, what=None):
        """3 while it is on, else 0; status("stations"): [(mac,)] of those that have joined."""
        if what is None:
            return 3 if self.active() else 0
        if what == "rssi":
            raise ValueError("STA required")
        if what != "stations":
            raise ValueError("unknown status param")
        return [(mac_bytes(mac),) for ip, mac in at_softap.stations(self.at)]

    def config(self, *what, **values):
        """One parameter's value, or set some."""
        if what:
            if what[0] == "mac":
                return own_mac(self.at, 2, at_softap.mac)
            key = _ALIAS.get(what[0], what[0])
            if key not in _KEYS or key == "key":
                raise unknown(what[0])
            value = at_softap.config(self.at)[_KEYS.index(key)]
            return str(value, "utf-8") if key == "ssid" else value
        new = dict(zip(_KEYS, at_softap.config(self.at)))
        for key in values:
            name = _ALIAS.get(key, key)
            if name == "mac":
                at_softap.set_mac(self.at, mac_text(values[key]))
            elif name not in _KEYS:
                raise unknown(key)
            else:
                new[name] = values[key]
        if values.get("key", values.get("password")) and "security" not in values and not new["security"]:
            new["security"] = 3
        self.active(True)
        at_softap.configure(self.at, *[new[k] for k in _KEYS])

    def ifconfig(self, values=None):
        """(ip, netmask, gateway, dns) of the SoftAP; set with such a tuple."""
        if values is None:
            known = at_softap.address(self.at)
            return known["ip"], known["netmask"], known["gateway"], "0.0.0.0"
        at_softap.set_address(self.at, values[0], values[2], values[1])

    def ipconfig(self, what=None, **values):
        """addr4 or gw4; or set addr4."""
        if what is None:
            if "addr4" in values:
                new, mask = pair(values["addr4"])
                self.ifconfig((new, mask, values.get("gw4", new), ""))
            return None
        ip, mask, gateway, _ = self.ifconfig()
        known = {"addr4": (ip, mask), "gw4": gateway, "dhcp4": False, "has_dhcp4": False}
        if what not in known:
            raise unknown(what)
        return known[what]

    def deinit(self):
        """Switch the SoftAP off."""
        self.active(False)
