"""examples/30 to 40 run on MicroPython as a board would run them, with real servers around; so do they on CPython."""

import pytest

from high.stage import Stage
from mp import board, host


def mqtt(stage):
    return {"BROKER": "127.0.0.1", "BROKER_PORT": stage.do_broker()}


def download(stage):
    return {"URL": stage.do_web() + "/file/50000"}


def websocket(stage):
    return {"WS": "ws://127.0.0.1:%d/" % stage.do_echo()}


def nothing(stage):
    return {}


def firmware(stage):
    return {"FIRMWARE": stage.do_firmware("v9.1.0.0") + "/ota"}


def sensor(stage):
    stage.do_solder()
    stage.do_weather(21.5, 1013.25, 40)
    return {}


def echo(stage):
    return {"ECHO": "127.0.0.1", "ECHO_PORT": stage.do_plain_echo()}


def time_server(stage):
    stage.do_ntp()
    return {}


def phone(stage):
    stage.do_phone("1234567890", after=4)
    return {}


EXAMPLES = {
    "30_mqtt_at": mqtt, "31_http_download": download, "32_websocket": websocket, "33_files": nothing, "34_ota": firmware,
    "35_sensor_on_module": sensor, "36_passthrough": echo, "37_time": time_server, "38_provisioning": phone,
    "39_sleep": nothing, "40_store": nothing,
}  # fmt: skip
SAID = {
    "30_mqtt_at": "1500", "31_http_download": "the server answered 404 not found", "32_websocket": "received 1000",
    "33_files": "measurement 19", "34_ota": "v9.1.0.0", "35_sensor_on_module": "21.5", "36_passthrough": "+++ is no danger",
    "37_time": "one hour east", "38_provisioning": "password ***", "39_sleep": "mode 1 is set again",
    "40_store": "weather station",
}  # fmt: skip


@pytest.mark.parametrize("interpreter", ["mp64", "cpython"])
@pytest.mark.parametrize("name", EXAMPLES)
def test_example(name, interpreter, tmp_path):
    reason = host.why_missing(interpreter)
    if reason:
        pytest.skip(reason)
    with Stage() as stage:
        settings = {key: str(value) for key, value in EXAMPLES[name](stage).items()}
        variables = {key.removeprefix("ESPAT_"): value for key, value in stage.variables.items()}
        lines = board.Unix(tmp_path, {**variables, **settings}, interpreter=interpreter).run(name)
        assert stage.sim.module.failures == []
    assert SAID[name] in "\n".join(lines), lines


@pytest.mark.parametrize("name", EXAMPLES)
def test_it_is_short(name):
    lines = (host.TOP / "examples" / (name + ".py")).read_text().splitlines()
    assert len(lines) < 60 and lines[-1].startswith('print("ok: ')
