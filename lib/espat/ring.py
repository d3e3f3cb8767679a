"""A byte queue of fixed size, allocated once; putting and taking allocate nothing on MicroPython.

MicroPython's slices live on the heap (up to 1.25 even those of an assignment), but its BytesIO
copies between any offset of a buffer and any offset of itself without one: `write(buf, off, n)`
and, after a seek, `readinto(buf, n)`. Interpreters whose BytesIO cannot do that get the twin below.
"""

import io


class Ring:
    """Bytes in, bytes out, first in first out.

    A ticker may step between any two bytecodes, so that one side (putting, taking) runs in the middle of the
    other: each side moves its own offset first and n last, in a statement that nothing interrupts.
    size: how many bytes it holds. n: how many it holds now.
    """

    def __init__(self, size):
        self.size = size
        self.n = 0
        self._r = self._w = 0  # where the next byte is taken, where the next one is put
        self._open(size)

    def _open(self, size):
        self._io = io.BytesIO(size)

    def _copy_in(self, at, src, off, n):
        self._io.seek(at)
        self._io.write(src, off, n)

    def _copy_out(self, at, dst, n):
        self._io.seek(at)
        self._io.readinto(dst, n)

    def _bytes(self, at, n):
        self._io.seek(at)
        return self._io.read(n)

    def _newline(self, at, n):
        self._io.seek(at)
        return self._io.readline(n)

    def free(self):
        """How many bytes fit in."""
        return self.size - self.n

    def put(self, src, off, n):
        """Append src[off:off+n], or as much of it as fits; returns how many bytes that was."""
        free = self.size - self.n
        if n > free:
            n = free
        if n <= 0:
            return 0
        if not self.n:
            self._r = self._w = 0  # in one piece as long as possible
        w = self._w
        first = self.size - w
        if first > n:
            self._copy_in(w, src, off, n)
            self._w = w + n
        else:
            self._copy_in(w, src, off, first)
            if n > first:
                self._copy_in(0, src, off + first, n - first)
            self._w = n - first
        self.n += n
        return n

    def run(self, n):
        """How many of n bytes can be had in one piece."""
        return min(n, self.n, self.size - self._r)

    def peek_into(self, dst, n):
        """Copy up to n bytes to the start of dst without taking them; one piece, see run()."""
        n = self.run(n)
        if n:
            self._copy_out(self._r, dst, n)
        return n

    def take_into(self, dst, n):
        """Move up to n bytes to the start of dst; returns the count, which may fall short at the seam."""
        n = self.peek_into(dst, n)
        self.skip(n)
        return n

    def skip(self, n):
        """Drop the n oldest bytes, at most what run(n) tells."""
        if n:
            r = self._r + n
            self._r = r if r < self.size else r - self.size
            self.n -= n

    def drop(self, n):
        """Drop the n oldest bytes, however they lie."""
        while n > 0 and self.n:
            k = self.run(n)
            self.skip(k)
            n -= k

    def peek(self, n):
        """Up to n bytes as a bytes object, without taking them."""
        k = self.run(n)
        out = self._bytes(self._r, k)
        if k < n and k < self.n:
            out += self._bytes(0, min(n, self.n) - k)
        return out

    def take(self, n):
        """Up to n bytes as a bytes object."""
        k = self.run(n)
        out = self._bytes(self._r, k)
        self.skip(k)
        if k < n and self.n:
            out += self.take(n - k)
        return out

    def take_line(self, n):
        """Bytes through the first newline, at most n; without a newline in reach, what there is."""
        k = self.run(n)
        out = self._newline(self._r, k)
        self.skip(len(out))
        if len(out) == k and k < n and self.n and out[-1:] != b"\n":
            out += self.take_line(n - k)
        return out

    def clear(self):
        """Drop everything."""
        self.drop(self.n)


class _Sliced(Ring):
    """The same over a bytearray and slices, for CPython and CircuitPython."""

    def _open(self, size):
        self._buf = bytearray(size)

    def _copy_in(self, at, src, off, n):
        self._buf[at : at + n] = memoryview(src)[off : off + n]

    def _copy_out(self, at, dst, n):
        memoryview(dst)[:n] = memoryview(self._buf)[at : at + n]

    def _bytes(self, at, n):
        return bytes(self._buf[at : at + n])

    def _newline(self, at, n):
        end = self._buf.find(b"\n", at, at + n)
        return bytes(self._buf[at : at + n if end < 0 else end + 1])


try:
    io.BytesIO(2).write(b"ab", 1, 1)
except TypeError:
    Ring = _Sliced
