"""MicroPython's socket module over the module's links; use() names the links."""

from espat.errors import AtError
from espat.net import at_dns
from espat.net.sock import AF_INET, AF_INET6, SOCK_DGRAM, SOCK_STREAM, Socket  # noqa: F401

# lwIP's numbers: programs hard-code them
SOCK_RAW = 3
SOL_SOCKET = 1
SO_REUSEADDR = 4
SO_KEEPALIVE = 8
SO_BROADCAST = 0x20
SO_LINGER = 0x80
IPPROTO_IP = 0
IPPROTO_TCP = 6
IPPROTO_UDP = 17
TCP_NODELAY = 0x40
IP_ADD_MEMBERSHIP = 0x400
IP_DROP_MEMBERSHIP = 0x401
MSG_PEEK = 1
MSG_DONTWAIT = 2

_links = None


def use(links):
    """From now on sockets are links of this table."""
    global _links
    _links = links


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


def _numeric(host):
    if ":" in host:
        return True
    parts = host.split(".")
    for p in parts:
        if not p.isdigit():
            return False
    return len(parts) == 4


def getaddrinfo(host, port, af=0, type=0, proto=0, flags=0):
    """[(family, type, proto, "", (ip, port))], one entry; raises OSError(-2) for a name nobody knows."""
    ip = host or "0.0.0.0"
    if not _numeric(ip):
        try:
            ip = at_dns.resolve(_links.at, host)
        except AtError:
            raise OSError(-2, "name not found")
    address = Address((ip, port))
    address.host = host
    return [(AF_INET6 if ":" in ip else AF_INET, type or SOCK_STREAM, proto, "", address)]
