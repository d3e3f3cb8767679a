"""connect() in all its outcomes, getaddrinfo(), and what a socket may be asked before, during and after."""


import play
from checks import raises
from play import (
    EAGAIN, EALREADY, EBADF, ECONNREFUSED, EHOSTUNREACH, EINPROGRESS, EISCONN, ENOTCONN, ETIMEDOUT, case, fails, pair,
)

import socket

play.join()

_NVAL, _BROKEN, _HUP = 0x20, 0x18, 0x10


@case
def test_constructor():
    for args in ((), (2,), (2, 1), (2, 1, 0), (2, 1, 6), (socket.AF_INET, socket.SOCK_DGRAM)):
        s = play.new(*args)
        assert isinstance(s, socket.socket)
        s.close()
    with socket.socket() as s:
        pass
    fails(EBADF, s.connect, ("127.0.0.1", 1))


@case
def test_numbers():
    names = "AF_INET AF_INET6 SOCK_STREAM SOCK_DGRAM SOCK_RAW SOL_SOCKET SO_REUSEADDR SO_BROADCAST SO_KEEPALIVE IPPROTO_IP " \
            "IPPROTO_TCP IPPROTO_UDP TCP_NODELAY IP_ADD_MEMBERSHIP IP_DROP_MEMBERSHIP MSG_PEEK MSG_DONTWAIT"
    found = [getattr(socket, name) for name in names.split()]
    assert found == [2, 10, 1, 2, 3, 1, 4, 0x20, 8, 0, 6, 17, 0x40, 0x400, 0x401, 1, 2], found


@case
def test_getaddrinfo():
    play.ask("name", "server.test", "127.0.0.1")
    for more in ((), (0, socket.SOCK_STREAM), (socket.AF_INET, socket.SOCK_STREAM, 0, 0)):
        found = socket.getaddrinfo("server.test", 80, *more)
        assert len(found) == 1
        family, kind, proto, name, address = found[0]
        assert (family, kind, proto, name) == (2, 1, 0, ""), found
        assert address == ("127.0.0.1", 80) and address[0] == "127.0.0.1" and len(address) == 2
        host, port = address
        assert isinstance(address, tuple) and port == 80
    assert socket.getaddrinfo("10.1.2.3", 5)[0][-1] == ("10.1.2.3", 5)
    assert socket.getaddrinfo("0.0.0.0", 5)[0][-1] == ("0.0.0.0", 5)
    assert socket.getaddrinfo("", 5)[0][-1][1] == 5
    assert socket.getaddrinfo("server.test", 123, 0, socket.SOCK_DGRAM)[0][1] == 2


@case
def test_numeric_addresses_are_not_looked_up():
    play.ask("clear")
    socket.getaddrinfo("192.168.4.1", 80)
    assert play.ask("count", "AT+") == 0


@case
def test_getaddrinfo_fails():
    play.ask("dns", False)
    try:
        fails(-2, socket.getaddrinfo, "server.nowhere.test", 80)
    finally:
        play.ask("dns", True)
    play.ask("name", "server.test", "127.0.0.1")
    assert socket.getaddrinfo("server.test", 1)[0][-1] == ("127.0.0.1", 1)


@case
def test_connect_by_name():
    play.ask("name", "server.test", "127.0.0.1")
    s = play.new()
    s.settimeout(5)
    assert s.connect(("server.test", play.listener().address[1])) is None
    peer = play.listener().accept()
    s.write(b"hello")
    assert peer.recv(5) == b"hello"
    s = play.new()
    s.settimeout(5)
    play.ask("dns", False)
    try:
        s.connect(("server.nowhere.test", 80))
        raise AssertionError("connected to nobody")
    except OSError as e:
        assert e.args[0] in (-2, EHOSTUNREACH, ECONNREFUSED), e.args
    finally:
        play.ask("dns", True)


@case
def test_connect_waits():
    for timeout in (None, 5, 5.0):
        s = play.new()
        s.settimeout(timeout)
        assert s.connect(play.listener().address) is None
        fails(EISCONN, s.connect, play.listener().address)
        peer = play.listener().accept()
        s.write(b"x")
        assert peer.recv(1) == b"x"


@case
def test_no_address():
    for address in ("127.0.0.1", ("127.0.0.1", "80"), "127.0.0.1:80"):
        for _ in range(6):  # more often than there are links
            raises(TypeError, play.new().connect, address)


@case
def test_refused():
    for timeout in (None, 5):
        s = play.new()
        s.settimeout(timeout)
        address = play.unused()
        error = fails(ECONNREFUSED, s.connect, address)
        assert "no connection to %s, port %d" % address[:2] in str(error), error
        for call, argument in ((s.recv, 1), (s.send, b"x"), (s.read, 1), (s.write, b"x")):
            try:
                value = call(argument)
                assert value == b"", value
            except OSError as e:
                assert e.args[0] in (32, ENOTCONN, 104), e.args


@case
def test_refused_without_waiting():
    s = play.new()
    s.setblocking(False)
    fails(EINPROGRESS, s.connect, play.unused())
    play.until(lambda: s.ioctl(3, 4))
    flags = s.ioctl(3, 5)
    assert flags & _BROKEN == _BROKEN, flags
    fails(ECONNREFUSED, s.connect, play.unused())


@case
def test_under_way():
    play.ask("delay_connect", 0.3)
    s = play.new()
    s.setblocking(False)
    fails(EINPROGRESS, s.connect, play.listener().address)
    assert s.ioctl(3, 5) == 0
    fails(EALREADY, s.connect, play.listener().address)
    assert s.read(1) is None and s.readline() is None and s.readinto(bytearray(1)) is None
    assert s.write(b"x") is None
    fails(EAGAIN, s.recv, 1)
    fails(EAGAIN, s.send, b"x")
    play.until(lambda: s.ioctl(3, 4))
    assert s.ioctl(3, 5) == 4
    assert s.connect(play.listener().address) is None, "once"
    fails(EISCONN, s.connect, play.listener().address)
    peer = play.listener().accept()
    s.write(b"hello")
    assert peer.recv(5) == b"hello"


@case
def test_timeout_while_under_way():
    play.ask("delay_connect", 0.5)
    s = play.new()
    s.settimeout(0.06)
    ms, _ = play.took(fails, ETIMEDOUT, s.connect, play.listener().address)
    assert 50 <= ms < 400, ms
    s.close()
    peer = play.listener().accept()
    assert peer.recv(1) == b""  # the link was opened, and closed again
    pair()


@case
def test_closed_while_under_way():
    play.ask("delay_connect", 0.3)
    s = play.new()
    s.setblocking(False)
    play.ask("clear")
    fails(EINPROGRESS, s.connect, play.listener().address)
    play.until(lambda: s.ioctl(3, 5) == 0 and play.ask("count", "AT+CIPSTART"))
    s.close()
    fails(EBADF, s.recv, 1)
    assert s.ioctl(3, 5) == _NVAL
    peer = play.listener().accept()
    assert peer.recv(1) == b""


@case
def test_flags():
    s = play.new()
    assert s.ioctl(3, 5) & _HUP
    s.settimeout(5)
    s.connect(play.listener().address)
    peer = play.listener().accept()
    assert s.ioctl(3, 1) == 0 and s.ioctl(3, 4) == 4 and s.ioctl(3, 5) == 4
    peer.arrive(b"ab")
    play.until(lambda: s.ioctl(3, 1) == 1)
    assert s.ioctl(3, 5) == 5 and s.ioctl(3, 4) == 4
    assert s.read(2) == b"ab"
    assert s.ioctl(3, 1) == 0
    peer.close()
    play.until(lambda: s.ioctl(3, 1) == 1)
    assert s.ioctl(3, 5) == 5 and s.ioctl(3, 4) == 4
    s.close()
    assert s.ioctl(3, 5) == _NVAL and s.ioctl(3, 1) == _NVAL
    assert s.ioctl(10, 0) < 0 and s.ioctl(11, 0) < 0 and s.ioctl(2, 0) < 0 and s.ioctl(1, 0) == 0


@case
def test_closed_by_ioctl():
    s, peer = pair()
    assert s.ioctl(4, 0) == 0
    assert peer.recv(1) == b""
    fails(EBADF, s.recv, 1)


@case
def test_no_wifi():
    play.wlan.disconnect()
    try:
        s = play.new()
        s.settimeout(5)
        fails(EHOSTUNREACH, s.connect, play.listener().address)
        s = play.new()
        s.setblocking(False)
        fails(EINPROGRESS, s.connect, play.listener().address)
        play.until(lambda: s.ioctl(3, 4))
        fails(EHOSTUNREACH, s.connect, play.listener().address)
        fails(-2, socket.getaddrinfo, "server.test", 80)
    finally:
        play.join()
    pair()
