"""Files: AT+FS and AT+FSMOUNT. They live in the store's section "fs" (name -> bytes)."""
from .codes import Fail
from .command import Command, command, part
from .flash import FATFS, SECTOR

DELETE, WRITE, READ, SIZE, LIST = range(5)
RESERVED = 8  # sectors the file system keeps for itself


@part("files")
class Files:
    """m.files."""

    def __init__(self, m):
        self.m = m
        self.mounted = False

    @property
    def all(self):
        return self.m.store.section("fs")

    def find(self, name):
        if name not in self.all:
            raise Fail()
        return self.all[name]

    def room_for(self, name, size):
        """True if a file of this name may have this size."""
        sizes = [len(data) for other, data in self.all.items() if other != name] + [size]
        return sum(-(-one // SECTOR) for one in sizes) <= FATFS.size // SECTOR - RESERVED

    def write(self, name, offset, data):
        old = self.all.get(name, b"").ljust(offset, b"\0")
        self.m.store.put(name, old[:offset] + data + old[offset + len(data) :], section="fs")


@command("+FS")
class FileSystem(Command):
    async def set(self, m, args):
        args.int(0, 0)
        operation, name = args.int(0, 4), args.text(most=255, least=1)
        offset, length = 0, 0
        if operation in (WRITE, READ):
            offset, length = args.int(), args.int(1)
        args.end()
        m.files.mounted = True
        await (self._delete, self._write, self._read, self._size, self._list)[operation](m, name, offset, length)

    @staticmethod
    async def _delete(m, name, *_):
        m.files.find(name)
        m.store.forget(name, section="fs")

    @staticmethod
    async def _write(m, name, offset, length):
        size = max(offset + length, len(m.files.all.get(name, b"")))
        if length > m.profile.heap_block or not m.files.room_for(name, size):
            raise Fail()
        m.files.write(name, offset, await m.data_phase(length, "B"))

    @staticmethod
    async def _read(m, name, offset, length):
        data = m.files.find(name)
        if offset > len(data) or length > m.profile.heap_block:
            raise Fail()
        data = data[offset : offset + length]
        m.write(b"+FS:%d," % len(data) + data)

    @staticmethod
    async def _size(m, name, *_):
        m.say(f"+FS:{len(m.files.find(name))}")

    @staticmethod
    async def _list(m, name, *_):
        if name not in (".", "/"):
            raise Fail()  # only the root directory
        m.write(b"+FS:" + b"".join(one.encode("latin-1") + b" " for one in sorted(m.files.all)))


@command("+FSMOUNT")
class Mount(Command):
    async def set(self, m, args):
        mounted = args.int(0, 1)
        args.end()
        m.files.mounted = bool(mounted)
