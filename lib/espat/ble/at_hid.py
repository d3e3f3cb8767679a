"""Guide 3.4, Bluetooth LE: keyboard, mouse and remote control; ESP32 and ESP32-C3. Not beside other Bluetooth LE."""

from espat.args import join
from espat.check import flag, integer, string, text


def started(at):
    """AT+BLEHIDINIT?: whether it is on (3.4.41)."""
    return at.run(b"+BLEHIDINIT?", flag)


def start(at):
    """AT+BLEHIDINIT=1: be a keyboard, a mouse and a remote control, and advertise it (3.4.41)."""
    return at.keep(b"+BLEHIDINIT=1", timeout=10000)


def stop(at):
    """AT+BLEHIDINIT=0: be one no longer (3.4.41)."""
    at.forget(b"+BLEHIDINIT")
    return at.run(b"+BLEHIDINIT=0", timeout=10000)


def name(at):
    """AT+BLEHIDNAME?: the name a computer shows, str; ESP32-C3, firmware 2.3 and newer."""
    return at.run(b"+BLEHIDNAME?", text)


def set_name(at, name):
    """AT+BLEHIDNAME=: the name a computer shows, 1..32 bytes; before start()."""
    return at.keep(join(b"+BLEHIDNAME", string(name, 1, 32)))


def keyboard(at, modifiers, *keys):
    """AT+BLEHIDKB: these keys are down now, and no others (3.4.42).

    modifiers: sum of 1 Ctrl, 2 Shift, 4 Alt, 8 GUI, and 16, 32, 64, 128 for the right ones. keys: up to six usage ids
    of the HID keyboard page.
    """
    integer(len(keys), 0, 6)
    keys = [integer(k, 0, 255) for k in keys] + [0] * (6 - len(keys))
    return at.run(join(b"+BLEHIDKB", integer(modifiers, 0, 255), *keys))


def mouse(at, buttons=0, x=0, y=0, wheel=0):
    """AT+BLEHIDMUS: buttons down (sum of 1 left, 2 right, 4 middle), and a move of -127..127 each (3.4.43)."""
    moves = [integer(v, -127, 127) for v in (x, y, wheel)]
    return at.run(join(b"+BLEHIDMUS", integer(buttons, 0, 255), *moves))


def consumer(at, usage):
    """AT+BLEHIDCONSUMER: press a key of the HID consumer page, such as 233 volume up (3.4.44)."""
    return at.run(b"+BLEHIDCONSUMER=%d" % integer(usage, 0, 0x3FF))
