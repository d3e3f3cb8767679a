"""select.poll() with sockets, listening sockets and the serial line of the board mixed; what waiting costs."""

import select

import play
from play import ECONNREFUSED, EINPROGRESS, ask, case, fails, until

play.join()

LIBRARY = "select"
VERSION = "built in"

import socket

IN, OUT, ERR, HUP, NVAL = select.POLLIN, select.POLLOUT, select.POLLERR, select.POLLHUP, 0x20


def new_poll(*pairs):
    p = select.poll()
    for thing, mask in pairs:
        p.register(thing, mask)
    return p


def serve():
    s = play.new()
    s.bind(("", ask("unused")))
    s.listen(2)
    return s


@case
def test_states():
    s, peer = play.pair()
    fresh, listening, closed = play.new(), serve(), play.new()
    closed.close()
    p = new_poll((s, IN | OUT), (fresh, IN | OUT), (listening, IN), (closed, IN))
    got = {id(x): flags for x, flags in p.poll(50)}
    assert got == {id(s): OUT, id(fresh): HUP, id(closed): NVAL}, got
    peer.send(b"x")
    peer2 = play.Peer(ask("dial", listening.local, work=True)[0])
    until(lambda: len(p.poll(50)) == 4 and (s, IN | OUT) in p.poll(50))
    got = {id(x): flags for x, flags in p.poll(50)}
    assert got == {id(s): IN | OUT, id(fresh): HUP, id(closed): NVAL, id(listening): IN}, got
    client, _ = listening.accept()
    play._made.append(client)
    peer2.close()
    until(lambda: new_poll((client, IN)).poll(0))
    assert client.recv(1) == b""


@case
def test_time_out_and_wake():
    s, peer = play.pair()
    p = new_poll((s, IN))
    ms, got = play.took(p.poll, 60)
    assert got == [] and 50 <= ms < 500, (ms, got)
    peer.send(b"wake", 0.05)
    ms, got = play.took(p.poll, 5000)
    assert got == [(s, IN)] and 30 <= ms < 1000, (ms, got)
    assert s.recv(10) == b"wake"


@case
def test_ipoll_and_modify():
    s, peer = play.pair()
    p = new_poll((s, IN | OUT))
    assert [(x, flags) for x, flags in p.ipoll(50)] == [(s, OUT)]
    p.modify(s, IN)
    assert list(p.ipoll(20)) == []
    peer.send(b"x")
    assert [(x, flags) for x, flags in p.ipoll(5000)] == [(s, IN)]
    p.unregister(s)
    assert p.poll(0) == []


@case
def test_connect_without_waiting():
    good, bad = play.new(), play.new()
    good.setblocking(False)
    bad.setblocking(False)
    fails(EINPROGRESS, good.connect, play.listener().address)
    fails(EINPROGRESS, bad.connect, play.unused())
    p = new_poll((good, OUT), (bad, OUT))
    seen = {}
    until(lambda: seen.update({id(x): flags for x, flags in p.poll(20)}) or len(seen) == 2)
    assert seen[id(good)] == OUT, seen
    assert seen[id(bad)] & (ERR | HUP) and seen[id(bad)] & OUT, seen
    fails(ECONNREFUSED, bad.read, 1)
    peer = play.listener().accept()
    good.write(b"x")
    assert peer.recv(1) == b"x"


@case
def test_peer_resets_and_closes():
    s, peer = play.pair()
    t, other = play.pair()
    p = new_poll((s, IN), (t, IN))
    peer.reset()
    other.close()
    seen = {}
    until(lambda: seen.update({id(x): flags for x, flags in p.poll(20)}) or len(seen) == 2)
    assert seen[id(s)] & IN and seen[id(t)] & IN, seen
    assert t.recv(1) == b""


@case
def test_listeners_sockets_and_the_line_at_once():
    # a program may wait on the board's serial line as well; it is ready whenever the module says something
    s, peer = play.pair()
    listening = serve()
    p = new_poll((play.modem.port, IN), (s, IN), (listening, IN))
    until(lambda: p.poll(30) == [])
    peer.send(b"x", 0.03)
    begun = play.now()
    until(lambda: [x for x, _ in p.poll(1000) if x is s])
    assert play.now() - begun < 900
    assert s.recv(1) == b"x"
    ask("dial", listening.local)
    until(lambda: [x for x, _ in p.poll(1000) if x is listening])
    client, _ = listening.accept()
    play._made.append(client)


class Counting(socket.socket):
    calls = 0

    def ioctl(self, request, arg):
        if request == 3:
            Counting.calls += 1
        return super().ioctl(request, arg)


@case
def test_what_waiting_costs():
    # the system's poll() of this port asks every object each millisecond; over the line goes nothing at all
    sockets = [Counting() for _ in range(4)]
    for s in sockets:
        play._made.append(s)
        s.connect(play.listener().address)
        play.listener().accept()
    p = new_poll(*[(s, IN) for s in sockets])
    until(lambda: p.poll(20) == [])
    ask("clear")
    Counting.calls = 0
    ms, got = play.took(p.poll, 500)
    assert got == [] and 480 <= ms < 900, (ms, got)
    rate = Counting.calls * 1000 // ms // len(sockets)
    print("POLL calls a second and socket:", rate)
    assert rate <= 1100, rate
    assert ask("written") == "", "an idle program asks the module nothing"
