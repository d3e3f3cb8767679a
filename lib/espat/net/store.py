"""Certificates in the module's store: written only when they differ from what lies there (its flash wears)."""

from espat import at_mfg
from espat.errors import AtError

_EOPNOTSUPP = 95


class _Compare:
    """Sink that compares what comes with data."""

    def __init__(self, data):
        self.data = data
        self.at = 0
        self.same = True

    def __call__(self, buf, off, n):
        if self.same:
            self.same = bytes(buf[off : off + n]) == bytes(self.data[self.at : self.at + n])
        self.at += n


def put(at, space, number, data):
    """Make value <space>.<number> of namespace <space> equal to data; True when it had to be written."""
    if not at.has(b"+SYSMFG"):
        raise OSError(_EOPNOTSUPP, "certificates can be given to firmware with AT+SYSMFG (ESP32 family, 3.2 and newer) only")
    key = "%s.%d" % (space, number)
    old = _Compare(data)
    try:
        at_mfg.get(at, space, key, sink=old)
        if old.same and old.at == len(data):
            return False
    except AtError:
        pass  # there is none yet
    at_mfg.put(at, space, key, data)
    return True


def client(at, slot, own, ca):
    """Store a client's (certificate, key) and CA, each or None, in a slot."""
    if own:
        put(at, "client_cert", slot, own[0])
        put(at, "client_key", slot, own[1])
    if ca:
        put(at, "client_ca", slot, ca)


def server(at, own, ca):
    """Store the server's (certificate, key) and CA, each or None."""
    if own:
        put(at, "server_cert", 0, own[0])
        put(at, "server_key", 0, own[1])
    if ca:
        put(at, "server_ca", 0, ca)
