"""CircuitPython's way to the bus: adafruit_bus_device, unchanged, over a busio.SPI and digitalio pins that lead to espsim.

It runs on CPython, where Adafruit's library runs too; the bus keeps the rules that CircuitPython's has.
"""

import pathlib
import subprocess
import sys

import pytest

from espsim import Air, Sim
from mp import host

PROGRAM = pathlib.Path(__file__).parent / "circuit.py"


@pytest.fixture
def sim():
    with Sim(profile="c3-3.3", air=Air(), spi=True) as sim:
        yield sim
        assert sim.module.failures == []
        assert sim.module.uart.port.ignored == []  # the slave has seen nothing but the protocol


def test_a_modem_over_adafruit_bus_device(sim):
    paths = (host.LIB, host.TOP / "boards", PROGRAM.parent)
    done = subprocess.run([sys.executable, PROGRAM, "%s:%d" % sim.address[:2]], env=host.environment("cpython", paths),
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, text=True)
    assert done.returncode == 0, done.stdout
    assert done.stdout.split("\n")[:3] == ["(3, 3, 0, 0)", "ESP32C3", "espressif"], done.stdout
    assert "locked: 0, afterwards: OK" in done.stdout
    assert "locks: True" in done.stdout
