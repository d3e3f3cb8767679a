"""What programs may expect of socketpool, call by call."""

import time

from online import join, modem

import socketpool

pool = socketpool.SocketPool(join())
HOST = "127.0.0.1"


def raises(kind, number, function, *args):
    """The exception that function(*args) raises, checked for its class and errno."""
    try:
        value = function(*args)
    except kind as e:
        assert number is None or e.errno == number, (e.errno, e)
        return e
    raise AssertionError("%r instead of %s" % (value, kind.__name__))


def stream(port, timeout=5):
    s = pool.socket()
    s.settimeout(timeout)
    s.connect((HOST, port))
    return s


def names():
    expected = {
        "AF_INET": 2, "AF_INET6": 10, "SOCK_STREAM": 1, "SOCK_DGRAM": 2, "SOCK_RAW": 3, "SOL_SOCKET": 0xFFF, "SO_REUSEADDR": 4,
        "TCP_NODELAY": 1, "IPPROTO_IP": 0, "IPPROTO_ICMP": 1, "IPPROTO_TCP": 6, "IPPROTO_UDP": 17, "IPPROTO_IPV6": 41,
        "IPPROTO_RAW": 255, "EAI_NONAME": -2,
    }
    for name, value in expected.items():
        assert getattr(pool, name) == value and getattr(socketpool.SocketPool, name) == value, name
    assert hasattr(pool, "IP_MULTICAST_TTL") and issubclass(pool.gaierror, OSError)
    assert not hasattr(pool, "timeout")  # minimqtt would take it for an exception
    assert {pool: 1}[pool] == 1 and pool != socketpool.SocketPool(join())
    raises(ValueError, None, socketpool.SocketPool, object())
    raises(OSError, None, pool.socket, pool.AF_INET, pool.SOCK_RAW)


def socket_object():
    s = pool.socket(pool.AF_INET, pool.SOCK_STREAM, pool.IPPROTO_TCP)
    assert s.type == 1 and pool.socket(type=pool.SOCK_DGRAM).type == 2 and {s: 1}[s] == 1 and isinstance(s, socketpool.Socket)
    for name in ("accept bind close connect listen recvfrom_into recv_into send sendall sendto setblocking setsockopt settimeout "
                 "__enter__ __exit__ __hash__").split():
        assert callable(getattr(s, name)), name
    s.setsockopt(pool.SOL_SOCKET, pool.SO_REUSEADDR, 1)
    raises(OSError, 107, s.recv_into, bytearray(4))
    assert raises(BrokenPipeError, 32, s.send, b"x").errno == 32
    for bad in (("h",), ("h", 1, 2), 7):
        raises((TypeError, ValueError), None, s.connect, bad)
    with s:
        pass
    s.close()
    for call in ((s.recv_into, bytearray(4)), (s.send, b"x"), (s.connect, (HOST, 1)), (s.bind, ("", 1)), (s.listen, 1)):
        raises(OSError, 9, *call)


def receiving(echo):
    s = stream(echo)
    buf = bytearray(8)
    s.send(b"abcdefghij")
    assert s.recv_into(buf, 1) == 1 and buf[0] == 97
    assert s.recv_into(memoryview(buf)[2:5]) == 3 and buf[2:5] == b"bcd"
    assert s.recv_into(buf, 0) == 6 and buf[:6] == b"efghij"  # 0: as many as there are
    raises(ValueError, None, s.recv_into, buf, 9)
    s.settimeout(0)
    raises(OSError, 11, s.recv_into, buf)
    s.setblocking(False)
    raises(OSError, 11, s.recv_into, buf, 4)
    s.settimeout(0.2)
    begun = time.monotonic()
    raises(OSError, 110, s.recv_into, buf)
    assert 0.15 < time.monotonic() - begun < 1
    s.setblocking(True)
    s.send(b"!")
    assert s.recv_into(buf) == 1
    s.close()


def end(greet):
    """The peer sends hello and closes: all of it, then 0 as often as one asks; then EPIPE."""
    s = stream(greet)
    buf = bytearray(100)
    got = 0
    while got < 5:
        got += s.recv_into(memoryview(buf)[got:])
    assert buf[:5] == b"hello"
    for _ in range(3):
        assert s.recv_into(buf) == 0
    raises(BrokenPipeError, 32, s.send, b"x")
    s.close()


def sending(echo):
    s = stream(echo)
    data = bytes([i & 255 for i in range(10000)])
    assert s.send(b"") == 0
    assert s.send(data[:10]) == 10 and s.send(bytearray(data[10:20])) == 10 and s.send(memoryview(data)[20:30]) == 10
    assert s.sendall(data[30:6000]) is None
    got = bytearray(6000)
    n = 0
    while n < 6000:
        n += s.recv_into(memoryview(got)[n:])
    assert got == data[:6000]
    s.close()


def leaves_at_once(echo):
    """What each send() took has left for the module when it returns; with a ticker small pieces are gathered."""
    s = stream(echo)
    buf = bytearray(10)
    for ticker in (None, "mine"):
        modem.timer = ticker
        for piece in (b"a", b"b", b"c", b"d"):
            s.send(piece)
        n = 0
        while n < 4:
            n += s.recv_into(buf)
    s.close()


def not_waiting(echo):
    """A socket that does not wait connects, sends and receives all the same."""
    s = pool.socket()
    s.settimeout(0)
    raises(OSError, 115, s.connect, (HOST, echo))
    end = time.monotonic() + 5
    sent = 0
    while not sent and time.monotonic() < end:
        try:
            sent = s.send(b"ping")
        except OSError as e:
            assert e.errno in (11, 32), e
    buf = bytearray(4)
    while time.monotonic() < end:
        try:
            assert s.recv_into(buf) == 4 and buf == b"ping"
            break
        except OSError as e:
            assert e.errno == 11, e
    else:
        raise AssertionError("nothing came back")
    s.close()


def failing(unused):
    s = pool.socket()
    s.settimeout(3)
    raises(OSError, 111, s.connect, (HOST, unused))
    s.close()
    s = pool.socket()
    assert raises(pool.gaierror, -2, s.connect, ("nobody.invalid", 80)).errno == -2
    s.close()
    s = pool.socket()
    s.settimeout(0.3)
    begun = time.monotonic()
    raises(OSError, 110, s.connect, ("203.0.113.66", 80))
    assert time.monotonic() - begun < 2
    s.close()


def by_name(echo_name):
    s = pool.socket()
    s.connect((echo_name, 7))
    s.send(b"named")
    buf = bytearray(5)
    assert s.recv_into(buf) == 5
    s.close()


def exhaustion(echo):
    held = [stream(echo) for _ in range(5)]
    for _ in range(3):
        s = pool.socket()
        raises(OSError, 105, s.connect, (HOST, echo))
        s.close()
    held.pop().close()
    held.append(stream(echo))
    for number, s in enumerate(held):
        s.send(b"%d" % number)
    buf = bytearray(1)
    for number, s in enumerate(held):
        assert s.recv_into(buf) == 1 and buf == b"%d" % number
        s.close()


def lookup(name):
    assert pool.getaddrinfo("10.0.0.9", 80) == [(2, 1, 0, "", ("10.0.0.9", 80))]
    assert pool.getaddrinfo(host="10.0.0.9", port=53, family=0, type=pool.SOCK_DGRAM, proto=17, flags=0) == [
        (2, 2, 17, "", ("10.0.0.9", 53))]
    assert pool.getaddrinfo(name, 80, 0, pool.SOCK_STREAM)[0] == (2, 1, 0, "", ("203.0.113.7", 80))
    raises(pool.gaierror, -2, pool.getaddrinfo, "nobody.invalid", 80)


def datagrams(first, second, name):
    with pool.socket(pool.AF_INET, pool.SOCK_DGRAM) as s:
        s.settimeout(3)
        buf = bytearray(100)
        for port, text in ((first, b"one"), (second, b"two"), (first, b"three")):
            assert s.sendto(bytearray(text), (HOST, port)) == len(text)
            n, sender = s.recvfrom_into(buf)
            assert buf[:n] == text and sender == (HOST, port), (buf[:n], sender)
        assert s.sendto(b"named", (name, 7)) == 5
        assert s.recv_into(memoryview(buf)[:4]) == 4 and buf[:4] == b"name"  # what does not fit is lost
        s.settimeout(0.1)
        raises(OSError, 110, s.recv_into, buf)
        s.settimeout(0)
        raises(OSError, 11, s.recvfrom_into, buf)
        raises((TypeError, ValueError), None, s.sendto, b"x", (HOST,))
    with pool.socket(pool.AF_INET, pool.SOCK_DGRAM) as s:
        raises(pool.gaierror, -2, s.sendto, b"x", ("nobody.invalid", 9))


def server(port):
    """Listens, says READY, and talks with three clients: one that talks, one that leaves, one that stays silent."""
    with pool.socket() as listener:
        raises(OSError, 22, listener.accept)
        listener.bind(("0.0.0.0", port))
        listener.listen(2)
        with pool.socket() as other:
            other.bind(("", port + 1))
            raises(OSError, 98, other.listen, 1)
        listener.settimeout(0)
        raises(OSError, 11, listener.accept)
        listener.settimeout(0.1)
        raises(OSError, 110, listener.accept)
        listener.settimeout(5)
        print("READY", flush=True)
        client, peer = listener.accept()
        assert peer[0] == HOST and isinstance(peer[1], int) and client.timeout == listener.timeout
        buf = bytearray(10)
        assert client.recv_into(buf) == 4 and buf[:4] == b"ping"
        client.sendall(b"pong")
        assert client.recv_into(buf) == 0  # it has gone
        raises(OSError, 104, client.recv_into, buf)  # a server that reads on is told
        client.close()
        silent, peer = listener.accept()
        silent.settimeout(0.1)
        raises(OSError, 110, silent.recv_into, buf)
        silent.close()
    return "served"


def native_ssl_may_wrap():
    """CircuitPython's own ssl takes an object with these; .type says that it is a stream."""
    s = pool.socket()
    assert s.type == pool.SOCK_STREAM
    for name in "accept bind close connect listen recv_into send settimeout setsockopt".split():
        assert callable(getattr(s, name)), name
    s.close()
