"""A byte queue of fixed size, allocated once; putting and taking allocate nothing on MicroPython.

MicroPython's slices live on the heap (up to 1.25 even those of an assignment), but its BytesIO
copies between any offset of a buffer and any offset of itself without one: `write(buf, off, n)`
and, after a seek, `readinto(buf, n)`. A seek and its copy stand in one line without a branch, where nothing comes
between them: MicroPython looks for what is to be done at branches.
"""

from io import BytesIO

try:
    BytesIO(2).write(b"ab", 1, 1)
except TypeError:
    from espat.bytesio import BytesIO


class Ring:
    """Bytes in, bytes out, first in first out.

    A ticker may step between any two statements, so that one side (putting, taking) runs in the middle of the
    other: each side moves its own offset first and n last, in a statement that nothing interrupts.
    size: how many bytes it holds. n: how many it holds now. held: how many more, put in by hold(), wait for show().
    """

    def __init__(self, size):
        self.size = size
        self.n = self.held = 0
        self._r = self._w = 0  # where the next byte is taken, where the next one is put
        self._io = BytesIO(size)

    def free(self):
        """How many bytes fit in."""
        return self.size - self.n - self.held

    def put(self, src, off, n):
        """Append src[off:off+n], or as much of it as fits; returns how many bytes that was."""
        n = self.hold(src, off, n)
        self.show()
        return n

    def hold(self, src, off, n):
        """The same, but nobody sees the bytes before show()."""
        io = self._io
        n = min(n, self.size - self.n - self.held)
        if n <= 0:
            return 0
        if not self.n and not self.held:
            self._r = self._w = 0  # in one piece as long as possible
        w = self._w
        first = min(n, self.size - w)
        io.seek(w); io.write(src, off, first)  # fmt: skip
        if n > first:
            io.seek(0); io.write(src, off + first, n - first)  # fmt: skip
        self._w = (w + n) % self.size
        self.held += n
        return n

    def show(self):
        """What is held belongs to the queue."""
        n = self.held
        self.held = 0
        self.n += n

    def retract(self):
        """What is held has never been."""
        self._w = (self._w - self.held) % self.size
        self.held = 0

    def run(self, n):
        """How many of n bytes can be had in one piece."""
        return min(n, self.n, self.size - self._r)

    def take_into(self, buf, n):
        """Move up to n bytes to the start of buf; returns the count, which may fall short at the seam."""
        n = self.run(n)
        if n:
            self._io.seek(self._r); self._io.readinto(buf, n)  # fmt: skip
            self.skip(n)
        return n

    def skip(self, n):
        """Drop the n oldest bytes."""
        n = min(n, self.n)
        if n > 0:
            self._r = (self._r + n) % self.size
            self.n -= n

    def peek(self, n, line=False):
        """Up to n bytes as a bytes object; with line through the first newline, if there is one among them."""
        io = self._io
        read = io.readline if line else io.read  # chosen here: a branch between seek and copy would let a ticker in
        n = min(n, self.n)
        k = min(n, self.size - self._r)
        io.seek(self._r); out = read(k)  # fmt: skip
        more = n - k
        if more > 0 and len(out) == k and not (line and out[-1] == 10):
            io.seek(0); out += read(more)  # fmt: skip
        return out

    def take(self, n, line=False):
        """The same, taken out."""
        out = self.peek(n, line)
        self.skip(len(out))
        return out

    def clear(self):
        """Drop everything."""
        self.retract()
        self.skip(self.n)
