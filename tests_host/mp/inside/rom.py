"""Mounts a ROMFS image and runs a program over it: rom.py IMAGE PROGRAM ARGUMENT..., or rom.py IMAGE -c SOURCE.

The image lies outside the heap, in memory that can only be read, as flash does: the system stops who writes there. At the
end, every module of the library that is loaded has to have come from it.
"""

import os
import sys

import ffi
import uctypes
import vfs


def mapped(path):
    """The file's bytes, where the system maps them to."""
    size = os.stat(path)[6]
    libc = ffi.open(None)
    fd = libc.func("i", "open", "si")(path, 0)
    if fd < 0:
        raise OSError(path)
    return uctypes.bytearray_at(libc.func("p", "mmap", "pLiiil")(0, size, 1, 2, fd, 0), size)  # PROT_READ, MAP_PRIVATE


def load(program):
    """(the program's source, its folder); leaves its own arguments in sys.argv."""
    if program == "-c":
        return sys.argv.pop(1), ""
    with open(program) as f:
        return f.read(), program.rpartition("/")[0]


def strays():
    return [name for name, module in sys.modules.items()
            if name.split(".")[0] == "espat" and getattr(module, "__file__", "")[:5] != "/rom/"]


vfs.mount(vfs.VfsRom(mapped(sys.argv[1])), "/rom")
sys.argv[:] = sys.argv[2:]
source, sys.path[0] = load(sys.argv[0])
sys.path.insert(1, "/rom")
try:
    exec(source, {"__name__": "__main__"})
finally:
    if strays():
        print("not from the image:", *strays())
        sys.exit(3)
