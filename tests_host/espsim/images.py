"""Firmware images of ESP-IDF: what the module checks before it accepts one, and what one looks like.

    header (24 bytes, first byte E9, byte 23: SHA-256 appended), segments, checksum, SHA-256
The first segment begins with the application's description: version, project, date.
"""
import dataclasses
import hashlib
import struct

MAGIC, DESCRIPTION_MAGIC = 0xE9, 0xABCD5432
HEADER, SEGMENT = 24, 8
DESCRIPTION = struct.Struct("<II8x32s32s16s16s32s32s80x")
SEED = 0xEF
SIZE_MOST = 0x180000  # of an OTA partition


class BadImage(Exception):
    pass


@dataclasses.dataclass
class Image:
    version: str
    project: str = "esp-at"
    time: str = ""
    date: str = ""
    sdk: str = ""


def _text(field):
    return field.split(b"\0")[0].decode("latin-1")


def _segments(data):
    """(start, size) of each; BadImage if they do not lie in the data."""
    at = HEADER
    for _ in range(data[1]):
        if at + SEGMENT > len(data):
            raise BadImage("cut")
        size = struct.unpack_from("<I", data, at + 4)[0]
        yield at + SEGMENT, size
        at += SEGMENT + size
    if at >= len(data):
        raise BadImage("cut")


def check(data):
    """The Image in `data`; BadImage if the module would not start it."""
    if len(data) < HEADER + SEGMENT + DESCRIPTION.size or data[0] != MAGIC or not data[1]:
        raise BadImage("no image")
    if len(data) > SIZE_MOST:
        raise BadImage("too big")
    checksum, end = SEED, HEADER
    for start, size in _segments(data):
        for byte in data[start : start + size]:
            checksum ^= byte
        end = start + size
    end += 16 - end % 16  # the checksum ends a block of 16
    if len(data) < end or data[end - 1] != checksum:
        raise BadImage("checksum")
    if data[23]:
        if data[end : end + 32] != hashlib.sha256(data[:end]).digest():
            raise BadImage("hash")
    magic, _, version, project, time, date, sdk, _ = DESCRIPTION.unpack_from(data, HEADER + SEGMENT)
    if magic != DESCRIPTION_MAGIC:
        raise BadImage("no description")
    return Image(*(_text(field) for field in (version, project, time, date, sdk)))


def build(image, content=b"", with_hash=True):
    """The bytes of an image that says what `image` says, with some content."""
    fields = (image.version, image.project, image.time, image.date, image.sdk)
    description = DESCRIPTION.pack(DESCRIPTION_MAGIC, 0, *(text.encode("latin-1") for text in fields), b"\0" * 32)
    segment = description + content + b"\0" * (-len(content) % 4)
    head = bytes([MAGIC, 1]) + bytes(21) + bytes([with_hash])
    data = head + struct.pack("<II", 0x3F400020, len(segment)) + segment
    checksum = SEED
    for byte in segment:
        checksum ^= byte
    data += bytes(15 - len(data) % 16) + bytes([checksum])
    return data + hashlib.sha256(data).digest() if with_hash else data
