"""One ICMP echo, where the system lets a program send one."""
import asyncio
import os
import socket
import struct
import time

REQUEST = {socket.AF_INET: 8, socket.AF_INET6: 128}
PROTOCOL = {socket.AF_INET: socket.IPPROTO_ICMP, socket.AF_INET6: socket.IPPROTO_ICMPV6}


async def ping(address, timeout=1.0):
    """Milliseconds until the echo came back, None if it did not (or may not be sent)."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        sock, raw = _socket(family)
    except OSError:
        return None
    with sock:
        try:
            return await asyncio.wait_for(_echo(sock, family, raw, address), timeout)
        except (OSError, TimeoutError):
            return None


def _socket(family):
    """A datagram ICMP socket (no rights needed where allowed) or a raw one; True if raw."""
    try:
        sock = socket.socket(family, socket.SOCK_DGRAM, PROTOCOL[family])
    except OSError:
        sock = socket.socket(family, socket.SOCK_RAW, PROTOCOL[family])
    sock.setblocking(False)
    return sock, sock.type == socket.SOCK_RAW


async def _echo(sock, family, raw, address):
    loop = asyncio.get_running_loop()
    token = os.urandom(16)
    begin = time.monotonic()
    await loop.sock_sendto(sock, _request(family, token), (address, 0))
    while True:
        answer = await loop.sock_recv(sock, 2048)
        kind = answer[20] if raw and family == socket.AF_INET else answer[0]
        if token in answer and kind != REQUEST[family]:
            return int((time.monotonic() - begin) * 1000)


def _request(family, token):
    head = struct.pack("!BBHHH", REQUEST[family], 0, 0, os.getpid() & 0xFFFF, 1)
    total = sum(struct.unpack(f"!{len(head + token) // 2}H", head + token))
    total = (total >> 16) + (total & 0xFFFF)
    total += total >> 16
    checksum = ~total & 0xFFFF
    return head[:2] + struct.pack("!H", checksum) + head[4:] + token
