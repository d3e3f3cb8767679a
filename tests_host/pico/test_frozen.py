"""espat frozen into the Pico's firmware by manifest.py: it loads from flash, talks to a module, and costs little RAM."""

import os

import pytest
from pico import Pico, Unavailable, firmware, prepare
from pico.weight import weigh

HERE = os.path.dirname(os.path.abspath(__file__))
MOST = 12000  # bytes of RAM after import; docs/install.md and README.md tell what it was when they were written


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


@pytest.fixture
def board(image):
    """board(peer) -> a Pico with that firmware that is on."""
    boards = []

    def start(peer):
        boards.append(Pico(image, uart=peer))
        return boards[-1].start()

    yield start
    for pico in boards:
        pico.close()


@pytest.mark.timeout(1800)
def test_frozen(board):
    weights = weigh(board)
    print("frozen:", weights)
    assert weights.place == "espat/__init__.py"  # no folder in front: from the firmware
    assert 0 < weights.loaded < MOST
