"""bluetooth.BLE against phones, call by call, on three interpreters and the firmware lines that have Bluetooth."""

import pytest

pytest.importorskip("bumble", reason="the Bluetooth half of espsim needs Bumble (extra `dev`)")

from ble.players import parameters, perform


NAMES = (
    "t_peripheral", "t_central", "t_aioble", "t_pump", "t_pairing", "t_streams", "t_hid", "t_blufi", "t_classic", "t_together",
    "t_bleio",
)  # fmt: skip


@pytest.mark.parametrize("name, interpreter, profile, test", parameters(*NAMES))
def test_program(request, name, interpreter, profile, test):
    perform(request, name, interpreter, profile, test)
