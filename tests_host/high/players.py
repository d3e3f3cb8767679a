"""Runs the programs of high/programs/ on the high stage; how they are written and judged: see net/players.py."""

import ast
import pathlib
import shutil
import tempfile

import pytest

from high.stage import Stage
from mp import host
from net import players

PROGRAMS = pathlib.Path(__file__).parent / "programs"
HELPERS = pathlib.Path(players.__file__).parent / "programs"

_played = {}


def settings(name):
    """The names of a program's tests, and its settings."""
    body = ast.parse((PROGRAMS / (name + ".py")).read_text(), name).body
    tests = [node.name for node in body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
    found = dict(players.SETTINGS)
    for node in body:
        if isinstance(node, ast.Assign) and node.targets[0].__class__ is ast.Name and node.targets[0].id in found:
            found[node.targets[0].id] = ast.literal_eval(node.value)
    return tests, found


def parameters(*names):
    """(program, interpreter, test) of these programs, for pytest."""
    for name in names:
        tests, found = settings(name)
        for interpreter in found["ONLY"]:
            for test in tests:
                yield pytest.param(name, interpreter, test, id=f"{name}-{interpreter}-{test}",
                                   marks=pytest.mark.timeout(found["TIMEOUT"] + 30))


def play(name, interpreter, tests):
    """{test: (verdict, text)} from one process."""
    found = settings(name)[1]
    with tempfile.TemporaryDirectory() as folder, Stage(found["PROFILE"], **found["SIM"]) as stage:
        shutil.copy(host.TOP / "boards/unix.py", pathlib.Path(folder, "espat_board.py"))
        done = host.run(interpreter, host.INSIDE / "runner.py", PROGRAMS / (name + ".py"), *tests,
                        paths=(host.LIB, host.INSIDE, folder, PROGRAMS, HELPERS), heap=found["HEAP"],
                        timeout=found["TIMEOUT"], extra=stage.variables)
        verdicts = players.read(done, tests)
        broken = stage.sim.module.failures
    if broken:
        verdicts = dict.fromkeys(tests, ("fail", "the simulated module broke:\n" + broken[0]))
    return verdicts


def perform(request, name, interpreter, test):
    """One test as a pytest item; the first of a file plays them all."""
    reason = host.why_missing(interpreter)
    if reason:
        pytest.skip(reason)
    if (name, interpreter) not in _played:
        _played[name, interpreter] = play(name, interpreter, players.chosen(request, name, interpreter, None))
    players.judge(_played[name, interpreter][test], interpreter)
