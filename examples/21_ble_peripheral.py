"""A thermometer over Bluetooth LE: the standard service, a value that can be read and subscribed to.

Ends when somebody has connected and gone again.
"""

import struct
import time

import espat_board

modem = espat_board.modem()
modem.install()

import bluetooth

CONNECT, DISCONNECT = 1, 2
TEMPERATURE = (bluetooth.UUID(0x181A), ((bluetooth.UUID(0x2A6E), bluetooth.FLAG_READ | bluetooth.FLAG_NOTIFY),))
visitors = []


def on_event(event, data):
    if event == CONNECT:
        print("connected:", ":".join(["%02x" % x for x in data[2]]))
        visitors.append(data[0])
    elif event == DISCONNECT:
        visitors.append(None)


def measure(number):
    """Hundredths of a degree; a real thermometer would know better."""
    return 2000 + 25 * (number % 8)


ble = bluetooth.BLE()
ble.irq(on_event)
ble.active(True)
((handle,),) = ble.gatts_register_services((TEMPERATURE,))  # into the module's flash, if it is not there already
name = b"espat"
ble.gap_advertise(100000, b"\x02\x01\x06\x03\x03\x1a\x18" + bytes([len(name) + 1, 9]) + name)
print("advertising as", str(name, "ascii"))
number = 0
following = time.time()
while None not in visitors:
    modem.wait()
    if time.time() >= following:
        ble.gatts_write(handle, struct.pack("<h", measure(number)), True)  # True: to those who have subscribed
        number += 1
        following = time.time() + 1
ble.active(False)
print("ok: measured %d times" % number)
