"""MicroPython's select.poll on sockets of the library: flags in every state, several at once, time-outs, one at a time."""

import select

import play
from play import EINPROGRESS, case, fails, pair

import socket

ONLY = ("mp64", "mp32")
IN, OUT, ERR, HUP, NVAL = 1, 4, 8, 16, 32

play.join()


def poll_of(*sockets, flags=IN | OUT):
    p = select.poll()
    for s in sockets:
        p.register(s, flags)
    return p


def now_of(p, s):
    """The flags that poll() gives for s, 0 when it is not in the answer."""
    for found, flags in p.poll(0):
        if found is s:
            return flags
    return 0


@case
def test_states_of_a_stream():
    s = play.new()
    p = poll_of(s)
    assert now_of(p, s) & HUP
    s.settimeout(5)
    s.connect(play.listener().address)
    peer = play.listener().accept()
    assert now_of(p, s) == OUT
    peer.arrive(b"ab")
    play.until(lambda: now_of(p, s) == IN | OUT)
    p.modify(s, OUT)
    assert now_of(p, s) == OUT
    p.modify(s, IN)
    assert now_of(p, s) == IN
    s.recv(2)
    assert now_of(p, s) == 0
    peer.close()
    play.until(lambda: now_of(p, s) == IN)
    p.modify(s, IN | OUT)
    assert now_of(p, s) == IN | OUT
    assert s.recv(1) == b""
    assert now_of(p, s) == IN | OUT
    s.close()
    assert now_of(p, s) == NVAL
    p.unregister(s)
    assert p.poll(0) == []


@case
def test_waits_for_data():
    s, peer = pair()
    p = poll_of(s, flags=IN)
    ms, found = play.took(p.poll, 60)
    assert found == [] and 50 <= ms < 500, (ms, found)
    peer.send(b"x", 0.05)
    ms, found = play.took(p.poll, 3000)
    assert found == [(s, IN)] and ms < 1000, (ms, found)
    assert s.recv(10) == b"x"
    peer.send(b"y", 0.05)
    for found, flags in p.ipoll(3000):
        assert found is s and flags == IN
    assert s.recv(10) == b"y"


@case
def test_several_at_once():
    pairs = [pair() for _ in range(5)]
    p = poll_of(*[s for s, _ in pairs], flags=IN)
    assert p.poll(20) == []
    for i in (3, 1):
        pairs[i][1].send(b"to %d" % i)
    play.until(lambda: len(p.poll(100)) == 2)
    assert sorted([pairs.index(q) for q in pairs if (q[0], IN) in p.poll(0)]) == [1, 3]
    pairs[3][0].recv(10)
    assert p.poll(0) == [(pairs[1][0], IN)]
    pairs[4][1].close()
    play.until(lambda: len(p.poll(100)) == 2)
    assert pairs[4][0].recv(1) == b""


@case
def test_connecting():
    play.ask("delay_connect", 0.2)
    s = play.new()
    s.setblocking(False)
    fails(EINPROGRESS, s.connect, play.listener().address)
    p = poll_of(s)
    assert p.poll(20) == []
    ms, found = play.took(p.poll, 3000)
    assert found == [(s, OUT)] and ms > 50, (ms, found)
    play.listener().accept()
    s = play.new()
    s.setblocking(False)
    fails(EINPROGRESS, s.connect, play.unused())
    found = poll_of(s).poll(3000)
    assert len(found) == 1 and found[0][1] & (ERR | HUP), found


@case
def test_reset():
    s, peer = pair()
    p = poll_of(s, flags=IN)
    peer.reset()
    found = p.poll(3000)
    assert len(found) == 1 and found[0][1] & IN, found


@case
def test_module_restarts():
    s, peer = pair()
    p = poll_of(s, flags=IN)
    play.ask("restart")
    found = p.poll(3000)
    assert len(found) == 1 and found[0][1] == IN | ERR | HUP, found
    fails(play.ECONNRESET, s.recv, 1)
    assert s.recv(1) == b""
    assert now_of(p, s) == IN
    play.until(play.wlan.isconnected)


@case
def test_datagrams():
    far = play.Datagrams()
    s = play.new(socket.AF_INET, socket.SOCK_DGRAM)
    p = poll_of(s)
    assert now_of(p, s) == OUT
    s.sendto(b"x", far.address)
    far.recv()
    assert now_of(p, s) == OUT
    far.reply(b"y")
    play.until(lambda: now_of(p, s) == IN | OUT)
    s.recv(1)
    assert now_of(p, s) == OUT


@case
def test_full():
    s, peer = pair(0, play.Listener(4096))
    block = bytes(2048)
    p = poll_of(s, flags=OUT)
    last = play.now()
    while play.now() - last < 300:
        if s.write(block) is None:
            play.modem.wait()
        else:
            last = play.now()
    assert p.poll(20) == []
    play.ask("drain", peer.handle)
    assert p.poll(3000) == [(s, OUT)]


@case
def test_beside_the_line_itself():
    s, peer = pair()
    p = poll_of(s, flags=IN)
    p.register(play.modem.port, IN)
    peer.send(b"x", 0.05)
    play.until(lambda: (s, IN) in p.poll(100))
    assert s.recv(9) == b"x"
