"""Connections of bleio.py, and the peer's services."""

from micropython import const

from espat.ble.bleio_gatt import Characteristic, Service
from espat.ble.bleio_types import UUID, BluetoothError, SecurityError

_SERVICE_RESULT = const(9)
_SERVICE_DONE = const(10)
_CHARACTERISTIC_RESULT = const(11)
_CHARACTERISTIC_DONE = const(12)
_WRITE_DONE = const(17)
_ENCRYPTION_UPDATE = const(28)
_SECONDS = const(40)  # a procedure over the air may take


class Connection:
    """A connection to a peer."""

    def __init__(self, adapter, n):
        self._adapter = adapter
        self._n = n
        self._interval = None
        self.connected = True
        self.paired = False

    def do(self, done, call, *values):
        """Begin a procedure and wait for the event that ends it; its data. Raises BluetoothError."""
        adapter = self._adapter
        adapter.results[:] = []
        try:
            call(self._n, *values)
        except OSError as error:
            raise BluetoothError(str(error))
        if not adapter.wait(lambda: adapter.result(done) or not self.connected, _SECONDS) or not adapter.result(done):
            raise BluetoothError("the peer is gone")
        return adapter.result(done)

    def write(self, handle, data, response):
        """Write a value, and wait for the response if there is one."""
        if not response:
            return self._adapter.ble.gattc_write(self._n, handle, data)
        if self.do(_WRITE_DONE, self._adapter.ble.gattc_write, handle, data, 1)[2]:
            raise BluetoothError("Failed to write")

    def discover_remote_services(self, service_uuids_whitelist=None):
        """The peer's services, or those of these kinds; a tuple."""
        adapter = self._adapter
        ble = adapter.ble
        if self.do(_SERVICE_DONE, ble.gattc_discover_services)[1]:
            raise BluetoothError("Failed to discover services")
        rows = [data for event, data in adapter.results if event == _SERVICE_RESULT]
        services = []
        for _, start, end, kind in rows:
            if service_uuids_whitelist is None or UUID(kind) in service_uuids_whitelist:
                services.append(Service(UUID(kind), connection=self, start=start, end=end))
        for service in services:
            self.do(_CHARACTERISTIC_DONE, ble.gattc_discover_characteristics, service.start, service.end)
            for event, data in adapter.results:
                if event == _CHARACTERISTIC_RESULT:
                    it = Characteristic(service, UUID(data[4]), data[3], 1, 1, 512, None)
                    it.end, it.handle = data[1], data[2]
                    service.characteristics += (it,)
        return tuple(services)

    def listen(self, characteristic):
        """Let this value hear what the peer sends of it."""
        self._adapter.values[self._n, characteristic.handle] = characteristic

    @property
    def max_packet_length(self):
        """Bytes of a notification or write."""
        return self._adapter.ble.conns.get(self._n).mtu - 3

    @property
    def connection_interval(self):
        """Milliseconds between two chances to talk."""
        from espat.ble import at_conn

        for row in at_conn.params(self._adapter.at):
            if row[0] == self._n:
                return row[-3] * 1.25
        return None

    @connection_interval.setter
    def connection_interval(self, ms):
        from espat.ble import at_conn

        units = max(6, int(ms / 1.25))
        at_conn.set_params(self._adapter.at, self._n, units, units, 0, 400)

    def pair(self, *, bond=True):
        """Pair with the peer; raises SecurityError."""
        ble = self._adapter.ble
        ble.config(bond=bond, mitm=False, io=3)
        if not self.do(_ENCRYPTION_UPDATE, ble.gap_pair)[1]:
            raise SecurityError("Failed to pair")
        self.paired = True

    def disconnect(self):
        """End it."""
        self._adapter.ble.gap_disconnect(self._n)
        self._adapter.wait(lambda: not self.connected, 5)
