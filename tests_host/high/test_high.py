"""The classes that people use, against real servers, on three interpreters."""

import pytest

from high.players import parameters, perform


@pytest.mark.parametrize("name, interpreter, test", parameters("t_mqtt_client", "t_http_client", "t_ws_client"))
def test_high(request, name, interpreter, test):
    perform(request, name, interpreter, test)
