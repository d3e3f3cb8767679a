"""The simulated module gets every input that the fuzzer has kept for it."""

import pathlib

from fuzz import module

CORPUS = pathlib.Path(__file__).parent / "corpus" / "espsim"


def test_espsim():
    files = sorted(CORPUS.iterdir())
    assert len(files) > 50
    for file in files:
        module.espsim(file.read_bytes())


def test_a_module_that_stays_dumb_is_noticed():
    class Dumb:
        received = b""

    clock, wires = type("Clock", (), {"work": lambda *_: None})(), Dumb()
    wires.line = type("Line", (), {"host_bytes": lambda *_: None})()
    wires.received = bytearray()
    assert not module._revive(clock, wires)
