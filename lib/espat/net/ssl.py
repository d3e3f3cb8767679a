"""MicroPython's ssl and tls modules: TLS is done by the module, per link, and must be chosen before it opens.

Programs decide after connect(). A connect that does not wait, or goes to one of PORTS, is therefore held
back until the socket is used or wrapped; a connection that is open already, but has carried nothing, is
closed and opened again as TLS. Certificates given here go into the module's own store, and only when they
differ from what lies there.
"""

from espat.net import at_tcp, at_tls, sock
from espat.net.link import OPEN
from espat.net.reading import CONNECT

PROTOCOL_TLS_CLIENT = 0
PROTOCOL_TLS_SERVER = 1
CERT_NONE = 0
CERT_OPTIONAL = 1
CERT_REQUIRED = 2
MBEDTLS_VERSION = "ESP-AT"

# ports whose connections are TLS nearly always: they open when they are used or wrapped, not before
PORTS = (443, 465, 636, 853, 993, 995, 5671, 8443, 8883)

_EINVAL = 22
_EIO = 5
_VERIFY = -0x2700  # mbedTLS: the certificate was not accepted
_RESETS = (5, 111)

sock.Socket.tls_ports = PORTS


class _Texts:
    """A runner that only writes down what it is told: typed calls become the commands before AT+CIPSTART."""

    def __init__(self, at):
        self.has = at.has
        self.texts = []

    def run(self, text, *args, **more):
        """Take down one command."""
        self.texts.append(b"AT%s\r\n" % text)


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
        """Our certificate and key: bytes (PEM or DER), or paths to files with them."""
        self.own = _bytes(cert), _bytes(key)

    def load_verify_locations(self, cafile=None, cadata=None):
        """The CA that signs acceptable certificates: a path, or bytes (PEM or DER; also as first argument)."""
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
        """Make a connection TLS; returns the socket. Raises OSError: -0x2700 for a certificate that was not accepted.

        server_hostname: name for SNI and, with CERT_REQUIRED, the one the certificate must bear.
        """
        if not hasattr(sock, "links"):
            return _builtin().SSLContext(self.protocol).wrap_socket(sock, server_side=server_side)
        if server_side:
            from espat.net import tls_server

            return tls_server.wrap(sock, self)
        at = sock.at
        if self.own or self.ca:
            from espat.net import store

            store.client(at, self.slot, self.own, self.ca)
        _reopen(sock, self, server_hostname or getattr(sock.peer, "host", None) or sock.peer[0])
        return sock


def _bytes(source):
    if isinstance(source, str) and source.find("-----BEGIN") < 0:
        with open(source, "rb") as f:
            return f.read()
    return source.encode() if isinstance(source, str) else source


def texts(context, at, index, host):
    """The commands that prepare link index for a TLS connection to host."""
    out = _Texts(at)
    verify = context.verify_mode != CERT_NONE
    mode = (2 if verify else 0) + (1 if context.own else 0)
    at_tls.verify(out, index, mode, context.slot if mode else None, context.slot if mode else None)
    if at.has(b"+CIPSSLCSNI"):
        at_tls.sni(out, index, host)
    if at.has(b"+CIPSSLCCN"):
        at_tls.common_name(out, index, host if verify and context.check_hostname else "")
    if at.has(b"+CIPSSLCALPN"):
        at_tls.alpn(out, index, *context.alpn)
    if context.psk:
        at_tls.psk(out, index, *context.psk)
    return out.texts


def _reopen(s, context, host):
    links = s.links
    link = s.live()
    if link.texts is None or link.state == OPEN:  # open as TCP: begin anew
        if link.rx.n or link.waiting or links.sending(link):
            raise OSError(_EINVAL, "bytes have passed already: too late for TLS")
        links.close(link)
        s.start(s.peer, 0)
        link = s.link
    held = s.timeout == 0
    link.kind = s.kind = "SSLv6" if s.kind.endswith("v6") else "SSL"
    start = at_tcp.start(link.index, link.kind, s.peer[0], s.peer[1])
    links.open(link, *(texts(context, s.at, link.index, host) + [start]))
    if held:
        links.hold(link)
        return
    s.wait(CONNECT)
    code = link.error
    if code in _RESETS and context.verify_mode != CERT_NONE:
        link.error = 0
        raise OSError(code, "no TLS: refused, or the certificate of %s was not accepted" % host)
    s.trouble()


def wrap_socket(
    sock, server_side=False, key=None, cert=None, cert_reqs=CERT_NONE, cadata=None, server_hostname=None,
    do_handshake=True,
):  # fmt: skip
    """The older call: make a context of the arguments and wrap with it."""
    context = SSLContext(PROTOCOL_TLS_SERVER if server_side else PROTOCOL_TLS_CLIENT)
    context.verify_mode = cert_reqs
    if cert:
        context.load_cert_chain(cert, key)
    if cadata:
        context.load_verify_locations(cadata=cadata)
    return context.wrap_socket(sock, server_side, do_handshake, server_hostname)


def create_default_context():
    """CPython's and CircuitPython's name for a client's context that verifies."""
    return SSLContext(PROTOCOL_TLS_CLIENT)


def _builtin():
    # the board's own TLS, for sockets that are not ours: an empty path forces built-in modules
    import sys

    path = sys.path[:]
    sys.path[:] = []
    try:
        import tls
    finally:
        sys.path[:] = path
    return tls
