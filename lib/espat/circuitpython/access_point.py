"""The half of CircuitPython's wifi.radio that is an access point."""

from espat.circuitpython.ipaddress import IPv4Address
from espat.circuitpython.networks import AuthMode, mac_bytes, mac_text
from espat.net import at_ip, at_softap, at_wifi

STATION = 1
SOFTAP = 2


class Station:
    """A station of the access point; how strong its signal is the module does not tell."""

    rssi = None

    def __init__(self, ip, mac):
        self.ipv4_address = IPv4Address(ip)
        self.mac_address = mac_bytes(mac)


class AccessPoint:
    """What concerns the module's SoftAP.

    modem: the module.
    """

    modem = None

    def power(self, bit, on):
        """Switch the station or the SoftAP and leave the other as it is."""
        modem = self.modem
        at_wifi.power(modem, bit, on)

    def start_ap(self, ssid, password=b"", *, channel=1, authmode=(), max_connections=4):
        """Be an access point. authmode: AuthModes, those of WPA2 with a password unless given. Raises ValueError."""
        ecn = None
        if authmode:
            wpa, wpa2 = AuthMode.WPA in authmode, AuthMode.WPA2 in authmode
            ecn = 4 if wpa and wpa2 else 3 if wpa2 else 2 if wpa else 0
            if AuthMode.WPA3 in authmode or AuthMode.ENTERPRISE in authmode:
                raise ValueError("the module's access point has WPA and WPA2 only")
        self.power(SOFTAP, True)
        at_softap.configure(self.modem, ssid, password, channel, ecn, max_connections)

    def stop_ap(self):
        """Be no access point any more."""
        self.power(SOFTAP, False)

    @property
    def ap_active(self):
        """Whether the module is an access point."""
        return bool(self.modem.wifi & SOFTAP)

    @property
    def stations_ap(self):
        """The Stations that have joined."""
        return [Station(ip, mac) for ip, mac in at_softap.stations(self.modem)] if self.ap_active else []

    @property
    def mac_address_ap(self):
        """The SoftAP's MAC address, 6 bytes; it can be set."""
        return mac_bytes(at_softap.mac(self.modem))

    @mac_address_ap.setter
    def mac_address_ap(self, mac):
        at_softap.set_mac(self.modem, mac_text(mac))

    def _own(self, key):
        return IPv4Address(at_softap.address(self.modem)[key]) if self.ap_active else None

    @property
    def ipv4_address_ap(self):
        """The SoftAP's address, None while it is off."""
        return self._own("ip")

    @property
    def ipv4_subnet_ap(self):
        """The SoftAP's netmask, None while it is off."""
        return self._own("netmask")

    @property
    def ipv4_gateway_ap(self):
        """The SoftAP's gateway, None while it is off."""
        return self._own("gateway")

    @property
    def addresses_ap(self):
        """The SoftAP's addresses, a tuple of str."""
        return (str(self.ipv4_address_ap),) if self.ap_active else ()

    def set_ipv4_address_ap(self, *, ipv4, netmask, gateway):
        """Another address for the SoftAP."""
        at_softap.set_address(self.modem, str(ipv4), str(gateway), str(netmask))

    def start_dhcp_ap(self):
        """Give addresses to stations."""
        at_ip.dhcp(self.modem, True, SOFTAP)

    def stop_dhcp_ap(self):
        """Give no addresses to stations."""
        at_ip.dhcp(self.modem, False, SOFTAP)
