"""CircuitPython's mdns module, as far as ESP-AT has it: a host name and one service are announced."""

from espat.net import at_sntp


class Server:
    """Announces the module in its network.

    network_interface: wifi.radio. Raises AtRefused from advertise_service() when the firmware has no mDNS.
    """

    def __init__(self, network_interface):
        self._modem = network_interface.modem
        self.hostname = network_interface.hostname
        self.instance_name = self.hostname

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.deinit()

    def advertise_service(self, *, service_type, protocol, port, txt_records=()):
        """Announce hostname.local and a service, such as "_http", "_tcp", 80; it takes the place of an earlier one."""
        if protocol != "_tcp" or txt_records:
            raise NotImplementedError("the module announces TCP services without texts")
        at_sntp.mdns(self._modem, self.hostname, service_type, port)

    def find(self, service_type, protocol, *, timeout=1):
        """Not there: the module announces, but looks for nobody."""
        raise NotImplementedError("the module cannot look for services")

    def deinit(self):
        """Announce nothing any more."""
        at_sntp.mdns_off(self._modem)
