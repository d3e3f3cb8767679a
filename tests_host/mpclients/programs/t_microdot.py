"""microdot, unchanged, as a web server on the module; browser.py is its client."""

import asyncio
import os

import play
from play import ask, case

play.join()

import tls
from microdot import Microdot, Response
from microdot.websocket import with_websocket

COPIES = ("microdot",)
LIBRARY = "microdot"
VERSION = "2.7.0"
SCENARIOS = {
    "test_http": "requests, forms, large answers, pieces, two clients at once, WebSocket",
    "test_https": "the same over TLS",
}
FOLDER = os.getenv("ESPAT_FOLDER")
BIG = 50000

app = Microdot()
clients = []


@app.route("/")
async def hello(request):
    clients.append(request.client_addr)
    return "hello from the board"


@app.post("/echo")
async def echo(request):
    return {"json": request.json, "x": request.args["x"]}


@app.route("/large")
async def large(request):
    body = bytes([(i * 7 + (i >> 8) * 13) & 255 for i in range(BIG)])
    return Response(body, headers={"Content-Type": "application/octet-stream"})


@app.route("/pieces")
async def pieces(request):
    def some():
        for n in range(50):
            yield "piece %d\n" % n

    return some()


@app.route("/ws")
@with_websocket
async def ws(request, socket):
    while True:
        await socket.send(await socket.receive())


def visit(port, secure=None):
    async def main():
        server = asyncio.create_task(app.start_server(host="0.0.0.0", port=port, ssl=secure))
        await asyncio.sleep(0.05)
        ask("browse", port, bool(secure))
        end = play.now() + 40000
        while not ask("browsed")[0]:
            await asyncio.sleep(0.05)
            assert play.now() < end
        said = ask("browsed")[1]
        app.shutdown()
        await server
        assert said == [], said

    try:
        asyncio.run(main())
    finally:
        asyncio.new_event_loop()


@case
def test_http():
    visit(ask("unused"))
    assert len(clients) == 13 and all(host.startswith("127.") and port > 1023 for host, port in clients), clients


@case
def test_https():
    context = tls.SSLContext(tls.PROTOCOL_TLS_SERVER)
    with open(FOLDER + "/device.pem", "rb") as cert, open(FOLDER + "/device.key", "rb") as key:
        context.load_cert_chain(cert.read(), key.read())
    visit(8443, context)
