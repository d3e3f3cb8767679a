"""The socket contract of MicroPython, call by call, on three interpreters; asyncio and select.poll where they can."""

import pytest

from net.players import parameters, perform

PROGRAMS = "t_reading", "t_writing", "t_connecting", "t_datagrams", "t_polling", "t_streams"


@pytest.mark.parametrize("name, interpreter, test", parameters(*PROGRAMS))
def test_contract(request, name, interpreter, test):
    perform(request, name, interpreter, test)
