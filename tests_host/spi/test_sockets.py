"""The socket suite of tests_host/net over SPI: the same programs, another line.

ESPAT_SPI_ALL=1 runs all of it on every interpreter; without, the part that has most to do with the line on one.
"""

import os

import pytest

from net.players import parameters, perform

CONTRACT = "t_reading", "t_writing", "t_connecting", "t_datagrams", "t_polling", "t_streams"
LINE = "t_client", "t_links", "t_heap"
OTHERS = "t_counts", "t_ticker", "t_wifi", "t_trouble", "t_slow", "t_download"
ALL = os.getenv("ESPAT_SPI_ALL")
FIRMWARE = [(profile, active) for profile in ("c6-4.1", "esp32-2.4", "esp32-3.4") for active in ("1", "")]


def rows():
    for row in parameters(*CONTRACT, *LINE, *(OTHERS if ALL else ())):
        if ALL or row.values[1] == "mp64":
            yield row


@pytest.mark.timeout(150)
@pytest.mark.parametrize("variant", ["spi"])
@pytest.mark.parametrize("name, interpreter, test", rows())
def test_over_spi(request, name, interpreter, test, variant):
    perform(request, name, interpreter, test, variant, spi=True)


@pytest.mark.timeout(150)
@pytest.mark.parametrize("variant", FIRMWARE if ALL else FIRMWARE[:1])
@pytest.mark.parametrize("name, interpreter, test", [row for row in parameters("t_client") if row.values[1] == "mp64"])
def test_firmware_over_spi(request, name, interpreter, test, variant):
    """Every firmware that speaks over SPI, in passive and active receive."""
    perform(request, name, interpreter, test, variant, spi=True, profile=variant[0], extra={"ESPAT_ACTIVE": variant[1]})
