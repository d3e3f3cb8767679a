"""Buffers of bleio.py: what a peer writes into our value, or sends of its own, byte by byte or packet by packet."""

from espat.ring import Ring


class _Buffer:
    # hears one value; adapter: whoever lets the module work

    def __init__(self, characteristic, timeout):
        self._value = characteristic
        self._adapter = characteristic.adapter
        self._timeout = timeout
        characteristic.listener = self._heard
        connection = characteristic.service.connection
        if connection:
            connection.listen(characteristic)

    def deinit(self):
        """Hear no more."""
        self._value.listener = None

    def _wait(self, condition, seconds):
        connection = self._value.service.connection
        self._adapter.wait(lambda: condition() or connection and not connection.connected, seconds)


class CharacteristicBuffer(_Buffer):
    """Bytes, as a UART has them. timeout: seconds a read waits at most."""

    def __init__(self, characteristic, *, timeout=1, buffer_size=64):
        self._ring = Ring(buffer_size)
        super().__init__(characteristic, timeout)

    def _heard(self, data):
        self._ring.put(data, 0, len(data))

    @property
    def in_waiting(self):
        """How many bytes can be read now."""
        self._adapter.at.step()
        return self._ring.n

    def read(self, nbytes=None):
        """Up to nbytes, without them what comes within the time; None when nothing does."""
        wanted = self._ring.size if nbytes is None else nbytes
        self._wait(lambda: self._ring.n >= wanted, self._timeout)
        return self._ring.take(min(wanted, self._ring.n)) or None

    def readinto(self, buf, nbytes=None):
        """The same into a buffer; the count, None when nothing comes."""
        data = self.read(len(buf) if nbytes is None else min(nbytes, len(buf)))
        if data is None:
            return None
        buf[: len(data)] = data
        return len(data)

    def readline(self):
        """Bytes through the next newline, or what has come when the time is over; None when nothing has."""
        out = b""

        def line():
            return self._ring.n

        while out[-1:] != b"\n":
            self._wait(line, self._timeout)
            if not self._ring.n:
                break
            out += self._ring.take(self._ring.n, True)
        return out or None

    def reset_input_buffer(self):
        """Drop what has come."""
        self._ring.clear()


class PacketBuffer(_Buffer):
    """Packets: each write or notification stays one. buffer_size: how many may wait."""

    def __init__(self, characteristic, *, buffer_size, max_packet_size=None):
        self._packets = []
        self._most = buffer_size
        self._size = max_packet_size or characteristic.max_length
        super().__init__(characteristic, 0)

    def _heard(self, data):
        if len(self._packets) < self._most:
            self._packets.append(bytes(data))

    def readinto(self, buf):
        """The next packet into a buffer; its length, 0 when there is none. Raises ValueError when it does not fit."""
        self._adapter.at.step()
        if not self._packets:
            return 0
        if len(self._packets[0]) > len(buf):
            raise ValueError("Buffer too short by %d bytes" % (len(self._packets[0]) - len(buf)))
        data = self._packets.pop(0)
        buf[: len(data)] = data
        return len(data)

    def write(self, data, *, header=None):
        """Send one packet, header first; the count."""
        data = bytes(header or b"") + bytes(data)
        if len(data) > self._size:
            raise ValueError("Total data to write is larger than outgoing_packet_length")
        self._value.value = data
        return len(data)

    @property
    def incoming_packet_length(self):
        """The longest packet that may come."""
        return self._size

    @property
    def outgoing_packet_length(self):
        """The longest packet that may be sent."""
        connection = self._value.service.connection
        return min(self._size, connection.max_packet_length) if connection else self._size
