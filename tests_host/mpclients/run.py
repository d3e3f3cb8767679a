"""Runs the programs of programs/ in a World: every test_*() of a file in one process per interpreter.

Much as net/players.py does; a file may set the same names, and COPIES: packages that the board has ("name", or
"name==version" of one that only MicroPython can use); LIBRARY, VERSION and SCENARIOS ({test: words}): what its rows in
docs/compatibility.md say.
"""

import ast
import importlib.util
import pathlib
import shutil
import tempfile

import pytest

from eco.report import compat
from mp import host
from mpclients.pki import Pki
from mpclients.world import World
from net import players
from upstream import packages as fetched

PROGRAMS = pathlib.Path(__file__).parent / "programs"
MICROPYTHON = ("mp64", "mp32")
SETTINGS = {"TIMEOUT": 60, "HEAP": "4M", "ONLY": MICROPYTHON, "PROFILE": "esp32-3.4", "SIM": {}, "COPIES": (),
            "LIBRARY": "socket", "VERSION": "MicroPython's calls", "SCENARIOS": {}}


def settings(name):
    """The names of a program's tests, and its settings."""
    body = ast.parse((PROGRAMS / (name + ".py")).read_text(), name).body
    tests = [node.name for node in body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
    found = dict(SETTINGS)
    for node in body:
        if isinstance(node, ast.Assign) and node.targets[0].__class__ is ast.Name and node.targets[0].id in SETTINGS:
            found[node.targets[0].id] = ast.literal_eval(node.value)
    return tests, found


def parameters(*names):
    """(program, interpreter, test) of these programs, for pytest."""
    for name in names:
        tests, found = settings(name)
        for interpreter in found["ONLY"]:
            for test in tests:
                yield pytest.param(name, interpreter, test, id=f"{name}-{interpreter}-{test}",
                                   marks=[pytest.mark.timeout(found["TIMEOUT"] + 30), row(test, found)])


def row(test, found):
    """The test's row in docs/compatibility.md."""
    scenario = found["SCENARIOS"].get(test) or test[len("test_"):].replace("_", " ")
    return compat(found["LIBRARY"], scenario, version=found["VERSION"])


def copies(folder, packages):
    """Put packages from the package index where a board would have them; "name==version" is one for MicroPython only."""
    for name in packages:
        if "==" in name:
            _copy_modules(folder, name)
            continue
        origin = importlib.util.find_spec(name)
        if origin is None:
            pytest.skip(f"the package {name} is not installed")
        shutil.copytree(pathlib.Path(origin.origin).parent, pathlib.Path(folder, name))


def _copy_modules(folder, requirement):
    try:
        origin = fetched.fetch(requirement)
    except fetched.Missing as error:
        pytest.skip(str(error))
    shutil.copytree(origin, folder, dirs_exist_ok=True)


def play(name, interpreter, tests):
    """{test: (verdict, text)} from one process."""
    found = settings(name)[1]
    with tempfile.TemporaryDirectory() as folder, World(Pki(folder), found["PROFILE"], **found["SIM"]) as world:
        shutil.copy(host.TOP / "boards/unix.py", pathlib.Path(folder, "espat_board.py"))
        copies(folder, found["COPIES"])
        done = host.run(interpreter, host.INSIDE / "runner.py", PROGRAMS / (name + ".py"), *tests,
                        paths=(host.LIB, host.INSIDE, folder, players.PROGRAMS, PROGRAMS), heap=found["HEAP"],
                        timeout=found["TIMEOUT"], extra={**world.variables, "ESPAT_FOLDER": folder})
        verdicts = players.read(done, tests)
        broken = world.sim.module.failures
    if broken:
        verdicts = dict.fromkeys(tests, ("fail", "the simulated module broke:\n" + broken[0]))
    return verdicts


def _chosen(request, name, interpreter):
    """The tests of this program and interpreter that pytest was asked to run."""
    values = [item.callspec.params for item in request.session.items if getattr(item, "callspec", None)]
    return [v["test"] for v in values if (v.get("name"), v.get("interpreter")) == (name, interpreter) and "test" in v]


_played = {}


def perform(request, name, interpreter, test):
    """One test as a pytest item; the first of a file plays them all."""
    reason = host.why_missing(interpreter)
    if reason:
        pytest.skip(reason)
    key = name, interpreter
    if key not in _played:
        _played[key] = play(name, interpreter, _chosen(request, *key))
    players.judge(_played[key][test], interpreter)
