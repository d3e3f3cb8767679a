"""The scenarios under data/ are the guide's: its examples as data are walked, where they lie beside this project
(../shared/esp-at/examples.json; a clone alone does not have them, the scenarios themselves run everywhere)."""
import json
import pathlib

import pytest

HERE = pathlib.Path(__file__).parent
GUIDE = HERE.parents[2] / "shared/esp-at/examples.json"
CHAPTERS = ("4.1", "4.2", "4.4", "4.5", "4.6", "4.7", "4.8", "4.10")
BLUETOOTH = ("4.10.4", "4.10.5", "4.10.6", "4.10.7")  # sim/radio/test_ble_guide.py
# typed with a name in place of the guide's placeholder
PLACEHOLDERS = {"AT+CWJAP=<ssid>,<password>", 'AT+MQTTCONN=0,"<endpoint>",8883,1'}

pytestmark = pytest.mark.skipif(not GUIDE.exists(), reason="the guide's examples as data do not lie beside this clone")


@pytest.fixture(scope="module")
def examples():
    found = {one["section"]: one for one in json.loads(GUIDE.read_text()) if one["section"].rpartition(".")[0] in CHAPTERS}
    return {section: one for section, one in found.items() if section not in BLUETOOTH}


@pytest.fixture(scope="module")
def scenarios():
    """{section: (steps, deviations)}; one section may have several scenarios."""
    first = json.loads((HERE / "data/guide_scenarios.json").read_text())
    found = {section: (first["join"] + steps, []) for section, steps in first["scenarios"].items()}
    for name, scenario in json.loads((HERE / "data/guide_services.json").read_text())["scenarios"].items():
        steps, deviations = found.setdefault(name.split()[0], ([], []))
        steps += scenario["steps"]
        deviations += scenario["deviations"]
    return found


def lines(example, *roles):
    for step in example["steps"]:
        for part in step["parts"]:
            if part["role"] in roles:
                yield from (line.strip() for line in part.get("lines") or part.get("text", "").split("\n") if line.strip())


def test_every_example_is_there(examples, scenarios):
    assert len(examples) == 32 and set(examples) == set(scenarios)


def test_every_command_is_typed_literally(examples, scenarios):
    missing = {}
    for section, example in examples.items():
        typed = {step.get("say", step.get("input")) for step in scenarios[section][0]}
        wanted = {line for line in lines(example, "command") if line.startswith("AT")} - PLACEHOLDERS
        if wanted - typed:
            missing[section] = sorted(wanted - typed)
    assert not missing


def same(line, heard):
    """Whether a line is one that is waited for: addresses of this machine stand in place of the guide's."""
    return line in heard or line.startswith(("+CIPSTA:ip:", "+CIPSTA:gateway:"))


def test_every_answer_is_waited_for_or_explained(examples, scenarios):
    unexplained = {}
    for section, example in examples.items():
        steps, deviations = scenarios[section]
        heard = {line for step in steps for line in [*step.get("answer", []), *step.get("hear", []), step.get("say", "")]}
        missing = [line for line in lines(example, "response", "message") if not same(line, heard)]
        if missing and not deviations and missing != ["ACCEPT"]:  # what openssl says
            unexplained[section] = missing
    assert not unexplained
