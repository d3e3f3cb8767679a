"""Boards have a timer that steps every 10 ms; on the unix port a thread and a signal do it: what a sleeping program gets done."""

import gc
import time

import espat_board
import play
from play import case, pair

ONLY = ("mp64", "mp32")

play.join()


@case
def test_a_lone_write_leaves_while_the_program_sleeps():
    s, peer = pair()
    ticks = []

    def tick(timer):
        ticks.append(1)
        play.modem._tick(timer)
        if play.modem.engine.phase and not begun_at:
            begun_at.append(len(ticks))

    begun_at = []
    timer = espat_board.ticker(5, tick)
    for _ in range(5):
        play.until(lambda: not play.modem.engine.phase)
        del begun_at[:]
        begun = len(ticks)
        s.write(b"x")
        play.until(peer.unread)  # asks the peer and sleeps: nobody steps but the ticker
        # it waits 8 ms for company: that is over with the second tick, however long a busy machine makes of it
        assert begun_at[0] - begun <= 3, begun_at[0] - begun
        assert peer.recv(1) == b"x"
    timer.deinit()


@case
def test_in_every_kind_of_sleep():
    import select

    s, peer = pair()
    other, far = pair()
    poller = select.poll()
    poller.register(other, select.POLLIN)
    for sleep in (lambda: time.sleep(0.5), lambda: time.sleep_ms(500), lambda: poller.poll(500), lambda: busy(500)):
        play.ask("watch", peer.handle)
        begun = time.time()
        s.write(b"x")
        sleep()
        ended = time.time()
        assert begun < play.ask("watched", peer.handle) < ended


def busy(ms):
    end = time.ticks_add(time.ticks_ms(), ms)
    while time.ticks_diff(end, time.ticks_ms()) > 0:
        pass


@case
def test_input_is_taken_while_the_program_sleeps():
    s, peer = pair()
    peer.send(b"abc" * 100, 0.02)
    time.sleep_ms(500)
    assert s.link.rx.n == 300
    assert s.read(300) == b"abc" * 100


@case
def test_it_goes_on():
    ticks = []

    def tick(timer):
        ticks.append(1)
        play.modem._tick(timer)

    timer = espat_board.ticker(10, tick)
    begun = play.now()
    play.until(lambda: len(ticks) >= 80, 20)
    assert len(ticks) * 10 <= (play.now() - begun) * 1.1 + 20, (len(ticks), play.now() - begun)
    timer.deinit()


@case
def test_it_goes_on_while_the_heap_is_collected_without_pause():
    # a signal handler that asks MicroPython for anything waits for ever sooner or later: at this pace, within seconds
    ticks = []
    timer = espat_board.ticker(1, lambda _: ticks.append(1))
    threshold = gc.threshold()
    gc.threshold(256)
    end = play.now() + 20000
    while len(ticks) < 4000 and play.now() < end:
        for i in range(100):
            [i, bytearray(40)]
    gc.threshold(threshold)
    timer.deinit()
    assert len(ticks) >= 4000, len(ticks)


@case
def test_data_stays_right_when_it_strikes_often():
    # every statement of the library may be followed by a step of the ticker
    timer = espat_board.ticker(1, play.modem._tick)
    pairs = [pair(10) for _ in range(5)]
    size = 10000
    for i, (_, peer) in enumerate(pairs):
        play.ask("send_pattern", peer.handle, size, i)
    sent = [play.pattern(size, 100 + i) for i in range(5)]
    got = [[] for _ in range(5)]
    at = [0] * 5
    left = [size] * 5
    step = 0
    while max(left) or min(at) < size:
        step += 1
        for i, (s, _) in enumerate(pairs):
            if at[i] < size:
                at[i] += s.write(sent[i][at[i] : at[i] + 100 + step * 37 % 900])
            if left[i]:
                piece = s.recv(min(1 + step * 53 % 700, left[i]))
                left[i] -= len(piece)
                got[i].append(piece)
    for i, (_, peer) in enumerate(pairs):
        assert b"".join(got[i]) == play.pattern(size, i), i
        assert play.ask("recv_pattern", peer.handle, size, 100 + i, work=True) == size, i
    timer.deinit()
