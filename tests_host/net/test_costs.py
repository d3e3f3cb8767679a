"""What it costs: commands on the line, time until a lone write leaves, heap, work per downloaded megabyte."""

import pytest

from net.players import parameters, perform


@pytest.mark.parametrize("name, interpreter, test", parameters("t_counts", "t_ticker", "t_heap", "t_download"))
def test_costs(request, name, interpreter, test):
    perform(request, name, interpreter, test)
