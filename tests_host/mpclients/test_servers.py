"""Listening sockets, datagrams, select.poll() and asyncio on MicroPython; the programs are in programs/."""

import pytest

from mpclients import run


@pytest.mark.parametrize("name, interpreter, test", run.parameters("t_servers", "t_udp", "t_poll", "t_asyncio"))
def test_program(request, name, interpreter, test):
    run.perform(request, name, interpreter, test)
