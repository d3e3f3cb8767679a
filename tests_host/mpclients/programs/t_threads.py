"""A second thread: it is told at once that the modem is not its own, and nothing of the first one's streams is touched."""

import _thread
import time

import play
from play import ask, case, until

play.join()

ONLY = ("cpython",)
LIBRARY = "_thread"
VERSION = "built in"
SCENARIOS = {"test_calls_of_another_thread": "calls of a second thread raise RuntimeError at once, streams stay right",
             "test_handed_over": "the modem handed to another thread"}


class Other:
    """Runs function(*args) in a thread of its own; result: what it gave or raised, with the ms it took."""

    def __init__(self, function, *args):
        self.result = None
        _thread.start_new_thread(self.run, (function, args))

    def run(self, function, args):
        begun = play.now()
        try:
            value = function(*args)
        except Exception as e:
            value = e
        self.result = value, play.now() - begun


@case
def test_calls_of_another_thread():
    s, peer = play.pair()
    t, other = play.pair()
    ask("pump", peer.handle)
    want = play.pattern(65536)
    pos = 0
    calls = (lambda: play.modem.command("AT"), lambda: t.recv(1), lambda: t.write(b"x"), play.wlan.isconnected,
             lambda: play.new().connect(play.listener().address), play.modem.step, lambda: t.ioctl(3, 1))
    for call in calls * 3:
        second = Other(call)
        while not second.result:
            data = s.recv(700)
            at = pos % 65536
            assert data == (want[at:] + want)[: len(data)], pos
            pos += len(data)
        error, ms = second.result
        assert isinstance(error, RuntimeError) and "thread" in str(error), error
        assert ms < 1000, ms
    t.write(b"still here")
    assert other.recv(10) == b"still here", "nothing of the other thread's"


@case
def test_handed_over():
    s, peer = play.pair()
    mine = play.modem.thread

    def use():
        play.modem.thread = _thread.get_ident()
        s.write(b"from the other")
        s.settimeout(5)
        data = s.recv(10)
        play.modem.thread = mine
        return data

    peer.send(b"to it")
    second = Other(use)
    while not second.result:
        time.sleep(0.01)
    assert second.result[0] == b"to it", second.result
    assert peer.recv(14) == b"from the other"
    s.write(b"back again")
    assert peer.recv(10) == b"back again"
    until(play.wlan.isconnected)
