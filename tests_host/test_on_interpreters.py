"""Runs every tests_host/unit/**/t_*.py on CPython and on MicroPython, 64 and 32 bits; one pytest item per function.

Such a file is plain: functions named test_*, `assert`, and what tests_host/mp/inside/checks.py offers. A file runs in
one process per interpreter. It may set TIMEOUT (seconds for the whole file, 120 unless said), HEAP (MicroPython's heap,
such as "128k") and ONLY (a tuple of interpreters), as literals.
"""

import ast
import pathlib

import pytest

from mp import host

UNIT = pathlib.Path(__file__).parent / "unit"
SIGN = "\x1e"
SETTINGS = {"TIMEOUT": 120, "HEAP": None, "ONLY": host.INTERPRETERS}

_runs = {}


def _parse(path):
    """The names of a file's test functions, and its settings."""
    body = ast.parse(path.read_text(), str(path)).body
    names = [node.name for node in body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
    settings = dict(SETTINGS)
    for node in body:
        if isinstance(node, ast.Assign) and node.targets[0].__class__ is ast.Name and node.targets[0].id in SETTINGS:
            settings[node.targets[0].id] = ast.literal_eval(node.value)
    return names, settings


def _parameters():
    for path in sorted(UNIT.rglob("t_*.py")):
        names, settings = _parse(path)
        module = str(path.relative_to(UNIT))[: -len(".py")]
        for interpreter in settings["ONLY"]:
            for name in names:
                yield pytest.param(path, interpreter, name, id=f"{module}-{interpreter}-{name}",
                                   marks=pytest.mark.timeout(settings["TIMEOUT"] + 60))


def _chosen(session, path, interpreter):
    """The functions of this file and interpreter that pytest was asked to run."""
    wanted = [item.callspec.params for item in session.items if getattr(item, "module", None) and hasattr(item, "callspec")]
    return [p["name"] for p in wanted if p.get("path") == path and p.get("interpreter") == interpreter]


def _run(path, interpreter, names):
    """{name: (verdict, text)} of every function, from one process."""
    settings = _parse(path)[1]
    done = host.run(interpreter, host.INSIDE / "runner.py", path, *names, paths=(host.LIB, host.INSIDE, UNIT, path.parent),
                    heap=settings["HEAP"], timeout=settings["TIMEOUT"])
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
    for name in names:
        where = "in this test" if name == current else "before this test"
        verdicts.setdefault(name, ("fail", "\n".join([*text, f"the interpreter {end} {where}"])))
    return verdicts


@pytest.mark.parametrize("path, interpreter, name", list(_parameters()))
def test_unit(path, interpreter, name, request):
    reason = host.why_missing(interpreter)
    if reason:
        pytest.skip(reason)
    if (path, interpreter) not in _runs:
        _runs[path, interpreter] = _run(path, interpreter, _chosen(request.session, path, interpreter))
    verdict, text = _runs[path, interpreter][name]
    if verdict == "skip":
        pytest.skip(text)
    if verdict != "pass":
        pytest.fail(f"on {interpreter}:\n{text}", pytrace=False)


def test_the_runner_itself(tmp_path):
    """A failing, a skipping, an allocating and a dying test are told apart, on every interpreter there is."""
    path = tmp_path / "t_sample.py"
    path.write_text(
        "import sys\n"
        "from checks import nogc, raises, skip\n"
        "def test_good(): assert str(raises(ValueError, int, 'x'))\n"
        "def test_bad():\n    print('said before')\n    assert 1 == 2\n"
        "def test_skipped(): skip('not here')\n"
        "def test_frugal(): nogc(lambda: 1 + 1)\n"
        "def test_greedy(): nogc(lambda: bytearray(100))\n"
        "def test_deadly(): sys.exit(3)\n"
        "def test_unreached(): pass\n"
    )
    names = _parse(path)[0]
    for interpreter in host.INTERPRETERS:
        if host.why_missing(interpreter):
            continue
        verdicts = _run(path, interpreter, names)
        assert [verdicts[n][0] for n in names[:4]] == ["pass", "fail", "skip", "pass"], verdicts
        assert "said before" in verdicts["test_bad"][1] and "AssertionError" in verdicts["test_bad"][1]
        assert verdicts["test_skipped"][1] == "not here"
        assert verdicts["test_greedy"][0] == ("pass" if interpreter == "cpython" else "fail"), verdicts
        assert verdicts["test_deadly"] == ("fail", "the interpreter ended with exit code 3 in this test")
        assert verdicts["test_unreached"][0] == "fail"
