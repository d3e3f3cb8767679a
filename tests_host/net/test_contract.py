"""The socket contract of MicroPython, call by call, on three interpreters."""

import pytest

from net.players import parameters, perform


@pytest.mark.parametrize("name, interpreter, test", parameters("t_reading", "t_writing", "t_connecting", "t_datagrams", "t_polling", "t_streams"))
def test_contract(request, name, interpreter, test):
    perform(request, name, interpreter, test)
