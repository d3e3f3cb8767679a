"""Guide 3.8, the module's own file system (FAT, root directory only; not in the default firmware).

The first call mounts it and that takes much of the module's memory: call unmount() when done.
"""

from micropython import const

from espat.args import join
from espat.block import Block, Rest
from espat.check import integer, number, payload, string

_BIGGEST = const(0x7FFFFFFF)


def mount(at) -> list:
    """AT+FSMOUNT=1: mount the file system (3.8.3)."""
    return at.run(b"+FSMOUNT=1", timeout=10000)


def unmount(at) -> list:
    """AT+FSMOUNT=0: unmount it and free its memory (3.8.3)."""
    return at.run(b"+FSMOUNT=0")


def delete(at, name: "str | bytes") -> list:
    """AT+FS=0,0: delete a file (3.8.2)."""
    return at.run(join(b"+FS", 0, 0, string(name, 1, 128)), timeout=10000)


def write(at, name: "str | bytes", offset: int, data, timeout: int = 30000) -> list:
    """AT+FS=0,1: write data into a file from offset on; the file is made when it does not exist (3.8.2).

    data: buffer or block.Source, at least one byte. timeout: ms.
    """
    text = join(b"+FS", 0, 1, string(name, 1, 128), integer(offset, 0, _BIGGEST), payload(data))
    return at.run(text, timeout=timeout, data=data)


def read(at, name: "str | bytes", offset: int, size: int, sink=None, timeout: int = 30000) -> "bytes | int":
    """AT+FS=0,2: up to size bytes of a file from offset on (3.8.2).

    sink: see block.Block. Returns the bytes, or with a sink their number; fewer than size at the end of the file.
    """
    block = Block(b"+FS:", sink)
    text = join(b"+FS", 0, 2, string(name, 1, 128), integer(offset, 0, _BIGGEST), integer(size, 1, _BIGGEST))
    return at.run(text, block.value, timeout=timeout, block=block)


def size(at, name: "str | bytes") -> int:
    """AT+FS=0,3: a file's size in bytes (3.8.2)."""
    return at.run(join(b"+FS", 0, 3, string(name, 1, 128)), number)


def listdir(at, folder: "str | bytes" = ".") -> list:
    """AT+FS=0,4: the names of the files, a list of str (3.8.2). They come as one line with blanks between them:
    a name with a blank in it cannot be told from two."""
    block = Rest(at.parser, b"+FS")
    text = join(b"+FS", 0, 4, string(folder, 1, 128))
    return at.run(text, lambda _: _names(block.lines), block=block, timeout=10000)


def _names(lines):
    out = []
    for line in lines:
        for name in bytes(line).split():
            out.append(str(name, "utf-8"))
    return out
