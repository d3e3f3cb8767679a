"""A UART over Bluetooth LE, as terminal apps on phones speak it: what comes is sent back in capitals.

Ends when the phone goes.
"""

import espat_board

modem = espat_board.modem()
modem.install()

import bluetooth

CONNECT, DISCONNECT, WRITE = 1, 2, 3
UART = (
    bluetooth.UUID("6e400001-b5a3-f393-e0a9-e50e24dcca9e"),
    (
        (bluetooth.UUID("6e400003-b5a3-f393-e0a9-e50e24dcca9e"), bluetooth.FLAG_NOTIFY),
        (bluetooth.UUID("6e400002-b5a3-f393-e0a9-e50e24dcca9e"), bluetooth.FLAG_WRITE | bluetooth.FLAG_WRITE_NO_RESPONSE),
    ),
)
phone = None
gone = False
count = 0


def on_event(event, data):
    global phone, gone, count
    if event == CONNECT:
        phone = data[0]
    elif event == DISCONNECT:
        gone = True
    elif event == WRITE:
        text = ble.gatts_read(rx)
        count += len(text)
        for at in range(0, len(text), 20):  # what fits into one notification, whatever the phone is
            ble.gatts_notify(phone, tx, text[at : at + 20].upper())


ble = bluetooth.BLE()
ble.irq(on_event)
ble.active(True)
((tx, rx),) = ble.gatts_register_services((UART,))
ble.gatts_set_buffer(rx, 512, True)
uuid = bytes(UART[0])
ble.gap_advertise(100000, b"\x02\x01\x06" + bytes([len(uuid) + 1, 7]) + uuid, resp_data=b"\x0b\x09espat-uart")
print("advertising as espat-uart")
while not gone:
    modem.wait()
ble.active(False)
print("ok: %d bytes" % count)
