"""Winbond W25Q32, a serial flash of 4 MB, as a SPI device."""
import time

SIZE, PAGE, SECTOR, BLOCK_32, BLOCK_64 = 1 << 22, 256, 4096, 32768, 65536
JEDEC = bytes([0xEF, 0x40, 0x16])
UNIQUE = bytes.fromhex("d2641cf8bb123907")
BUSY, WRITE_ENABLED = 1, 2
PAGE_TIME, SECTOR_TIME, BLOCK_TIME, CHIP_TIME = 0.0004, 0.045, 0.15, 10.0  # seconds, typical
WHOLE = (SIZE, CHIP_TIME)
ERASE = {0x20: (SECTOR, SECTOR_TIME), 0x52: (BLOCK_32, BLOCK_TIME), 0xD8: (BLOCK_64, BLOCK_TIME), 0xC7: WHOLE, 0x60: WHOLE}


class W25q32:
    """`memory` is the array; `speed` divides the times an operation takes."""

    def __init__(self, speed=1.0):
        self.memory = bytearray(b"\xff" * SIZE)
        self.enabled = False
        self.asleep = False
        self.ready_at = 0.0
        self.speed = speed

    @property
    def busy(self):
        return time.monotonic() < self.ready_at

    def transfer(self, sent, count):
        """One selection: `sent` goes in, then `count` bytes come out."""
        command, rest = (sent[0], sent[1:]) if sent else (0, b"")
        if command in (0x05, 0x35, 0x15):
            status = (self.busy and BUSY) | (self.enabled and WRITE_ENABLED) if command == 0x05 else 0
            return bytes([status]) * count
        if self.busy or self.asleep and command != 0xAB:
            return b"\xff" * count
        return self._run(command, rest, count)

    def _run(self, command, rest, count):
        if command == 0x9F:
            return (JEDEC * (count // 3 + 1))[:count]
        if command == 0x90:
            return (b"\xef\x15" * (count // 2 + 1))[:count]
        if command == 0x4B:
            return (UNIQUE * (count // 8 + 1))[:count]
        if command in (0x03, 0x0B) and len(rest) >= 3:
            start = int.from_bytes(rest[:3], "big") % SIZE
            return bytes(self.memory[(start + at) % SIZE] for at in range(count))
        if command in (0x06, 0x04):
            self.enabled = command == 0x06
        elif command in (0xAB, 0xB9):
            self.asleep = command == 0xB9
            return b"\x15" * count
        elif command == 0x02:
            self._program(rest)
        elif command in ERASE:
            self._erase(command, rest)
        return b"\xff" * count

    def _begin(self, seconds):
        self.enabled = False
        self.ready_at = time.monotonic() + seconds / self.speed

    def _program(self, rest):
        """Clears bits; beyond the end of a page it goes on at its beginning."""
        if not self.enabled or len(rest) < 4:
            return
        start = int.from_bytes(rest[:3], "big") % SIZE
        page = start & -PAGE
        for at, byte in enumerate(rest[3:]):
            self.memory[page | (start + at) & (PAGE - 1)] &= byte
        self._begin(PAGE_TIME)

    def _erase(self, command, rest):
        size, seconds = ERASE[command]
        if not self.enabled or size < SIZE and len(rest) < 3:
            return
        start = 0 if size == SIZE else int.from_bytes(rest[:3], "big") % SIZE & -size
        self.memory[start : start + size] = b"\xff" * size
        self._begin(seconds)
