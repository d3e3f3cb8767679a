"""The Bluetooth examples, run to their last line with a phone, a computer or another module at the other end.

Beside each a TCP download goes on over the same module (programs/beside_download.py).
"""

import threading
import time

import pytest

pytest.importorskip("bumble", reason="the Bluetooth half of espsim needs Bumble (extra `dev`)")

from ble.players import PROGRAMS
from ble.stage import RadioStage
from mp import board, host
from net import players

NUS, RX, TX = (f"6e40000{n}-b5a3-f393-e0a9-e50e24dcca9e" for n in (1, 2, 3))


@pytest.fixture(params=["mp64", "cpython"])
def stage(request, tmp_path):
    reason = host.why_missing(request.param)
    if reason:
        pytest.skip(reason)
    with RadioStage("esp32-3.4") as stage:
        variables = {name.removeprefix("ESPAT_"): value for name, value in stage.variables.items()}
        runner = PROGRAMS / "beside_download.py", PROGRAMS, players.PROGRAMS
        stage.board = board.Unix(tmp_path, variables, interpreter=request.param, runner=runner)
        yield stage
        assert [size > stage.FIRST for size in stage.downloads] == [True]
        assert stage.sim.module.failures == []


class Run(threading.Thread):
    """An example in the background; lines() are what it has printed at its end."""

    def __init__(self, stage, name):
        super().__init__(daemon=True)
        self.stage, self.example = stage, name
        self.found = None
        self.start()

    def run(self):
        try:
            self.found = self.stage.board.run(self.example)
        except Exception as error:
            self.found = error

    def lines(self):
        self.join(60)
        assert not isinstance(self.found, Exception), self.found
        return self.found


def until(stage, what):
    """Wait until a condition holds in the simulated module."""
    end = time.monotonic() + 20
    while not stage.sim.call(what):
        assert time.monotonic() < end
        time.sleep(0.02)


def advertises(stage):
    module = stage.sim.module
    until(stage, lambda: module.radio.stack and module.radio.stack.controller.le_legacy_advertiser.enabled)


def test_scan(stage):
    phone, address = stage.do_phone()
    stage.do_advertise(phone, b"\x02\x01\x06\x05\x09duck".hex())
    lines = stage.board.run("20_ble_scan")
    assert any(line.endswith("duck") and line.replace(":", "").startswith(address) for line in lines)
    assert lines[-1] == "ok: 1 devices"


def test_peripheral(stage):
    run = Run(stage, "21_ble_peripheral")
    advertises(stage)
    phone, _ = stage.do_phone()
    link = stage.do_connect(phone, stage.do_address())
    stage.do_discover(phone, link)
    stage.do_subscribe(phone, link, "2a6e")
    for _, value in stage.do_received(phone, 2):
        assert 2000 <= int.from_bytes(bytes.fromhex(value), "little") < 2200
    stage.do_disconnect(phone, link)
    assert run.lines()[-1].startswith("ok: measured")


def test_central(stage):
    phone, _ = stage.do_phone()
    stage.do_serve(phone, [["181a", [["2a6e", 2 | 16, 1, "d007"]]]])
    stage.do_advertise(phone, "0201060303 1a18".replace(" ", ""))
    run = Run(stage, "22_ble_central")
    end = time.monotonic() + 20
    while run.is_alive() and time.monotonic() < end:
        stage.do_push(phone, "2a6e", "d007")
        time.sleep(0.05)
    assert run.lines()[-6:] == ["20.00 degrees"] * 5 + ["ok: five values"]


def test_uart(stage):
    run = Run(stage, "23_ble_uart")
    advertises(stage)
    phone, _ = stage.do_phone()
    link = stage.do_connect(phone, stage.do_address())
    stage.do_discover(phone, link)
    stage.do_subscribe(phone, link, TX)
    stage.do_write(phone, link, RX, b"hello".hex())
    assert stage.do_received(phone, 1) == [[TX, b"HELLO".hex()]]
    stage.do_disconnect(phone, link)
    assert run.lines()[-1] == "ok: 5 bytes"


def test_keyboard(stage):
    run = Run(stage, "24_ble_keyboard")
    advertises(stage)
    computer, _ = stage.do_phone(None, 3)
    stage.do_computer(computer)
    text = "Hello from espat!\n"
    reports = [bytes.fromhex(value) for kind, value in stage.do_received(computer, 2 * len(text) + 1)]
    assert [r[2] for r in reports if len(r) == 8 and r[2]][:2] == [11, 8]  # H e
    assert run.lines()[-1] == "ok: typed"


def test_spp(stage):
    run = Run(stage, "25_spp")
    until(stage, lambda: stage.sim.module.spp.service)
    phone, _ = stage.do_phone()
    serial = stage.do_serial_open(phone)
    for line in (b"one\n", b"two\r\n"):
        stage.do_serial_send(serial, line.hex())
        stage.do_serial_wait(serial, line.hex())
    stage.do_serial_close(serial)
    assert run.lines()[-1] == "ok: 2 lines"
