"""Is a module there, which firmware does it run, and what can it do? If none answers: why, and what to do about it."""

import espat_board
from espat import checkup

FLOW = {0: "off", 1: "RTS", 2: "CTS", 3: "RTS and CTS"}

port = espat_board.port()
found = checkup.examine(port, getattr(espat_board, "BAUD", 0), tell=print)
print(found.advice())
if not found.ok():
    if found.heard:
        print("Heard last:", found.heard[-60:])
    print("no module to talk to:", found.name)
    raise SystemExit(1)

import espat

modem = espat.Modem(port)
print("AT firmware", ".".join(str(n) for n in modem.firmware), "on", modem.chip or "an unnamed chip", end=", ")
print(found.rate or "unknown", "baud, flow control", FLOW.get(found.flow, "unknown"))
for name, what in (
    (b"+CIPRECVTYPE", "passive receive, link by link"),
    (b"+CIPRECVMODE", "passive receive"),
    (b"+CIPSENDL", "long sends"),
    (b"+CIPSSLCCONF", "TLS with certificates"),
    (b"+MQTTCONN", "MQTT"),
    (b"+HTTPCGET", "HTTP downloads"),
    (b"+WSOPEN", "WebSocket"),
    (b"+BLEINIT", "Bluetooth Low Energy"),
    (b"+BTINIT", "classic Bluetooth"),
):
    print("  %-3s %s" % ("yes" if modem.has(name) else "no", what))
print("ok: module answers")
