"""The writing part of a socket; what it returns and raises is what MicroPython's own sockets do: write() gives
None, send() and its kin raise EAGAIN when they would have to wait and must not.
"""

from micropython import const

from espat.net.reading import Reading, would_block

# state of a link, see link.py
_OPEN = const(2)

# what to wait for, see reading.py
_WRITE = const(2)

_EBADF = const(9)
_EPIPE = const(32)


class Writing(Reading):
    """A socket's writes. links: table of links."""

    def _put(self, buf, off, n):
        # gather n bytes from off on, as many as there is room for when the socket does not wait
        link = self.live()
        if self.options and link.state == _OPEN:  # of a connection that was opened without waiting
            self._apply()
        end = off + n
        at = off
        while at < end and self.wait(_WRITE):
            self.trouble()
            if link.state != _OPEN:
                raise OSError(_EPIPE, "EPIPE")
            at += self.links.gather(buf, at, end - at)
        if at < end:
            self.links.queue |= 1 << link.index
        self.at.step()
        return at - off

    def write(self, buf, off=None, n=None):
        """Write buf, buf[:off] or buf[off:off+n]; returns the count, None when it would have to wait."""
        if isinstance(buf, str):
            buf = buf.encode()
        if n is None:
            n = len(buf) if off is None else off
            off = 0
        off = min(off, len(buf))
        n = min(n, len(buf) - off)
        if self.udp:
            return self.udp.sendto(self, buf if n == len(buf) else buf[off : off + n], None)
        return self._put(buf, off, n) or (None if n else 0)

    def send(self, buf):
        """Send bytes; returns how many were taken. Raises EAGAIN when it would have to wait, EPIPE."""
        if isinstance(buf, str):
            buf = buf.encode()
        if self.udp:
            return self.udp.sendto(self, buf, None)
        n = self._put(buf, 0, len(buf))
        if not n and buf:
            raise would_block()
        return n

    def sendall(self, buf):
        """Send all bytes; raises EAGAIN when a socket that does not wait cannot take them."""
        if self.send(buf) < len(buf):
            raise would_block()

    def sendto(self, buf, address):
        """Send one datagram to (host, port); returns its length."""
        if self._closed:
            raise OSError(_EBADF, "EBADF")
        if not self.udp:
            return self.send(buf)
        return self.udp.sendto(self, buf, address)
