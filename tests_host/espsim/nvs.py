"""The NVS format of ESP-IDF (version 2, unencrypted): namespaces and key-value pairs in pages of flash.

    read(image)          -> {namespace: {key: (type, value)}}; damaged entries are skipped, as the firmware does
    build(spaces, size)  -> an image of `size` bytes, nothing erased in it
Types are the format's own codes below; values are int, or bytes (a STRING's without its final NUL).
"""
import struct
import zlib

U8, U16, U32, U64, I8, I16, I32, I64 = 0x01, 0x02, 0x04, 0x08, 0x11, 0x12, 0x14, 0x18
STRING, BLOB, CHUNK, INDEX = 0x21, 0x41, 0x42, 0x48
PAGE, ENTRY, ENTRIES = 4096, 32, 126
ACTIVE, FULL, FREEING = 0xFFFFFFFE, 0xFFFFFFFC, 0xFFFFFFF8
WRITTEN = 0b10
VERSION_2 = 0xFE
STRING_MOST = 4000
NUMBERS = {U8: "<B", U16: "<H", U32: "<I", U64: "<Q", I8: "<b", I16: "<h", I32: "<i", I64: "<q"}


class Full(Exception):
    """The image has no room; one page must stay free."""


def checksum(data):
    return zlib.crc32(data, 0xFFFFFFFF)


def entry_checksum(entry):
    return checksum(entry[:4] + entry[8:32])


# reading


def _entries(page):
    """(head, following entries' bytes) of the entries a page holds."""
    at = 0
    while at < ENTRIES:
        state = page[32 + at // 4] >> at % 4 * 2 & 3
        head = page[64 + at * ENTRY : 64 + (at + 1) * ENTRY]
        if state != WRITTEN or struct.unpack_from("<I", head, 4)[0] != entry_checksum(head):
            at += 1
            continue
        span = max(1, head[2])
        yield head, page[64 + (at + 1) * ENTRY : 64 + (at + span) * ENTRY]
        at += span


def _pages(image):
    found = []
    for start in range(0, len(image) - PAGE + 1, PAGE):
        page = image[start : start + PAGE]
        state, sequence = struct.unpack_from("<II", page)
        if state in (ACTIVE, FULL, FREEING) and struct.unpack_from("<I", page, 28)[0] == checksum(page[4:28]):
            found.append((sequence, page))
    return [page for _, page in sorted(found, key=lambda pair: pair[0])]


def read(image):
    names, values, chunks, indexes = {}, {}, {}, {}
    for page in _pages(image):
        for head, data in _entries(page):
            space, kind, _, number = head[:4]
            key = head[8:24].split(b"\0")[0].decode("latin-1")
            if space == 0:
                names[head[24]] = key
            elif kind in NUMBERS:
                values[space, key] = kind, struct.unpack_from(NUMBERS[kind], head, 24)[0]
            elif kind in (STRING, BLOB, CHUNK):
                size, _, crc = struct.unpack_from("<HHI", head, 24)
                if checksum(data[:size]) != crc:
                    continue
                if kind == CHUNK:
                    chunks[space, key, number] = data[:size]
                else:
                    values[space, key] = kind, data[:size].rstrip(b"\0") if kind == STRING else data[:size]
            elif kind == INDEX:
                indexes[space, key] = struct.unpack_from("<IBB", head, 24)
                values[space, key] = BLOB, None
    for (space, key), (size, count, first) in indexes.items():
        pieces = [chunks.get((space, key, number), b"") for number in range(first, first + count)]
        values[space, key] = BLOB, b"".join(pieces)[:size]
    spaces = {name: {} for name in names.values()}
    for (space, key), value in values.items():
        if space in names:
            spaces[names[space]][key] = value
    return spaces


# building


class _Writer:
    def __init__(self, size):
        self.size = size
        self.pages = []  # bytearrays
        self.used = ENTRIES

    def room(self):
        """Entries left in the page being written."""
        return ENTRIES - self.used

    def turn(self):
        """Begin a new page."""
        if (len(self.pages) + 2) * PAGE > self.size:
            raise Full
        self._close(FULL)
        self.pages.append(bytearray(b"\xff" * PAGE))
        self.used = 0

    def _close(self, state):
        if self.pages:
            page = self.pages[-1]
            struct.pack_into("<IIB", page, 0, state, len(self.pages) - 1, VERSION_2)
            struct.pack_into("<I", page, 28, checksum(bytes(page[4:28])))

    def put(self, space, kind, key, value, data=b"", number=0xFF):
        """One entry with its 8 bytes of value and the data that follows it; it must fit into the page."""
        span = 1 + -(-len(data) // ENTRY)
        if span > self.room():
            self.turn()
        head = struct.pack("<BBBBI16s8s", space, kind, span, number, 0, key.encode("latin-1"), value.ljust(8, b"\xff"))
        head = head[:4] + struct.pack("<I", entry_checksum(head)) + head[8:]
        page, start = self.pages[-1], 64 + self.used * ENTRY
        page[start : start + ENTRY] = head
        page[start + ENTRY : start + ENTRY + len(data)] = data
        for at in range(self.used, self.used + span):
            page[32 + at // 4] &= ~(0b01 << at % 4 * 2) & 0xFF
        self.used += span

    def string(self, space, key, data):
        self.put(space, STRING, key, struct.pack("<HHI", len(data), 0xFFFF, checksum(data)), data)

    def blob(self, space, key, data):
        """In chunks, so that it may cross pages."""
        number, at = 0, 0
        while at < len(data) or number == 0:
            if self.room() < 2:
                self.turn()
            piece = data[at : at + (self.room() - 1) * ENTRY]
            self.put(space, CHUNK, key, struct.pack("<HHI", len(piece), 0xFFFF, checksum(piece)), piece, number)
            number, at = number + 1, at + len(piece)
        self.put(space, INDEX, key, struct.pack("<IBBH", len(data), number, 0, 0xFFFF))

    def image(self):
        self._close(ACTIVE)
        return b"".join(self.pages).ljust(self.size, b"\xff")


def build(spaces, size):
    writer = _Writer(size)
    for space, (name, pairs) in enumerate(spaces.items(), 1):
        writer.put(0, U8, name, bytes([space]))
        for key, (kind, value) in pairs.items():
            if kind == STRING:
                writer.string(space, key, value + b"\0")
            elif kind == BLOB:
                writer.blob(space, key, value)
            else:
                writer.put(space, kind, key, struct.pack(NUMBERS[kind], value))
    return writer.image()
