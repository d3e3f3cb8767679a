"""CircuitPython's ssl module: TLS is done by ESP-AT, which is told before the connection is opened."""

from micropython import const

_EINVAL = const(22)


class SSLContext:
    """What a TLS connection shall prove, and with what.

    It verifies the server by the CA in the module's store; load_verify_locations() puts one there, and
    load_verify_locations(cadata="") is CircuitPython's way to say that nobody is to be verified.
    """

    def __init__(self):
        self.check_hostname = True
        self.verify_mode = 2
        self.alpn = ()
        self.psk = None
        self.own = None  # (certificate, key)
        self.ca = None
        self.slot = 0
        self.timed = None  # whether the module knows the time, None before that was asked

    def load_cert_chain(self, certfile, keyfile):
        """Our certificate and key: paths to files with PEM or DER in them."""
        self.own = _file(certfile), _file(keyfile)

    def load_verify_locations(self, cafile=None, capath=None, cadata=None):
        """The CA that signs acceptable certificates: cadata, PEM as str or bytes; "" verifies nobody."""
        if cadata is None:
            raise ValueError("cadata is needed")
        self.ca = (cadata.encode() if isinstance(cadata, str) else bytes(cadata)) or None
        if self.ca and self.ca[0] != 0x30 and b"-----BEGIN" not in self.ca:  # a sequence, which DER is
            raise ValueError("neither PEM nor DER")
        self.verify_mode = 2 if self.ca else 0

    def set_default_verify_paths(self):
        """Verify by the CA that is in the module."""
        self.ca = None
        self.verify_mode = 2

    def wrap_socket(self, sock, *, server_side=False, server_hostname=None):
        """Make a socket that is not connected yet a TLS one; returns the socket.

        server_hostname: name for SNI, and the one the certificate must bear. Raises OSError(EINVAL) when it is
        connected or listening already.
        """
        if not hasattr(sock, "links"):
            return _builtin().create_default_context().wrap_socket(
                sock, server_side=server_side, server_hostname=server_hostname
            )
        if sock.link or sock.server:
            raise OSError(_EINVAL, "too late for TLS: connected or listening already")
        sock.kind = "SSLv6" if sock.kind.endswith("v6") else "SSL"
        sock.tls = self, server_hostname
        return sock

    # -- what sockets need

    def prepare(self, at, server=False):
        """Bring the certificates into the module, and the time by which it judges the peer's."""
        if (self.ca if server else self.verify_mode) and self.timed is None:
            from espat.net import clock

            self.timed = clock.from_board(at) or clock.ensure(at)
        if self.own or self.ca:
            from espat.net import store

            if server:
                store.server(at, self.own, self.ca)
            else:
                store.client(at, self.slot, self.own, self.ca)

    def why(self, host):
        """What it means when a connection to host fails, None when nothing is verified."""
        if not self.verify_mode:
            return None
        why = "no TLS: refused, or the certificate of %s was not accepted" % host
        return why if self.timed else why + "; the module does not know the time"

    def texts(self, at, index, host):
        """The commands that prepare link index for a TLS connection to host."""
        from espat.spare import once

        return once("espat.net.tls_client", "texts", self, at, index, host, again=True)


def create_default_context():
    """A context that verifies."""
    return SSLContext()


def _file(path):
    with open(path, "rb") as f:
        return f.read()


def _builtin():
    # the board's own ssl, for sockets that are not ours: it stands behind sys.modules
    import sys

    mine = sys.modules.pop("ssl", None)
    try:
        import ssl
    finally:
        if mine:
            sys.modules["ssl"] = mine
    return ssl
