"""Runs the programs of programs/ on a stage with phones; see net/players.py, whose settings files have here too.

Through every test runs a TCP download (programs/download.py); the stage counts them, so that none can be forgotten.
"""

import ast
import atexit
import functools
import pathlib
import shutil
import tempfile

import pytest

from eco.report import compat
from mp import host
from net import players
from rules import mpy

PROGRAMS = pathlib.Path(__file__).parent / "programs"
# Programs that show what works of somebody's library: rows of docs/compatibility.md
LIBRARIES = {"t_bleio": ("adafruit_ble", None), "t_aioble": ("aioble's calls, by a stand-in of ours", "0.6.2")}
_played = {}


def settings(name):
    """The names of a program's tests, and its settings. NO_DOWNLOAD: {test: why nothing can be downloaded meanwhile}."""
    tests, found = [], dict(players.SETTINGS, NO_DOWNLOAD={})
    for node in ast.parse((PROGRAMS / (name + ".py")).read_text(), name).body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name.startswith("test_"):
            tests.append(node.name)
        elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) in found:
            found[node.targets[0].id] = ast.literal_eval(node.value)
    return tests, found


def parameters(*names):
    """(program, interpreter, profile, test) of these programs, for pytest.

    PROFILE may name several, with blanks between: the first is played on all interpreters, the others on mp64.
    """
    for name in names:
        tests, found = settings(name)
        for number, profile in enumerate(found["PROFILE"].split()):
            for interpreter in ("mp64",) if number else found["ONLY"]:
                for test in tests:
                    marks = [pytest.mark.timeout(found["TIMEOUT"] + 30)]
                    if name in LIBRARIES and not number:
                        library, version = LIBRARIES[name]
                        marks.append(compat(library, test[5:].replace("_", " "), version=version))
                    yield pytest.param(name, interpreter, profile, test, id=f"{name}-{profile}-{interpreter}-{test}",
                                       marks=marks)


@functools.cache
def library(interpreter):
    """Where the library is: on mp32 as .mpy files, as most boards have it; what is done seldom leaves the memory there."""
    if interpreter != "mp32":
        return host.LIB
    folder = pathlib.Path(tempfile.mkdtemp(prefix="espat-mpy-"))
    atexit.register(shutil.rmtree, folder)
    mpy.compile_all(folder)
    return folder


def play(name, interpreter, profile, tests, lib=None):
    """{test: (verdict, text)} from one process. lib: where the library is, if not where library() says."""
    from ble.stage import RadioStage

    found = settings(name)[1]
    with tempfile.TemporaryDirectory() as folder, RadioStage(profile, **found["SIM"]) as stage:
        shutil.copy(host.TOP / "boards/unix.py", pathlib.Path(folder, "espat_board.py"))
        done = host.run(interpreter, host.INSIDE / "runner.py", PROGRAMS / (name + ".py"), *tests,
                        paths=(lib or library(interpreter), host.INSIDE, folder, PROGRAMS, players.PROGRAMS), heap=found["HEAP"],
                        timeout=found["TIMEOUT"], extra={**stage.variables, "ESPAT_AROUND": "download"})
        verdicts = players.read(done, tests)
        broken = stage.sim.module.failures
        downloads = sum(size >= stage.FIRST for size in stage.downloads)
    passed = [test for test, (verdict, _) in verdicts.items() if verdict == "pass" and test not in found["NO_DOWNLOAD"]]
    if downloads < len(passed):
        verdicts = dict.fromkeys(tests, ("fail", f"{len(passed)} tests have passed with {downloads} downloads"))
    if broken:
        verdicts = dict.fromkeys(tests, ("fail", "the simulated module broke:\n" + broken[0]))
    return verdicts


def perform(request, name, interpreter, profile, test):
    """One test as a pytest item; the first of a file plays them all."""
    reason = host.why_missing(interpreter)
    if reason:
        pytest.skip(reason)
    key = name, interpreter, profile
    if key not in _played:
        _played[key] = play(*key, _chosen(request, key))
    players.judge(_played[key][test], interpreter)


def _chosen(request, key):
    wanted = [getattr(item, "callspec", None) and item.callspec.params for item in request.session.items]
    return [p["test"] for p in wanted if p and (p.get("name"), p.get("interpreter"), p.get("profile")) == key]
