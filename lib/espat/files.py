"""The files in the module's flash (guide 3.8), as a program has files elsewhere; not in the default firmware.

    with files.open(modem, "log.txt", "a") as f:
        f.write("started\\n")
    print(files.listdir(modem))

What mounts them into MicroPython's own tree is in mount.py. There is one folder. Files of no bytes cannot be made: opened
for writing and closed, nothing is there. The file system takes much of the module's memory: unmount(modem) gives it
back.
"""

import io

from micropython import const

from espat import counted, at_fs  # noqa: F401  (counted: not inside those who need it)
from espat.errors import AtRefused

_PIECE = const(2048)  # bytes of a command: the module needs as much memory
_FILE = const(0x8000)
_ENOENT = const(2)
_EBADF = const(9)
_EINVAL = const(22)

_FLUSH = const(1)
_POLL = const(3)
_CLOSE = const(4)
_Stream = getattr(io, "IOBase", object)  # MicroPython's stream protocol needs it first in line
_Stream = object if hasattr(_Stream, "closed") else _Stream  # CPython's would close files when they are collected


def _missing():
    return OSError(_ENOENT, "no such file in the module")


def size(at, name):
    """A file's size in bytes. Raises OSError(ENOENT)."""
    try:
        return at_fs.size(at, name)
    except AtRefused:
        raise _missing()


def exists(at, name):
    """Whether there is such a file."""
    try:
        return size(at, name) >= 0
    except OSError as error:
        if error.args[0] == _ENOENT:
            return False
        raise


def listdir(at):
    """The names of the files. One with a blank in it looks like two: the module puts blanks between them."""
    return at_fs.listdir(at)


def stat(at, name):
    """As os.stat(): only the size (entry 6) and the type tell anything."""
    return (_FILE, 0, 0, 0, 0, 0, size(at, name), 0, 0, 0)


def remove(at, name):
    """Delete a file. Raises OSError(ENOENT)."""
    try:
        at_fs.delete(at, name)
    except AtRefused:
        raise _missing()


def rename(at, old, new):
    """Give a file another name; it is copied, since the module cannot rename. What had that name is gone."""
    if old == new:
        return
    with open(at, old, "rb") as source, open(at, new, "wb") as target:
        buf = bytearray(512)
        n = source.readinto(buf)
        while n:
            target.write(memoryview(buf)[:n])
            n = source.readinto(buf)
    remove(at, old)


def unmount(at):
    """Give the memory back that the file system takes; the next call mounts it again."""
    at_fs.unmount(at)


def open(at, name, mode="r", buffering=512):
    """A File. mode: "r", "w", "a", with "+" for both ways, with "b" for bytes. buffering: bytes read ahead or gathered."""
    return File(at, name, mode, buffering)


class File(_Stream):
    """An open file; see open(). Without "b" in its mode it reads and takes str, and read(n) counts bytes all the same."""

    def __init__(self, at, name, mode="r", buffering=512):
        if mode[:1] not in ("r", "w", "a") or not buffering > 0:
            raise ValueError("mode is r, w or a, with + and b behind it")
        self.at = at
        self.name = name
        self._text = "b" not in mode
        self._reads = "r" in mode or "+" in mode
        self._writes = mode[0] != "r" or "+" in mode
        self._buf = bytearray(buffering)
        self._base = self._n = self._pos = 0  # _buf[:_n] lies at _base in the file
        self._dirty = False  # and is not in the module yet
        self._size = 0
        if mode[0] == "r" or exists(at, name):
            self._size = size(at, name)
            if mode[0] == "w":
                remove(at, name)
                self._size = 0
        if mode[0] == "a":
            self._pos = self._size

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    def __iter__(self):
        line = self.readline()
        while line:
            yield line
            line = self.readline()

    def _check(self, allowed):
        if self._buf is None or not allowed:
            raise OSError(_EBADF, "the file is closed or opened otherwise")

    # -- reading

    def _ahead(self):
        # how many bytes lie in the buffer from the position on; it is filled when there are none
        self._check(self._reads)
        self.flush()
        n = self._base + self._n - self._pos
        if 0 < n <= self._n:
            return n
        self._base = self._pos
        n = min(len(self._buf), _PIECE, max(0, self._size - self._pos))
        self._n = at_fs.read(self.at, self.name, self._pos, n, self._buf) if n else 0
        return self._n

    def readinto(self, buf, n=None):
        """Read up to len(buf) or n bytes; returns the count, 0 at the end."""
        self._check(self._reads)
        buf = memoryview(buf)
        total = len(buf) if n is None else n
        done = 0
        while done < total:
            k = min(self._ahead(), total - done)
            if not k:
                break
            at = self._pos - self._base
            buf[done : done + k] = memoryview(self._buf)[at : at + k]
            done += k
            self._pos += k
        return done

    def read(self, n=-1):
        """Read n bytes, or all that are left."""
        left = max(0, self._size - self._pos) if n is None or n < 0 else n
        out = bytearray(min(left, max(0, self._size - self._pos)))
        n = self.readinto(out)
        out = bytes(out[:n] if n < len(out) else out)
        return str(out, "utf-8") if self._text else out

    def readline(self, limit=-1):
        """Read through the next newline, at most limit bytes."""
        out = b""
        while len(out) != limit and out[-1:] != b"\n":
            n = self._ahead()
            if not n:
                break
            at = self._pos - self._base
            end = self._buf.find(b"\n", at, at + n) + 1
            n = min(end - at if end else n, n if limit < 0 else limit - len(out))
            out += bytes(self._buf[at : at + n])
            self._pos += n
        return str(out, "utf-8") if self._text else out

    # -- writing

    def write(self, buf):
        """Write str or bytes; returns their number."""
        self._check(self._writes)
        if isinstance(buf, str):
            count = len(buf)
            buf = buf.encode()
        else:
            count = len(buf)
        buf = memoryview(buf)
        n = len(buf)
        done = 0
        while done < n:
            at = self._pos - self._base
            if not self._dirty or at != self._n or at == len(self._buf):
                self.flush()
                self._base = self._pos
                at = self._n = 0
            k = min(n - done, len(self._buf) - at)
            if not at and n - done >= len(self._buf):
                k = min(n - done, _PIECE)
                at_fs.write(self.at, self.name, self._pos, buf[done : done + k])
                self._base += k
            else:
                self._buf[at : at + k] = buf[done : done + k]
                self._n = at + k
                self._dirty = True
            done += k
            self._pos += k
            self._size = max(self._size, self._pos)
        return count

    def flush(self):
        """Hand what is gathered to the module."""
        if self._dirty:
            self._dirty = False
            at_fs.write(self.at, self.name, self._base, memoryview(self._buf)[: self._n])

    def seek(self, offset, whence=0):
        """Move to a position: from the start (0), from here (1), from the end (2); returns it."""
        self._check(True)
        pos = offset + (0, self._pos, self._size)[whence]
        if pos < 0:
            raise OSError(_EINVAL, "before the start of the file")
        self._pos = pos
        return pos

    def tell(self):
        """Where the next byte is read or written."""
        return self._pos

    def close(self):
        """Hand over what is gathered, and end."""
        if self._buf is not None:
            self.flush()
            self._buf = None

    def ioctl(self, request, arg):
        """MicroPython's stream protocol."""
        if request == _FLUSH or request == _CLOSE:
            (self.flush if request == _FLUSH else self.close)()
            return 0
        return arg & 5 if request == _POLL else -_EINVAL
