"""CircuitPython: a web server on the module; it ends when /stop is asked for."""

import espat_board

espat_board.modem().install()

import socketpool
import wifi
from adafruit_httpserver import JSONResponse, Request, Response, Server

PORT = int(espat_board.setting("port", 80))

wifi.radio.connect(espat_board.setting("ssid"), espat_board.setting("password"))
server = Server(socketpool.SocketPool(wifi.radio))
served = []


@server.route("/")
def page(request: Request):
    served.append(request.client_address)
    return Response(request, "Hello from an ESP-AT module", content_type="text/html")


@server.route("/signal")
def signal(request: Request):
    served.append(request.client_address)
    return JSONResponse(request, {"rssi": wifi.radio.ap_info.rssi})


@server.route("/stop")
def stop(request: Request):
    served.append(None)
    return Response(request, "bye")


server.start("0.0.0.0", PORT)
print("listening on http://%s:%d/" % (wifi.radio.ipv4_address, PORT), "READY")
while None not in served:
    try:
        server.poll()
    except OSError as error:
        print("a client:", error)
server.stop()
print("ok: served", len(served), "requests")
