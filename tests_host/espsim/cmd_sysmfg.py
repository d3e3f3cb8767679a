"""What lies in flash beside the settings: AT+SYSFLASH (bytes of a partition) and AT+SYSMFG (values by name)."""
from . import nvs
from .codes import LENGTH, AtError, Fail
from .command import Command, command
from .flash import FATFS, SECTOR

ERASE, WRITE, READ = 0, 1, 2


@command("+SYSFLASH")
class SysFlash(Command):
    async def query(self, m):
        for name, kind, subtype, address, size in m.flash.partitions.values():
            m.say(f'+SYSFLASH:"{name}",{kind},{subtype},0x{address:x},0x{size:x}')

    async def set(self, m, args):
        operation, name = args.int(0, 2), args.text(most=16)
        found = m.flash.partitions.get(name)
        if found is None:
            raise args.reject()
        whole = operation == ERASE and not args.left()
        offset, length = (0, found.size) if whole else (args.int(0, found.size - 1), args.int(1, found.size))
        args.end()
        if offset + length > found.size:
            raise args.reject()
        if operation == ERASE:
            self._erase(m, name, offset, length, args)
        elif operation == WRITE:
            m.flash.write(name, offset, await m.data_phase(length, "B"))
        else:
            m.write(b"+SYSFLASH:%d," % length + m.flash.contents(name)[offset : offset + length])

    @staticmethod
    def _erase(m, name, offset, length, args):
        if offset % SECTOR or length % SECTOR:
            raise args.reject()
        m.flash.erase(name, offset, length)
        if (name, length) == (FATFS.name, FATFS.size):
            m.store.erase("fs")  # the files are kept apart from the partition's bytes


# AT's numbers of the types
TYPES = {1: nvs.U8, 2: nvs.I8, 3: nvs.U16, 4: nvs.I16, 5: nvs.U32, 6: nvs.I32, 7: nvs.STRING, 8: nvs.BLOB}
NUMBERS = {kind: number for number, kind in TYPES.items()}
WIDTHS = {1: 1, 2: 1, 3: 2, 4: 2, 5: 4, 6: 4}
RANGES = {n: (0, (1 << 8 * w) - 1) if n % 2 else (-1 << 8 * w - 1, (1 << 8 * w - 1) - 1) for n, w in WIDTHS.items()}


@command("+SYSMFG")
class Manufacturing(Command):
    async def query(self, m):
        self._list_spaces(m)

    async def set(self, m, args):
        operation = args.int(0, 2)  # erase, read, write: another order than AT+SYSFLASH's
        if operation == 1 and not args.left():
            self._list_spaces(m)
            return
        space = args.text(most=15, least=1)
        await (self._erase, self._read, self._write)[operation](m, args, space)

    @staticmethod
    def _list_spaces(m):
        for space in m.flash.values():
            m.say(f'+SYSMFG:"{space}"')

    @staticmethod
    async def _erase(m, args, space):
        key = args.text(most=15, least=1, default=None)
        args.end()
        values = m.flash.values()
        if space not in values or key is not None and key not in values[space]:
            raise Fail()
        if key is None:
            values[space].clear()
        else:
            del values[space][key]
        m.flash.keep_values({name: pairs for name, pairs in values.items() if pairs})

    async def _read(self, m, args, space):
        key = args.text(most=15, least=1, default=None)
        offset, length = (args.int(), args.int(1)) if args.left() else (0, None)
        args.end()
        values = m.flash.values()
        if space not in values or key is not None and key not in values[space]:
            raise Fail()
        if key is not None:
            self._show(m, space, key, offset, length)
            return
        for name, (kind, _) in values[space].items():
            if kind in NUMBERS:
                m.say(f'+SYSMFG:"{space}","{name}",{NUMBERS[kind]}')
                await m.drain()

    @staticmethod
    def _show(m, space, key, offset, length):
        kind, value = m.flash.values()[space][key]
        if kind not in NUMBERS:  # 64 bits: the command has no type for it
            raise Fail()
        number = NUMBERS[kind]
        if isinstance(value, int):
            data, size = str(value).encode(), WIDTHS[number]
        else:
            if offset and offset >= len(value):
                raise Fail()
            data = value[offset:] if length is None else value[offset : offset + length]
            size = len(data)
        m.say(f'+SYSMFG:"{space}","{key}",{number},{size},'.encode("latin-1") + data)

    @staticmethod
    async def _write(m, args, space):
        key, number = args.text(most=15, least=1), args.int(1, 8)
        if number in RANGES:
            value = args.int(*RANGES[number])
            args.end()
        else:
            length = args.int(1)
            args.end()
            if length > (nvs.STRING_MOST - 1 if number == 7 else 0x1B000):
                raise AtError(LENGTH, 4)
            value = await m.data_phase(length)
        values = m.flash.values()
        old = {name: dict(pairs) for name, pairs in values.items()}
        values.setdefault(space, {})[key] = TYPES[number], value
        try:
            m.flash.keep_values(values)
        except nvs.Full:
            m.flash.parsed = old
            raise Fail() from None
