"""A megabyte without pacing: the work grows linearly with the size, and the heap is the same after the last kilobyte."""

import gc

import play
from play import MICROPYTHON, case, pair

TIMEOUT = 90

play.join()
WANT = play.pattern(65536)
PIECE = 2048
PIECES = [WANT[at : at + PIECE] for at in range(0, 65536, PIECE)]
buf = bytearray(PIECE)


def used():
    gc.collect()
    return gc.mem_alloc() if MICROPYTHON else 0


class Steps:
    """Counts the library's steps that moved something."""

    def __init__(self):
        self.n = 0
        self.plain = play.modem._receive
        play.modem._receive = self.receive

    def receive(self, *more):
        moved = self.plain(*more)
        if moved:
            self.n += 1
        return moved

    def stop(self):
        play.modem._receive = self.plain


def download(size):
    """(AT commands, steps, growth of the heap between the first and the last piece)"""
    s, peer = pair(10)
    play.ask("clear")
    play.ask("send_pattern", peer.handle, -size)
    steps = Steps()
    got = 0
    first = None
    while True:
        n = s.readinto(buf)
        if not n:
            break
        assert n == PIECE and buf == PIECES[got % 65536 // PIECE], (got, n)
        got += n
        if first is None and got >= 8 * PIECE:
            first = used()
        if got == size:
            last = used()
    steps.stop()
    assert got == size, got
    s.close()
    return play.ask("count", "AT+CIPRECVDATA"), steps.n, last - first


@case
def test_linear():
    download(1 << 16)  # what grows once, grows here
    results = [download(megabytes << 20) for megabytes in (1, 2, 4)]
    print(results)
    for results_one, results_two in zip(results, results[1:]):
        for i in (0, 1):
            ratio = results_two[i] / results_one[i]
            assert 1.5 < ratio < 2.5, (i, ratio, results)
    for result in results:
        assert -64 <= result[2] <= 64, results
