"""adafruit_httpserver, used as its examples use it; ends when /quit is asked for."""

import os
import time

from online import join

import socketpool
from adafruit_httpserver import (
    GET, POST, REQUEST_HANDLED_RESPONSE_SENT, ChunkedResponse, FileResponse, JSONResponse, Redirect, Request, Response, Server,
    SSEResponse, Websocket,
)


def serve(port, tls=None, seconds=20):
    """Serve until asked to end; gives how many requests were answered."""
    pool = socketpool.SocketPool(join())
    with open("page.html", "w") as f:
        f.write("<p>file</p>" * 500)
    more = {"https": True, "certfile": tls[0], "keyfile": tls[1]} if tls else {}
    server = Server(pool, os.getcwd(), debug=True, **more)
    running = [True]
    sockets = []

    @server.route("/hello")
    def hello(request: Request):
        return Response(request, "Hello %s" % request.query_params.get("name", "you"))

    @server.route("/json", [GET, POST])
    def json(request):
        got = request.json() if request.method == POST else None
        return JSONResponse(request, {"got": got, "from": request.client_address[0]})

    @server.route("/length", POST)
    def length(request):
        return Response(request, "%d %d" % (len(request.body), sum(request.body) & 0xFFFF))

    @server.route("/page")
    def page(request):
        return FileResponse(request, "page.html")

    @server.route("/chunks")
    def chunks(request):
        def body():
            for i in range(20):
                yield "chunk %d;" % i

        return ChunkedResponse(request, body)

    @server.route("/away")
    def away(request):
        return Redirect(request, "/hello")

    @server.route("/events")
    def events(request):
        sockets.append(SSEResponse(request))
        return sockets[-1]

    @server.route("/socket")
    def socket(request):
        sockets.append(Websocket(request))
        return sockets[-1]

    @server.route("/quit")
    def quit(request):
        running[0] = False
        return Response(request, "bye")

    server.start("0.0.0.0", port)
    print("READY", flush=True)
    answered = 0
    end = time.monotonic() + seconds
    while running[0] and time.monotonic() < end:
        try:
            answered += server.poll() == REQUEST_HANDLED_RESPONSE_SENT
        except OSError as error:
            print("a client:", error)  # as the library's examples do
        for one in sockets[:]:
            if converse(one):
                sockets.remove(one)
        time.sleep(0.001)
    server.stop()
    return answered


def converse(websocket):
    """Send back what the peer says, or three events; true when the conversation is over."""
    if isinstance(websocket, SSEResponse):
        for i in range(3):
            websocket.send_event("event %d" % i)
        websocket.close()
        return True
    data = websocket.receive(fail_silently=True)
    if data == "end":
        websocket.close()
        return True
    if data is not None:
        websocket.send_message("you said " + data, fail_silently=True)
    return False
