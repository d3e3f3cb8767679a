"""The board as a USB-to-serial adapter for the module, for esptool or a terminal on the PC; reset the board to end it.

espat_board.py may say how the module gets into its loader: RESET and BOOT, numbers of the pins at EN (or RST) and GPIO0
(GPIO9 on newer chips). With the setting `flash` other than "0" they are pulled before the bridge opens; without pins do
it by hand. On the PC, at the board's USB port: esptool --before no_reset --after no_reset write_flash 0 firmware.bin
"""

import select
import sys
import time

import espat_board
from espat import uart
from espat.ticks import ticks_diff, ticks_ms

try:
    from micropython import kbd_intr
except ImportError:
    kbd_intr = None

port = uart.wrap(espat_board.port())
typed = getattr(sys.stdin, "buffer", sys.stdin)
typed = getattr(typed, "raw", typed)  # CPython would read ahead, and the poll not see it
shown = getattr(sys.stdout, "buffer", sys.stdout)


def loader():
    from machine import Pin

    boot = Pin(espat_board.BOOT, Pin.OPEN_DRAIN, value=0)
    enable = Pin(espat_board.RESET, Pin.OPEN_DRAIN, value=0)
    time.sleep(0.1)
    enable.value(1)
    time.sleep(0.2)
    boot.value(1)


def send(data):
    at = 0
    while at < len(data):
        at += port.write(data, at, len(data) - at)


def bridge():
    keys = select.poll()
    keys.register(sys.stdin, select.POLLIN)
    chunk = bytearray(256)
    ended = None  # when the PC has hung up; what is still under way is let through
    while ended is None or ticks_diff(ticks_ms(), ended) < 1000:
        while ended is None and keys.poll(0):
            data = typed.read(1)
            if data:
                send(data)
            else:
                ended = ticks_ms()
        n = min(port.any(), len(chunk))
        n = port.readinto(chunk, n) if n else 0
        if n:
            shown.write(bytes(chunk[:n]))
            getattr(shown, "flush", int)()
        else:
            port.wait(1)


if str(espat_board.setting("flash", "0")) != "0":
    loader()
if kbd_intr:
    kbd_intr(-1)  # Ctrl-C is a byte like any other
bridge()
print("\nok: the bridge is closed")
