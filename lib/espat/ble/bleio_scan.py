"""What a scan of bleio.py finds."""

from micropython import const

from espat.ble.bleio_types import Address

_RESPONSE = const(4)  # kinds of advertisements
_CONNECTABLE = (0, 1)


class ScanEntry:
    """One advertisement, or the response to an active scan."""

    def __init__(self, kind, address, event, rssi, data):
        self.address = Address(bytes(reversed(address)), kind)
        self.advertisement_bytes = bytes(data)
        self.rssi = rssi
        self.connectable = event in _CONNECTABLE
        self.scan_response = event == _RESPONSE

    def matches(self, prefixes, *, match_all=True, **more):
        """Whether fields begin with these prefixes, each with its length before it: all of them, or any."""
        match_all = more.get("all", match_all)
        found = any_found = False
        at = 0
        while at < len(prefixes):
            end = at + 1 + prefixes[at]
            found = self._has(prefixes[at + 1 : end])
            if match_all and not found:
                return False
            any_found = any_found or found
            at = end
        return any_found or not prefixes

    def _has(self, prefix):
        data = self.advertisement_bytes
        at = 0
        while at < len(data) and data[at]:
            end = at + 1 + data[at]
            if data[at + 1 : end].startswith(prefix):
                return True
            at = end
        return False


class ScanResults:
    """What a scan finds, one after the other; the iterator waits for the next one, and ends with the scan."""

    def __init__(self, owner, prefixes, minimum_rssi, most):
        self._owner = owner
        self._prefixes = prefixes
        self._minimum = minimum_rssi
        self._most = most
        self.queue = []
        self.done = False

    def add(self, *row):
        """One more advertisement, if there is room for it."""
        entry = ScanEntry(*row)
        if entry.rssi >= self._minimum and entry.matches(self._prefixes, match_all=False) and len(self.queue) < self._most:
            self.queue.append(entry)

    def __iter__(self):
        return self

    def __next__(self):
        self._owner.wait(lambda: self.queue or self.done)
        if not self.queue:
            raise StopIteration
        return self.queue.pop(0)
