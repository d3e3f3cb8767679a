"""Upstream's tests/multi_bluetooth, unchanged, by upstream's own run-multitests.py: two boards, two modules, one air.

On both boards a TCP download goes on meanwhile, over the same module; when the test has ended it must be whole.
"""

import re
import shutil

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
_HANDLES = "the test counts the handles of a service as NimBLE's server has them; the module tells no handles"
_EMPTY = "a value in the module's table has a byte at least, the test reads one of none"
_L2CAP = "ESP-AT has no L2CAP channels"
FAILS = {
    "ble_characteristic": _SUBSCRIBED,
    "ble_gatt_data_transfer": _SUBSCRIBED,
    "ble_mtu": _SUBSCRIBED,
    "ble_subscribe": _SUBSCRIBED,
    "perf_gatt_notify": _SUBSCRIBED,
    "ble_irq_calls": _HANDLES,
    "stress_log_filesystem": _EMPTY,
    "ble_mtu_peripheral": "only a client can ask the module for another MTU",
    "ble_l2cap": _L2CAP,
    "perf_l2cap": _L2CAP,
    "stress_deepsleep_reconnect": "the board would have to sleep and keep its console, which a computer cannot",
}
# The same with one line more, by which the central subscribes to what it has found: handles of values
ONE_MORE = {"ble_characteristic": ["value_handle"], "ble_gatt_data_transfer": ["tx_value_handle", "ctrl_value_handle"]}
_FIRST = "# Issue read of characteristic|# Write to the characteristic a few times"


def _row(scenario, profile=BLUEDROID):
    on = "two %s, ESP-AT %s" % (stage.NAME, profile)
    return compat("MicroPython's tests/multi_bluetooth", scenario, version="1.25.0", on=on)


def _case(name):
    profile = PROFILES.get(name, BLUEDROID)
    marks = [_row(name + ".py", profile)]
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


def play(tests, folder, file, profile):
    """Have upstream's runner try a file; fails with what it says."""
    from ble import trickle

    with trickle.Server() as server, stage.Boards(folder, profile=profile, server=server) as boards:
        said = boards.multitest(tests / "run-multitests.py", file)
        failures = boards.failures()
    assert not failures, failures[0]
    if "\n1 tests passed\n" not in said:
        pytest.fail(said, pytrace=False)
    downloads = boards.downloads()
    assert sorted([n, crc] for n, crc, _ in downloads) == sorted(server.sent)
    assert all(beside > trickle.FIRST for _, _, beside in downloads), downloads


@pytest.mark.parametrize("name, profile", [_case(name) for name in NAMES])
def test_multi_bluetooth(tests, tmp_path, name, profile):
    play(tests, tmp_path, tests / "multi_bluetooth" / (name + ".py"), profile)


@pytest.mark.parametrize("name", [pytest.param(n, marks=_row(n + ".py, the central subscribes first")) for n in ONE_MORE])
def test_with_one_line_more(tests, tmp_path, name):
    source = tests / "multi_bluetooth" / (name + ".py")
    more = "; ".join("ble.gattc_write(conn_handle, %s + 1, b'\\3\\0')" % handle for handle in ONE_MORE[name])
    text, count = re.subn("(?m)^( +)(%s)" % _FIRST, lambda m: m[1] + more + "\n" + m[0], source.read_text(), count=1)
    assert count == 1
    (tmp_path / source.name).write_text(text)
    shutil.copy(str(source) + ".exp", tmp_path)
    play(tests, tmp_path, tmp_path / source.name, BLUEDROID)


def test_all_are_here(tests):
    assert sorted(NAMES) == sorted(p.stem for p in tests.glob("multi_bluetooth/*.py"))
