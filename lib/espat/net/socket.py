"""MicroPython's socket module over the module's links; use() names the modem."""

from espat.errors import AtRefused
from espat.net import at_tcp, link, reading  # noqa: F401  (not inside sock)
from espat.net.sock import AF_INET, AF_INET6, SOCK_DGRAM, SOCK_STREAM, Socket  # noqa: F401

_links = None


def use(modem):
    """From now on sockets are links of this modem."""
    global _links
    _links = modem.links


def __getattr__(name):
    from espat.net import constants

    return getattr(constants, name)


class socket(Socket):
    """A socket of the installed module."""

    def __init__(self, af=AF_INET, type=SOCK_STREAM, proto=0, fileno=None):
        super().__init__(_links, af, type, proto)

    def another(self):
        """A new socket of the same class."""
        return socket()


class Address(tuple):
    """(ip, port) that remembers the name it was looked up by: TLS needs it."""

    host = None


def getaddrinfo(host, port, af=0, type=0, proto=0, flags=0):
    """[(family, type, proto, "", (ip, port))], one entry; raises OSError(-2) for a name nobody knows.

    Each call asks the module again, for 15 seconds at most, when host is a name.
    """
    ip = host or "0.0.0.0"
    if ":" not in ip and not ip.replace(".", "").isdigit():
        try:
            ip = at_tcp.resolve(_links.at, host)
        except AtRefused:
            raise OSError(-2, "name not found: %s" % host)
    address = Address((ip, port))
    address.host = host
    return [(AF_INET6 if ":" in ip else AF_INET, type or SOCK_STREAM, proto, "", address)]
