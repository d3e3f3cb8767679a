"""Runs the programs of programs/ on a stage: every test_*() of a file in one process per interpreter.

The files are plain Python for CPython and MicroPython. A file may set PROFILE (of the simulated module), SIM (further
options of it), HEAP and TIMEOUT (seconds for the whole file), and ONLY (interpreters), as literals.
"""

import ast
import pathlib
import shutil
import tempfile

import pytest

from mp import host
from net.stage import Stage

PROGRAMS = pathlib.Path(__file__).parent / "programs"
SIGN = "\x1e"
SETTINGS = {"TIMEOUT": 60, "HEAP": "2M", "ONLY": host.INTERPRETERS, "PROFILE": "esp32-3.4", "SIM": {}}


def settings(name):
    """The names of a program's tests, and its settings."""
    body = ast.parse((PROGRAMS / (name + ".py")).read_text(), name).body
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    tests = [node.name for node in body if isinstance(node, functions) and node.name.startswith("test_")]
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
                                   marks=pytest.mark.timeout(found["TIMEOUT"] + 30))


def play(name, interpreter, tests, profile=None, extra=None, before=None, **options):
    """{test: (verdict, text)} from one process. profile, options: instead of the file's own. extra: environment variables.
    before: called with the stage first."""
    found = settings(name)[1]
    profile = profile or found["PROFILE"]
    board = host.TOP / "boards"
    with tempfile.TemporaryDirectory() as folder, Stage(profile, **{**found["SIM"], **options}) as stage:
        if before:
            before(stage)
        shutil.copy(board / ("unix_spi.py" if options.get("spi") else "unix.py"), pathlib.Path(folder, "espat_board.py"))
        shutil.copy(board / "unix.py", folder)  # the other one needs it too
        done = host.run(interpreter, host.INSIDE / "runner.py", PROGRAMS / (name + ".py"), *tests,
                        paths=(host.LIB, host.INSIDE, folder, PROGRAMS), heap=found["HEAP"], timeout=found["TIMEOUT"],
                        extra={**stage.variables, **(extra or {})})
        verdicts = read(done, tests)
        broken = stage.sim.module.failures
    if broken:
        verdicts = dict.fromkeys(tests, ("fail", "the simulated module broke:\n" + broken[0]))
    return verdicts


def read(done, tests):
    """The verdicts in what the runner printed."""
    verdicts, text, current = {}, [], None
    for line in done.output.split("\n"):
        printed, sign, message = line.partition(SIGN)
        if printed:
            text.append(printed)
        if not sign:
            continue
        verdict, current, *reason = message.split(" ", 2)
        if verdict == "start":
            text = []
        else:
            verdicts[current] = verdict, "\n".join(reason or text)
            current = None
    end = "ran out of time" if done.timed_out else f"ended with exit code {done.returncode}"
    for test in tests:
        where = "in this test" if test == current else "before this test"
        verdicts.setdefault(test, ("fail", "\n".join([*text, f"the interpreter {end} {where}"])))
        text = text if current else ["as said above"]
    return verdicts


def judge(verdict, interpreter):
    """Let pytest have the verdict of one test."""
    kind, text = verdict
    if kind == "skip":
        pytest.skip(text)
    if kind != "pass":
        pytest.fail(f"on {interpreter}:\n{text}", pytrace=False)


def chosen(request, *wanted):
    """The tests of this program and interpreter that pytest was asked to run."""
    found = []
    for item in request.session.items:
        values = getattr(item, "callspec", None) and item.callspec.params
        if values and (values.get("name"), values.get("interpreter"), values.get("variant")) == wanted:
            found.append(values["test"])
    return found


_played = {}


def perform(request, name, interpreter, test, variant=None, **options):
    """One test as a pytest item; the first of a file plays them all."""
    reason = host.why_missing(interpreter)
    if reason:
        pytest.skip(reason)
    key = name, interpreter, variant
    if key not in _played:
        _played[key] = play(name, interpreter, chosen(request, *key), **options)
    judge(_played[key][test], interpreter)
