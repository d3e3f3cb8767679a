"""CircuitPython's _bleio over the module's radio: enough for adafruit_ble to scan, connect, and offer services.

    from espat.ble import bleio
    bleio.install(modem)                  # before anybody imports adafruit_ble

It stands on bluetooth.BLE, whose events it takes for itself. Services are written into the module's flash where they differ
from what is there, when advertising begins. No extended advertisements; ScanEntry.connectable is a guess unless the module
runs NimBLE.
"""

from micropython import const

from espat.ble import bluetooth
from espat.ble.bleio_types import UUID, Address, Attribute, BluetoothError, RoleError, SecurityError  # noqa: F401
from espat.ble.bleio_gatt import Characteristic, Descriptor, Service, use  # noqa: F401
from espat.ble.bleio_buffers import CharacteristicBuffer, PacketBuffer  # noqa: F401  (programs find all these here)
from espat.ble.bleio_conn import Connection
from espat.ble.bleio_scan import ScanEntry, ScanResults  # noqa: F401
from espat.errors import AtError
from espat.ticks import ticks_add, ticks_diff, ticks_ms

_CENTRAL_CONNECT = const(1)
_CENTRAL_DISCONNECT = const(2)
_GATTS_WRITE = const(3)
_SCAN_RESULT = const(5)
_SCAN_DONE = const(6)
_PERIPHERAL_CONNECT = const(7)
_PERIPHERAL_DISCONNECT = const(8)
_NOTIFY = const(18)
_INDICATE = const(19)
_MOST_DATA = const(31)
_MOST_RESULTS = const(200)
_OFTEN = (_GATTS_WRITE, _SCAN_RESULT, _NOTIFY, _INDICATE)  # nobody waits for them

adapter = None


def install(modem):
    """Make `import _bleio` mean this modem's radio."""
    import sys

    global adapter
    bluetooth.use(modem)
    adapter = Adapter(bluetooth.BLE())
    use(adapter)
    sys.modules["_bleio"] = sys.modules[__name__]


def set_adapter(new):
    """Have another adapter; there is only ours."""
    if new is not adapter:
        raise NotImplementedError("there is one adapter")


class Adapter:
    """The radio. ble: the bluetooth.BLE below it."""

    def __init__(self, ble):
        self.ble = ble
        self.at = ble.at
        self.services = []  # local ones
        self.values = {}  # (connection number or None, handle) -> whose value that is
        self.results = []  # events somebody waits for
        self._table = {}  # number -> Connection
        self._scan = None
        self._registered = 0
        self._begun = None  # the last advertising
        ble.irq(self._event)

    def wait(self, condition, seconds=None):
        """Let the module work until condition() holds; False when the time is over."""
        end = None if seconds is None else ticks_add(ticks_ms(), int(seconds * 1000))
        while not condition():
            self.at.wait()
            if end is not None and ticks_diff(end, ticks_ms()) <= 0:
                return bool(condition())
        return True

    def _event(self, event, data):
        if event == _SCAN_RESULT:
            if self._scan:
                self._scan.add(*data)
        elif event == _SCAN_DONE:
            if self._scan:
                self._scan.done = True
                self._scan = None
        elif event in (_CENTRAL_CONNECT, _PERIPHERAL_CONNECT):
            self._table[data[0]] = Connection(self, data[0])
        elif event in (_CENTRAL_DISCONNECT, _PERIPHERAL_DISCONNECT) and data[0] in self._table:
            self._table.pop(data[0]).connected = False
        elif event == _GATTS_WRITE:
            self._hear((None, data[1]), self.ble.gatts_read(data[1]))
        elif event in (_NOTIFY, _INDICATE):
            self._hear(data[:2], data[2])
        if event not in _OFTEN:
            self.results.append((event, data))
            if len(self.results) > _MOST_RESULTS:
                self.results.pop(0)

    def _hear(self, key, data):
        value = self.values.get(key)
        if value and value.listener:
            value.listener(data)

    # -- what it is

    @property
    def enabled(self):
        """Whether the radio is on."""
        return self.ble.active()

    @enabled.setter
    def enabled(self, on):
        self.ble.active(on)

    @property
    def address(self):
        """Own address."""
        self.ble.active(True)
        kind, address = self.ble.config("mac")
        return Address(bytes(reversed(address)), kind)

    @property
    def name(self):
        """Own name."""
        self.ble.active(True)
        return str(self.ble.config("gap_name"), "utf-8")

    @name.setter
    def name(self, text):
        self.ble.config(gap_name=text)

    @property
    def connections(self):
        """All connections, a tuple."""
        self.at.step()
        return tuple(self._table.values())

    @property
    def connected(self):
        """Whether there is any connection."""
        return bool(self.connections)

    @property
    def advertising(self):
        """Whether we advertise."""
        self.at.step()
        return self.ble.conns.advertising is not None

    def erase_bonding(self):
        """Forget all bonded devices."""
        from espat.ble import at_sec

        self.ble.active(True)
        self.ble.need(self.ble.role or 2)
        at_sec.forget(self.at)

    # -- advertising, scanning, connecting

    def start_advertising(self, data, *, scan_response=None, connectable=True, anonymous=False, timeout=0, interval=0.1,
                          tx_power=0, directed_to=None):  # fmt: skip
        """Advertise every so many seconds, for timeout seconds; 0: until a connection or stop_advertising()."""
        if len(data) > _MOST_DATA or len(scan_response or b"") > _MOST_DATA:
            raise ValueError("the module has no extended advertising")
        if directed_to or anonymous:
            raise NotImplementedError("directed or anonymous advertising")
        self.ble.active(True)
        self._register()
        self.ble.gap_advertise(int(interval * 1000000), data, resp_data=scan_response or b"", connectable=connectable)
        self._begun = mine = [timeout]
        if timeout:
            self.ble.conns.later(int(timeout * 1000), lambda: self._stop_soon(mine))

    def _stop_soon(self, mine):
        from espat.ble import at_adv
        from espat.ble.conn import Job

        if self.ble.conns.advertising and self._begun is mine:
            self.ble.conns.advertising = None
            job = Job(self.ble.conns)
            job.forget = self.at.forget
            at_adv.stop(job)

    def stop_advertising(self):
        """Advertise no longer."""
        self.ble.gap_advertise(None)

    def _register(self):
        # all services at once, when there are new ones
        count = sum([1 + len(s.characteristics) for s in self.services])
        if count != self._registered:
            handles = self.ble.gatts_register_services([s.definition() for s in self.services])
            self._registered = count
            for service, row in zip(self.services, handles):
                service.registered(list(row))

    def start_scan(self, prefixes=b"", *, buffer_size=512, extended=False, timeout=None, interval=0.1, window=0.1,
                   minimum_rssi=-80, active=True):  # fmt: skip
        """Look around; gives an iterator of ScanEntry. timeout: seconds, None: until stop_scan()."""
        self.ble.active(True)
        if self._scan:
            self.stop_scan()
        self._scan = results = ScanResults(self, prefixes, minimum_rssi, max(buffer_size // 32, 4))
        ms = 0 if timeout is None else int(timeout * 1000)
        self.ble.gap_scan(ms, int(interval * 1000000), int(window * 1000000), active)
        return results

    def stop_scan(self):
        """Look around no longer."""
        self.ble.gap_scan(None)
        self.wait(lambda: not self._scan, 2)

    def connect(self, address, *, timeout=10.0):
        """Connect to an Address; raises BluetoothError."""
        self.ble.active(True)
        self.results[:] = []
        try:
            self.ble.gap_connect(min(address.type, 1), bytes(reversed(address.address_bytes)), int(timeout * 1000))
        except AtError as error:
            raise BluetoothError(str(error))
        self.wait(lambda: self.result(_PERIPHERAL_CONNECT) or self.result(_PERIPHERAL_DISCONNECT))
        found = self.result(_PERIPHERAL_CONNECT)
        if not found or found[0] not in self._table:
            raise BluetoothError("Failed to connect: timeout")
        return self._table[found[0]]

    def result(self, event):
        """The data of an event that has come, None."""
        for kind, data in self.results:
            if kind == event:
                return data
        return None
