"""A keyboard, mouse and remote control over Bluetooth LE (ESP32, ESP32-C3); not beside bluetooth.BLE.

    keys = hid.Hid(modem, "espat keys")
    keys.wait()                           # until a computer has connected
    keys.send_text("Hello, world!\\n")
    keys.press(233)                       # volume up
"""

from micropython import const

from espat.ble import at_gap, at_hid
from espat.errors import AtRefused
from espat.ticks import ticks_add, ticks_diff, ticks_ms

CTRL = const(1)
SHIFT = const(2)
ALT = const(4)
GUI = const(8)

_FIRST = const(4)  # usage id of the first of these keys; the US layout
_KEYS = "abcdefghijklmnopqrstuvwxyz1234567890\n\x1b\b\t -=[]\\\0;'`,./"
_SHIFTED = "ABCDEFGHIJKLMNOPQRSTUVWXYZ!@#$%^&*()\0\0\0\0\0_+{}|\0:\"~<>?"
_ETIMEDOUT = const(110)


class Hid:
    """at: the modem. name: what a computer shows, None: the module's own."""

    def __init__(self, at, name=None):
        self.at = at
        if at_gap.role(at):
            at_gap.deinit(at)
        if at_hid.started(at):
            at_hid.stop(at)
        if name and at.has(b"+BLEHIDNAME"):
            at_hid.set_name(at, name)
        at_hid.start(at)

    def ready(self):
        """Whether a computer listens."""
        try:
            at_hid.keyboard(self.at, 0)
        except AtRefused:
            return False
        return True

    def wait(self, timeout=None):
        """Wait until a computer listens, at most timeout seconds (ETIMEDOUT)."""
        deadline = None if timeout is None else ticks_add(ticks_ms(), int(timeout * 1000))
        while not self.ready():
            if deadline is not None and ticks_diff(deadline, ticks_ms()) <= 0:
                raise OSError(_ETIMEDOUT, "no computer")
            pause = ticks_add(ticks_ms(), 200)
            while ticks_diff(pause, ticks_ms()) > 0:
                self.at.wait()

    def key(self, code, modifiers=0):
        """Press and release a key. code: usage id of the HID keyboard page, 0: the modifiers alone."""
        at_hid.keyboard(self.at, modifiers, code)
        at_hid.keyboard(self.at, 0)

    def send_text(self, text):
        """Type a text on a US keyboard. Raises ValueError, before anything is typed, for what it has no key for."""
        strokes = [stroke(c) for c in text]
        for code, modifiers in strokes:
            self.key(code, modifiers)

    def move(self, x=0, y=0, wheel=0, buttons=0):
        """Move the mouse, however far; buttons: held meanwhile, a sum of 1 left, 2 right, 4 middle."""
        while True:
            step = [min(max(v, -127), 127) for v in (x, y, wheel)]
            at_hid.mouse(self.at, buttons, *step)
            x -= step[0]
            y -= step[1]
            wheel -= step[2]
            if not (x or y or wheel):
                return

    def click(self, buttons=1):
        """Press and release mouse buttons."""
        at_hid.mouse(self.at, buttons)
        at_hid.mouse(self.at, 0)

    def press(self, usage):
        """Press a key of the HID consumer page: 233 volume up, 234 down, 226 mute, 205 play or pause, 181 next, 182 previous."""
        at_hid.consumer(self.at, usage)

    def close(self):
        """Be a keyboard no longer."""
        at_hid.stop(self.at)


def stroke(character):
    """(usage id, modifiers) that type a character on a US keyboard; raises ValueError."""
    if character == "\r":
        character = "\n"
    if character != "\0":
        for keys, modifiers in ((_KEYS, 0), (_SHIFTED, SHIFT)):
            at = keys.find(character)
            if at >= 0:
                return _FIRST + at, modifiers
    raise ValueError("a US keyboard has no key for this character")
