"""The half of CircuitPython's wifi.radio that is settings: addresses, names, power."""

from espat.circuitpython.ipaddress import IPv4Address
from espat.circuitpython.networks import PowerManagement, mac_bytes, mac_text
from espat.net import at_dns, at_ip


class Settings:
    """What can be asked of the station, and set. Addresses are IPv4Address, None without a network.

    modem: the module. connected: whether it has joined a network. start_station(): switches it on.
    """

    modem = None
    connected = False

    def _be_on(self):
        # the module tells it only then, and an enabled radio is on
        if self.enabled:
            self.start_station()

    @property
    def mac_address(self):
        """The station's MAC address, 6 bytes; it can be set."""
        self._be_on()
        return mac_bytes(at_ip.mac(self.modem))

    @mac_address.setter
    def mac_address(self, mac):
        at_ip.set_mac(self.modem, mac_text(mac))

    @property
    def hostname(self):
        """The station's host name, up to 32 characters; it can be set before connecting."""
        return at_ip.get_hostname(self.modem)

    @hostname.setter
    def hostname(self, name):
        if not 0 < len(name) <= 32:
            raise ValueError("a host name has 1 to 32 characters")
        self.start_station()  # the module names only what is on
        at_ip.hostname(self.modem, name)

    def _address(self, which):
        return IPv4Address(at_ip.address(self.modem)[which]) if self.connected else None

    @property
    def ipv4_address(self):
        """The station's address."""
        return self._address(0)

    @property
    def ipv4_subnet(self):
        """The station's netmask."""
        return self._address(1)

    @property
    def ipv4_gateway(self):
        """The station's gateway."""
        return self._address(2)

    @property
    def addresses(self):
        """The station's addresses, a tuple of str."""
        from espat.net import at_sntp

        known = at_sntp.addresses(self.modem) if self.connected else {}
        return tuple([known[key] for key in ("STAIP", "STAIP6LL", "STAIP6GL") if key in known])

    def set_ipv4_address(self, *, ipv4, netmask, gateway, ipv4_dns=None):
        """A fixed address instead of DHCP."""
        at_ip.set_address(self.modem, str(ipv4), str(gateway), str(netmask))
        if ipv4_dns is not None:
            self.ipv4_dns = ipv4_dns

    def start_dhcp(self, *, ipv4=True, ipv6=False):
        """Get the address from the network."""
        at_ip.dhcp(self.modem, ipv4)

    def stop_dhcp(self):
        """Keep the address whatever the network says."""
        at_ip.dhcp(self.modem, False)

    @property
    def dns(self):
        """Addresses of the name servers, a tuple of str; they can be set, up to three."""
        return tuple(at_dns.servers(self.modem)) if self.connected else ()

    @dns.setter
    def dns(self, addresses):
        at_dns.set_servers(self.modem, *[str(a) for a in addresses])

    @property
    def ipv4_dns(self):
        """The first name server; it can be set."""
        known = self.dns
        return IPv4Address(known[0]) if known else None

    @ipv4_dns.setter
    def ipv4_dns(self, address):
        self.dns = (address,)

    @property
    def tx_power(self):
        """Transmit power in dBm; it can be set, 10 to 21."""
        from espat import at_system

        self._be_on()
        return at_system.rf_power(self.modem)[0] / 4

    @tx_power.setter
    def tx_power(self, dbm):
        from espat import at_system

        self._be_on()
        at_system.set_rf_power(self.modem, int(dbm * 4))

    @property
    def power_management(self):
        """How the radio rests; it can be set."""
        from espat import at_sleep

        pm = PowerManagement
        return {0: pm.NONE, 1: pm.MIN, 3: pm.MAX}.get(at_sleep.mode(self.modem), pm.UNKNOWN)

    @power_management.setter
    def power_management(self, value):
        from espat import at_sleep

        pm = PowerManagement
        at_sleep.set_mode(self.modem, {pm.NONE: 0, pm.MIN: 1, pm.MAX: 3}[value])
