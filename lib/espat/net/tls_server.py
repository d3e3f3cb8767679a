"""TLS servers: ESP-AT decides for the whole listener, programs decide client by client.

The first client that is to be wrapped turns a plain listener into a TLS one; that client has come in plain and
is sent away, the next ones are served. secure(listener, context) beforehand spares it.
"""

from espat.net import store
from espat.net.server import Server

_ECONNRESET = 104


def secure(listener, context):
    """Let a listening socket accept TLS clients only."""
    old = listener.server
    if old.kind[:3] == "SSL":
        return
    store.server(listener.at, context.own, context.ca)
    port, backlog = old.port, old.backlog
    old.close()
    kind = "SSLv6" if old.kind.endswith("v6") else "SSL"
    listener.server = Server(listener.links, port, kind, backlog, context.verify_mode != 0)


def wrap(client, context):
    """An accepted socket as TLS; raises ECONNRESET when it had come in plain."""
    if client.link.kind[:3] == "SSL":
        return client
    if client.listener:
        secure(client.listener, context)
    client.close()
    raise OSError(_ECONNRESET, "it had connected without TLS; the next one will not")
