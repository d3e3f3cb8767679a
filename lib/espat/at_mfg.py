"""Guide 3.1, what lies in the module's flash: partitions, and the key-value store of its manufacturing data.

Certificates live here (namespaces such as client_cert, client_key, client_ca, mqtt_ca), so what is read and
written never shows in a tap.
"""

from micropython import const

from espat.answers import split
from espat.args import join
from espat.block import Block
from espat.check import decode, integer, payload, rows, string

STRING = const(7)
BINARY = const(8)
_BIGGEST = const(0x7FFFFFFF)
# type -> (lowest, highest): u8 i8 u16 i16 u32 i32
_RANGES = ((0, 255), (-128, 127), (0, 65535), (-32768, 32767), (0, 0xFFFFFFFF), (-0x80000000, 0x7FFFFFFF))


def partitions(at) -> list:
    """AT+SYSFLASH?: the partitions as [name, type, subtype, address, size] (3.1.18)."""
    return at.run(b"+SYSFLASH?", **rows(b"+SYSFLASH:", _partition))


def _partition(line):
    row = split(b":" + line)
    return [decode(row[0])] + row[1:5]


def erase(at, partition: "str | bytes", offset: "int | None" = None, size: "int | None" = None, timeout: int = 30000) -> list:
    """AT+SYSFLASH=0: erase a partition, or size bytes of it from offset on (3.1.18)."""
    if (offset is None) != (size is None):
        raise ValueError("offset and size belong together")
    integer(size, 1, _BIGGEST, True)
    text = join(b"+SYSFLASH", 0, string(partition, 1, 16), integer(offset, 0, _BIGGEST, True), size)
    return at.run(text, timeout=timeout)


def write(at, partition: "str | bytes", offset: int, data, timeout: int = 30000) -> list:
    """AT+SYSFLASH=1: write data to a partition that has been erased (3.1.18); 4096 bytes a call are advised.

    data: buffer or block.Source.
    """
    text = join(b"+SYSFLASH", 1, string(partition, 1, 16), integer(offset, 0, _BIGGEST), payload(data))
    return at.run(text, timeout=timeout, data=data, secret=True)


def read(at, partition: "str | bytes", offset: int, size: int, sink=None, timeout: int = 30000) -> "bytes | int":
    """AT+SYSFLASH=2: size bytes of a partition (3.1.18). sink: see block.Block; with one the count is returned."""
    block = Block(b"+SYSFLASH:", sink)
    text = join(b"+SYSFLASH", 2, string(partition, 1, 16), integer(offset, 0, _BIGGEST), integer(size, 1, _BIGGEST))
    return at.run(text, block.value, timeout=timeout, block=block, secret=True)


def namespaces(at, each=None) -> "list | int":
    """AT+SYSMFG?: the namespaces, list of str, or each(name) (3.1.19)."""
    return at.run(b"+SYSMFG?", **rows(b"+SYSMFG:", decode, each))


def keys(at, namespace: "str | bytes", each=None) -> "list | int":
    """AT+SYSMFG=1: (key, type) of every pair in a namespace, or each((key, type)) (3.1.19)."""
    text = join(b"+SYSMFG", 1, string(namespace, 1, 15))
    start = len(_bytes(namespace)) + 4  # names are not escaped

    def pair(line):
        end = line.rfind(b'",')
        return str(line[start:end], "utf-8"), int(line[end + 2 :])

    return at.run(text, **rows(b"+SYSMFG:", pair, each))


def _bytes(text):
    return text.encode() if isinstance(text, str) else text


def get(
    at, namespace: "str | bytes", key: "str | bytes", offset: "int | None" = None, size: "int | None" = None, sink=None,
    timeout: int = 10000,
):  # fmt: skip
    """AT+SYSMFG=1: a value: int, bytes of a binary value, str of a string (3.1.19).

    offset, size: only this part of a string or binary value. sink: see block.Block; then their number.
    """
    if (offset is None) != (size is None):
        raise ValueError("offset and size belong together")
    block = _Value(sink, _bytes(namespace), _bytes(key))
    text = join(
        b"+SYSMFG", 1, string(namespace, 1, 15), string(key, 1, 15), integer(offset, 0, _BIGGEST, True),
        integer(size, 1, _BIGGEST, True),
    )  # fmt: skip
    return at.run(text, block.value, timeout=timeout, block=block, secret=True)


class _Value(Block):
    # +SYSMFG:"namespace","key",<type>,<length>, and then bytes for types 7 and 8, else a number in text

    def __init__(self, sink, namespace, key):
        Block.__init__(self, b'+SYSMFG:"%s","%s",' % (namespace, key), sink, 1, 2)
        self.kind = 0

    def head(self, buf, a, b):
        """A block for types 7 and 8 only."""
        at = Block.head(self, buf, a, b)
        if at <= 0:
            return at
        i = at - 2
        while buf[i] != 44:  # back over the length to the comma before it
            i -= 1
        self.kind = buf[i - 1] - 48
        return at if self.kind >= STRING else -1

    def value(self, lines):
        """Reader: what the type says."""
        if self.kind < STRING:
            for line in lines:
                if line.startswith(self.prefix):
                    return int(line[line.rfind(b",") + 1 :])
            raise ValueError("no answer line")
        got = Block.value(self, lines)
        return str(got, "utf-8") if self.kind == STRING and isinstance(got, bytes) else got


def put(at, namespace: "str | bytes", key: "str | bytes", data, kind: int = BINARY, timeout: int = 10000) -> list:
    """AT+SYSMFG=2: store a string or binary value (3.1.19). data: buffer or block.Source. kind: BINARY or STRING."""
    text = join(b"+SYSMFG", 2, string(namespace, 1, 15), string(key, 1, 15), integer(kind, 7, 8), payload(data))
    return at.run(text, timeout=timeout, data=data, secret=True)


def put_number(at, namespace: "str | bytes", key: "str | bytes", number: int, kind: int) -> list:
    """AT+SYSMFG=2: store a number (3.1.19). kind: 1 u8, 2 i8, 3 u16, 4 i16, 5 u32, 6 i32."""
    low, high = _RANGES[integer(kind, 1, 6) - 1]
    integer(number, low, high)
    return at.run(join(b"+SYSMFG", 2, string(namespace, 1, 15), string(key, 1, 15), kind, number), secret=True)


def remove(at, namespace: "str | bytes", key: "str | bytes | None" = None) -> list:
    """AT+SYSMFG=0: erase a pair, or a whole namespace (3.1.19)."""
    return at.run(join(b"+SYSMFG", 0, string(namespace, 1, 15), string(key, 1, 15, True)), timeout=10000)


def long_plcp(at, manual: int, long: bool = False) -> list:
    """AT+FACTPLCP: send with long or short PLCP, for signalling tests (3.11.2).

    manual: False leaves the choice to the module. long: long PLCP, else short.
    """
    return at.run(b"+FACTPLCP=%d,%d" % (integer(manual, 0, 1), integer(long, 0, 1)))
