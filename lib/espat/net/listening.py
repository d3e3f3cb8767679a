"""Making the module listen, and listen no more: loaded for that, and not kept."""

from micropython import const

from espat.errors import AtError, AtRefused
from espat.net import at_server, clients
from espat.text import Texts

_EIO = const(5)
_DETAILED = const(2)  # AT+SYSMSG bit: who connects


def start(at, port, kind, verify):
    """Let the module accept connections; returns the command that ends it. Raises OSError when it listens on another port
    than it was told.

    kind, verify: see Server.
    """
    if at.has(b"+SYSMSG"):
        clients.detailed(at, _DETAILED)
    verify = verify if kind[:3] == "SSL" else None
    kind = None if kind == "TCP" else kind
    for _ in range(2):
        try:
            at_server.listen(at, port, kind, verify)
        except AtRefused:  # perhaps an earlier program's server is still there
            at_server.unlisten(at)
            at_server.listen(at, port, kind, verify)
        if _listens(at, port):
            break
        at_server.unlisten(at)
    else:
        raise OSError(_EIO, "the module listens on another port")
    try:
        at_server.set_timeout(at, 0)  # a silent client is no reason to hang up
    except AtError:
        pass
    stop = Texts(at)
    at_server.unlisten(stop)
    return stop.texts[0]


def _listens(at, port):
    # a digit lost on the line is another port: nobody would ever come
    try:
        return at_server.server(at)[:2] == [1, port]
    except AtRefused:
        return True
