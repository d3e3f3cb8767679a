"""What CircuitPython's wifi module tells of networks: how they are protected, and which are in reach."""

from espat.net import at_scan


class _Name:
    # a constant that prints as its name
    def __init__(self, name):
        self._name = name

    def __repr__(self):
        return "wifi." + self._name


class AuthMode:
    """How a network is protected; Network.authmode has several."""

    OPEN = _Name("AuthMode.OPEN")
    WEP = _Name("AuthMode.WEP")
    WPA = _Name("AuthMode.WPA")
    WPA2 = _Name("AuthMode.WPA2")
    WPA3 = _Name("AuthMode.WPA3")
    PSK = _Name("AuthMode.PSK")
    ENTERPRISE = _Name("AuthMode.ENTERPRISE")


class PowerManagement:
    """How the radio rests between beacons."""

    NONE = _Name("PowerManagement.NONE")
    MIN = _Name("PowerManagement.MIN")
    MAX = _Name("PowerManagement.MAX")
    UNKNOWN = _Name("PowerManagement.UNKNOWN")


class Network:
    """An access point. ssid: str. bssid: 6 bytes. rssi: dBm. authmode: list of AuthMode."""

    def __init__(self, ssid, bssid, rssi, channel, authmode=()):
        self.ssid = str(ssid, "utf-8")
        self.bssid = mac_bytes(bssid)
        self.rssi = rssi
        self.channel = channel
        self.country = ""
        self.authmode = authmode


class ScannedNetworks:
    """The Networks of a scan, one after the other."""

    def __init__(self, at, first, last):
        self._found = []
        self._range = first, last
        at_scan.scan(at, self._add)
        self._found.reverse()

    def _add(self, entry):
        ecn, ssid, rssi, mac, channel = entry[:5]
        if self._range[0] <= channel <= self._range[1]:
            self._found.append(Network(ssid, mac, rssi, channel, _authmode(ecn)))

    def __iter__(self):
        return self

    def __next__(self):
        if not self._found:
            raise StopIteration
        return self._found.pop()


def _authmode(ecn):
    # ESP-AT: open WEP WPA WPA2 WPA/WPA2 WPA2-enterprise WPA3 WPA2/WPA3 WAPI OWE
    mode = AuthMode
    if ecn in (0, 9):
        return [mode.OPEN]
    if ecn == 1:
        return [mode.WEP]
    found = []
    for name, numbers in ((mode.WPA, (2, 4)), (mode.WPA2, (3, 4, 5, 7)), (mode.WPA3, (6, 7))):
        if ecn in numbers:
            found.append(name)
    if found:
        found.append(mode.ENTERPRISE if ecn == 5 else mode.PSK)
    return found


def mac_bytes(text):
    """b"aa:bb:cc:dd:ee:ff" or the like as 6 bytes."""
    return bytes([int(x, 16) for x in (text if isinstance(text, str) else str(text, "ascii")).split(":")])


def mac_text(mac):
    """6 bytes as "aa:bb:cc:dd:ee:ff"; raises ValueError for another number of them."""
    if len(mac) != 6:
        raise ValueError("a MAC address has 6 bytes")
    return ":".join(["%02x" % b for b in bytes(mac)])
