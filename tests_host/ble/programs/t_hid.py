"""The module as keyboard, mouse and remote control of a computer."""

TIMEOUT = 90

import air
from air import ask, modem
from espat.ble import hid
from play import fails

KEYBOARD, MOUSE, CONSUMER = 1, 2, 3
computer = air.Phone(None, 3)
keys = hid.Hid(modem, "espat keys")
fails(110, keys.wait, 0.3)
computer.link = computer.do("computer")
keys.wait(5)
computer.received(1)  # the empty report by which ready() has found out


def reports(count):
    return [(int(kind), data) for kind, data in computer.received(count)]


def typed(text):
    """What comes of a text: pairs of (modifiers, code)."""
    keys.send_text(text)
    pairs = []
    for down, up in _pairs(reports(2 * len(text))):
        assert down[0] == up[0] == KEYBOARD and up[1] == bytes(8)
        pairs.append((down[1][0], down[1][2]))
    return pairs


def _pairs(rows):
    return [(rows[i], rows[i + 1]) for i in range(0, len(rows), 2)]


def _pairs_of(*codes):
    # each key alone and with Shift
    return [(shift, code) for code in codes for shift in (0, 2)]


def test_text():
    assert typed("aZ 1!\n") == [(0, 4), (2, 29), (0, 44), (0, 30), (2, 30), (0, 40)]
    assert typed("\\|'\"`~,<.>/?") == _pairs_of(49, 52, 53, 54, 55, 56)
    assert typed("-_=+[{]};:") == _pairs_of(45, 46, 47, 48, 51)
    assert typed("\t\b\x1b0)") == [(0, 43), (0, 42), (0, 41), (0, 39), (2, 39)]


def test_the_whole_us_layout():
    """Every character, as the tables of USB's keyboards have it: code of the key, and the shifted character above it."""
    keys_of = [(4 + i, chr(97 + i), chr(65 + i)) for i in range(26)]
    keys_of += [(30 + i, "1234567890"[i], "!@#$%^&*()"[i]) for i in range(10)]
    keys_of += [(45, "-", "_"), (46, "=", "+"), (47, "[", "{"), (48, "]", "}"), (49, "\\", "|"), (51, ";", ":"), (52, "'", '"'),
                (53, "`", "~"), (54, ",", "<"), (55, ".", ">"), (56, "/", "?"), (44, " ", " ")]  # fmt: skip
    plain = "".join([row[1] for row in keys_of])
    shifted = "".join([row[2] for row in keys_of[:-1]])
    assert len(set(plain + shifted)) == 95
    assert typed(plain) == [(0, row[0]) for row in keys_of]
    assert typed(shifted) == [(2, row[0]) for row in keys_of[:-1]]


def test_every_printable_character():
    text = "".join([chr(c) for c in range(32, 127)])
    assert len(set(typed(text))) == 95


def test_no_key_for_it():
    for text in ("abc\u00e4", "\0", "ok\x07"):
        fails_with_value_error(text)
    assert typed("x") == [(0, 27)], "something had been typed"


def fails_with_value_error(text):
    try:
        keys.send_text(text)
    except ValueError:
        return
    raise AssertionError(text)


def test_keys():
    keys.key(76, hid.CTRL | hid.ALT)
    assert reports(2) == [(KEYBOARD, bytes([5, 0, 76, 0, 0, 0, 0, 0])), (KEYBOARD, bytes(8))]


def test_mouse():
    keys.move(300, -5, 1)
    moves = [data for kind, data in reports(3) if kind == MOUSE]
    assert [m[1] for m in moves] == [127, 127, 46] and [m[2] for m in moves] == [251, 0, 0] and moves[0][3] == 1
    keys.click(2)
    assert reports(2) == [(MOUSE, bytes([2, 0, 0, 0])), (MOUSE, bytes(4))]


def test_remote_control():
    keys.press(233)
    assert reports(2) == [(CONSUMER, b"\xe9\0"), (CONSUMER, b"\0\0")]


def test_z_the_computer_goes():
    computer.disconnect()
    air.until(lambda: not keys.ready())
    keys.close()
    ask("address")
