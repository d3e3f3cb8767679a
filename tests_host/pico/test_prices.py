"""What the receive path relies on: which operations of this firmware allocate. Cycles are figures, not tests."""

import pytest
from pico import prices

FREE = [
    "`u.any()`", "`u.write(src, 7, 10)`, room in txbuf", "`BytesIO.seek(0)`", "`BytesIO`: `seek(0)`, `write(src, 7, 256)`",
    "`BytesIO`: `seek(0)`, `readinto(dst, 256)`", "`page.find(b'\\n', 200, 256)`, absent", "`page.startswith(b'+IPD,', 8)`",
    "`micropython.schedule(g1, 0)` and its call", "`u.readinto(dst, 256)`, 256 waiting", "`u.readinto(dst, 16)`, nothing waiting",
]
COSTLY = [
    "`dst[0:256] = page`, bytearrays", "`view[0:256] = page`", "`view[0:256]`, a memoryview of one",
    "`o.m`, making a bound method", "`u.read(256)`, 256 waiting",
]


@pytest.fixture(scope="module")
def table(pico_parts):
    with prices.Pico(pico_parts.firmware, prices.peer()) as pico:
        return {**prices.statement_prices(pico), **prices.read_prices(pico)}


@pytest.mark.parametrize("name", FREE)
def test_allocates_nothing(table, name):
    cycles, allocates = table[name]
    assert not allocates and cycles > 0


@pytest.mark.parametrize("name", COSTLY)
def test_allocates(table, name):
    assert table[name][1]
