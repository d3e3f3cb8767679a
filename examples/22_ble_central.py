"""Reads a thermometer over Bluetooth LE: finds one, connects, subscribes, prints five values."""

import struct

import espat_board

modem = espat_board.modem()
modem.install()

import bluetooth

SCAN_RESULT, CONNECT, SERVICE, SERVICES, VALUE, VALUES, SWITCH, SWITCHES, NOTIFY = 5, 7, 9, 10, 11, 12, 13, 14, 18
events = {}


def on_event(event, data):
    events.setdefault(event, []).append(tuple([bytes(x) if isinstance(x, memoryview) else x for x in data]))


def wait(event):
    """The data of the next event of this kind."""
    while not events.get(event):
        modem.wait()
    return events[event].pop(0)


ble = bluetooth.BLE()
ble.irq(on_event)
ble.active(True)
ble.gap_scan(0, 30000, 30000)
while True:
    kind, address, _, _, payload = wait(SCAN_RESULT)
    if payload.find(b"\x03\x03\x1a\x18") >= 0:  # it says that it has the service
        break
ble.gap_scan(None)
ble.gap_connect(kind, address, 5000)
conn = wait(CONNECT)[0]
print("connected to", ":".join(["%02x" % x for x in address]))

ble.gattc_discover_services(conn, bluetooth.UUID(0x181A))
wait(SERVICES)
_, start, end, _ = wait(SERVICE)
ble.gattc_discover_characteristics(conn, start, end, bluetooth.UUID(0x2A6E))
wait(VALUES)
_, last, handle, _, _ = wait(VALUE)
ble.gattc_discover_descriptors(conn, handle, last)
wait(SWITCHES)
ble.gattc_write(conn, wait(SWITCH)[1], b"\1\0", 1)
for _ in range(5):
    print("%.2f degrees" % (struct.unpack("<h", wait(NOTIFY)[2])[0] / 100))
ble.gap_disconnect(conn)
wait(CONNECT + 1)
ble.active(False)
print("ok: five values")
