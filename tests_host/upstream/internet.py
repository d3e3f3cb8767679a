"""What upstream's tests know of the Internet, on this machine: names, a web server, TLS servers, an address that is silent."""

import contextlib
import ssl

from espsim.air import Air
from espsim.codes import Fail
from mpclients.pki import Pki
from sim.servers import TcpServer

ADDRESS = "10.1.0.1"  # of every site
UNKNOWN = ("nonexistent.example.com", "hey.!!$$")
SILENT = ("1.1.1.1", "192.0.2.1")
# The header lines of micropython.org as net_inet/asyncio_tcp_read_headers.py.exp has them
ANSWER = ('HTTP/1.1 200 OK\r\nServer: espat\r\nContent-Type: text/html\r\nContent-Length: 54\r\nConnection: close\r\n'
          'Vary: Accept-Encoding\r\nETag: "54306c85-36"\r\nStrict-Transport-Security: max-age=15768000\r\n'
          'Accept-Ranges: bytes\r\n\r\n').encode() + b"<html>".ljust(54)
_EHOSTUNREACH = 113


class Outside(Air):
    """An air whose name server knows every name but those of UNKNOWN; the system's is never asked."""

    def known(self, name):
        if name in UNKNOWN:
            raise Fail(errno=_EHOSTUNREACH)
        return ADDRESS


def _web(sock):
    text = b""
    while b"\n" not in text:  # what is no request is answered too: TLS, where it does not belong
        piece = sock.recv(4096)
        if not piece:
            return
        text += piece
        if text[:1] == b"\x16":
            break
    sock.sendall(ANSWER)


@contextlib.contextmanager
def around(air, folder):
    """The sites in that air; folder: for certificates."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*Pki(folder).pair("server"))
    with TcpServer(_web) as plain, TcpServer(_web, context) as secure:
        for port, server in ((80, plain), (443, secure), (8883, secure)):
            air.routes[ADDRESS, port] = "127.0.0.1", server.port
        air.dead.update(SILENT)
        yield

