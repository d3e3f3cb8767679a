"""The simulated module as a target: whatever a host sends, it answers, and afterwards AT gives OK."""

from espsim.air import Air
from espsim.faults import Faults
from espsim.sim import build, shut_down

from faults.clock import Clock, Wires

SECONDS = 12.0  # for whatever the bytes have begun: nothing the module does on its own takes longer without a peer
ALIVE = b"\r\nOK\r\n"


def _exchange(clock, wires, data, seconds):
    wires.received.clear()
    wires.line.host_bytes(data)
    clock.work(seconds)
    return bytes(wires.received)


def espsim(data):
    """One fresh module gets the bytes; AssertionError when one of its handlers breaks, or it stays dumb."""
    if b"GSLP" in data.upper():  # deep sleep ends by the reset pin, or not at all
        return
    clock = Clock()
    module = build("nonos-1.7" if data[:1] == b"\x01" else "esp32-3.4", air=Air(), faults=Faults())
    module.uart.start()
    module.air.enter(module)
    wires = Wires(clock, module.uart, module.faults)
    try:
        clock.run(module.power_on())
        _exchange(clock, wires, data[1:] + b"\r\n", SECONDS)
        assert not module.failures, module.failures[0]
        assert _revive(clock, wires), data
    finally:
        clock.run(shut_down(module))
        clock.end()


def _revive(clock, wires):
    for _ in range(6):
        clock.work(0.1)
        _exchange(clock, wires, b"+++", 0.1)
        _exchange(clock, wires, b"\r\nAT+RST\r\n", 0.3)
        _exchange(clock, wires, b"x" * 9000 + b"\r\n", 0.1)  # fills a data phase that is left
        if ALIVE in _exchange(clock, wires, b"ATE0\r\n", SECONDS):
            return True
    return False
