"""TLS servers: ESP-AT decides for the whole listener, programs decide client by client.

A listener on one of Socket.tls_ports is a TLS one from the start when a server's context with a certificate is there. On other
ports a client has come in plain when it is to be wrapped: the board's own TLS serves it, if the board has one. Else it is
sent away and the listener becomes a TLS one, which serves the next ones; secure(listener, context) beforehand spares it.
"""

from espat.net import clock, store
from espat.net.server import listen

_ECONNRESET = 104


def prepare(listener, context):
    """Bring what a TLS server needs into the module; listener is about to listen."""
    listener.kind = "SSLv6" if listener.kind.endswith("v6") else "SSL"
    listener.verify = context.verify_mode != 0
    if listener.verify:
        clock.from_board(listener.at)
    store.server(listener.at, context.own, context.ca)


def secure(listener, context):
    """Let a listening socket accept TLS clients only."""
    if listener.server.kind[:3] == "SSL":
        return
    backlog = listener.server.backlog
    listener.server.close()
    prepare(listener, context)
    listener.server = listen(listener, backlog, listener.verify)


def wrap(client, context, handshake=True):
    """An accepted socket as TLS; raises ECONNRESET when it had come in plain and the board has no TLS."""
    if client.link.kind[:3] == "SSL":
        return client
    try:
        board = context.board()
    except ImportError:
        board = None
    if board:
        return board.wrap_socket(client, server_side=True, do_handshake_on_connect=handshake)
    if client.listener:
        secure(client.listener, context)
    client.close()
    raise OSError(_ECONNRESET, "it had connected without TLS; the next one will not")
