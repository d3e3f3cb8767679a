"""The library on the emulated Pico: the first examples, unchanged, over boards/pico_esp.py; a download; the DMA port."""

import hashlib
import os
import shutil

import pytest

from mp import host
from net.test_examples import CHECKS, LAST, settings  # noqa: F401
from pico import Pico
from pico.espsim_peer import EspsimPeer
from pico.peers import Flood, counting
from rules import mpy
from upstream import packages

LONG = "01_scan", "03_http_get", "04_mqtt", "05_udp", "06_asyncio_client"
SIZE = 200_000


@pytest.fixture
def long_run():
    if not os.environ.get("ESPAT_PICO_LONG"):
        pytest.skip("a minute of the emulated Pico: `make pico` runs it, and so does CI")


@pytest.fixture(scope="module")
def flash(pico_parts, tmp_path_factory):
    """A board's flash with the library compiled on it."""
    folder = tmp_path_factory.mktemp("pico")
    mpy.compile_all(folder / "lib")
    for name in "ble", "circuitpython":  # copying takes time
        shutil.rmtree(folder / "lib/espat" / name)
    with Pico(pico_parts.firmware, files={"/lib/espat": str(folder / "lib/espat")}) as pico:
        pico.put("/espat_board.py", str(host.TOP / "boards/pico_esp.py"))
        pico.save_flash(folder / "flash")
    return folder / "flash"


def boot(board, flash, peer, found):
    pico = board(uart=peer, flash=flash)
    names = {name.lower(): value for name, value in found.items() if name != "PORT"}
    pico.write_file("/settings.py", "".join(f"{name} = {value!r}\n" for name, value in names.items()).encode())
    return pico


def play(board, flash, found, name):
    pico = boot(board, flash, found["PORT"], found)
    if name == "03_http_get":
        try:
            pico.put("/lib/requests", str(packages.fetch("micropython-urequests==0.9.1") / "urequests"))
        except packages.Missing as error:
            pytest.skip(str(error))
    lines = pico.run((host.TOP / "examples" / (name + ".py")).read_text(), timeout=100).output.rstrip().splitlines()
    assert lines[-1] == LAST[name]
    CHECKS.get(name, lambda lines: None)(lines)


@pytest.mark.timeout(240)
@pytest.mark.parametrize("name", [name for name in LAST if name not in LONG])
def test_example(board, flash, settings, name):  # noqa: F811
    play(board, flash, settings, name)


@pytest.mark.timeout(240)
@pytest.mark.parametrize("name", LONG)
def test_long_example(long_run, board, flash, settings, name):  # noqa: F811
    play(board, flash, settings, name)


DOWNLOAD = """
import espat_board, gc, hashlib, time
modem = espat_board.modem()
from espat import at_basic
at_basic.line(modem, 921600, 0)
modem.port.baud(921600)
time.sleep_ms(5)
wlan = modem.wlan()
wlan.connect("espressif", "1234567890")
while not wlan.isconnected(): pass
s = modem.socket()
s.connect(("127.0.0.1", {server}))
s.write(b"go")
buf = bytearray(4096)
view = memoryview(buf)
digest = hashlib.sha256()
got = 0
while got < {size}:
    n = s.recv_into(buf)
    digest.update(view[:n])
    got += n
print(got, digest.digest().hex())
"""


def sending(text):
    """A server that sends this once it is asked."""
    async def serve(reader, writer):
        await reader.readexactly(2)
        writer.write(text)
        await reader.read()
        writer.close()

    return serve


@pytest.mark.timeout(240)
def test_a_download_of_200_kb_is_whole_at_921600_baud(long_run, board, flash):
    """No flow control, in simulated time; the same to the cycle each time."""
    text = counting(SIZE)
    with EspsimPeer(turnaround=0.001) as peer:
        pico = boot(board, flash, peer, {})
        result = pico.run(DOWNLOAD.format(server=peer.serve(sending(text)), size=SIZE), timeout=150)
        assert peer.module.failures == []
    assert result.output == "%d %s\n" % (SIZE, hashlib.sha256(text).hexdigest())
    assert result.counters["overruns"] == 0


DMA = """
import sys, time, gc, machine
sys.path.insert(0, "/lib")
from espat.rp2_uart import Rp2Uart
u = machine.UART(1, baudrate=115200, timeout=0, flow=machine.UART.RTS)
port = Rp2Uart(u, 1, 1024)
port.baud(3000000)
buf = bytearray(256)
def run(start, size):
    port.write(start, 0, 1)
    gc.collect()
    heap, got, wrong = gc.mem_alloc(), 0, 0
    last = time.ticks_ms()
    while got < size and time.ticks_diff(time.ticks_ms(), last) < 100:
        n = port.any()
        if not n:
            port.wait(5)
            continue
        n = port.readinto(buf, min(n, 200))
        for i in range(0, n, 37): wrong += buf[i] != (got + i) & 255
        got += n
        last = time.ticks_ms()
        if got % 3000 < n: time.sleep_ms(10)    # more than the ring holds
    return got, wrong, gc.mem_alloc() - heap
run(b"A", 100)
print(*run(b"B", 20000))
port.baud(115200)
print(*run(b"A", 100))
port.close()
"""


def test_dma_loses_nothing_at_3_megabaud_when_nobody_reads_for_a_while(board):
    pico = board(Flood({b"A": counting(100), b"B": counting(20000)}), obey_rts=True)
    for name in ("rp2_uart", "uart", "ticks"):
        pico.put("/lib/espat/%s.py" % name, str(host.LIB / "espat" / (name + ".py")))
    result = pico.run(DMA)
    first, second = [[int(word) for word in line.split()] for line in result.output.splitlines()]
    assert first[:2] == [20000, 0] and second[:2] == [100, 0]
    assert first[2] == second[2] < 200  # what calling and returning costs, not what a byte does
    assert result.counters["overruns"] == 0
