"""Ctrl-C in the middle of transfers, and calls from a second thread; see programs/."""

import pytest

from mpclients import run


PROGRAMS = "t_interrupt", "t_threads", "t_threads_ticker", "t_threads_urequests"


@pytest.mark.parametrize("name, interpreter, test", run.parameters(*PROGRAMS))
def test_program(request, name, interpreter, test):
    run.perform(request, name, interpreter, test)
