"""Ctrl-C in the middle of transfers, and calls from a second thread; see programs/."""

import pytest

from mpclients import run


@pytest.mark.parametrize("name, interpreter, test", run.parameters("t_interrupt", "t_threads", "t_threads_urequests"))
def test_program(request, name, interpreter, test):
    run.perform(request, name, interpreter, test)
