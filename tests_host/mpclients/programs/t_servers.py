"""Listening sockets: accepting in every mode, who the client is, and clients that come and go."""

import struct

import play
from play import EAGAIN, EBADF, EINVAL, ETIMEDOUT, ask, case, fails, until

play.join()

import socket

EADDRINUSE = 98
SHORT = 0.06


def serve(timeout=5, backlog=2, port=None):
    """(listening socket, its port)."""
    port = port or ask("unused")
    s = play.new()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(("", port))
    s.listen(backlog)
    s.settimeout(timeout)
    return s, port


def dial(port):
    """(peer, its address): a client of ours."""
    handle, host, own = ask("dial", port, work=True)
    return play.Peer(handle), (host, own)


def take(s):
    """accept(), closed when the test ends."""
    client, address = s.accept()
    play._made.append(client)
    return client, address


@case
def test_accept_waits():
    s, port = serve(None)
    peer, address = dial(port)
    client, seen = take(s)
    assert seen == address, (seen, address)
    assert isinstance(client, socket.socket)
    peer.send(b"to the board")
    assert client.recv(100) == b"to the board"
    assert client.write(b"back") == 4
    assert peer.recv(4) == b"back"


@case
def test_accept_with_time_out():
    s, port = serve(SHORT)
    ms, _ = play.took(fails, ETIMEDOUT, s.accept)
    assert 50 <= ms < 1000, ms
    peer, _ = dial(port)
    client, _ = take(s)
    assert client.timeout == s.timeout == int(SHORT * 1000 + 0.999), "accepted sockets inherit the listener's time-out"
    fails(ETIMEDOUT, client.recv, 1)
    peer.send(b"x")
    client.settimeout(5)
    assert client.recv(1) == b"x"


@case
def test_accept_does_not_wait():
    s, port = serve(0)
    ms, _ = play.took(fails, EAGAIN, s.accept)
    assert ms < 50, ms
    peer, address = dial(port)
    until(lambda: s.ioctl(3, 1) == 1)
    client, seen = take(s)
    assert seen == address
    fails(EAGAIN, client.recv, 1)
    fails(EAGAIN, s.accept)


@case
def test_not_listening():
    s = play.new()
    fails(EINVAL, s.accept)
    fails(EINVAL, s.listen)
    s.close()
    fails(EBADF, s.accept)
    fails(EBADF, s.listen)
    fails(EBADF, s.bind, ("", 80))


@case
def test_second_listener():
    s, port = serve()
    other = play.new()
    other.bind(("0.0.0.0", ask("unused")))
    try:
        other.listen()
        raise AssertionError("there is one server")
    except OSError as e:
        assert e.args[0] == EADDRINUSE and str(port) in e.args[1], e.args
    s.close()
    other.listen()
    peer, _ = dial(other.local)
    other.settimeout(5)
    take(other)
    assert ask("refused", port)


@case
def test_listen_twice_and_close():
    s, port = serve()
    s.listen(1)
    dial(port)
    take(s)
    s.close()
    s.close()
    fails(EBADF, s.accept)
    assert ask("refused", port)


@case
def test_accepted_sockets_outlive_the_listener():
    s, port = serve()
    peer, _ = dial(port)
    client, _ = take(s)
    s.close()
    peer.send(b"still")
    assert client.recv(5) == b"still"
    client.write(b"here")
    assert peer.recv(4) == b"here"


@case
def test_unaccepted_clients_are_sent_away():
    s, port = serve()
    peers = [dial(port)[0] for _ in range(3)]
    until(lambda: len(s.server.waiting) == 3)
    s.close()
    for peer in peers:
        assert peer.recv(1) == b""


@case
def test_servers_and_clients_side_by_side():
    s, port = serve()
    out, far = play.pair()
    peer, _ = dial(port)
    client, _ = take(s)
    out2, far2 = play.pair()
    for round in range(20):
        text = b"%d." % round * 100
        far.send(text)
        peer.send(text)
        far2.send(text)
        for sock in (out, client, out2):
            assert sock.read(len(text)) == text
            sock.write(text)
        for other in (far, peer, far2):
            assert other.recv(len(text)) == text


@case
def test_a_client_takes_the_number_of_a_connection_that_is_held_back():
    # a socket that does not wait opens its link when it is used; clients of the server take numbers meanwhile
    s, port = serve(0)
    held = []
    play.modem.links._turn = 4  # the next ones get numbers 0 and 1, the module gives its clients the same
    for _i in range(2):
        h = play.new()
        h.setblocking(False)
        fails(play.EINPROGRESS, h.connect, play.listener().address)
        held.append(h)
    callers = [dial(port) for _ in range(2)]
    clients = []
    for peer, address in callers:
        until(lambda: s.ioctl(3, 1))
        client, seen = take(s)
        assert seen == address, (seen, address)
        clients.append((client, peer))
    for h in held:
        until(lambda h=h: h.ioctl(3, 4) == 4)
        far = play.listener().accept()
        h.write(b"out")
        assert far.recv(3) == b"out"
        far.send(b"in")
        h.settimeout(5)
        assert h.recv(2) == b"in"
    for client, peer in clients:
        client.settimeout(5)
        peer.send(b"server")
        assert client.recv(6) == b"server"


@case
def test_clients_that_vanish():
    s, port = serve()
    for round in range(4):
        for _ in range(4):
            peer, _ = dial(port)
            if round & 1:
                peer.reset()
            else:
                peer.close()
        until(lambda: ask("links") == [])
    # what is left over gives the end of its stream, then a living client is served
    peer, address = dial(port)
    s.settimeout(5)
    seen = None
    while seen != address:
        client, seen = take(s)
        if seen != address:
            try:
                assert client.recv(1) == b""
            except OSError as e:
                assert e.args[0] == play.ECONNRESET
        client.close() if seen != address else None
    peer.send(b"alive")
    assert client.recv(5) == b"alive"


@case
def test_five_clients_and_the_sixth():
    s, port = serve(backlog=5)
    peers = [dial(port) for _ in range(5)]
    clients = {}
    for _ in range(5):
        client, address = take(s)
        clients[address] = client
    assert len(clients) == 5
    extra, _ = dial(port)
    assert extra.recv(1) == b"", "the module has no sixth link"
    fails(105, play.new().connect, play.listener().address)
    for n, (peer, address) in enumerate(peers):
        peer.send(b"%d" % n)
        assert clients[address].recv(1) == b"%d" % n


@case
def test_a_link_is_reused_right_after_it_was_closed():
    s, port = serve()
    for n in range(30):
        peer, address = dial(port)
        client, seen = take(s)
        assert seen == address
        peer.send(b"%03d" % n)
        assert client.read(3) == b"%03d" % n
        if n % 3 == 0:
            client.write(b"bye")
            client.close()
            assert peer.recv(4) == b"bye"
        elif n % 3 == 1:
            peer.close()
            assert client.read(1) == b""
        else:
            peer.send(b"unread")
            peer.close()
            client.close()


@case
def test_data_behind_the_end():
    s, port = serve()
    peer, _ = dial(port)
    peer.send(b"early words" * 300)
    peer.close()
    client, _ = take(s)
    assert client.read() == b"early words" * 300


@case
def test_the_module_restarts():
    s, port = serve()
    peer, _ = dial(port)
    client, _ = take(s)
    ask("restart")
    client.settimeout(5)
    fails(play.ECONNRESET, client.recv, 1)
    until(play.wlan.isconnected, 10)
    until(lambda: not play.modem.urgent and play.modem.idle())
    peer, address = dial(port)
    client, seen = take(s)
    assert seen == address
    peer.send(b"again")
    assert client.recv(5) == b"again"


@case
def test_linger_of_zero_resets():
    s = play.new()
    s.connect(play.listener().address)
    peer = play.listener().accept()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    s.close()
    try:
        peer.recv(1)
    except RuntimeError as e:
        assert "ConnectionResetError" in str(e), e
        return
    raise AssertionError("the connection was not reset")


@case
def test_options_reach_the_system():
    s, port = serve()
    peer, _ = dial(port)
    client, _ = take(s)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    index = client.link.index
    keep_alive, idle, no_delay = ask("options", index)
    assert keep_alive and 1 <= idle <= 7200 and no_delay, (keep_alive, idle, no_delay)
    assert ask("count", "AT+CIPTCPOPT=%d," % index)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 0)
    assert ask("options", index)[0] == 0
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    assert ask("count", "AT+CIPTCPOPT=%d,0" % index)
    client.setsockopt(999, 999, 1)  # unknown: no effect, no error
    early = play.new()
    early.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    early.connect(play.listener().address)
    assert ask("options", early.link.index)[0] == 1
    late = play.new()
    late.setblocking(False)
    late.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    fails(play.EINPROGRESS, late.connect, play.listener().address)
    until(lambda: late.ioctl(3, 4) == 4)
    late.write(b"x")
    assert ask("options", late.link.index)[2] == 1
