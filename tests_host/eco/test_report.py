"""docs/compatibility.md says what the tests saw, and of every test that claims a row."""

import os
import subprocess
import sys

import pytest

from eco import report
from rules import source

PAGE = source.TOP / "docs/compatibility.md"
SAMPLE = '''
import pytest
from eco.report import compat

@compat("lib", "good", version="1.0", on="X")
def test_good(): pass

@compat("lib", "bad | worse", version="1.0", on="X")
def test_bad(): assert 1 == 2, "one is not two"

@compat("lib", "skipped", version="1.0", on="X")
def test_skipped(): pytest.skip("no such thing here")

@pytest.mark.xfail(reason="the library forgets the port", strict=True)
@compat("lib", "known", version="1.0", on="X")
def test_known(): raise ValueError

@pytest.fixture
def broken(): raise OSError("nothing to test with")

@compat("lib", "set-up", version="1.0", on="X")
def test_setup(broken): pass

@pytest.mark.parametrize("n", [1, 2])
@compat("lib", "number {n}", version="1.0", on="X")
def test_number(n): pass

def test_silent(): pass
'''
ROWS = [
    "| lib | 1.0 | X | bad \\| worse | no: AssertionError: one is not two |",
    "| lib | 1.0 | X | good | yes |",
    "| lib | 1.0 | X | known | no: the library forgets the port |",
    "| lib | 1.0 | X | number 1 | yes |",
    "| lib | 1.0 | X | number 2 | yes |",
    "| lib | 1.0 | X | set-up | no: OSError: nothing to test with |",
    "| lib | 1.0 | X | skipped | not tried: no such thing here |",
]


def _pytest(*arguments):
    variables = {**os.environ, "PYTHONPATH": str(source.TOP / "tests_host")}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "eco.report", "-p", "no:cacheprovider", *map(str, arguments)]
    return subprocess.run(command, env=variables, cwd=source.TOP, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          timeout=60)


def test_rows_tell_how_tests_ended(tmp_path):
    (tmp_path / "test_sample.py").write_text(SAMPLE)
    done = _pytest(tmp_path / "test_sample.py", "--compat", tmp_path / "page.md", "-c", source.TOP / "pyproject.toml")
    assert "3 passed" not in done.stdout and "1 failed" in done.stdout, done.stdout
    lines = (tmp_path / "page.md").read_text().splitlines()
    rows = [line for line in lines if line.startswith("| lib ")]
    assert len(rows) == len(ROWS) and all(row.startswith(expected) for row, expected in zip(rows, ROWS)), rows
    assert "3 of 7 rows work." in lines


@pytest.mark.timeout(120)
def test_the_page_has_every_row():
    """The page in the repository has a row for every test that claims one; `make compat` writes it."""
    tests = source.TOP / "tests_host"
    folders = {path.relative_to(tests).parts[0] for path in tests.rglob("*.py") if "eco.report" in path.read_text()}
    done = _pytest(*[tests / name for name in sorted(folders)], "-m", "compat", "--collect-only", "--compat-list")
    claimed = {line[len("CLAIM "):] for line in done.stdout.splitlines() if line.startswith("CLAIM ")}
    assert claimed, done.stdout
    shown = {line.rpartition(" | ")[0] + " |" for line in PAGE.read_text().splitlines() if line.startswith("| ")}
    missing = {claim for claim in claimed if not any(_same(claim, row) for row in shown)}
    assert not missing, f"run `make compat`: the page lacks {sorted(missing)}"


def _same(claim, row):
    """Whether library and scenario agree; versions and interpreters depend on the machine."""
    claim, row = ([cell.strip() for cell in text.split(" | ")] for text in (claim, row.strip("| ")))
    return claim[0] == row[0] and claim[-1] == row[-1]


def test_versions_are_those_installed():
    text = PAGE.read_text()
    for library in report.PACKAGES:
        assert f"| {library} | {report.version_of(library)} |" in text, f"run `make compat`: {library} has another version"
