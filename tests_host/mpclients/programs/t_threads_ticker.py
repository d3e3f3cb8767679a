"""The threads of t_threads.py, and a ticker every millisecond: it strikes the first thread, in its turns and outside them.

Not on 32 bits, see t_threads.py.
"""

import time

import espat_board
import play
import t_threads
from play import case

ONLY = ("mp64",)
LIBRARY = "_thread"
VERSION = "built in"
SCENARIOS = {
    "test_two_threads": "two threads with a stream each, one of them with commands, and a ticker of 1 ms",
    "test_thousands_of_calls": "two threads, thousands of calls that meet, and a ticker of 1 ms",
    "test_a_thread_that_polls_without_end": "a download beside calls that never wait, and a ticker of 1 ms",
    "test_connecting_and_closing": "both threads connect and close, and a ticker of 1 ms",
    "test_one_reads_one_writes": "one socket: a thread that reads, another that writes, and a ticker of 1 ms",
    "test_many_commands": "typed commands in both threads, and a ticker of 1 ms",
    "test_handlers_in_a_turn": "a report's handler that writes, two threads, and a ticker of 1 ms",
    "test_it_steps_for_a_sleeper": "a lone write leaves while both threads sleep: the ticker steps",
}
TIMEOUT = 110
ticks = []


def struck(test):
    """The test with a ticker beside it, which goes on when the threads have met."""
    ticks[:] = [0]

    def tick(timer):
        ticks[0] += 1
        play.modem._tick(timer)

    timer = espat_board.ticker(1, tick)
    try:
        test()
        # few may have struck: none does while the first thread waits for the second one's turn to end
        end = ticks[0] + 20
        play.until(lambda: ticks[0] >= end)
    finally:
        timer.deinit()
    end = ticks[0]
    time.sleep_ms(20)
    assert ticks[0] == end


def test_two_threads():
    struck(t_threads.test_two_threads)


def test_thousands_of_calls():
    struck(t_threads.test_thousands_of_calls)


def test_a_thread_that_polls_without_end():
    struck(t_threads.test_a_thread_that_polls_without_end)


def test_connecting_and_closing():
    struck(t_threads.test_connecting_and_closing)


def test_one_reads_one_writes():
    struck(t_threads.test_one_reads_one_writes)


def test_many_commands():
    struck(t_threads.test_many_commands)


def test_handlers_in_a_turn():
    struck(t_threads.test_handlers_in_a_turn)


@case
def test_it_steps_for_a_sleeper():
    """Neither thread steps: what was written leaves by the ticker, although another thread is there."""

    def sleep():
        while not arrived:
            time.sleep_ms(5)

    def test():
        for _ in range(20):
            s.write(b"x")
            play.until(peer.unread)  # asks the peer and sleeps, nothing else
            assert peer.recv(1) == b"x"

    arrived = []
    s, peer = play.pair()
    other = t_threads.Worker(sleep)
    try:
        struck(test)
    finally:
        arrived.append(True)
        other.end()
