"""What Ring needs of MicroPython's BytesIO, for interpreters whose own cannot write a part of a buffer."""


class BytesIO:
    """A fixed buffer with a position. size: bytes."""

    def __init__(self, size):
        self._buf = bytearray(size)
        self._at = 0

    def seek(self, at):
        """Go to an offset."""
        self._at = at

    def write(self, src, off, n):
        """Copy src[off:off+n] to the position."""
        self._buf[self._at : self._at + n] = memoryview(src)[off : off + n]

    def readinto(self, dst, n):
        """Copy n bytes from the position to the start of dst."""
        memoryview(dst)[:n] = memoryview(self._buf)[self._at : self._at + n]

    def read(self, n):
        """The n bytes at the position."""
        return bytes(self._buf[self._at : self._at + n])

    def readline(self, n):
        """The bytes from the position through the first newline, at most n."""
        end = self._buf.find(b"\n", self._at, self._at + n)
        return self.read(n if end < 0 else end + 1 - self._at)
