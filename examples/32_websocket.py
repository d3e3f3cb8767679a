"""A WebSocket: text and bytes there and back, and what happens to the connection."""

import espat_board

modem = espat_board.modem()
modem.install()

import network
from espat.net.websocket import WebSocket

wlan = network.WLAN(network.WLAN.IF_STA)
wlan.active(True)
wlan.connect(espat_board.setting("ssid"), espat_board.setting("password"))
while not wlan.isconnected():
    pass

with WebSocket(modem, espat_board.setting("ws", "ws://echo.example.com/"), ping=30, patience=60) as ws:
    ws.set_event(lambda there: print("connection", "is there" if there else "lost"))
    answers = []
    for message in ("hello", b"\x00\x01\x02", "x" * 1000):
        ws.send(message)
        answers.append(ws.recv(10))
        print("sent", len(message), "received", len(answers[-1]))
print("ok: three messages there and back" if [len(a) for a in answers] == [5, 3, 1000] else "answers are missing")
