"""TLS by the module, and the board's own TLS over a link, on MicroPython; the program is programs/t_tls.py."""

import pytest

from mpclients import run


@pytest.mark.parametrize("name, interpreter, test", run.parameters("t_tls"))
def test_program(request, name, interpreter, test):
    run.perform(request, name, interpreter, test)
