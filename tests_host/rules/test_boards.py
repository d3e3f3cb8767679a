"""Every file in boards/: its pin table can be read and agrees with its code, its pins can do what they are used for, its picture
is up to date, and its names are those of MicroPython's or CircuitPython's stubs for that board."""

import ast
import collections
import importlib
import re
import sys

import pytest

from rules import source, stubbed
from tools import stubs, wiring

FILES = wiring.files()
ASKED = ("pico_esp", "pico2_esp", "nucleo_f411", "nucleo_f767", "pyboard", "challenger_rp2040_wifi", "challenger_rp2040_ble",
         "maker_pi_rp2040", "pico_esp01", "pico_esp32c3", "pico_esp32c3_spi", "circuitpython_challenger_rp2040_wifi",
         "circuitpython_pico_spi")
STM32 = "nucleo", "pyboard"
# MicroPython's own choice of UART pins on boards where the program does not choose
UARTS = {"nucleo_f411": {6: ("PC6", "PC7")}, "nucleo_f767": {6: ("PC6", "PC7")}, "pyboard": {4: ("X1", "X2")}}
# What each pin of an RP2040 or RP2350 (the first 30) can be; groups repeat every 8 pins, UARTs alternate 0 1 1 0
RP2_UART = "TX RX CTS RTS".split()
RP2_SPI = "MISO CS SCK MOSI".split()
CIRCUITPYTHON = {"circuitpython_challenger_rp2040_wifi": "challenger_rp2040_wifi", "circuitpython_pico_spi": "raspberry_pi_pico"}


def board(path):
    return wiring.read(path)


def pins(made):
    """{what: pin} of the wires that carry signals."""
    return {wire.what: wire.pin for wire in made.wires if wire.what}


def port_of(path):
    """("UART" or "SPI", its number or None) as the code opens it."""
    for node in ast.walk(source.tree(path)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in ("UART", "SPI"):
            first = node.args[0]
            return getattr(node.func, "id", None) or node.func.attr, first.value if isinstance(first, ast.Constant) else None
    raise AssertionError(f"{path.name} opens no port")


def constants(path):
    """{NAME: value} of the file's constants, RESET = 6 or TX, RX = 8, 9."""
    found = {}
    for node in source.tree(path).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple):
            found.update(zip((n.id for n in node.targets[0].elts), ast.literal_eval(node.value)))
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            found[node.targets[0].id] = node.value.value
    return found


def test_the_boards_that_were_promised_are_there():
    assert set(ASKED) == {path.stem for path in FILES}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_table(path):
    made = board(path)
    kind, number = port_of(path)
    lines = pins(made)
    wanted = ("TX", "RX") if kind == "UART" else ("SCK", "MOSI", "MISO")
    for what in wanted:
        full = [w for w in lines if re.fullmatch(rf"{kind}\d {what}", w)]
        assert len(full) == 1, f"{kind} {what} is no wire of the table"
        assert number is None or full[0] == f"{kind}{number} {what}", "table and code name different ports"
    assert "reset" in lines and {"3V3", "GND"} <= {wire.pin for wire in made.wires}
    if kind == "SPI":
        assert {"CS", "handshake"} <= set(lines)
    signals = [wire for wire in made.wires if wire.what]
    assert max(collections.Counter(wire.pin for wire in signals).values()) == 1, "a pin has two wires"
    assert max(collections.Counter(wire.far for wire in made.wires).values()) == 1, "a pin of the module has two wires"
    for wire in signals:
        inward = wire.what.split()[-1] in ("RX", "CTS", "MISO", "handshake")
        assert wire.way == (-1 if inward else 1), f"{wire.what} goes the other way"
    for note in ("Level: ", "Power: "):
        assert any(text.startswith(note) for text in made.notes), f"no word on {note}"


@pytest.mark.parametrize("path", [p for p in FILES if p.stem not in CIRCUITPYTHON], ids=lambda path: path.stem)
def test_table_and_code_name_the_same_pins(path):
    values = constants(path)
    for what, pin in pins(board(path)).items():
        name = what.split()[-1].upper()
        if name in values:
            assert pin in (values[name], f"GP{values[name]}"), f"{name} is {values[name]} in the code"
        elif not path.stem.startswith(STM32):
            assert f"Pin({pin[2:]})" in path.read_text(), f"{name}, {pin}, is not in the code"


@pytest.mark.parametrize("path", [p for p in FILES if p.stem.startswith(STM32)], ids=lambda path: path.stem)
def test_the_firmware_has_that_uart_on_those_pins(path):
    number = port_of(path)[1]
    lines = pins(board(path))
    assert UARTS[path.stem][number] == (lines[f"UART{number} TX"], lines[f"UART{number} RX"])


@pytest.mark.parametrize("path", [p for p in FILES if not p.stem.startswith(STM32)], ids=lambda path: path.stem)
def test_the_chip_can_do_that_on_those_pins(path):
    for wire in board(path).wires:
        found = re.fullmatch(r"(UART|SPI)(\d) (\w+)", wire.what)
        at = re.search(r"GP(\d+)", wire.pin + " " + wire.note)
        if found and at:
            gp = int(at.group(1))
            kind, number, what = found.groups()
            can = (RP2_UART if kind == "UART" else RP2_SPI)[gp % 4], ((gp + 4) // 8 if kind == "UART" else gp // 8) % 2
            assert can == (what, int(number)), f"GP{gp} cannot be {wire.what}"


def test_pictures_are_up_to_date():
    outputs = wiring.outputs()
    stale = [place.name for place, text in outputs.items() if not place.exists() or place.read_text() != text]
    assert not stale, f"run `make wiring`: {stale}"
    assert set(wiring.PICTURES.iterdir()) == set(outputs), "pictures without a board"
    assert {place.stem for place in outputs if place.suffix == ".svg"} == {path.stem for path in FILES}


def _path(port):
    try:
        return stubs.folder(port)
    except stubs.Unavailable as e:
        pytest.skip(str(e))


@pytest.mark.parametrize("port", ["rp2", "stm32"])
def test_names_are_those_of_micropython(port, tmp_path):
    place = _path(port)
    files = [p for p in FILES if p.stem not in CIRCUITPYTHON and p.stem.startswith(STM32) == (port == "stm32")]
    bad = tmp_path / "bad.py"
    bad.write_text(files[0].read_text().replace("rxbuf", "rxbof").replace("OPEN_DRAIN", "OPEN_DRAUN"))
    found = stubbed.complaints([*files, bad], place, typeshed=place, cache=tmp_path / "cache")
    assert [line for line in found if not line.startswith(str(bad))] == []
    assert any("rxbof" in line for line in found) and any("OPEN_DRAUN" in line for line in found), found


@pytest.mark.parametrize("name", CIRCUITPYTHON)
def test_names_are_those_of_circuitpython(name, tmp_path):
    _path("circuitpython")
    (tmp_path / "path").mkdir()
    place = stubbed.circuitpython(tmp_path / "path", CIRCUITPYTHON[name])
    good, bad = wiring.BOARDS / (name + ".py"), tmp_path / "bad.py"
    bad.write_text(good.read_text().replace("digitalio.DigitalInOut(", "digitalio.DigitalInOrOut("))
    found = stubbed.complaints([good, bad], place, cache=tmp_path / "cache")
    assert [line for line in found if not line.startswith(str(bad))] == []
    assert any("DigitalInOrOut" in line for line in found), found


def test_a_setting_that_is_missing_is_named(monkeypatch, tmp_path):
    from espat.board import setting

    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "settings", raising=False)
    with pytest.raises(ValueError, match="ssid"):
        setting("ssid")
    (tmp_path / "settings.py").write_text('ssid = "here"\n')
    importlib.invalidate_caches()
    assert setting("ssid") == "here" and setting("password", None) is None
    with pytest.raises(ValueError, match="password"):
        setting("password")
    monkeypatch.delitem(sys.modules, "settings")
