"""TLS servers: ESP-AT decides for the whole listener, programs decide client by client.

A listener on one of ssl.PORTS is a TLS one from the start when a server's context with a certificate is there. On other
ports the first client that is to be wrapped makes it one; that client has come in plain and is sent away, the next ones
are served. secure(listener, context) beforehand spares it.
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


def wrap(client, context):
    """An accepted socket as TLS; raises ECONNRESET when it had come in plain."""
    if client.link.kind[:3] == "SSL":
        return client
    if client.listener:
        secure(client.listener, context)
    client.close()
    raise OSError(_ECONNRESET, "it had connected without TLS; the next one will not")
