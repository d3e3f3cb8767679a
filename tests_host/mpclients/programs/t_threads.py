"""Two threads use the module at once: each gets its turn, or a RuntimeError that changes nothing; no stream is mixed."""

import _thread
import time

import play
from play import ask, case, until

play.join()

ONLY = ("cpython",)  # ports without a global interpreter lock need one of the program's, see docs/usage.md
LIBRARY = "_thread"
VERSION = "built in"
SCENARIOS = {"test_two_threads": "two threads with a stream each, one of them with commands: turns or RuntimeError, bytes right"}
TIMEOUT = 60
ROUNDS = 60


class Echo:
    """Sends and receives over a socket of its own until `rounds` have come back right."""

    def __init__(self, name, commands):
        self.name, self.commands = name, commands
        self.s, self.peer = play.pair(8)
        ask("echo", self.peer.handle)
        self.done = self.turned = 0
        self.trouble = None

    def run(self):
        try:
            for i in range(ROUNDS):
                self.round(i)
                self.done += 1
        except Exception as e:
            self.trouble = repr(e)

    def round(self, i):
        text = b"%s-%03d " % (self.name, i) * (1 + i * 13 % 40)
        self.call(self.s.write, text)
        back = b""
        while len(back) < len(text):
            back += self.call(self.s.recv, len(text) - len(back))
        assert back == text, (back, text)
        if self.commands:
            assert self.call(play.modem.command, "AT+CIPMUX?") == [b"+CIPMUX:1"]

    def call(self, function, *args):
        while True:
            try:
                return function(*args)
            except RuntimeError:
                self.turned += 1
                time.sleep(0.001)


@case
def test_two_threads():
    first, second = Echo(b"first", False), Echo(b"second", True)
    _thread.start_new_thread(second.run, ())
    first.run()
    end = play.now() + 20000
    while second.done < ROUNDS and not second.trouble and play.now() < end:
        time.sleep(0.01)
    assert not first.trouble and not second.trouble, (first.trouble, second.trouble)
    assert first.done == second.done == ROUNDS, (first.done, second.done)
    until(play.wlan.isconnected)
