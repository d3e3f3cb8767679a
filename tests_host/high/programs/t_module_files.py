"""Files in the module's flash, through files.py."""

import high
from espat import files
from high import modem


def test_write_and_read():
    for n in (1, 511, 512, 513, 5000):
        with files.open(modem, "data.bin", "wb") as f:
            f.write(high.body(n))
        assert files.size(modem, "data.bin") == n
        with files.open(modem, "data.bin", "rb") as f:
            assert f.read() == high.body(n), n
    with files.open(modem, "data.bin", "r+b") as f:
        f.seek(100)
        f.write(b"\r\nOK\r\n>")
        f.seek(99)
        assert f.read(8) == high.body(100)[99:] + b"\r\nOK\r\n>"
    files.remove(modem, "data.bin")
    assert files.listdir(modem) == [] and not files.exists(modem, "data.bin")
    high.ready()


def test_lines():
    with files.open(modem, "log.txt", "a") as f:
        for n in range(50):
            f.write("line %d\n" % n)
    with files.open(modem, "log.txt", "a") as f:
        f.write("the last one\n")
    with files.open(modem, "log.txt") as f:
        lines = list(f)
    assert len(lines) == 51 and lines[7] == "line 7\n" and lines[-1] == "the last one\n"
    files.rename(modem, "log.txt", "old.txt")
    assert files.listdir(modem) == ["old.txt"]
    files.remove(modem, "old.txt")


def test_refusals():
    for call in (files.remove, files.size, files.stat, files.open):
        try:
            call(modem, "absent")
        except OSError as error:
            assert error.args[0] == 2
            high.ready()
            continue
        raise AssertionError("no ENOENT")
