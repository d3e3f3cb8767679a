"""The classes that people use, against real servers, on three interpreters."""

import pytest

from high.players import parameters, perform

PROGRAMS = (
    "t_mqtt_client", "t_http_client", "t_ws_client", "t_module_files", "t_mounted", "t_devices", "t_happenings",
    "t_passthrough", "t_paced_pipe", "t_power_up", "t_raw_download", "t_nonos", "t_esp8266", "t_newest",
)  # fmt: skip


# Known to fail at times, or always; open work, named in the closing note of 2026-11-24
UNSTEADY = {
    ("t_happenings", "test_sleep"): "failed in two of three runs, cause not found yet",
    ("t_happenings", "test_deep_sleep"): "failed in two of three runs (AT+GSLP not answered in time), cause not found yet",
    ("t_ws_client", "test_the_server_closes"): "fails on CPython: the stage uses a closed socket; whose fault is not found yet",
}


@pytest.mark.parametrize("name, interpreter, test", parameters(*PROGRAMS))
def test_high(request, name, interpreter, test):
    if (name, test) in UNSTEADY:
        request.applymarker(pytest.mark.xfail(reason=UNSTEADY[name, test], strict=False))
    perform(request, name, interpreter, test)
