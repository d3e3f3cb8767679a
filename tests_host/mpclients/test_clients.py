"""Other people's programs, unchanged, and the call shapes of those that cannot be had here; see programs/."""

import pytest

from mpclients import run


NAMES = "t_requests", "t_mqtt", "t_umqtt", "t_urequests", "t_microdot", "t_contracts"


@pytest.mark.parametrize("name, interpreter, test", run.parameters(*NAMES))
def test_program(request, name, interpreter, test):
    run.perform(request, name, interpreter, test)
