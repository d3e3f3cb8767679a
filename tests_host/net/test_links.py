"""Five links at once, and everything that can go wrong between a program, the module, its access point and the peers."""

import pytest

from net.players import parameters, perform


@pytest.mark.parametrize("name, interpreter, test", parameters("t_links", "t_wifi", "t_trouble", "t_slow"))
def test_links(request, name, interpreter, test):
    perform(request, name, interpreter, test)
