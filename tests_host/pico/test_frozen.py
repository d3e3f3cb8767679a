"""espat frozen into the Pico's firmware by manifest.py: it loads from flash, talks to a module, and costs little RAM."""

import os

import pytest
from pico import Pico, Unavailable, firmware, prepare
from pico.espsim_peer import EspsimPeer

HERE = os.path.dirname(os.path.abspath(__file__))
MOST = 24000  # bytes of RAM after import; docs/ledger.md and README.md tell what it was when they were written

PROGRAM = """
import gc, machine, sys
gc.collect()
before = gc.mem_alloc()
import espat
gc.collect()
loaded = gc.mem_alloc() - before
u = machine.UART(1, 115200, rxbuf=4096, timeout=0)
gc.collect()
before = gc.mem_alloc()
modem = espat.Modem(u)
modem.install()
gc.collect()
print(sys.modules["espat"].__file__, loaded, gc.mem_alloc() - before, ".".join(str(n) for n in modem.firmware))
modem.timer.deinit()
"""


@pytest.fixture(scope="module")
def image():
    if not os.environ.get("ESPAT_PICO"):
        pytest.skip("the firmware with espat in it is built by `make pico` only")
    try:
        prepare(build=True)
        return firmware.build(os.path.join(HERE, "manifest_espat.py"))
    except Unavailable as e:
        if os.environ.get("CI"):
            pytest.fail("emulated Pico: %s" % e)
        pytest.skip("emulated Pico: %s" % e)


@pytest.mark.timeout(1800)
def test_frozen(image):
    with EspsimPeer(turnaround=0.001) as peer, Pico(image, uart=peer) as pico:
        place, loaded, running, version = pico.run(PROGRAM, timeout=120).output.split()
    print("frozen: %s bytes of RAM after import, %s more for a Modem that is up and installed" % (loaded, running))
    assert place == "espat/__init__.py"  # no folder in front: from the firmware
    assert 0 < int(loaded) < MOST and version == "3.4.0.0"
