"""MicroPython's ssl module in front of the built-in tls, as boards have it; Debian's build comes without.

Contexts also take file names; wrap_socket() is the older call.
"""

import sys

sys.path, _path = [], sys.path
import tls

sys.path = _path
from tls import CERT_NONE, CERT_OPTIONAL, CERT_REQUIRED, MBEDTLS_VERSION  # noqa: F401
from tls import PROTOCOL_DTLS_CLIENT, PROTOCOL_DTLS_SERVER, PROTOCOL_TLS_CLIENT, PROTOCOL_TLS_SERVER  # noqa: F401


def _content(source):
    if isinstance(source, str):
        with open(source, "rb") as f:
            return f.read()
    return source


class SSLContext:
    def __init__(self, *protocol):
        self._context = tls.SSLContext(*protocol)

    @property
    def verify_mode(self):
        return self._context.verify_mode

    @verify_mode.setter
    def verify_mode(self, mode):
        self._context.verify_mode = mode

    def load_cert_chain(self, certfile, keyfile):
        self._context.load_cert_chain(_content(certfile), _content(keyfile))

    def load_verify_locations(self, cafile=None, cadata=None):
        self._context.load_verify_locations(_content(cafile if cadata is None else cadata))

    def get_ciphers(self):
        return self._context.get_ciphers()

    def set_ciphers(self, names):
        self._context.set_ciphers(names)

    def wrap_socket(self, sock, server_side=False, do_handshake_on_connect=True, server_hostname=None, client_id=None):
        return self._context.wrap_socket(
            sock, server_side=server_side, do_handshake_on_connect=do_handshake_on_connect, server_hostname=server_hostname
        )


def wrap_socket(sock, server_side=False, key=None, cert=None, cert_reqs=CERT_NONE, cadata=None, server_hostname=None,
                do_handshake=True):
    context = SSLContext(PROTOCOL_TLS_SERVER if server_side else PROTOCOL_TLS_CLIENT)
    context.verify_mode = cert_reqs
    if cert is not None or key is not None:
        context.load_cert_chain(cert, key)
    if cadata is not None:
        context.load_verify_locations(cadata=cadata)
    return context.wrap_socket(sock, server_side, do_handshake, server_hostname)
