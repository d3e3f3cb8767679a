"""MicroPython's ssl and tls modules: TLS is done by the module; what tells it to is loaded for a connection and leaves again."""

from micropython import const

from espat.net.sock import Socket
from espat.spare import once

PROTOCOL_TLS_CLIENT = 0
PROTOCOL_TLS_SERVER = 1
CERT_NONE = 0
CERT_OPTIONAL = 1
CERT_REQUIRED = 2
MBEDTLS_VERSION = "ESP-AT"
_DER = const(0x30)  # a sequence, with which certificates and keys begin


class SSLContext:
    """What a TLS connection shall prove, and with what.

    protocol: PROTOCOL_TLS_CLIENT or _SERVER. verify_mode: CERT_REQUIRED verifies the peer against the CA in the
    module (load_verify_locations() puts it there); clients begin with it, servers with CERT_NONE.
    """

    def __init__(self, protocol):
        self.protocol = protocol
        self.verify_mode = CERT_NONE if protocol == PROTOCOL_TLS_SERVER else CERT_REQUIRED
        self.check_hostname = True
        self.alpn = ()
        self.psk = None
        self.own = None  # (certificate, key) to be stored
        self.ca = None
        self.slot = 0

    def load_cert_chain(self, cert, key):
        """Our certificate and key: bytes (PEM or DER), or paths to files with them. Raises ValueError.

        A server that listens on one of Socket.tls_ports from now on is a TLS server from its first client on.
        """
        self.own = _bytes(cert), _bytes(key, "invalid key")
        if self.protocol == PROTOCOL_TLS_SERVER:
            Socket.tls_server = self

    def load_verify_locations(self, cafile=None, cadata=None):
        """The CA that signs acceptable certificates: a path, or bytes (PEM or DER; also as first argument).

        Raises ValueError for anything else. Without it the module verifies by the CA it holds already.
        """
        self.ca = _bytes(cafile if cadata is None else cadata)

    def set_alpn_protocols(self, names):
        """Protocols offered to the server, up to five."""
        self.alpn = names

    def set_psk(self, identity, hint):
        """A pre-shared key instead of certificates."""
        self.psk = identity, hint

    def get_ciphers(self):
        """The module does not tell."""
        return []

    def set_ciphers(self, names):
        """The module chooses by itself; see at_tls.cipher() for firmware that can be told."""

    def wrap_socket(
        self, sock, server_side=False, do_handshake_on_connect=True, server_hostname=None, client_id=None
    ):
        """Make a connection TLS; returns the socket. Raises OSError.

        server_hostname: name for SNI and, with CERT_REQUIRED, the one the certificate must bear.
        """
        if not hasattr(sock, "links"):
            return self.board().wrap_socket(
                sock, server_side=server_side, do_handshake_on_connect=do_handshake_on_connect,
                server_hostname=server_hostname,
            )  # fmt: skip
        if not server_side:
            return once("espat.net.tls_client", "wrap", sock, self, server_hostname, again=True)
        if sock.link.kind[:3] == "SSL":  # it has come so: nothing is to be done for each client
            return sock
        return once("espat.net.tls_server", "wrap", sock, self, do_handshake_on_connect, again=True)

    def board(self):
        """The same for the board's own TLS; raises ImportError when it has none."""
        # an empty path forces built-in modules
        import sys

        path = sys.path[:]
        sys.path[:] = []
        try:
            import tls
        finally:
            sys.path[:] = path
        context = tls.SSLContext(self.protocol)
        context.verify_mode = self.verify_mode
        if self.own:
            context.load_cert_chain(_der(self.own[0]), _der(self.own[1]))
        if self.ca:
            context.load_verify_locations(_der(self.ca))
        return context


def _bytes(source, why="invalid cert"):
    if isinstance(source, str) and source.find("-----BEGIN") < 0:
        with open(source, "rb") as f:
            source = f.read()
    elif isinstance(source, str):
        source = source.encode()
    if source and source[0] != _DER and source.find(b"-----BEGIN") < 0:
        raise ValueError(why)  # neither PEM nor DER: said before it gets into the module's flash
    return source


def _der(data):
    # a board's TLS may take nothing else
    if data is None or data.find(b"-----BEGIN") < 0:
        return data
    from binascii import a2b_base64

    return a2b_base64(data.split(b"-----")[2])


def wrap_socket(
    sock, server_side=False, key=None, cert=None, cert_reqs=CERT_NONE, cadata=None, server_hostname=None,
    do_handshake=True,
):  # fmt: skip
    """The older call: make a context of the arguments and wrap with it."""
    context = SSLContext(PROTOCOL_TLS_SERVER if server_side else PROTOCOL_TLS_CLIENT)
    context.verify_mode = cert_reqs
    if cert or key:
        context.load_cert_chain(cert, key)
    if cadata:
        context.load_verify_locations(cadata=cadata)
    return context.wrap_socket(sock, server_side, do_handshake, server_hostname)


def create_default_context():
    """CPython's and CircuitPython's name for a client's context that verifies."""
    return SSLContext(PROTOCOL_TLS_CLIENT)

