"""Programs that serve: listening sockets, accepted ones, datagrams from whoever sends. See programs/t_servers.py."""

import pytest

from mpclients import run


@pytest.mark.parametrize("name, interpreter, test", run.parameters("t_servers"))
def test_servers(request, name, interpreter, test):
    run.perform(request, name, interpreter, test)
