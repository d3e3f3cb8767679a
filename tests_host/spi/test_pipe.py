"""Passthrough over SPI, with the programs of tests_host/high: a pipe of bytes, its escape, and plus signs that are none.

An escape takes a second by the clock: most of it runs with ESPAT_SPI_ALL=1 only.
"""

import os

import pytest

from high.players import parameters, perform

NAMES = "t_plus_signs", *(("t_passthrough", "t_mqtt_client") if os.getenv("ESPAT_SPI_ALL") else ())


@pytest.mark.parametrize("name, interpreter, test", [row for row in parameters(*NAMES) if row.values[1] == "mp64"])
def test_over_spi(request, name, interpreter, test):
    perform(request, name, interpreter, test, board="unix_spi.py", spi=True)
