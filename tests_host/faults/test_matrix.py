"""A sample of the matrix in every test run: each scenario with each fault, at places that a seed chooses.

`make faults` runs all of it, see docs/faults.md.
"""

import os
import random

import pytest

from faults import catalogue, many, matrix, scenarios

CELLS = 2200
SEED = int(os.environ.get("FAULTS_SEED", 20261124))


# Cells with a third outcome once, by which mistake
MENDED = {
    ("join", "crlf-module", 28): "an OK that was another command's passed for the network's",
}


@pytest.mark.parametrize("key", MENDED, ids=str)
def test_what_was_mended_stays(key):
    cell = matrix.one(key)
    assert not many.bad([cell]), cell


@pytest.mark.timeout(900)
def test_sample():
    """Right data, or one named error and the next attempt works; nothing else."""
    keys = matrix.sample(CELLS, SEED)
    cells = list(many.together(keys))
    summary = many.summary(cells)
    print("\n" + summary)
    assert len(cells) == CELLS and not many.bad(cells), summary
    assert {cell.scenario for cell in cells} == set(scenarios.ALL) and len({cell.fault for cell in cells}) >= 50
    assert len([cell for cell in cells if cell.struck]) > CELLS * 0.9


def test_every_fault_names_its_source():
    for fault in catalogue.ALL.values():
        assert fault.source and any(c.isdigit() for c in fault.source), fault


def test_the_judge_is_not_blind():
    """Data that changes silently, an error that stays and a program that hangs are told apart from what is promised."""
    fault = catalogue.ALL["flip-host"]
    silent = matrix.dataclass_with(fault, changes=False)
    found = {matrix.run("http", silent, at)[0].outcome for at in range(400, 420)}
    assert "silent" in found
    forever = matrix.dataclass_with(catalogue.ALL["dns-down"], rule={"do": "dns_down", "seconds": 1e6}, seconds=0.0)
    assert matrix.run("http", forever, 0.0)[0].outcome == "stays"
    never = matrix.dataclass_with(catalogue.ALL["peer-stall"], rule={"do": "peer_stall", "seconds": 1e6}, seconds=0.0)
    assert matrix.run("download", never, 0.0)[0].outcome == "hang"


def test_a_cell_is_the_same_every_time():
    rng = random.Random(7)
    for key in rng.sample(matrix.sample(200, 3), 10):
        assert matrix.one(key) == matrix.one(key), key
