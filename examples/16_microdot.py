"""A small web server with microdot, a page and a page of data; /stop ends it.

microdot lies on the board: mpremote mip install, or copy its folder.
"""

import asyncio
import time

import espat_board

espat_board.modem().install()

import network
from microdot import Microdot

app = Microdot()
started = time.time()
visits = []


@app.route("/")
async def index(request):
    visits.append(request.client_addr[0])
    return "<h1>espat</h1><p>visit %d</p>" % len(visits), {"Content-Type": "text/html"}


@app.route("/data")
async def data(request):
    return {"seconds": int(time.time() - started), "visits": len(visits)}


@app.route("/stop")
async def stop(request):
    request.app.shutdown()
    return "bye"


async def main():
    wlan = network.WLAN(network.WLAN.IF_STA)
    wlan.active(True)
    wlan.connect(espat_board.setting("ssid"), espat_board.setting("password"))
    while not wlan.isconnected():
        await asyncio.sleep(0.05)
    port = int(espat_board.setting("server_port", "80"))
    print("http://%s:%d/" % (wlan.ifconfig()[0], port))
    await app.start_server(host="0.0.0.0", port=port)
    await asyncio.sleep(0.2)  # the last answer is still on its way


asyncio.run(main())
print("ok: %d visits" % len(visits))
