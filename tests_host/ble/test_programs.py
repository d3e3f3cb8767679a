"""bluetooth.BLE against phones, call by call, on three interpreters and the firmware lines that have Bluetooth."""

import pytest

pytest.importorskip("bumble", reason="the Bluetooth half of espsim needs Bumble (extra `dev`)")

from ble.players import parameters, perform, settings


NAMES = (
    "t_peripheral", "t_central", "t_aioble", "t_pump", "t_pairing", "t_streams", "t_hid", "t_blufi", "t_classic", "t_together",
    "t_bleio", "t_guide", "t_memory", "t_vanish", "t_threads",
)  # fmt: skip


@pytest.mark.parametrize("name, interpreter, profile, test", parameters(*NAMES))
def test_program(request, name, interpreter, profile, test):
    perform(request, name, interpreter, profile, test)


def test_every_example_of_the_guide_has_its_program():
    """Those without Bluetooth: high/test_guide_programs.py."""
    wanted = [f"test_4_3_{n}" for n in range(2, 8)] + [f"test_4_9_{n}" for n in range(1, 7)]
    wanted += [f"test_4_10_{n}" for n in range(4, 8)]
    assert sorted(wanted) == sorted(settings("t_guide")[0])


@pytest.mark.parametrize("name", NAMES)
def test_who_goes_without_a_download_says_why(name):
    """A TCP download runs through all other tests: players.py counts them."""
    tests, found = settings(name)
    for test, why in found["NO_DOWNLOAD"].items():
        assert test in tests and len(why.split()) > 5, (test, why)
