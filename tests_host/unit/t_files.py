"""Files in the module, over a module that keeps some: FAT as AT+FS has it."""

from calls import runner, text
from checks import raises
from espat import files
from espat.errors import AtRefused
from espat.mount import Vfs
from fakeport import FakePort

OK = text(())
NO = b"\r\nERROR\r\n"
TEXT = b"first\nsecond line\n" + b"x" * 40 + b"\nlast"


class Module:
    """A runner whose module answers AT+FS; told: the commands so far, without what they read and write."""

    def __init__(self, **names):
        self.files = {name: bytearray(data) for name, data in names.items()}
        self.told = []
        self.full = False
        self.port = FakePort()
        self.port.write = self._write
        self.at = runner(self.port)
        self._part = b""
        self._writing = None

    def _write(self, buf, off, n):
        self._part += bytes(buf[off : off + n])
        if self._writing:
            name, offset, size = self._writing
            if len(self._part) >= size:
                data = self.files.setdefault(name, bytearray())
                data.extend(bytes(max(0, offset - len(data))))
                data[offset : offset + size] = self._part
                self._part, self._writing = b"", None
                self.port.say(OK)
        elif self._part.endswith(b"\r\n"):
            line, self._part = self._part[:-2], b""
            self.port.say(self._answer(line))
        return n

    def _answer(self, line):
        self.told.append(line)
        if not line.startswith(b"AT+FS="):
            return OK
        fields = line[6:].split(b",")
        what, name = int(fields[1]), str(fields[2][1:-1], "ascii")
        if what == 4:
            return b"+FS:" + b" ".join([n.encode() for n in sorted(self.files)]) + b" \r\n" + OK
        if what == 1:
            self._writing = name, int(fields[3]), int(fields[4])
            return NO if self.full else b">"
        if name not in self.files:
            return NO
        if what == 0:
            del self.files[name]
            return OK
        if what == 3:
            return text((b"+FS:%d" % len(self.files[name]),))
        data = bytes(self.files[name][int(fields[3]) :][: int(fields[4])])
        return b"+FS:%d,%s" % (len(data), data) + OK

    def count(self, what):
        return len([t for t in self.told if t.startswith(b"AT+FS=0,%d," % what)])


def test_read():
    m = Module(a=TEXT)
    with files.open(m.at, "a", "rb", 16) as f:
        assert f.read(5) == TEXT[:5] and f.tell() == 5
        assert f.read() == TEXT[5:] and f.read() == b"" and f.read(1) == b""
        f.seek(-4, 2)
        assert f.read(9) == b"last"
        f.seek(6)
        assert f.read(0) == b"" and f.read(6) == b"second"
        buf = bytearray(8)
        assert f.readinto(buf, 3) == 3 and buf == b" li\0\0\0\0\0"
        assert f.readinto(buf) == 8 and buf == b"ne\nxxxxx"
        f.seek(1, 1)
        assert f.read(1) == b"x" and raises(OSError, f.seek, -1).args[0] == 22
        f.seek(1000)
        assert f.read() == b""
        raises(OSError, f.write, b"x")
    raises(OSError, f.read)


def test_lines():
    m = Module(a=TEXT)
    assert "".join(files.open(m.at, "a", "r", 7)) == TEXT.decode()
    assert list(files.open(m.at, "a", "rb", 1)) == [line + b"\n" for line in TEXT.split(b"\n")[:-1]] + [b"last"]
    f = files.open(m.at, "a")
    assert f.readline(3) == "fir" and f.readline() == "st\n" and f.readline(100) == "second line\n"
    assert f.read(2) == "xx" and f.readline(0) == ""


def test_reading_is_ahead():
    m = Module(a=TEXT)
    with files.open(m.at, "a") as f:
        while f.read(3):
            pass
    assert m.count(2) == 1


def test_text():
    m = Module()
    with files.open(m.at, "t", "w") as f:
        assert f.write("größe\n") == 6 and f.write("") == 0
    assert bytes(m.files["t"]) == "größe\n".encode()
    assert files.open(m.at, "t").read() == "größe\n"


def test_write():
    m = Module()
    with files.open(m.at, "a", "wb", 10) as f:
        for i in range(12):
            assert f.write(b"ab%d" % (i % 10)) == 3
        assert f.tell() == 36 and len(m.files["a"]) == 30
    assert bytes(m.files["a"]) == b"".join([b"ab%d" % (i % 10) for i in range(12)])
    assert m.count(1) == 4
    with files.open(m.at, "a", "w", 10) as f:
        f.write(b"new")
    assert bytes(m.files["a"]) == b"new"


def test_write_much():
    """What is longer than the buffer goes straight, in pieces."""
    m = Module()
    data = bytes(range(256)) * 20
    with files.open(m.at, "a", "wb", 64) as f:
        f.write(b"head")
        f.write(data)
        f.write(b"tail")
    assert bytes(m.files["a"]) == b"head" + data + b"tail"
    assert m.count(1) <= 6


def test_append():
    m = Module(a=b"old")
    with files.open(m.at, "a", "a") as f:
        assert f.tell() == 3
        f.write(" new")
    with files.open(m.at, "b", "a") as f:
        f.write("fresh")
    assert bytes(m.files["a"]) == b"old new" and bytes(m.files["b"]) == b"fresh"


def test_both_ways():
    m = Module(a=b"0123456789")
    with files.open(m.at, "a", "r+b", 8) as f:
        assert f.read(2) == b"01"
        f.write(b"ab")
        assert f.read(2) == b"45"
        f.seek(3)
        f.write(b"X")
        f.seek(0)
        assert f.read() == b"01aX456789"
        f.write(b"end")
        f.seek(-4, 2)
        assert f.read() == b"9end"
    assert bytes(m.files["a"]) == b"01aX456789end"


def test_no_such_file():
    m = Module()
    for call in (lambda: files.open(m.at, "x"), lambda: files.size(m.at, "x"), lambda: files.stat(m.at, "x"),
                 lambda: files.remove(m.at, "x"), lambda: files.rename(m.at, "x", "y")):  # fmt: skip
        assert raises(OSError, call).args[0] == 2
    assert not files.exists(m.at, "x") and not m.files
    raises(ValueError, files.open, m.at, "x", "q")
    raises(ValueError, files.open, m.at, "x", "r", 0)


def test_full():
    m = Module()
    f = files.open(m.at, "x", "w")
    f.write("lost")
    m.full = True
    raises(AtRefused, f.close)
    f.close()


def test_folder():
    m = Module(a=b"12345", b=b"")
    assert files.listdir(m.at) == ["a", "b"] and files.stat(m.at, "a")[6] == 5 and files.exists(m.at, "b")
    files.rename(m.at, "a", "b")
    assert {k: bytes(v) for k, v in m.files.items()} == {"b": b"12345"}
    files.rename(m.at, "b", "b")
    files.remove(m.at, "b")
    assert not m.files
    files.unmount(m.at)
    assert m.told[-1] == b"AT+FSMOUNT=0"


def test_stream_protocol():
    m = Module()
    f = files.open(m.at, "a", "w")
    f.write("x")
    assert f.ioctl(3, 5) == 5 and f.ioctl(1, 0) == 0 and bytes(m.files["a"]) == b"x"
    assert f.ioctl(99, 0) == -22 and f.ioctl(4, 0) == 0
    raises(OSError, f.write, "y")


def test_vfs():
    m = Module(a=b"12345")
    v = Vfs(m.at)
    v.mount(False, False)
    assert list(v.ilistdir("/")) == [("a", 0x8000, 0)] and v.stat("/")[0] == 0x4000 and v.stat("/a")[6] == 5
    with v.open("/b", "w") as f:
        f.write("text")
    v.rename("/b", "/c")
    assert v.open("c", "r").read() == "text"
    v.remove("/c")
    v.chdir("/")
    assert v.getcwd() == "/"
    for call, code in ((lambda: v.open("/x/y", "r"), 2), (lambda: v.ilistdir("/x"), 2), (lambda: v.stat("/c"), 2),
                       (lambda: v.mkdir("/x"), 1), (lambda: v.rmdir("/x"), 1), (lambda: v.chdir("/x"), 2)):  # fmt: skip
        assert raises(OSError, call).args[0] == code
    v.mount(True, False)
    assert raises(OSError, v.open, "/a", "a").args[0] == 30 and raises(OSError, v.remove, "/a").args[0] == 30
    v.umount()
    assert m.told[-1] == b"AT+FSMOUNT=0"
