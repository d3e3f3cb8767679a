"""The classes that people use, against real servers, on three interpreters."""

import pytest

from high.players import parameters, perform

PROGRAMS = (
    "t_mqtt_client", "t_http_client", "t_ws_client", "t_module_files", "t_mounted", "t_devices", "t_happenings",
    "t_passthrough", "t_paced_pipe", "t_power_up", "t_raw_download", "t_nonos", "t_esp8266", "t_newest",
    "t_plus_signs", "t_together", "t_by_hand", "t_refused", "t_refused_old", "t_small_heap",
    "t_user_command", "t_mfg_image", "t_published", "t_taken",
    "t_bands",
)  # fmt: skip


@pytest.mark.parametrize("name, interpreter, test", parameters(*PROGRAMS))
def test_high(request, name, interpreter, test):
    perform(request, name, interpreter, test)
