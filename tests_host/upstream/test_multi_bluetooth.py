"""Upstream's tests/multi_bluetooth, unchanged, by upstream's own run-multitests.py: two boards, two modules, one air."""

import pytest

from eco.report import compat
from mp import host
from upstream import source, stage

BLUEDROID, NIMBLE = "esp32-3.4", "c6-4.1"
# NimBLE's firmware tells the kinds of advertisements, and takes no values of descriptors
PROFILES = {"ble_gap_advertise": NIMBLE}
NAMES = ("ble_characteristic ble_descriptor ble_gap_advertise ble_gap_connect ble_gap_device_name ble_gap_pair "
         "ble_gap_pair_bond ble_gatt_data_transfer ble_gattc_discover_services ble_irq_calls ble_l2cap ble_mtu "
         "ble_mtu_peripheral ble_subscribe perf_gatt_char_write perf_gatt_notify perf_l2cap stress_deepsleep_reconnect "
         "stress_log_filesystem").split()

_SUBSCRIBED = "the test notifies who has not subscribed, the module sends to subscribers only"
_ASKED = "the module answers reads itself and tells nobody: there is no _IRQ_GATTS_READ_REQUEST"
_L2CAP = "ESP-AT has no L2CAP channels"
FAILS = {
    "ble_characteristic": _SUBSCRIBED,
    "ble_gatt_data_transfer": _SUBSCRIBED,
    "ble_mtu": _SUBSCRIBED,
    "ble_subscribe": _SUBSCRIBED,
    "perf_gatt_notify": _SUBSCRIBED,
    "ble_gap_pair": _ASKED,
    "ble_gap_pair_bond": _ASKED,
    "ble_irq_calls": _ASKED,
    "stress_log_filesystem": _ASKED,
    "ble_mtu_peripheral": "only a client can ask the module for another MTU",
    "ble_l2cap": _L2CAP,
    "perf_l2cap": _L2CAP,
    "stress_deepsleep_reconnect": "the board would have to sleep and keep its console, which a computer cannot",
}


def _case(name):
    profile = PROFILES.get(name, BLUEDROID)
    on = "two %s, ESP-AT %s" % (stage.NAME, profile)
    marks = [compat("MicroPython's tests/multi_bluetooth", name + ".py", version="1.25.0", on=on)]
    if name in FAILS:
        marks.append(pytest.mark.xfail(reason=FAILS[name], run=False))
    return pytest.param(name, profile, id=name, marks=marks)


@pytest.fixture(scope="module")
def tests():
    reason = host.why_missing(stage.INTERPRETER)
    if reason:
        pytest.skip(reason)
    pytest.importorskip("bumble", reason="the simulated radio needs Bumble")
    return source.needed()


@pytest.mark.parametrize("name, profile", [_case(name) for name in NAMES])
def test_multi_bluetooth(tests, tmp_path, name, profile):
    with stage.Boards(tmp_path, profile=profile) as boards:
        said = boards.multitest(tests / "run-multitests.py", tests / "multi_bluetooth" / (name + ".py"))
        failures = boards.failures()
    assert not failures, failures[0]
    if "\n1 tests passed\n" not in said:
        pytest.fail(said, pytrace=False)


def test_all_are_here(tests):
    assert sorted(NAMES) == sorted(p.stem for p in tests.glob("multi_bluetooth/*.py"))
