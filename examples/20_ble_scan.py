"""Which Bluetooth LE devices are in reach? What they advertise is taken apart for their names."""

import espat_board

modem = espat_board.modem()
modem.install()

import bluetooth

SCAN_RESULT, SCAN_DONE = 5, 6
devices = {}  # address -> [rssi, name]
done = []


def name_in(data):
    """The name in advertising data, None without one."""
    at = 0
    while at + 1 < len(data) and data[at]:
        if data[at + 1] in (8, 9):
            return str(bytes(data[at + 2 : at + 1 + data[at]]), "utf-8")
        at += 1 + data[at]
    return None


def on_event(event, data):
    if event == SCAN_RESULT:
        _, address, _, rssi, payload = data
        device = devices.setdefault(bytes(address), [rssi, None])
        device[0] = max(rssi, device[0])
        device[1] = name_in(payload) or device[1]
    elif event == SCAN_DONE:
        done.append(True)


ble = bluetooth.BLE()
ble.irq(on_event)
ble.active(True)
ble.gap_scan(3000, 30000, 30000, True)
while not done:
    modem.wait()
for address in sorted(devices, key=lambda a: -devices[a][0]):
    rssi, name = devices[address]
    print(":".join(["%02x" % x for x in address]), rssi, "dBm", name or "")
ble.active(False)
print("ok: %d devices" % len(devices))
