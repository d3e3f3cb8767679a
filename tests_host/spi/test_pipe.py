"""Passthrough over SPI, with the programs of tests_host/high: a pipe of bytes, its escape, and plus signs that are none.

An escape takes a second by the clock: most of it runs with ESPAT_SPI_ALL=1 only.
"""

import os
import pathlib
import shutil
import tempfile

import pytest

from high import players as high
from high.stage import Stage
from mp import host
from net import players

NAMES = "t_plus_signs", *(("t_passthrough", "t_mqtt_client") if os.getenv("ESPAT_SPI_ALL") else ())

_played = {}


def play(name, interpreter, tests):
    """{test: (verdict, text)} from one process."""
    found = high.settings(name)[1]
    with tempfile.TemporaryDirectory() as folder, Stage(found["PROFILE"], spi=True, **found["SIM"]) as stage:
        shutil.copy(host.TOP / "boards/unix_spi.py", pathlib.Path(folder, "espat_board.py"))
        shutil.copy(host.TOP / "boards/unix.py", folder)
        done = host.run(interpreter, host.INSIDE / "runner.py", high.PROGRAMS / (name + ".py"), *tests,
                        paths=(host.LIB, host.INSIDE, folder, high.PROGRAMS, high.HELPERS), heap=found["HEAP"],
                        timeout=found["TIMEOUT"], extra=stage.variables)
        verdicts = players.read(done, tests)
        assert stage.sim.module.failures == []
    return verdicts


@pytest.mark.parametrize("name, interpreter, test", [
    row for row in high.parameters(*NAMES) if row.values[1] == "mp64"])
def test_over_spi(request, name, interpreter, test):
    reason = host.why_missing(interpreter)
    if reason:
        pytest.skip(reason)
    if name not in _played:
        _played[name] = play(name, interpreter, players.chosen(request, name, interpreter, None))
    players.judge(_played[name][test], interpreter)
