"""Is a module there, which firmware does it run, and what can it do?"""

import espat_board

modem = espat_board.modem()
print("AT firmware", ".".join(str(n) for n in modem.firmware), "on", modem.chip or "an unnamed chip")
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
