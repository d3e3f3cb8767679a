"""Ethernet as network.LAN(); for firmware built with it."""

from espat.net import at_eth
from espat.net.settings import mac_bytes, mac_text


class LAN:
    """The module's Ethernet port: it comes up by itself when a cable is plugged in."""

    def setup(self, at):
        """Begin to listen to the module's reports."""
        self.at = at
        self._address = False
        at.on(b"+ETH_", self._report)
        try:
            self._address = at_eth.address(at)["ip"] != "0.0.0.0"
        except OSError:
            pass  # not built in, or not plugged in

    def _report(self, buf, a, b):
        # +ETH_CONNECTED, +ETH_GOT_IP:<ip>, +ETH_DISCONNECTED
        self._address = buf[a + 5] == 71
        if self._address:
            self.at.online = True

    def active(self, on=None):
        """Always on."""
        return True

    def isconnected(self):
        """Whether it has an address."""
        self.at.step()
        return self._address

    def status(self, what=None):
        """3 with an address, else 0."""
        return 3 if self.isconnected() else 0

    def ifconfig(self, values=None):
        """(ip, netmask, gateway, dns); with such a tuple a fixed address."""
        if values is None:
            known = at_eth.address(self.at)
            return known["ip"], known["netmask"], known["gateway"], "0.0.0.0"
        at_eth.set_address(self.at, values[0], values[2], values[1])

    def config(self, what=None, **values):
        """The MAC address for "mac"; or set it."""
        if what == "mac":
            return mac_bytes(at_eth.mac(self.at))
        if "mac" in values:
            at_eth.set_mac(self.at, mac_text(values["mac"]))


def maker(interfaces, make):
    """network.LAN: gives the one object, whatever its arguments. interfaces, make: network's."""
    return lambda *args, **more: interfaces.get("lan") or make("lan", LAN)
