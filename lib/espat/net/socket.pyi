from typing import Any

from espat.net.sock import (
    AF_INET as AF_INET,
    AF_INET6 as AF_INET6,
    SOCK_DGRAM as SOCK_DGRAM,
    SOCK_STREAM as SOCK_STREAM,
    Socket,
)

SOCK_RAW: int
SOL_SOCKET: int
SO_REUSEADDR: int
SO_KEEPALIVE: int
SO_BROADCAST: int
SO_LINGER: int
IPPROTO_IP: int
IPPROTO_TCP: int
IPPROTO_UDP: int
TCP_NODELAY: int
IP_ADD_MEMBERSHIP: int
IP_DROP_MEMBERSHIP: int
MSG_PEEK: int
MSG_DONTWAIT: int

def use(modem: Any) -> None: ...

class socket(Socket):
    def __init__(self, af: int = ..., type: int = ..., proto: int = 0, fileno: Any = None) -> None: ...
    def another(self) -> socket: ...

class Address(tuple[str, int]):
    host: str | None

def getaddrinfo(host: str, port: int, af: int = 0, type: int = 0, proto: int = 0,
                flags: int = 0) -> list[tuple[int, int, int, str, tuple[str, int]]]: ...
