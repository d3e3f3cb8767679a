"""Runs every tests_host/unit/**/t_*.py on CPython and on MicroPython, 64 and 32 bits; one pytest item per function.

Such a file is plain: functions named test_*, `assert`, and what tests_host/mp/inside/checks.py offers. A file runs in
one process per interpreter. It may set TIMEOUT (seconds for the whole file, 120 unless said), HEAP (MicroPython's heap,
such as "128k") and ONLY (a tuple of interpreters), as literals.
"""

import pytest

from mp import host, programs

UNIT = host.TOP / "tests_host/unit"
SETTINGS = {"TIMEOUT": 120, "HEAP": None, "ONLY": host.INTERPRETERS}


def _parameters():
    for path in sorted(UNIT.rglob("t_*.py")):
        yield from programs.parameters(path, str(path.relative_to(UNIT))[: -len(".py")], SETTINGS)


def _run(path, interpreter, tests):
    settings = programs.settings(path, SETTINGS)[1]
    done = host.run(interpreter, host.INSIDE / "runner.py", path, *tests, paths=(host.LIB, host.INSIDE, UNIT, path.parent),
                    heap=settings["HEAP"], timeout=settings["TIMEOUT"])
    return programs.read(done, tests)


_played = programs.Played(lambda name, interpreter, tests: _run(UNIT / (name + ".py"), interpreter, tests))


@pytest.mark.parametrize("name, interpreter, test", list(_parameters()))
def test_unit(request, name, interpreter, test):
    _played.perform(request, name, interpreter, test)


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
    names = programs.settings(path, SETTINGS)[0]
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
