"""Threads of a program under test."""

import _thread
import sys
import time

import play

PATIENCE = 60  # seconds

if hasattr(sys, "setswitchinterval"):
    sys.setswitchinterval(0.00001)  # CPython changes threads as often as it can


class Worker:
    """Calls work(*arguments) in a thread of its own; end() waits for it and tells what went wrong."""

    def __init__(self, work, *arguments):
        self.work, self.arguments = work, arguments
        self.trouble = self.done = None
        _thread.start_new_thread(self.run, ())

    def run(self):
        try:
            self.work(*self.arguments)
        except BaseException as e:
            self.trouble = repr(e)
        self.done = True

    def end(self):
        end = play.now() + PATIENCE * 1000
        while not self.done:
            assert play.now() < end, "the other thread does not end"
            time.sleep(0.005)
        assert not self.trouble, self.trouble
